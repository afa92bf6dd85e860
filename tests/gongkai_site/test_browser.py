"""The report desk in a browser: with a script and without, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

pytestmark = pytest.mark.browser

NEW_TOTAL = "t3.new_received.total"
Make = Callable[..., Any]


@pytest.fixture
def files(tmp_path: Path, make_report: Make, page_of: Make) -> list[Path]:
    """Two years of one body, and another body whose total is wrong."""
    reports = {
        "教育局2023.html": make_report("云山县教育局", 2023, received=6, changed={NEW_TOTAL: 8}),
        "教育局2022.html": make_report("云山县教育局", 2022, received=4),
        "卫健局2023.html": make_report("云山县卫生健康局", 2023, received=3),
    }
    paths = []
    for name, report in reports.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(page_of(report))
    return paths


def cell(page: Any, address: str) -> Any:
    return page.locator(f"[id='cell-{address}'] a")


# --- the whole way ------------------------------------------------------------------------------


def test_the_whole_way_with_a_script(
    visitor: Visitor, files: list[Path], read_waiting: Callable[[], int], tmp_path: Path
) -> None:
    page = visitor.page()
    page.goto("/reports/")
    page.set_input_files("#files", files)
    assert page.locator("[data-upload-status]").inner_text() == "已选 3 个文件"
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_text("已读 0 / 3 个文件").wait_for()
    read_waiting()
    page.get_by_role("link", name="云山县卫生健康局").wait_for()  # put in without a reload
    page.locator("#progress").wait_for(state="detached")

    # Narrow the table; the address keeps it.
    page.select_option("#level", "error")
    page.get_by_role("button", name="筛选").click()
    page.reload()
    assert page.locator("tbody th a").all_inner_texts() == ["云山县教育局"]

    # A report: a cell shows where it was read, in all three panes.
    page.get_by_role("link", name="云山县教育局").click()
    cell(page, NEW_TOTAL).click()
    page.locator("#evidence .path").wait_for()
    assert page.locator("#evidence .value").inner_text() == "8"
    for pane in ("found", "restored"):
        box = page.locator(f"section[aria-labelledby={pane}-title] .text").bounding_box()
        mark = page.locator(f"#here-{pane}").bounding_box()
        assert box["y"] <= mark["y"] <= box["y"] + box["height"]

    # Correct it, see the error go; take the correction back, see it return.
    assert page.locator(".finding.error").count() > 0
    page.get_by_text("更正这一格").click()
    page.get_by_label("这一格应为").fill("6")
    page.locator("#who").fill("张三")
    page.locator("#why").fill("与原件核对")
    page.get_by_role("button", name="保存更正").click()
    page.get_by_text("已更正，问题已经重新核对。").wait_for()
    assert page.locator(".finding.error").count() == 0
    page.locator(".history summary").click()
    assert page.locator(".history input[name=who]").input_value() == "张三"
    page.locator(".history input[name=why]").fill("看错了")
    page.get_by_role("button", name="撤销这条更正").click()
    page.get_by_text("已撤销这条更正").wait_for()
    assert page.locator("#evidence .value").inner_text() == "8"

    # Two years.
    page.get_by_role("link", name="比较年度").click()
    row = page.locator("tr", has_text="一、本年新收政府信息公开申请数量 › 总计")
    assert row.locator("td").all_inner_texts() == ["4", "8", "+4", "+100.00%"]

    # All bodies; a sum opens.
    page.locator(".trail a").nth(1).click()
    page.get_by_role("link", name="汇总").click()
    cell(page, NEW_TOTAL).click()
    parts = page.locator("section[aria-labelledby=parts-title] tbody tr")
    parts.first.wait_for()
    assert parts.all_inner_texts() == ["云山县教育局\t8", "云山县卫生健康局\t3"]
    page.locator(".menu summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel 工作簿").click()
    assert download.value.suggested_filename.endswith("2023年度汇总.xlsx")
    download.value.save_as(tmp_path / "sum.xlsx")
    assert (tmp_path / "sum.xlsx").read_bytes()[:2] == b"PK"


def test_the_whole_way_without_a_script(
    visitor: Visitor, files: list[Path], read_waiting: Callable[[], int]
) -> None:
    page = visitor.page(java_script_enabled=False)
    page.goto("/reports/")
    assert not page.get_by_text("也可以把文件或者文件夹拖到这里").is_visible()
    page.set_input_files("#files", files)
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_text("已读 0 / 3 个文件").wait_for()
    read_waiting()
    page.get_by_role("link", name="刷新", exact=True).click()
    assert page.locator("tbody th a").count() == 3
    page.get_by_role("link", name="错误").click()
    page.locator("tbody th a").first.click()
    cell(page, NEW_TOTAL).click()
    assert page.locator("#evidence .value").inner_text() == "8"
    page.get_by_role("link", name="看原文").click()
    assert page.url.endswith("#here-found")
    page.get_by_text("更正这一格").click()
    page.get_by_label("这一格应为").fill("十来件")
    page.locator("#who").fill("张三")
    page.locator("#why").fill("核对")
    page.get_by_role("button", name="保存更正").click()
    assert "“十来件”不能读成一个数。" in page.locator("#form-error").inner_text()
    page.get_by_label("这一格应为").fill("6")
    page.get_by_role("button", name="保存更正").click()
    assert page.locator(".finding.error").count() == 0
    page.locator(".history summary").click()
    page.locator(".history input[name=why]").fill("看错了")
    page.get_by_role("button", name="撤销这条更正").click()
    assert page.locator("#evidence .value").inner_text() == "8"
    page.locator(".trail a").nth(1).click()
    page.get_by_role("button", name="移出“卫健局2023.html”").click()
    page.get_by_role("button", name="撤销，放回来").click()
    assert page.locator("tbody th a").count() == 3


def test_files_are_dropped(visitor: Visitor, files: list[Path]) -> None:
    page = visitor.page()
    page.goto("/reports/")
    payload = [[path.name, path.read_text(encoding="utf-8")] for path in files]
    transfer = page.evaluate_handle(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, text] of files) transfer.items.add(new File([text], name));
            return transfer;
        }""",
        payload,
    )
    page.dispatch_event("[data-drop]", "dragover", {"dataTransfer": transfer})
    assert "over" in page.locator("[data-drop]").get_attribute("class")
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    page.get_by_text("收下 3 个文件，正在读取。").wait_for()


def test_too_many_files_are_said_before_sending(visitor: Visitor) -> None:
    page = visitor.page()
    page.goto("/reports/")
    many = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"x"} for n in range(201)]
    page.set_input_files("#files", many)
    error = page.locator("[data-drop-error]")
    assert error.inner_text().startswith("选了 201 个文件，一次最多 200 个。")
    page.get_by_role("button", name="上传并读取").click()
    assert urlsplit(page.url).path == "/reports/"


# --- by keyboard --------------------------------------------------------------------------------


def test_a_report_is_walked_by_keyboard(visitor: Visitor, take: Make, make_report: Make) -> None:
    _, [record] = take(make_report(received=7))
    page = visitor.page()
    page.goto(f"/reports/{record.pk}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    cell(page, "t3.new_received.natural_person").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    focused = "document.activeElement.parentElement.id"
    assert page.evaluate(focused) == "cell-t3.carried_in.natural_person"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator("#evidence .value").wait_for()
    assert page.locator("#evidence .value").inner_text() == "7"
    assert "?cell=t3.new_received.natural_person" in page.url
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu").get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert page.locator(".menu").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_every_control_can_be_reached_by_tab(
    visitor: Visitor, take: Make, make_report: Make
) -> None:
    report_set, _ = take(make_report())
    page = visitor.page()
    page.goto(f"/reports/sets/{report_set.pk}/")
    wanted = page.locator(
        "main :is(a[href], button, input:not([type=hidden]), select, summary, [tabindex='0'])"
    ).evaluate_all("(all) => all.filter((e) => e.checkVisibility()).length")
    reached = set()
    for _ in range(wanted + 30):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const e = document.activeElement;
                return e.closest('main') ? [...document.querySelectorAll('*')].indexOf(e) : -1 }"""
            )
        )
    assert len(reached - {-1}) == wanted


# --- every page, wide and narrow ----------------------------------------------------------------


@pytest.fixture
def addresses(take: Make, make_report: Make) -> dict[str, str]:
    """Every kind of page, with something on it."""
    from gongkai_site.reporting import service

    long = "云山县人民政府行政审批与政务信息管理服务中心（云山县公共资源交易监督管理办公室）"
    report_set, [record, before, other] = take(
        make_report(long, 2023, changed={NEW_TOTAL: 8, "t3.res_partial.total": None}),
        make_report(long, 2022),
        make_report("云山县卫生健康局", 2023),
    )
    service.correct_cell(record, "t2.art20_1.rules.made", "2（含修订1件）", "张三", "与原件核对")
    service.remove_file(other.file)
    waiting = service.create_set("读到一半")
    service.add_files(waiting, [("一份名称特别长的文件" * 8 + ".html", _stream())])
    empty = service.create_set("空的一批")
    return {
        "home": "/reports/",
        "home after removing": f"/?removed={empty.pk}",
        "empty set": f"/reports/sets/{empty.pk}/",
        "reading": f"/reports/sets/{waiting.pk}/",
        "set": f"/reports/sets/{report_set.pk}/?removed={other.file_id}&sort=-errors",
        "nothing found": f"/reports/sets/{report_set.pk}/?q=无此机关",
        "report": f"/reports/{record.pk}/",
        "cell": f"/reports/{record.pk}/?cell={NEW_TOTAL}",
        "blank cell": f"/reports/{record.pk}/?cell=t3.res_partial.total",
        "compare": f"/reports/{record.pk}/compare?all=1",
        "roll-up": f"/reports/sets/{report_set.pk}/roll-up?cell={NEW_TOTAL}",
        "empty roll-up": f"/reports/sets/{empty.pk}/roll-up",
        "not found": "/nowhere",
    }


def _stream() -> Any:
    import io

    return io.BytesIO(b"x")


@pytest.mark.parametrize("width", [1440, 320])
def test_axe_finds_nothing(visitor: Visitor, addresses: dict[str, str], width: int) -> None:
    page = visitor.page(width)
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        for fold in page.locator("details:not([open]) > summary").all():
            if fold.is_visible():
                fold.click()
        page.keyboard.press("Escape")
        if faults := axe_faults(page):
            found[name] = faults
    assert found == {}


@pytest.mark.parametrize("width", [320, 390, 720])
def test_no_page_scrolls_sideways(visitor: Visitor, addresses: dict[str, str], width: int) -> None:
    """320 px is a small phone, and a wide screen at 400 %; 720 px a wide screen at 200 %."""
    page = visitor.page(width)
    wide = {}
    for name, address in addresses.items():
        page.goto(address)
        if elements := too_wide(page, width):
            wide[name] = elements
    assert wide == {}


def test_printing_leaves_the_report_and_its_findings(
    visitor: Visitor, addresses: dict[str, str]
) -> None:
    page = visitor.page()
    page.goto(addresses["cell"])
    page.emulate_media(media="print")
    for gone in (".top", ".evidence", "section[aria-labelledby=found-title]", ".acts"):
        assert not page.locator(gone).first.is_visible()
    for kept in ("h1", ".findings .finding", "#section-requests", ".form-t3"):
        assert page.locator(kept).first.is_visible()


def test_high_contrast_keeps_what_colour_says(visitor: Visitor, addresses: dict[str, str]) -> None:
    page = visitor.page(forced_colors="active")
    page.goto(addresses["cell"])
    outline = "getComputedStyle(document.querySelector('td.selected')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    border = "getComputedStyle(document.querySelector('.finding')).borderTopStyle"
    assert page.evaluate(border) == "solid"

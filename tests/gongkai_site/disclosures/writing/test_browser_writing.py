"""A clerk writes in a browser: kept by itself, shown beside, no other machine asked, nothing amiss."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import TimeoutError
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.disclosures.factories import Desk, make_desk
from tests.gongkai_site.disclosures.writing.conftest import CMS

from gongkai_site.disclosures import service
from gongkai_site.disclosures.models import Disclosure, DisclosureEvent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # The editor leaves a request to the browser when its page is closed, and so its connection.
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
    ),
]


@pytest.fixture
def written(visitor: Visitor, client_of: Any, settings: Any, tmp_path: Path) -> tuple[Desk, Any]:
    """A desk, and its editor's page of a new document."""
    settings.MEDIA_ROOT = tmp_path / "pictures"
    desk = make_desk()
    page = visitor.page()
    cookie = client_of(desk.editor).cookies["gongkai_session"].value
    page.context.add_cookies([{"name": "gongkai_session", "value": cookie, "url": visitor.base}])
    page.goto(f"{CMS}add/")
    # Wagtail begins to watch the form two seconds after it is laid out.
    page.wait_for_timeout(3000)
    return desk, page


def until(page: Any, comes: Callable[[], bool]) -> None:
    """Wait for what the editor saves by itself."""
    for _ in range(60):
        if comes():
            return
        page.wait_for_timeout(250)
    raise AssertionError("nothing was saved within a quarter of a minute")


def kept() -> str:
    """The text of the newest draft."""
    row = Disclosure.objects.first()
    return str(row.get_latest_revision_as_object().body.get_prep_value()) if row else ""


def save(page: Any) -> None:
    """Press the button and wait for the page it loads: saving by itself loads none."""
    with page.expect_event("load"):
        page.get_by_role("button", name="保存草稿").click()


def add(page: Any, label: str) -> None:
    page.locator(".c-sf-add-button:visible").last.click()
    page.get_by_role("option", name=label, exact=True).click()


def test_what_is_typed_is_kept_shown_and_sent_nowhere_else(
    written: tuple[Desk, Any], tmp_path: Path
) -> None:
    desk, page = written
    page.locator("#id_title").press_sequentially("云山县促进消费若干措施")
    until(page, Disclosure.objects.exists)
    row = Disclosure.objects.get()
    assert row.title == "云山县促进消费若干措施" and row.agency_id == desk.agency.pk

    add(page, "文字")
    page.locator(".public-DraftEditor-content").click()
    page.keyboard.type("各镇人民政府：")
    until(page, lambda: "各镇人民政府" in kept())
    kinds = DisclosureEvent.objects.filter(disclosure=row).values_list("kind", flat=True)
    assert list(kinds) == ["created"]

    page.locator("[data-side-panel-toggle=preview]").click()
    frame = page.frame_locator("#w-preview-iframe")
    frame.get_by_text("各镇人民政府：").wait_for()
    assert axe_faults(page) == ""


def write_in_a_cell(page: Any, text: str) -> None:
    """Open the first cell until the table listens, then type: keys go nowhere else."""
    cell, editor = (
        page.locator(".htCore td").first,
        page.locator("textarea.handsontableInput:focus"),
    )
    for _ in range(20):
        cell.dblclick()
        try:
            editor.wait_for(state="attached", timeout=1500)
        except TimeoutError:
            continue
        break
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_picture_needs_its_words_and_a_table_its_headings(
    written: tuple[Desk, Any], tmp_path: Path
) -> None:
    desk, page = written
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 90, 160)).save(out, "PNG")
    (tmp_path / "a.png").write_bytes(out.getvalue())
    page.locator("#id_title").press_sequentially("图和表")
    add(page, "图片")
    page.locator("[data-chooser-action-choose]:visible").last.click()
    page.get_by_role("tab", name="上传").click()
    page.set_input_files("#id_image-chooser-upload-file", tmp_path / "a.png")
    page.locator("#id_image-chooser-upload-title").fill("会场")
    page.get_by_role("button", name="上传").click()
    page.locator("input[name$='-value-alt']").fill("会场全景")
    add(page, "表格")
    page.locator("select[id$='-table-header-choice']").select_option("row")
    page.locator("input[id$='-handsontable-col-caption']").fill("受理情况")
    write_in_a_cell(page, "镇")
    page.wait_for_url("**/edit/**")  # it has begun the document by itself
    save(page)
    blocks = Disclosure.objects.get().get_latest_revision_as_object().body.get_prep_value()
    assert [one["type"] for one in blocks] == ["image", "table"]
    assert blocks[0]["value"]["alt"] == "会场全景"
    assert blocks[1]["value"]["table_caption"] == "受理情况"
    assert blocks[1]["value"]["data"][0][0] == "镇"
    assert axe_faults(page) == ""
    page.set_viewport_size({"width": 390, "height": 800})
    assert too_wide(page, 390) == []


def test_links_ask_for_an_address_at_once(written: tuple[Desk, Any]) -> None:
    _, page = written
    page.locator("#id_title").press_sequentially("链接")
    add(page, "文字")
    text = page.locator(".public-DraftEditor-content")
    text.click()
    page.keyboard.type("国务院")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.get_by_label("网址").fill("https://www.gov.cn/")
    page.get_by_role("button", name="插入链接").click()
    text.locator(".TooltipEntity").wait_for()
    # The text editor hands its text to the form a quarter of a second after a change.
    page.wait_for_timeout(600)
    save(page)
    (block,) = Disclosure.objects.get().get_latest_revision_as_object().body.get_prep_value()
    assert '<a href="https://www.gov.cn/">国务院</a>' in block["value"]


def test_what_was_copied_in_word_is_shown_as_words_and_comes_in_clean(
    written: tuple[Desk, Any],
) -> None:
    desk, page = written
    row = desk.draft()
    page.goto(f"/staff/cms/paste/{row.pk}/")
    page.locator("#paste-box").click()
    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.setData("text/plain", "一、总则");
          carried.setData("text/html", "<h2>一、总则</h2><img src=x onerror='alert(1)'>");
          document.querySelector("#paste-box").dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
        }"""
    )
    page.get_by_text("已收到 4 字。").wait_for()
    assert axe_faults(page) == ""
    page.get_by_role("button", name="贴入正文").click()
    page.wait_for_url("**/edit/**")
    assert desk.again(row).body.get_prep_value()[-1]["value"]["text"] == "一、总则"


def test_what_was_pasted_is_given_back_and_cannot_be_half_changed(
    written: tuple[Desk, Any],
) -> None:
    desk, page = written
    row = desk.draft()
    page.goto(f"/staff/cms/paste/{row.pk}/")
    box, said = page.locator("#paste-box"), page.locator("#paste-said")
    box.click()
    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.setData("text/plain", "一、总则");
          carried.setData("text/html", "<style>p {}</style><h2>一、总则</h2>");
          document.querySelector("#paste-box").dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
        }"""
    )
    page.keyboard.type("改")
    assert box.inner_text() == "一、总则"
    assert "先清空" in said.inner_text()
    service.save_draft(desk.editor, row.pk, {"title": "同事刚改的名称"}, now=desk.now)
    page.get_by_role("button", name="贴入正文").click()
    page.get_by_text("没有覆盖任何内容").wait_for()
    assert box.inner_text().strip() == "一、总则"
    assert "刚才粘贴的还在" in said.inner_text()
    page.get_by_role("button", name="清空，重新粘贴").click()
    page.keyboard.type("只写一句。")
    page.set_viewport_size({"width": 390, "height": 800})
    assert too_wide(page, 390) == [] and axe_faults(page) == ""
    page.get_by_role("button", name="贴入正文").click()
    page.wait_for_url("**/edit/**")
    assert "只写一句。" in desk.again(row).body.get_prep_value()[-1]["value"]

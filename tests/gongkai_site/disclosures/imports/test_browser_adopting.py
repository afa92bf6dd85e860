"""The adoption of an older site in a browser: from the upload to the catalogue, and back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.gongkai_site.browser import Visitor
from tests.gongkai_site.disclosures.factories import PDF, Desk, make_desk, make_person
from tests.gongkai_site.disclosures.imports.test_adopting import HEAD
from tests.gongkai_site.disclosures.imports.test_browser_imports import seen, signed_in

from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures.imports import adopting, importing, preparing
from gongkai_site.disclosures.imports.models import Batch
from gongkai_site.disclosures.models import Disclosure

pytestmark = pytest.mark.browser

LONG = (
    "云山县人民政府办公室关于印发云山县进一步促进消费扩大内需若干措施（试行）及其实施细则"
    "和任务分工方案的通知（含附件一至附件三）"
)
LEFT_OUT = "获奖者张某，身份证号码11010519491231002X。"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is queued: the test does the worker's part where it wants to be seen waiting."""
    for module in ("tasks", "views", "adopting_views"):
        monkeypatch.setattr(f"gongkai_site.disclosures.imports.{module}.queue", lambda batch: None)


@pytest.fixture
def old_site(transactional_db: None, tmp_path: Path, workbook: Any) -> tuple[Desk, list[Path]]:
    """An office, and what its editor would upload: a law, a long notice, one the checks block."""
    desk = make_desk()
    column, agency = desk.column.name, desk.agency.name
    lines = [
        [
            *(LONG, "规范性文件", column, "云商规字〔2020〕3号", agency, agency),
            *(date(2020, 5, 1), date(2020, 5, 1), date(2020, 5, 6), "A01/2020-00007", "废止"),
            *("部署促进消费。", "各街道：\n请认真执行。", "关于促进消费的若干措施.pdf"),
        ],
        [
            *("消费节开幕", "动态", column, None, None, agency, None, "2019-04-30"),
            *("2019年5月1日", None, None, None, "消费节今天开幕。欢迎参加！", None),
        ],
        [
            *("消费节获奖名单", "动态", column, None, None, agency, None, "2019-05-02"),
            *("2019年5月3日", None, None, "公布名单。", LEFT_OUT, None),
        ],
    ]
    sheet, paper = tmp_path / "目录.xlsx", tmp_path / "关于促进消费的若干措施.pdf"
    sheet.write_bytes(workbook(lines, HEAD).getvalue())
    paper.write_bytes(PDF)
    return desk, [sheet, paper]


def press(page: Any, name: str | re.Pattern[str]) -> None:
    """Go to a button by the keyboard and press it."""
    button = page.get_by_role("button", name=name)
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def upload(page: Any, files: list[Path]) -> Batch:
    page.goto(reverse("imports:home"))
    page.set_input_files("#catalogue-files", [str(one) for one in files])
    page.locator("form:has(#catalogue-files) button").click()
    page.wait_for_selector("progress")
    return Batch.objects.get()


def until(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def test_from_the_upload_to_the_catalogue(
    visitor: Visitor, old_site: tuple[Desk, list[Path]]
) -> None:
    desk, files = old_site
    page = signed_in(visitor, desk.editor)
    batch = upload(page, files)
    importing.run_check(batch.pk)
    # Where scripts run the page finds out by itself.
    until(page, "准备采用 3 份")
    seen(page, "adopt-ready")
    press(page, "准备采用 3 份")
    seen(page, "adopt-chosen")
    preparing.run_prepare(batch.pk)
    until(page, "有 1 份被自动检查拦住")
    assert page.get_by_role("button", name=re.compile("交签发人")).count() == 0
    seen(page, "adopt-prepared")

    page.get_by_role("link", name="要处理的 1").click()
    box = page.get_by_role("checkbox", name="选择“消费节获奖名单”")
    box.focus()
    page.keyboard.press("Space")
    page.get_by_label("不采用的原因").fill("有身份证号码，改好后另行导入")
    press(page, "选中的不采用")
    until(page, "已定 1 份不采用")
    seen(page, "adopt-left-out")
    press(page, "交签发人采用 2 份")
    until(page, "已交签发人")
    seen(page, "adopt-offered-editor")

    issuer = signed_in(visitor, desk.issuer)
    issuer.goto(reverse("staff:home"))
    issuer.get_by_role("link", name=re.compile("采用导入的文件")).click()
    seen(issuer, "adopt-waiting")
    issuer.get_by_role("link", name="目录.xlsx").click()
    seen(issuer, "adopt-offered")
    assert "不采用（编辑甲）：有身份证号码，改好后另行导入" in issuer.inner_text("main")
    issuer.get_by_role("link", name=LONG).click()
    assert issuer.inner_text("h1") == LONG
    seen(issuer, "adopt-row")
    with issuer.expect_download() as saved:
        issuer.get_by_role("link", name="关于促进消费的若干措施.pdf").click()
    assert saved.value.path().read_bytes() == PDF
    issuer.get_by_role("link", name="下一份").click()
    seen(issuer, "adopt-row-plain")
    issuer.get_by_role("link", name="目录.xlsx").click()
    press(issuer, "采用并公开 2 份")
    until(issuer, "签发人已同意，等待采用")
    seen(issuer, "adopt-taken")
    adopting.run_adopt(batch.pk)
    until(issuer, "2 份已经公开，1 份没有采用")
    seen(issuer, "adopt-adopted")
    page.reload()
    seen(page, "adopt-adopted-editor")

    found = Disclosure.objects.order_by("published_at")
    assert [(one.title, one.index_number, one.validity) for one in found][1] == (
        *(LONG, "A01/2020-00007", "repealed"),
    )
    page.get_by_role("link", name=LONG).last.click()
    assert page.inner_text("h1") == LONG
    assert "采用以前已经公开，不再有到期日" in page.inner_text("main")
    seen(page, "adopt-item")


def test_returned_and_handed_over_again(
    visitor: Visitor, old_site: tuple[Desk, list[Path]]
) -> None:
    desk, files = old_site
    page = signed_in(visitor, desk.editor)
    batch = upload(page, files)
    importing.run_check(batch.pk)
    adopting.choose(desk.editor, batch.pk)
    preparing.run_prepare(batch.pk)
    adopting.leave_out(desk.editor, batch.pk, [3], "有身份证号码")
    adopting.hand_over(desk.editor, batch.pk)

    issuer = signed_in(visitor, desk.issuer)
    issuer.goto(reverse("imports:one", args=[batch.pk]))
    issuer.get_by_label("退回的原因").fill("第二份不是本局的，请不要采用。")
    press(issuer, "退回编辑")
    until(issuer, "已把“目录.xlsx”退回编辑")
    seen(issuer, "adopt-returned")
    page.goto(reverse("imports:one", args=[batch.pk]))
    until(page, "第二份不是本局的，请不要采用。")
    seen(page, "adopt-returned-editor")
    page.get_by_role("checkbox", name="选择“消费节开幕”").check()
    page.get_by_label("不采用的原因").fill("不是本局的")
    press(page, "选中的不采用")
    press(page, "交签发人采用 1 份")
    # Whoever had a hand in it is told to find another, and gets no button.
    both = make_person(desk.agency, Role.EDITOR, Role.ISSUER)
    other = signed_in(visitor, both)
    other.goto(reverse("imports:one", args=[batch.pk]))
    assert other.get_by_role("button", name="采用并公开 1 份").count() == 1
    press(other, "收回")
    press(other, "交签发人采用 1 份")
    assert "要由另一个人（签发）采用" in other.inner_text("main")
    assert other.get_by_role("button", name=re.compile("采用并公开")).count() == 0
    seen(other, "adopt-own-hand")
    # What the issuer's page showed was taken back meanwhile.
    issuer.goto(reverse("imports:one", args=[batch.pk]))
    adopting.take_back(desk.editor, batch.pk)
    adopting.hand_over(desk.editor, batch.pk)
    press(issuer, "采用并公开 1 份")
    until(issuer, "内容可能变了")
    press(issuer, "采用并公开 1 份")
    adopting.run_adopt(batch.pk)
    until(issuer, "1 份已经公开，2 份没有采用")


def test_without_script_the_page_is_refreshed_by_its_link(
    visitor: Visitor, old_site: tuple[Desk, list[Path]]
) -> None:
    desk, files = old_site
    page = signed_in(visitor, desk.editor, java_script_enabled=False)
    batch = upload(page, files)
    importing.run_check(batch.pk)
    page.get_by_role("link", name="刷新").click()
    until(page, "准备采用 3 份")
    press(page, "准备采用 3 份")
    preparing.run_prepare(batch.pk)
    page.get_by_role("link", name="刷新").click()
    page.get_by_role("checkbox", name="选择“消费节获奖名单”").check()
    page.get_by_label("不采用的原因").fill("有身份证号码")
    press(page, "选中的不采用")
    press(page, "交签发人采用 2 份")
    issuer = signed_in(visitor, desk.issuer, java_script_enabled=False)
    issuer.goto(reverse("imports:one", args=[batch.pk]))
    press(issuer, "采用并公开 2 份")
    adopting.run_adopt(batch.pk)
    issuer.get_by_role("link", name="刷新").click()
    until(issuer, "2 份已经公开，1 份没有采用")

"""Ledger, archive, notices and supervision in a browser, wide and narrow; axe finds nothing."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.info_requests.desk.walk import People
from tests.gongkai_site.info_requests.factories import make_bureau
from tests.gongkai_site.info_requests.office.sheets import line, sheet, values_in
from tests.gongkai_site.info_requests.office.test_supervision import City, filled, under

from gongkai.casework import CHINA
from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests.ledger import importing
from gongkai_site.info_requests.models import Case, LedgerImport
from gongkai_site.info_requests.reminders.run import remind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICER, HEAD, SUPERVISOR = Role.CASE_OFFICER, Role.DISCLOSURE_HEAD, Role.SUPERVISOR
TODAY = date(2026, 3, 30)
WIDTHS = (1440, 390)


@pytest.fixture
def city(visitor: Visitor, settings: Any) -> Iterator[City]:
    """A city with two bureaus and their year, on TODAY."""
    settings.DEMO = True
    made = City(
        make_bureau("市办", "示例市政府办公室"),
        make_bureau("示商", "示例市商务局"),
        make_bureau("示站", "示例市商务局检测站"),
        make_bureau("邻市", "邻市商务局"),
    )
    under(made.commerce, made.city)
    under(made.station, made.commerce)
    filled(made)
    for bureau in (made.city, made.commerce):
        for user in bureau.users.values():
            user.display_name = f"{bureau.agency.code}{user.display_name}"
            user.save()
    User.objects.update(is_demo=True)
    with time_machine.travel(datetime.combine(TODAY, time(17, 0), CHINA), tick=True):
        yield made


def sound(page: Any, width: int) -> None:
    assert axe_faults(page) == ""
    assert too_wide(page, width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_ledger_from_its_first_fault_to_the_last_row(
    visitor: Visitor, city: City, tmp_path: Path, width: int
) -> None:
    page = People(visitor, city.commerce).at(OFFICER, width)
    page.get_by_role("link", name="台账").click()
    sound(page, width)
    bad = tmp_path / "有错的台账.xlsx"
    bad.write_bytes(sheet([line(number="a", channel="飞鸽", name=None), line(number="b")]))
    page.get_by_label("台账文件").set_input_files(bad)
    page.get_by_role("button", name="上传检查").click()
    page.get_by_text("等待检查").wait_for()
    sound(page, width)
    importing.run_check(LedgerImport.objects.latest("pk").pk)
    # The page finds out by itself.
    page.get_by_role("heading", name="有 2 处错误，一件都没有导入").wait_for()
    assert page.get_by_role("rowheader", name="台账!C2").is_visible()
    sound(page, width)
    good = tmp_path / "台账.xlsx"
    late = {
        "ended_on": date(2020, 4, 2), "ending": "不予公开：属于四类过程性信息", "grounds": "16.2",
        "signed_by": "李四", "served_by": "直接送达", "served_on": date(2020, 4, 2),
    }  # fmt: skip
    good.write_bytes(sheet([line(number="a", **late), line(number="b")]))
    page.get_by_role("link", name="重新上传").click()
    page.get_by_label("台账文件").set_input_files(good)
    page.get_by_role("button", name="上传检查").click()
    page.get_by_text("等待检查").wait_for()
    importing.run_check(LedgerImport.objects.latest("pk").pk)
    page.get_by_role("heading", name="检查通过，等待确认").wait_for()
    assert page.get_by_text("答复期限已于2020-03-30届满", exact=False).is_visible()
    sound(page, width)
    page.get_by_role("button", name="确认导入 2 件").click()
    page.get_by_text("已确认，等待导入").wait_for()
    importing.run_import(LedgerImport.objects.latest("pk").pk)
    page.get_by_role("heading", name="已导入").wait_for()
    assert page.get_by_role("link", name="2020-00002").is_visible()
    sound(page, width)


def test_a_ledger_without_scripts(visitor: Visitor, city: City, tmp_path: Path) -> None:
    page = People(visitor, city.commerce).at(OFFICER, 390, java_script_enabled=False)
    page.goto("/staff/office/ledger/")
    good = tmp_path / "台账.xlsx"
    good.write_bytes(sheet([line(number="a")]))
    page.get_by_label("台账文件").set_input_files(good)
    page.get_by_role("button", name="上传检查").click()
    importing.run_check(LedgerImport.objects.get().pk)
    page.get_by_role("link", name="刷新").click()
    assert page.get_by_role("button", name="确认导入 1 件").is_visible()


def test_ledger_and_case_file_are_handed_out(visitor: Visitor, city: City) -> None:
    page = People(visitor, city.commerce).at(HEAD)
    page.goto("/staff/office/ledger/")
    page.get_by_label("哪一年到达的申请").select_option("2026")
    page.get_by_label("包含申请人的身份信息").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出台账").click()
    assert download.value.suggested_filename == "示例市商务局台账2026.xlsx"
    rows = values_in(Path(download.value.path()).read_bytes())
    assert [row["申请编号"] for row in rows] == [f"2026-0000{n}" for n in range(1, 7)]
    assert {row["申请人姓名或者名称*"] for row in rows} == {"独一无二"}
    held = Case.objects.get(agency=city.commerce.agency, number="2026-00001")
    page.goto(f"/staff/requests/{held.pk}/")
    page.get_by_role("link", name="导出案卷").first.click()
    page.get_by_role("heading", name="导出案卷 2026-00001").wait_for()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        sound(page, width)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出案卷（ZIP）").click()
    assert download.value.suggested_filename == "示商2026-00001案卷.zip"
    with zipfile.ZipFile(download.value.path()) as book:
        assert book.testzip() is None
        (index,) = [name for name in book.namelist() if name.endswith("index.html")]
        text = book.read(index).decode()
    reader = visitor.page(1440)
    reader.set_content(text)
    reader.get_by_role("heading", name="办理经过").wait_for()
    sound(reader, 1440)


@pytest.mark.parametrize("width", WIDTHS)
def test_notices(visitor: Visitor, city: City, width: int) -> None:
    remind(date(2026, 3, 26), datetime(2026, 3, 26, 9, tzinfo=CHINA))
    remind(TODAY, datetime(2026, 3, 30, 9, tzinfo=CHINA))
    page = People(visitor, city.commerce).at(HEAD, width)
    page.get_by_role("link", name="通知").first.click()
    page.get_by_role("heading", name="条未读").wait_for()
    sound(page, width)
    page.get_by_role("button", name=re.compile("标为已读.*2026-00004 即将到期")).click()
    page.get_by_role("link", name="只看未读").click()
    assert page.get_by_text("申请 2026-00004 即将到期").count() == 0
    page.get_by_role("button", name="全部标为已读").click()
    page.get_by_text("条通知已标为已读").wait_for()
    sound(page, width)


@pytest.mark.parametrize("width", WIDTHS)
def test_supervision(visitor: Visitor, city: City, width: int) -> None:
    page = People(visitor, city.city).at(SUPERVISOR, width)
    page.get_by_role("link", name=re.compile("^监督")).click()
    page.get_by_role("heading", name="各机关办理情况").wait_for()
    sound(page, width)
    row = page.get_by_role("row", name="示例市商务局", exact=False).first
    assert row.get_by_role("link", name="66.7%").is_visible()
    row.get_by_role("link", name="示例市商务局", exact=True).click()
    page.get_by_role("rowheader", name="2026-00004").wait_for()
    assert "独一无二" not in page.content()
    sound(page, width)
    page.get_by_role("link", name="2026 年统计").click()
    page.get_by_role("heading", name="示例市商务局 2026 年统计").wait_for()
    sound(page, width)
    page.get_by_role("row", name="6.属于四类过程性信息", exact=False).get_by_role(
        "link"
    ).last.click()
    page.get_by_role("rowheader", name="2026-00003").wait_for()
    page.go_back()
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.get_by_role("heading", name="示例市商务局 2026 年统计").is_visible()

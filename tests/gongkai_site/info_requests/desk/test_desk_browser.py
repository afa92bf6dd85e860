"""The desk in a browser: one request of every channel from registration to the archive, and axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.info_requests.desk.walk import (
    HEAD,
    LEGAL,
    OFFICER,
    People,
    ask_for_correction,
    refuse,
)
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, RESIDENT_ID, Bureau

from gongkai.casework import CHINA
from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Case, Letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOW = Role.WINDOW


@pytest.fixture
def people(visitor: Visitor, bureau: Bureau, settings: Any) -> Iterator[People]:
    """The bureau on the afternoon of its day."""
    settings.DEMO = True
    User.objects.update(is_demo=True)
    with time_machine.travel(datetime.combine(bureau.clock.day, time(17, 0), CHINA), tick=True):
        yield People(visitor, bureau)


# --- the whole way --------------------------------------------------------------------------------

CHANNELS = {
    "in_person": "当面提交",
    "post_signed": "邮寄，要签收",
    "post_ordinary": "平常信函",
    "fax": "传真",
    "email": "电子邮件",
    "other": "电话、口述",
}


def _register(page: Any, channel: str, scan: Path) -> str:
    page.goto("/staff/requests/register/")
    page.get_by_label(re.compile(CHANNELS[channel])).check()
    page.get_by_label("申请人类别").select_option("natural_person")
    page.get_by_label("姓名或者名称").fill("王小明")
    page.get_by_label(re.compile("证件种类")).select_option("resident_id")
    page.get_by_label(re.compile("证件号码")).fill(RESIDENT_ID)
    page.get_by_label(re.compile("通信地址")).fill("示例市示例路1号")
    page.get_by_label("所需信息的名称").fill("2025年扶持资金的有关材料")
    page.get_by_label(re.compile("扫描件")).set_input_files(scan)
    page.get_by_role("button", name="先核对日期和重复").click()
    page.get_by_role("heading", name="核对（还没有登记）").wait_for()
    assert page.get_by_text("申请书.txt").is_visible()
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("heading", name="已登记：2026-00001").wait_for()
    assert page.get_by_text("查询码", exact=False).first.is_visible()
    return str(page.url)


def _correct(people: People, case: str) -> None:
    window = people.at(WINDOW)
    window.goto(case)
    window.get_by_role("link", name="登记对方收到").click()
    window.get_by_role("button", name="登记", exact=True).click()
    window.get_by_text("已经登记对方收到。").wait_for()
    window.get_by_role("link", name="登记补正").click()
    window.get_by_label("所需信息的名称").fill("2025年扶持资金分配方案讨论记录")
    window.get_by_role("button", name="登记", exact=True).click()
    window.get_by_text("答复期限重新计算，到期日为2026-03-30").wait_for()


@pytest.mark.parametrize("channel", CHANNELS)
def test_from_registration_to_the_archive(people: People, channel: str, tmp_path: Path) -> None:
    scan = tmp_path / "申请书.txt"
    scan.write_text("申请书原件", "utf-8")
    window, officer = people.at(WINDOW), people.at(OFFICER)
    registered = _register(window, channel, scan)
    case = registered.removesuffix("registered/")
    if channel not in ("in_person", "post_signed"):
        window.get_by_role("link", name="登记双方确认收到").click()
        window.get_by_role("button", name="登记", exact=True).click()
        window.get_by_text("收到申请之日为2026-03-02").wait_for()
    ask_for_correction(people, case)
    _correct(people, case)
    refuse(people, case)
    window.goto("/staff/requests/queue/serve/")
    window.get_by_role("link", name="2026-00001").click()
    window.get_by_role("link", name="登记送达").click()
    window.get_by_label("送达方式").select_option("post")
    window.get_by_role("button", name="登记", exact=True).click()
    window.get_by_text("已经登记送达，这件申请办结。").wait_for()
    officer.goto(case)
    officer.get_by_role("link", name="归档").click()
    officer.get_by_role("button", name="归档").click()
    officer.get_by_text("已经归档。").wait_for()
    assert RESIDENT_ID not in officer.content()
    held = Case.objects.get()
    assert (held.state, held.outcome, held.channel) == ("archived", "N6", channel)
    assert held.irregular == 0
    assert Letter.objects.get(kind="N6").number == "示商公复〔2026〕1号"


# --- by keyboard, without a script ----------------------------------------------------------------


def test_the_list_is_walked_by_keyboard(people: People) -> None:
    for _ in range(3):
        people.bureau.case()
    page = people.at(OFFICER)
    page.goto("/staff/requests/")
    focused = "document.activeElement.textContent"
    page.keyboard.press("j")
    assert page.evaluate(focused) == "2026-00001"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(focused) == "2026-00002"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "id_q"
    page.keyboard.type("jk")  # typed, not obeyed
    assert page.locator("#id_q").input_value() == "jk"
    page.locator("a[data-row]").nth(1).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2025年夜间经济扶持资金分配方案").wait_for()


def test_the_desk_works_without_a_script(people: People) -> None:
    case = people.bureau.case()
    page = people.at(OFFICER, 1280, java_script_enabled=False)
    page.goto("/staff/requests/")
    assert not page.get_by_text("键盘：").is_visible()
    page.get_by_role("link", name=case.number).click()
    page.get_by_role("link", name="征求其他机关意见").click()
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("link", name="请填写被征求意见的机关。").click()
    assert page.url.endswith("#id_organ")
    page.get_by_label("被征求意见的机关").fill("示例市财政局")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("等待答复的时间不计入期限").wait_for()


# --- every page, wide and narrow ------------------------------------------------------------------


def _pages(bureau: Bureau) -> dict[Role, dict[str, str]]:
    """Every kind of page with something on it, by who opens it."""
    case = bureau.case(asked_name="一件标题特别长的申请" * 12)
    service.assign(bureau.officer, case.pk, office_id=bureau.offices[1].pk, now=bureau.clock())
    service.note(bureau.officer, case.pk, "备注", now=bureau.clock())
    facts = {"third_party": "示例公司", "information": "金额", "consult_what": "是否同意"}
    asked = bureau.issued(bureau.letter(case, "third_party_consult", facts))
    service.deliver(
        bureau.officer, case.pk, of=asked.event, on=bureau.clock.day, now=bureau.clock()
    )
    draft = bureau.letter(bureau.case(), "N6", REPLY_FACTS["N6"], grounds=["16.2"])
    gaps = bureau.letter(bureau.case(), "P1", {})
    closed = bureau.closed(bureau.case())
    late = bureau.corrected_asked(bureau.case())
    waiting = Case.objects.get(pk=bureau.submitted().case_id)
    extension = service.propose_extension(
        bureau.officer, bureau.case().pk, days=5, reason="检索量大", now=bureau.clock()
    )
    service.ask_assistance(
        bureau.officer,
        case.pk,
        office_id=bureau.offices[1].pk,
        what="请检索",
        due_on=bureau.clock.day,
        now=bureau.clock(),
    )
    base = "/staff/requests/"
    return {
        OFFICER: {
            "list": base,
            "nothing found": f"{base}?q=没有这个",
            "empty tab": f"{base}?bucket=overdue",
            "closed": f"{base}?bucket=closed",
            "mine": f"{base}queue/mine/",
            "serve": f"{base}queue/serve/",
            "register": f"{base}register/",
            "registered": f"{base}{waiting.pk}/registered/",
            "consulting": f"{base}{case.pk}/",
            "closed case": f"{base}{closed.pk}/",
            "awaiting correction": f"{base}{late.pk}/",
            "unconfirmed": f"{base}{waiting.pk}/",
            "verb": f"{base}{case.pk}/do/record_opinion/",
            "verb closed": f"{base}{case.pk}/do/serve/",
            "outcomes": f"{base}{case.pk}/outcomes/",
            "facts": f"{base}{case.pk}/letters/new/P1/",
            "sent": f"{base}{case.pk}/sent/third_party_consult/",
            "letter": f"{base}letters/{draft.pk}/",
            "letter with gaps": f"{base}letters/{gaps.pk}/",
            "letter sent": f"{base}letters/{asked.pk}/",
        },
        LEGAL: {
            "review": f"{base}queue/review/",
            "letter to review": f"{base}letters/{draft.pk}/",
            "case without identity": f"{base}{case.pk}/",
            "wording": f"{base}wording/",
            "wording of one": f"{base}wording/N6/",
        },
        HEAD: {"sign": f"{base}queue/sign/", "extension": f"{base}letters/{extension.pk}/"},
        Role.BUSINESS_OFFICE: {"asked": f"{base}queue/mine/", "first page": "/staff/"},
    }


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(people: People, width: int) -> None:
    found = {}
    for role, pages in _pages(people.bureau).items():
        page = people.at(role, width)
        for name, address in pages.items():
            page.goto(address)
            if wide := too_wide(page, width):
                found[f"{name} is wide"] = str(wide)
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => (one.open = true))"
            )
            if faults := axe_faults(page):
                found[name] = faults
    assert found == {}


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_answers(people: People, width: int) -> None:
    """Faults, the second yes, a look before keeping, and the identity once shown."""
    case = people.bureau.case()
    page, found = people.at(OFFICER, width), {}

    def look(name: str) -> None:
        if faults := axe_faults(page):
            found[name] = faults

    page.goto("/staff/requests/register/")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("heading", name="还不能办理").wait_for()
    page.locator("#faults:focus").wait_for()
    look("faults")
    page.goto(f"/staff/requests/{case.pk}/letters/new/U1/")
    page.get_by_role("button", name="先看一看").click()
    page.get_by_role("heading", name="看一看（还没有保存）").wait_for()
    look("look")
    page.goto(f"/staff/requests/{case.pk}/")
    page.get_by_role("button", name=re.compile("查看身份信息")).click()
    page.get_by_role("heading", name="申请人的身份信息").wait_for()
    assert page.get_by_text(RESIDENT_ID).is_visible()
    assert RESIDENT_ID not in page.url + page.title()
    look("identity")
    assert found == {}

"""The public's pages in a browser: with a script and without, by keyboard, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, Bureau, make_bureau
from tests.gongkai_site.portal.citizen import Citizen

from gongkai.casework import Kind
from gongkai_site.info_requests import attachments, service
from gongkai_site.info_requests.models import Case, Letter

pytestmark = pytest.mark.browser

LONG = (
    "关于二〇二五年度夜间经济扶持专项资金在各区之间的分配方案、评审打分表、公示材料和异议处理情况"
    * 3
)
WORD = "https://example.cn/" + "a" * 200


@pytest.fixture
def office(visitor: Visitor) -> Bureau:
    """The body asked; `visitor` clears everything away afterwards."""
    return make_bureau(office_hours="工作日9:00—12:00，14:00—17:00", fax="000-00000001")


def press(page: Any, name: str) -> None:
    """Press a button, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Any, name: str) -> None:
    """Follow a link."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).click()


def enter(page: Any) -> None:
    """Press Enter, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_in(page: Any, office: Bureau, *, what: str = "2025年夜间经济扶持资金分配方案") -> None:
    """From the guide to the check page, as a person does it."""
    page.goto("/request/")
    follow(page, "网上申请")
    page.fill("#f-what", what)
    page.fill("#f-description", "各区的分配金额")
    press(page, "保存并继续")
    page.get_by_label("电子文档").check()
    page.get_by_label("网上查看、下载").check()
    press(page, "保存并继续")
    page.get_by_label("自然人").check()
    page.fill("#f-name", "王小明")
    page.get_by_label("居民身份证").check()
    page.fill("#f-identity", RESIDENT_ID)
    press(page, "保存并继续")
    page.fill("#f-phone", "010-12345678")
    page.get_by_label("大字版文书").check()
    press(page, "保存并继续")
    press(page, "没有附件，继续")


def look_up(page: Any, number: str, code: str) -> None:
    page.goto("/request/track/")
    page.fill("#f-number", number)
    page.fill("#f-code", code)
    press(page, "查询")


# --- the whole way ------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_guide_to_the_withdrawal(visitor: Visitor, office: Bureau, script: bool) -> None:
    page = visitor.page(390, java_script_enabled=script)
    fill_in(page, office)
    follow(page, "修改“附件”")
    page.set_input_files(
        "#f-files",
        [
            {"name": "说明.txt", "mimeType": "text/plain", "buffer": "说明".encode()},
            {"name": "页.html", "mimeType": "text/html", "buffer": b"<html></html>"},
        ],
    )
    press(page, "上传")
    assert "“页.html”是网页" in page.locator(".alert").inner_text()
    press(page, "保存，回到核对")
    assert page.locator(".files .name").inner_text() == "说明.txt"
    assert RESIDENT_ID not in page.content()
    press(page, "提交申请")
    number, code = page.locator(".big").all_inner_texts()
    assert number == "2026-00001"
    with page.expect_download() as download:
        page.get_by_role("link", name="下载回执（PDF）").click()
    assert download.value.suggested_filename == "政府信息公开申请提交凭证2026-00001.pdf"
    page.reload()
    assert page.locator(".big").all_inner_texts() == [number, code]

    follow(page, "查询办理进度")
    page.fill("#f-number", number)
    page.fill("#f-code", "AAAA-BBBB-CCCC")
    press(page, "查询")
    assert "申请编号和查询码不相符" in page.locator(".alert").inner_text()
    page.fill("#f-code", code.lower())
    press(page, "查询")
    assert page.locator("h1").inner_text() == "已经提交，等待确认收到"

    service.confirm(office.officer, Case.objects.get().pk, now=office.clock())
    page.reload()
    assert "2026年3月30日" in page.locator(".due").first.inner_text()
    page.get_by_text("这个日期是怎么算出来的").click()
    assert page.locator(".days td.due").is_visible()
    follow(page, "撤回申请")
    press(page, "撤回这件申请")
    assert page.locator("h1").inner_text() == "您已经撤回"
    assert Case.objects.get().state == "withdrawn"
    press(page, "退出查询")
    page.go_back()
    page.reload()
    assert page.url.endswith("/request/track/?note=ended")


def test_back_and_send_again_is_one_case(visitor: Visitor, office: Bureau) -> None:
    page = visitor.page()
    fill_in(page, office)
    page.get_by_role("button", name="提交申请").dblclick()
    page.locator(".ticket").wait_for()
    first = page.locator(".big").all_inner_texts()
    page.go_back()
    page.reload()
    assert page.locator(".big").all_inner_texts() == first
    assert Case.objects.count() == 1


def test_writing_is_kept_while_it_goes_on(visitor: Visitor, office: Bureau) -> None:
    page = visitor.page()
    page.goto(reverse("portal:new", args=[office.agency.pk]))
    page.fill("#f-what", "写到一半")
    page.get_by_text("已自动保存").wait_for()
    assert "/request/forms/" in page.url
    page.fill("#f-what", "写到一半又多一点")
    page.wait_for_function("document.querySelector('main form').action.includes('/forms/')")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        pass_time(page)
    page.reload()
    assert page.input_value("#f-what") == "写到一半又多一点"
    press(page, "保存并继续")
    assert page.locator("h1").inner_text() == "您想要什么形式，用什么方式拿到？"


def pass_time(page: Any) -> None:
    """Type one more sign, so that the script's pause begins, and let it end."""
    page.locator("#f-what").press("End")


def test_a_scanned_code_brings_the_number(visitor: Visitor, office: Bureau) -> None:
    page = visitor.page()
    page.goto("/request/track/#2026-00012")
    assert page.input_value("#f-number") == "2026-00012"
    assert page.evaluate("document.activeElement.id") == "f-code"


# --- by keyboard --------------------------------------------------------------------------------


def tab_to(page: Any, selector: str, at_most: int = 60) -> None:
    """Press Tab until the element has the focus, and see that it shows."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_asking_takes_no_mouse(visitor: Visitor, office: Bureau) -> None:
    page = visitor.page()
    page.goto(reverse("portal:new", args=[office.agency.pk]))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    # A wrong step brings the focus to what is wrong, and from there to the field.
    tab_to(page, "button[value=next]")
    enter(page)
    assert page.evaluate("document.activeElement.className") == "alert"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-what"
    page.keyboard.type("分配方案")
    tab_to(page, "button[value=next]")
    enter(page)
    for name in ("form_wanted", "way"):
        tab_to(page, f"input[name={name}]")
        page.keyboard.press("Space")
    tab_to(page, "button[value=next]")
    enter(page)
    tab_to(page, "input[name=applicant_kind]")
    page.keyboard.press("Space")
    tab_to(page, "#f-name")
    page.keyboard.type("王小明")
    tab_to(page, "input[name=identity_type]")
    page.keyboard.press("Space")
    tab_to(page, "#f-identity")
    page.keyboard.type(RESIDENT_ID)
    enter(page)  # Enter in a field goes on
    tab_to(page, "#f-phone")
    page.keyboard.type("010-12345678")
    enter(page)
    tab_to(page, "button[value=next]")
    enter(page)
    tab_to(page, "button[value=send]")
    enter(page)
    page.locator(".ticket").wait_for()
    assert Case.objects.count() == 1


def test_every_control_of_a_request_can_be_reached_by_tab(visitor: Visitor, office: Bureau) -> None:
    number, code = Citizen(office.agency.pk).receipt()
    office.closed(confirmed(office, number))
    page = visitor.page()
    look_up(page, number, code)
    page.get_by_text("这个日期是怎么算出来的").click()
    wanted = page.locator(
        "main :is(a[href], button, input:not([type=hidden]), textarea, summary)"
    ).evaluate_all(
        "(all) => new Set(all.filter((e) => e.checkVisibility())"
        ".map((e) => e.type === 'radio' ? e.name : e)).size"
    )
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    reached = set()
    for _ in range(wanted + 60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const e = document.activeElement;
                return e.closest('main') && e.id !== 'main'
                  ? [...document.querySelectorAll('*')].indexOf(e) : -1 }"""
            )
        )
    assert len(reached - {-1}) == wanted


# --- every page, wide and narrow ----------------------------------------------------------------


def confirmed(office: Bureau, number: str) -> Case:
    case = Case.objects.get(number=number, agency=office.agency)
    return service.confirm(office.officer, case.pk, now=office.clock())


def asked(office: Bureau, **changes: Any) -> tuple[Case, str]:
    number, code = Citizen(office.agency.pk).receipt(what=LONG, description=WORD, **changes)
    return confirmed(office, number), code


def form_pages(page: Any, office: Bureau) -> Iterator[str]:
    """Every page of the form, in good order and in bad."""
    page.goto("/request/")
    yield "guide"
    follow(page, "网上申请")
    press(page, "保存并继续")
    yield "what, wrong"
    page.fill("#f-what", LONG)
    page.fill("#f-description", WORD)
    press(page, "保存并继续")
    yield "how"
    draft = page.url.rstrip("/").rsplit("/", 1)[0]
    page.goto(f"{draft}/check/")
    yield "check, incomplete"
    page.goto(f"{draft}/how/")
    page.get_by_label("电子文档").check()
    page.get_by_label("邮寄").check()
    press(page, "保存并继续")
    page.get_by_label("自然人").check()
    page.fill("#f-name", "王小明")
    page.get_by_label("居民身份证").check()
    page.fill("#f-identity", RESIDENT_ID[:-1] + "1")
    press(page, "保存并继续")
    yield "who, wrong"
    page.fill("#f-identity", RESIDENT_ID)
    press(page, "保存并继续")
    yield "contact"
    page.fill("#f-address", "示例市示例路1号")
    press(page, "保存并继续")
    long_name = "一份名称特别长的文件" * 9
    files = [(f"{long_name}.txt", "说明".encode()), (f"{long_name}.html", b"<html></html>")]
    page.set_input_files(
        "#f-files",
        [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files],
    )
    press(page, "上传")
    yield "files, one refused"
    press(page, "继续")
    yield "check"
    press(page, "提交申请")
    yield "receipt"
    page.goto(f"{draft[:-8]}00000000/who/")
    yield "form gone"
    page.goto("/request/nowhere/")
    yield "not found"
    page.goto(reverse("portal:own-record", args=[office.agency.pk]))
    yield "own record"


def case_pages(page: Any, office: Bureau) -> Iterator[str]:
    """Every page of a request, in the states that look different."""
    look_up(page, "2026-09999", "AAAA-BBBB-CCCC")
    yield "entrance, wrong"
    number, code = Citizen(office.agency.pk).receipt()
    look_up(page, number, code)
    yield "unconfirmed"
    case, code = asked(office)
    look_up(page, case.number, code)
    page.get_by_text("这个日期是怎么算出来的").click()
    yield "running"
    follow(page, "撤回申请")
    yield "withdraw"
    facts = {
        "correction_items": [LONG],
        "correction_guidance": "可以在公开目录中查得名称",
        "correction_days": 10,
    }
    office.issued(office.letter(case, "correction_notice", facts))
    page.goto("/request/case/")
    page.get_by_text("这个日期是怎么算出来的").click()
    yield "to correct"
    follow(page, "打开示商公补〔2026〕1号")
    yield "letter, unopened"
    press(page, "打开，确认收到")
    yield "letter"
    page.goto("/request/case/correct/")
    page.fill("#f-what", "")
    press(page, "提交补正")
    yield "correct, wrong"
    case, code = asked(office)
    service.record_sent(
        office.officer,
        case.pk,
        Kind.FEE_NOTICED,
        {"scale": "items", "count": 12, "amount": 100, "received_on": office.clock.day},
        on=office.clock.day,
        now=office.clock(),
    )
    look_up(page, case.number, code)
    follow(page, "上传缴费凭证")
    press(page, "提交凭证")
    yield "pay, wrong"
    case, code = asked(office)
    kept = attachments.keep("一份名称特别长的文件" * 9 + ".txt", ["各区金额".encode()])
    service.attach(office.officer, case.pk, [kept], "reply", for_applicant=True, now=office.clock())
    office.closed(case)
    look_up(page, case.number, code)
    press(page, "提交评价")
    yield "closed, wrong rating"
    page.goto(reverse("portal:letter", args=[Letter.objects.get(case=case).pk]))
    yield "reply"


def amiss(page: Any) -> list[str]:
    """What is wrong with a page: by axe, wide and narrow; what makes it scroll sideways.

    320 px is a small phone, and a wide screen at 400 %; 640 px a wide screen at 200 %.
    """
    found = []
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {one}" for one in [axe_faults(page)] if one]
    for width in (320, 390, 640):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {one}" for one in too_wide(page, width)]
    page.evaluate("document.documentElement.style.setProperty('font-size', '225%')")
    found += [f"letters twice as large: {one}" for one in too_wide(page, 640)]
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    return found


@pytest.mark.parametrize("pages", [form_pages, case_pages], ids=["form", "case"])
def test_every_page_is_right_wide_and_narrow(visitor: Visitor, office: Bureau, pages: Any) -> None:
    page = visitor.page()
    found = {name: amiss(page) for name in pages(page, office)}
    assert len(found) > 10
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_home_with_many_bodies(visitor: Visitor, office: Bureau) -> None:
    for number in range(13):
        make_bureau(f"示{number}", f"示例市第{number}局")
    for width in (1440, 320):
        page = visitor.page(width)
        page.goto("/request/")
        assert page.get_by_label("机关名称").is_visible()
        assert axe_faults(page) == ""
        assert too_wide(page, width) == []


def test_printing_leaves_the_receipt(visitor: Visitor, office: Bureau) -> None:
    page = visitor.page()
    fill_in(page, office)
    press(page, "提交申请")
    page.emulate_media(media="print")
    for gone in (".top", ".bottom", ".acts", ".clear"):
        assert not page.locator(gone).first.is_visible()
    for kept in (".big", ".qr", "h1"):
        assert page.locator(kept).first.is_visible()


def test_high_contrast_keeps_what_colour_says(
    visitor: Visitor, office: Bureau, clock: time_machine.Coordinates
) -> None:
    case, code = asked(office)
    clock.shift(timedelta(hours=1))
    page = visitor.page(forced_colors="active")
    look_up(page, case.number, code)
    page.get_by_text("这个日期是怎么算出来的").click()
    for cell in (".days .today", ".days .due"):
        outline = f"getComputedStyle(document.querySelector('{cell}')).outlineStyle"
        assert page.evaluate(outline) == "solid"

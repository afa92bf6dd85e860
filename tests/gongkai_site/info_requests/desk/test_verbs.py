"""Every verb on its page: done by whoever may, refused to whoever may not, greyed where the law says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from lxml import html
from tests.gongkai_site.info_requests.desk.conftest import Desk, words
from tests.gongkai_site.info_requests.desk.forms import fields_of, send
from tests.gongkai_site.info_requests.factories import Bureau, second

from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Case, Letter

pytestmark = pytest.mark.django_db

OFFICER, WINDOW, OFFICE = Role.CASE_OFFICER, Role.WINDOW, Role.BUSINESS_OFFICE
LEGAL, HEAD = Role.LEGAL, Role.DISCLOSURE_HEAD
ROLES = (OFFICER, WINDOW, OFFICE, LEGAL, HEAD)
BASE = "/staff/requests/"


def _case(bureau: Bureau) -> Case:
    case = bureau.case()
    service.assign(bureau.officer, case.pk, office_id=bureau.offices[1].pk, now=bureau.clock())
    return case


def _web(bureau: Bureau) -> Case:
    return Case.objects.get(pk=bureau.submitted().case_id)


def _asked_correction(bureau: Bureau) -> Case:
    return bureau.corrected_asked(_case(bureau))


def _late_correction(bureau: Bureau) -> Case:
    case = _asked_correction(bureau)
    bureau.clock.go(11)
    return case


def _consulted(bureau: Bureau) -> Case:
    case = _case(bureau)
    facts = {"third_party": "示例公司", "information": "金额", "consult_what": "是否同意"}
    letter = bureau.issued(bureau.letter(case, "third_party_consult", facts))
    day, now = bureau.clock.day, bureau.clock()
    service.deliver(bureau.officer, case.pk, of=letter.event, on=day, now=now)
    return case


def _undelivered(bureau: Bureau) -> Case:
    case = _case(bureau)
    facts = {
        "correction_items": ["名称"],
        "correction_guidance": "见公开目录",
        "correction_days": 10,
    }
    bureau.issued(bureau.letter(case, "correction_notice", facts))
    return case


def _organ_asked(bureau: Bureau) -> Case:
    case = _case(bureau)
    service.consult_organ(bureau.officer, case.pk, organ="示例市财政局", now=bureau.clock())
    return case


def _fee(bureau: Bureau) -> Case:
    case = _case(bureau)
    facts = {
        "fee_scale": "按件计收",
        "fee_count": 12,
        "fee_month": "2026年3月",
        "payment_method": "到窗口缴纳",
        "payment_days": 20,
    }
    letter = bureau.issued(bureau.letter(case, "fee_notice", facts))
    day, now = bureau.clock.day, bureau.clock()
    service.deliver(bureau.officer, case.pk, of=letter.event, on=day, now=now)
    return case


def _unpaid(bureau: Bureau) -> Case:
    case = _fee(bureau)
    bureau.clock.go(30)
    return case


def _reasons(bureau: Bureau) -> Case:
    case = _case(bureau)
    service.record_sent(
        bureau.officer,
        case.pk,
        service.handling.Kind.REASONS_REQUESTED,
        {},
        on=bureau.clock.day,
        now=bureau.clock(),
    )
    return case


def _assisted(bureau: Bureau) -> Case:
    case = _case(bureau)
    service.ask_assistance(
        bureau.officer,
        case.pk,
        office_id=bureau.offices[1].pk,
        what="请检索",
        due_on=bureau.clock.day,
        now=bureau.clock(),
    )
    return case


def _replied(bureau: Bureau) -> Case:
    return bureau.replied(_case(bureau))


def _served(bureau: Bureau) -> Case:
    return bureau.closed(_case(bureau))


def _reviewed(bureau: Bureau) -> Case:
    case = _served(bureau)
    service.record_dispute_opened(
        bureau.officer, case.pk, what="review", on=bureau.clock.day, now=bureau.clock()
    )
    return case


def _sued(bureau: Bureau) -> Case:
    case = _served(bureau)
    service.record_dispute_opened(
        bureau.officer, case.pk, what="litigation", on=bureau.clock.day, now=bureau.clock()
    )
    return case


def _twin(bureau: Bureau) -> Case:
    bureau.case()
    return _case(bureau)


@dataclass(frozen=True)
class Row:
    """A verb: a case ready for it, who may, what is filled in, what the page says afterwards."""

    ready: Callable[[Bureau], Case]
    may: tuple[Role, ...]
    said: dict[str, Any] = field(default_factory=dict)
    done: str = ""


TABLE = {
    "confirm": Row(_web, (OFFICER, WINDOW), {}, "收到申请之日为2026-03-02，应当在2026-03-30前答复"),
    "assign": Row(_case, (OFFICER, HEAD), {"what": "尽快"}, "已经交办给市场处"),
    "ask_assistance": Row(
        _case, (OFFICER, HEAD), {"office": "2nd", "due_on": "2026-03-06"}, "已经请市场处协办"
    ),
    "answer_assistance": Row(_assisted, (OFFICE,), {"answer": "没有检索到"}, "已经反馈"),
    "examine": Row(_case, (OFFICER,), {}, "不需要补正"),
    "split": Row(
        _case, (OFFICER,), {"others": "甲方案\n乙方案"}, "另立 2 件：2026-00002、2026-00003"
    ),
    "merge": Row(_twin, (OFFICER,), {}, "已经并入 2026-00001"),
    "record_corrected": Row(
        _asked_correction, (OFFICER, WINDOW), {"name": "2025年分配表"}, "到期日为2026-03-30"
    ),
    "judge_reasons": Row(_reasons, (OFFICER,), {"reasonable": "no"}, "已经登记理由说明"),
    "consult_organ": Row(_case, (OFFICER,), {"organ": "示例市财政局"}, "不计入期限"),
    "record_opinion": Row(
        _consulted,
        (OFFICER, WINDOW),
        {"answer": "objects", "reasonable": "yes", "words": "商业秘密"},
        "已经登记意见",
    ),
    "record_organ_answer": Row(
        _organ_asked, (OFFICER, WINDOW), {"words": "无意见"}, "期限继续计算"
    ),
    "deliver": Row(_undelivered, (OFFICER, WINDOW), {}, "已经登记对方收到"),
    "record_payment": Row(_fee, (OFFICER, WINDOW), {"amount": ""}, "已经登记缴费"),
    "propose_extension": Row(
        _case, (OFFICER,), {"days": "10", "reason": "检索量大"}, "同意以前，到期日不变"
    ),
    "serve": Row(_replied, (OFFICER, WINDOW), {"method": "direct"}, "这件申请办结"),
    "lapse_correction": Row(_late_correction, (HEAD,), {}, "不再处理"),
    "lapse_fee": Row(_unpaid, (HEAD,), {}, "不再处理"),
    "record_withdrawal": Row(_case, (OFFICER, WINDOW), {}, "已经登记撤回"),
    "transfer": Row(_case, (OFFICER, HEAD), {"to": "示例市财政局"}, "已经转送示例市财政局"),
    "review_opened": Row(_served, (OFFICER, LEGAL), {}, "已经登记"),
    "review_decided": Row(_reviewed, (OFFICER, LEGAL), {"result": "corrected"}, "重新办理"),
    "litigation_opened": Row(_served, (OFFICER, LEGAL), {}, "已经登记"),
    "litigation_decided": Row(_sued, (OFFICER, LEGAL), {"result": "upheld"}, "已经登记结果"),
    "reopen": Row(_served, (OFFICER, HEAD), {"ordered_by": "self"}, "已经重新办理"),
    "archive": Row(_served, (OFFICER,), {}, "已经归档"),
}


def _link(page: Any, verb: str) -> bool:
    tree = html.fromstring(page.content.decode())
    return bool(tree.xpath(f"//aside//a[contains(@href, '/do/{verb}/')]"))


def _why_not(page: Any, name: str) -> str:
    tree = html.fromstring(page.content.decode())
    found = tree.xpath(f"//aside//li[span[@class='off']='{name}']/small/text()")
    return found[0] if found else ""


@pytest.mark.parametrize("verb", TABLE)
def test_a_verb_is_open_to_whoever_may_and_closed_with_the_reason_to_others(
    desk: Desk, verb: str
) -> None:
    row, bureau = TABLE[verb], desk.bureau
    case = row.ready(bureau)
    for role in ROLES:
        client = desk.sits(role)
        page = client.get(f"{BASE}{case.pk}/")
        if page.status_code == 404:  # a business office sees only what was given to it
            assert role is OFFICE
            continue
        assert _link(page, verb) == (role in row.may), (verb, role)
        answer = client.get(f"{BASE}{case.pk}/do/{verb}/")
        assert answer.status_code == (200 if role in row.may else 403) or (
            verb == "answer_assistance" and role is OFFICER and answer.status_code == 200
        ), (verb, role, answer.status_code)


@pytest.mark.parametrize("verb", TABLE)
def test_a_verb_is_done_by_its_form(desk: Desk, verb: str) -> None:
    row, bureau = TABLE[verb], desk.bureau
    case = row.ready(bureau)
    before = Case.objects.get(pk=case.pk).version
    said = dict(row.said)
    if said.get("office") == "2nd":
        said["office"] = str(bureau.offices[1].pk)
    client = desk.sits(row.may[0])
    answer = send(client, f"{BASE}{case.pk}/do/{verb}/", **said)
    assert answer.status_code == 302, words(answer)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert row.done in words(page)
    events = Case.objects.get(pk=case.pk).version - before
    assert events == (
        0 if verb in {"ask_assistance", "answer_assistance", "propose_extension"} else 1
    )


@pytest.mark.parametrize("verb", TABLE)
def test_a_verb_sent_by_somebody_else_changes_nothing(desk: Desk, verb: str) -> None:
    row, bureau = TABLE[verb], desk.bureau
    case = row.ready(bureau)
    before = Case.objects.get(pk=case.pk).version
    desk.now()
    for role in set(ROLES) - set(row.may):
        if verb == "answer_assistance" and role is OFFICER:
            continue  # may answer for an office of their own
        answer = desk.sits(role).post(f"{BASE}{case.pk}/do/{verb}/", {"expected": before})
        assert answer.status_code in (403, 404), (verb, role)
    assert Case.objects.get(pk=case.pk).version == before


# --- the law --------------------------------------------------------------------------------------


def test_what_the_law_does_not_allow_is_greyed_with_its_article(desk: Desk) -> None:
    case = desk.bureau.case()
    client = desk.sits(OFFICER)
    page = client.get(f"{BASE}{case.pk}/")
    assert _why_not(page, "登记送达") == "还没有作出答复（条例第三十六条）"
    assert "申请还没有办结" in _why_not(page, "归档")
    assert _why_not(page, "同意延期") == "由公开机构负责人办理"
    closed = client.get(f"{BASE}{case.pk}/do/serve/")
    assert "现在不能办理" in words(closed)
    assert "<form" not in closed.content.decode().split("<main")[1].split("</main>")[0]


def test_something_irregular_is_recorded_only_after_a_second_yes(desk: Desk) -> None:
    case = _late_correction(desk.bureau)
    client = desk.sits(OFFICER)
    path = f"{BASE}{case.pk}/do/record_corrected/"
    first = send(client, path, name="2025年分配表")
    assert first.status_code == 422
    assert "申请人的补正期限已于" in words(first)
    said = fields_of(first)
    assert "as_happened" not in said
    done = client.post(path, said | {"as_happened": "on"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.irregular == 1
    page = client.get(f"{BASE}{case.pk}/")
    assert "与规定不符之处" in words(page)


def test_the_second_of_two_officers_is_told_and_nothing_is_overwritten(desk: Desk) -> None:
    bureau = desk.bureau
    case = bureau.case()
    mine, path = desk.sits(OFFICER), f"{BASE}{case.pk}/do/consult_organ/"
    page = mine.get(path)
    other = second(bureau, OFFICER)
    service.examine(other, case.pk, now=bureau.clock())
    said = fields_of(page) | {"organ": "示例市财政局", "about": "我写了很久的话"}
    answer = mine.post(path, said)
    assert answer.status_code == 409
    assert "张三在" in words(answer)
    assert "登记了“审核完毕”" in words(answer)
    assert fields_of(answer)["about"] == "我写了很久的话"
    case.refresh_from_db()
    assert case.version == 2
    # Having read it, the officer sends the same form again.
    assert mine.post(path, fields_of(answer)).status_code == 302
    case.refresh_from_db()
    assert (case.version, case.state) == (3, "awaiting_organ")


def test_a_mistake_is_undone_from_the_timeline(desk: Desk) -> None:
    case = _organ_asked(desk.bureau)
    client = desk.sits(OFFICER)
    page = client.get(f"{BASE}{case.pk}/")
    tree = html.fromstring(page.content.decode())
    [link] = tree.xpath("//li[.//strong='征求其他机关意见']//a[@class='undo']/@href")
    assert send(client, link, reason="").status_code == 422
    assert send(client, link, reason="登记错了").status_code == 302
    case.refresh_from_db()
    assert case.state == "examined"
    told = words(client.get(f"{BASE}{case.pk}/"))
    assert "已撤销" in told
    assert "理由：登记错了" in told


def test_a_note_and_a_file_are_added(desk: Desk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = desk.bureau.case()
    client = desk.sits(OFFICER)
    assert client.post(f"{BASE}{case.pk}/note", {"words": "电话问过"}).status_code == 302
    assert client.post(f"{BASE}{case.pk}/note", {"words": " "}).status_code == 422
    path = f"{BASE}{case.pk}/do/attach/"
    bad = SimpleUploadedFile("页.html", b"<!doctype html><p>x")
    answer = client.post(path, {"purpose": "other", "uploads": bad, "expected": "1"})
    assert "不能作为附件" in words(answer)
    good = SimpleUploadedFile("记录.txt", "检索记录".encode())
    answer = client.post(path, {"purpose": "", "uploads": good, "expected": "1"})
    assert answer.status_code == 422
    # The file need not be chosen again.
    kept = fields_of(answer) | {"purpose": "office"}
    kept.pop("uploads", None)
    assert client.post(path, kept).status_code == 302
    file = case.attachments.get()
    got = client.get(f"{BASE}{case.pk}/files/{file.pk}")
    assert got.content == "检索记录".encode()
    assert got["Content-Disposition"].startswith("attachment")
    page = words(client.get(f"{BASE}{case.pk}/"))
    assert "电话问过" in page
    assert "记录.txt" in page


def test_a_notice_sent_on_paper_is_recorded(desk: Desk) -> None:
    case = desk.bureau.case()
    client = desk.sits(OFFICER)
    assert "补登" in words(client.get(f"{BASE}{case.pk}/letters/new/correction_notice/"))
    answer = send(client, f"{BASE}{case.pk}/sent/correction_notice/", days="10", what="名称")
    assert answer.status_code == 302, words(answer)
    case.refresh_from_db()
    assert case.state == "awaiting_correction"
    assert desk.sits(WINDOW).get(f"{BASE}{case.pk}/sent/fee_notice/").status_code == 403


def test_help_asked_of_an_office_is_taken_back(desk: Desk) -> None:
    case = _assisted(desk.bureau)
    client = desk.sits(OFFICER)
    pk = case.assignments.get(kind="assist").pk
    assert client.post(f"{BASE}{case.pk}/assistance/{pk}/cancel").status_code == 302
    assert "解除" in words(client.get(f"{BASE}{case.pk}/"))
    assert client.post(f"{BASE}{case.pk + 1}/assistance/{pk}/cancel").status_code == 404


def test_ending_a_case_against_the_applicant_asks_for_a_fresh_code(desk: Desk) -> None:
    case = _late_correction(desk.bureau)
    client, secret = desk.signs_in(HEAD)
    path = f"{BASE}{case.pk}/do/lapse_correction/"
    said = fields_of(client.get(path))
    desk.clock.shift(6 * 60)
    answer = client.post(path, said)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/staff/confirm/")
    case.refresh_from_db()
    assert case.closed_on is None
    taken_up = client.post(answer["Location"], {"code": desk.code_of(secret)}, follow=True)
    assert "不再处理" in words(taken_up)
    case.refresh_from_db()
    assert case.outcome == "O1"


def test_nobody_signed_out_sees_the_desk(desk: Desk) -> None:
    case = desk.bureau.case()
    client = Client()
    for path in ("", "register/", "list.csv", f"{case.pk}/", f"{case.pk}/do/assign/", "wording/"):
        answer = client.get(BASE + path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/staff/sign-in/")
    assert Letter.objects.count() == 0

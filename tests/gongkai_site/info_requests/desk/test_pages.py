"""Lists, registration and the case file: what they show, to whom, and what they keep back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html
from tests.gongkai_site.info_requests.desk.conftest import Desk, words
from tests.gongkai_site.info_requests.desk.forms import fields_of
from tests.gongkai_site.info_requests.factories import CREDIT_CODE, REPLY_FACTS, RESIDENT_ID

from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Case, Letter

pytestmark = pytest.mark.django_db

OFFICER, WINDOW, OFFICE = Role.CASE_OFFICER, Role.WINDOW, Role.BUSINESS_OFFICE
LEGAL, HEAD = Role.LEGAL, Role.DISCLOSURE_HEAD
BASE = "/staff/requests/"


def _numbers(page: Any) -> list[str]:
    tree = html.fromstring(page.content.decode())
    return tree.xpath("//a[@data-row]/text()")


# --- lists ----------------------------------------------------------------------------------------


def test_the_list_tells_what_is_due_today_soon_and_overdue(desk: Desk) -> None:
    bureau = desk.bureau
    for _ in range(3):
        bureau.case()
        bureau.clock.go(2)
    bureau.submitted()
    # Received on 2, 4 and 6 March 2026: due on 30 March, 1 and 3 April. It is now 1 April.
    bureau.clock.go(16)
    client = desk.sits(OFFICER)
    assert bureau.clock.day == date(2026, 4, 1)
    page = client.get(BASE)
    assert _numbers(page) == ["2026-00001", "2026-00002", "2026-00003", "2026-00004"]
    shown = words(page)
    for tab in ("在办 4", "今天到期 1", "三个工作日内到期 2", "已经逾期 1", "等待对方 1"):
        assert tab in shown
    assert "逾期 2" in shown
    assert _numbers(client.get(BASE + "?bucket=overdue")) == ["2026-00001"]
    assert _numbers(client.get(BASE + "?bucket=today")) == ["2026-00002"]
    assert _numbers(client.get(BASE + "?bucket=unconfirmed")) == ["2026-00004"]


def test_the_list_is_narrowed_and_the_address_keeps_it(desk: Desk) -> None:
    bureau = desk.bureau
    first, other = bureau.case(), bureau.case(asked_name="老字号名单", channel="fax")
    service.assign(bureau.officer, first.pk, office_id=bureau.offices[1].pk, now=bureau.clock())
    client = desk.sits(OFFICER)
    office, handler = bureau.offices[1].pk, bureau.users[OFFICER].pk
    for query, found in {
        "q=老字号": [other.number],
        "q=2026-00001": [first.number],
        "channel=fax": [other.number],
        f"office={office}": [first.number],
        f"handler={handler}": [],
        "state=awaiting_confirmation": [other.number],
        "state=nonsense&office=x": [first.number, other.number],
        "bucket=closed": [],
    }.items():
        assert _numbers(client.get(f"{BASE}?{query}")) == found, query
    page = client.get(f"{BASE}?q=没有这个")
    assert "没有符合条件的申请" in words(page)
    assert 'value="没有这个"' in page.content.decode()


def test_the_list_is_paged_by_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai_site.info_requests.views import lists

    real = lists.desk
    monkeypatch.setattr(lists, "desk", lambda *args, **kwargs: real(*args, **kwargs, size=2))
    for _ in range(5):
        desk.bureau.case()
    client, seen, address = desk.sits(OFFICER), [], BASE
    while address:
        page = client.get(address)
        seen += _numbers(page)
        tree = html.fromstring(page.content.decode())
        following = tree.xpath("//a[@rel='next']/@href")
        address = BASE + following[0] if following else ""
    assert seen == [f"2026-0000{n}" for n in range(1, 6)]


def test_the_export_holds_no_identity_and_no_formula(desk: Desk) -> None:
    bureau = desk.bureau
    bureau.case(asked_name=f"=cmd 我的身份证 {RESIDENT_ID} 的记录")
    answer = desk.sits(OFFICER).get(BASE + "list.csv")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["编号"] for row in rows] == ["2026-00001"]
    assert rows[0]["所需信息"].startswith("'=cmd")
    for secret in (RESIDENT_ID, "王小明", "xiaoming@example.cn", "010-12345678"):
        assert secret not in text
    entry = AuditEntry.objects.order_by("number").last()
    assert entry.details == {"what": "csv", "rows": 1}


def test_a_queue_is_there_for_its_role_only(desk: Desk) -> None:
    bureau = desk.bureau
    letter = bureau.letter(bureau.case(), "N6", REPLY_FACTS["N6"], grounds=["16.2"])
    opened = {
        OFFICER: {"mine", "serve"},
        WINDOW: {"mine", "serve"},
        OFFICE: {"mine"},
        LEGAL: {"mine", "review"},
        HEAD: {"mine", "sign"},
    }
    for role, keys in opened.items():
        client = desk.sits(role)
        for key in ("mine", "review", "sign", "serve"):
            wanted = 200 if key in keys else 404
            assert client.get(f"{BASE}queue/{key}/").status_code == wanted, (role, key)
    assert letter.title in words(desk.sits(LEGAL).get(f"{BASE}queue/review/"))
    bureau.letter(bureau.case(), "U1", {})
    assert "还有缺项，暂不用法制审核（1）" in words(desk.sits(LEGAL).get(f"{BASE}queue/review/"))


def test_a_business_office_finds_what_it_was_asked(desk: Desk) -> None:
    bureau = desk.bureau
    case, hidden = bureau.case(), bureau.case()
    service.ask_assistance(
        bureau.officer,
        case.pk,
        office_id=bureau.offices[1].pk,
        what="请检索台账",
        due_on=bureau.clock.day,
        now=bureau.clock(),
    )
    client = desk.sits(OFFICE)
    assert "请检索台账" in words(client.get(f"{BASE}queue/mine/"))
    assert _numbers(client.get(BASE)) == [case.number]
    assert client.get(f"{BASE}{hidden.pk}/").status_code == 404


def test_the_whole_file_is_offered_to_whoever_may_take_it_away(desk: Desk) -> None:
    case = desk.bureau.case()
    for role in (OFFICER, WINDOW, LEGAL, HEAD):
        page = desk.sits(role).get(f"{BASE}{case.pk}/").content.decode()
        assert (f"/staff/office/cases/{case.pk}/archive/" in page) == (role in (OFFICER, HEAD))


# --- who the applicant is -------------------------------------------------------------------------


def test_the_identity_is_masked_until_it_is_asked_for_and_then_written_down(desk: Desk) -> None:
    case = desk.bureau.case(description=f"本人身份证 {RESIDENT_ID}，企业 {CREDIT_CODE}")
    desk.bureau.corrected_asked(case)
    letter = Letter.objects.get()
    client = desk.sits(OFFICER)
    pages = ["", f"{case.pk}/", f"letters/{letter.pk}/", f"{case.pk}/do/record_corrected/"]
    pages += [f"{case.pk}/registered/", f"{case.pk}/letters/new/G1/", "queue/mine/"]
    for path in pages[:3] + pages[4:]:
        text = client.get(BASE + path).content.decode()
        assert RESIDENT_ID not in text or path.startswith("letters/"), path
        assert "xiaoming@example.cn" not in text, path
    shown = client.get(f"{BASE}{case.pk}/").content.decode()
    assert "王××" in shown
    assert "王小明" not in shown
    before = AuditEntry.objects.filter(action="request.view_identity").count()
    assert client.get(f"{BASE}{case.pk}/identity").status_code == 405
    told = client.post(f"{BASE}{case.pk}/identity")
    assert RESIDENT_ID in told.content.decode()
    assert "no-store" in told["Cache-Control"]
    assert AuditEntry.objects.filter(action="request.view_identity").count() == before + 1
    entry = AuditEntry.objects.order_by("number").last()
    assert RESIDENT_ID not in str(entry.details) + entry.target


def test_legal_and_offices_do_not_learn_who_asks(desk: Desk) -> None:
    bureau = desk.bureau
    case = bureau.case()
    service.assign(bureau.officer, case.pk, office_id=bureau.offices[1].pk, now=bureau.clock())
    file = SimpleUploadedFile("身份证.txt", b"id")
    from gongkai_site.info_requests.attachments import chunks_of, keep

    kept = keep("身份证.txt", chunks_of(file))
    [identity] = service.attach(bureau.officer, case.pk, [kept], "identity", now=bureau.clock())
    for role in (LEGAL, OFFICE):
        client = desk.sits(role)
        page = client.get(f"{BASE}{case.pk}/")
        assert "王" not in words(page).split("申请人 ")[1][:6]
        assert "不显示" in words(page)
        assert client.post(f"{BASE}{case.pk}/identity").status_code == 403
        assert client.get(f"{BASE}{case.pk}/forms/registration.pdf").status_code == 403
        assert client.get(f"{BASE}{case.pk}/files/{identity.pk}").status_code == 404
        assert "身份证.txt" not in page.content.decode()
    assert desk.sits(OFFICER).get(f"{BASE}{case.pk}/files/{identity.pk}").status_code == 200


# --- registration ---------------------------------------------------------------------------------

TYPED = {
    "channel": "in_person",
    "arrived_on": "2026-03-02",
    "kind": "request",
    "applicant_kind": "natural_person",
    "name": "王小明",
    "identity_type": "resident_id",
    "identity": RESIDENT_ID,
    "phone": "010-12345678",
    "what": "2025年夜间经济扶持资金分配方案",
    "form_wanted": "paper",
    "way": "post",
}


def _register(desk: Desk, role: Role = WINDOW, **changes: Any) -> tuple[Any, Any]:
    client = desk.sits(role)
    held = fields_of(client.get(BASE + "register/"))
    held.pop("uploads", None)
    return client, client.post(BASE + "register/", held | TYPED | changes)


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("in_person", "当面提交，提交之日为收到申请之日（条例第三十一条第（一）项）"),
        ("post_signed", "需要签收的邮寄，签收之日为收到申请之日（条例第三十一条第（二）项）"),
        ("post_ordinary", "不需要签收的平常信函，与申请人确认之日为收到申请之日"),
        ("fax", "传真提交，双方确认之日为收到申请之日（条例第三十一条第（三）项）"),
        ("email", "电子邮件提交，双方确认之日为收到申请之日"),
        ("other", "其他渠道提交，双方确认之日为收到申请之日（本系统惯例）"),
    ],
)
def test_each_channel_fixes_the_day_of_receipt_and_says_why(
    desk: Desk, channel: str, told: str
) -> None:
    client, answer = _register(desk, channel=channel)
    assert answer.status_code == 302, words(answer)
    case = Case.objects.get()
    page = words(client.get(answer["Location"]))
    assert told in page
    if channel in ("in_person", "post_signed"):
        assert "2026年3月2日 周一" in page
        assert "应当在 2026年3月30日 周一 前" in page
        assert case.due_on == date(2026, 3, 30)
    else:
        assert "待双方确认" in page
        assert case.due_on is None


def test_the_day_can_be_looked_at_before_anything_is_kept(desk: Desk) -> None:
    desk.bureau.case()
    client, answer = _register(desk, look="1")
    page = words(answer)
    assert answer.status_code == 200
    assert "收到申请之日： 2026年3月2日 周一" in page
    assert "本月在本机关的申请：第 2 件" in page
    assert "内容相似的申请： 2026-00001" in page
    assert Case.objects.count() == 1
    held = fields_of(answer)
    held.pop("uploads", None)
    assert client.post(BASE + "register/", held).status_code == 302
    assert Case.objects.count() == 2


def test_the_code_is_shown_once_and_a_form_sent_twice_is_one_case(desk: Desk) -> None:
    client = desk.sits(WINDOW)
    held = fields_of(client.get(BASE + "register/")) | TYPED
    held.pop("uploads", None)
    first = client.post(BASE + "register/", held)
    again = client.post(BASE + "register/", held)
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1
    assert "查询码" in words(client.get(first["Location"]))
    assert "交给申请人" not in words(client.get(first["Location"]))


def test_faults_are_named_and_neither_words_nor_scans_are_lost(desk: Desk) -> None:
    client = desk.sits(WINDOW)
    held = fields_of(client.get(BASE + "register/")) | TYPED | {"identity": RESIDENT_ID[:-1] + "1"}
    held["uploads"] = SimpleUploadedFile("申请书.txt", "原件".encode())
    answer = client.post(BASE + "register/", held)
    assert answer.status_code == 422
    assert "身份证号码的校验位不对" in words(answer)
    kept = fields_of(answer) | {"identity": RESIDENT_ID}
    kept.pop("uploads", None)
    assert kept["what"] == TYPED["what"]
    assert client.post(BASE + "register/", kept).status_code == 302
    assert Case.objects.get().attachments.get().name == "申请书.txt"


def test_what_is_missing_is_told_for_the_correction(desk: Desk) -> None:
    changes = {"identity": "", "identity_type": "", "form_wanted": "", "on_behalf": "on"}
    client, answer = _register(desk, OFFICER, **changes)
    page = words(client.get(answer["Location"]))
    assert "申请里没有写明的，可以一次告知补正：身份证明的号码；通信地址；需要的形式。" in page
    case = Case.objects.get()
    assert case.on_behalf
    assert "（代为填写）" in words(client.get(f"{BASE}{case.pk}/"))


def test_the_receipt_is_numbered_once_and_the_form_is_printed(desk: Desk) -> None:
    client, answer = _register(desk)
    case = Case.objects.get()
    first = client.post(f"{BASE}{case.pk}/receipt")
    assert first.content.startswith(b"%PDF")
    assert client.post(f"{BASE}{case.pk}/receipt").content == first.content
    assert Letter.objects.get().number == "示商公收〔2026〕1号"
    assert client.get(f"{BASE}{case.pk}/forms/registration.pdf").content.startswith(b"%PDF")
    assert client.get(f"{BASE}{case.pk}/forms/nothing.pdf").status_code == 404
    code = client.post(f"{BASE}{case.pk}/code")
    assert "原来的查询码已经作废" in words(code)


def test_no_receipt_before_both_sides_confirmed(desk: Desk) -> None:
    client, _ = _register(desk, channel="fax")
    case = Case.objects.get()
    answer = client.post(f"{BASE}{case.pk}/receipt", follow=True)
    assert "还不能出具回执" in words(answer)
    assert Letter.objects.count() == 0


def test_others_may_not_register(desk: Desk) -> None:
    for role in (LEGAL, OFFICE, HEAD):
        assert desk.sits(role).get(BASE + "register/").status_code == 403


# --- the case file --------------------------------------------------------------------------------


def test_the_clock_is_explained_day_by_day(desk: Desk) -> None:
    bureau = desk.bureau
    case = bureau.case()
    bureau.clock.go(3)
    page = desk.sits(OFFICER).get(f"{BASE}{case.pk}/")
    tree = html.fromstring(page.content.decode())
    days = tree.xpath("//table[@class='strip']//td[not(contains(@class,'none'))]")
    # 2 March (a Monday) to 30 March, both included.
    assert len(days) == 29
    assert "第20个工作日" in days[-1].text_content()
    assert "到期" in days[-1].text_content()
    assert [one.text_content() for one in days if "今天" in one.text_content()][0].startswith("5")
    shown = words(page)
    assert "还有 17 个工作日" in shown
    assert "周末，不计入 条例第三十三条第二款" in shown
    assert "补正告知期限" in shown


def test_hints_name_the_like_the_many_and_what_might_be_published(desk: Desk) -> None:
    bureau = desk.bureau
    first = bureau.case()
    for number in range(3):
        bureau.case(
            applicant_name=f"李{number}", identity="", identity_type="", phone=f"010-{number}0000"
        )
    last = bureau.case()
    page = words(desk.sits(OFFICER).get(f"{BASE}{last.pk}/"))
    assert f"同一申请人的 {first.number}" in page
    assert "核对是否重复申请（条例第三十六条第（六）项）" in page
    assert "本件是第 2 件" in page
    assert "可以转为主动公开（条例第四十四条）" in page


def test_a_split_case_and_its_parts_point_at_each_other(desk: Desk) -> None:
    from gongkai_site.info_requests.intake import Asked

    bureau = desk.bureau
    case = bureau.case()
    [part] = service.split(
        bureau.officer, case.pk, first=Asked("甲"), others=[Asked("乙")], now=bureau.clock()
    )
    client = desk.sits(OFFICER)
    assert f"拆出： {part.number}" in words(client.get(f"{BASE}{case.pk}/"))
    assert f"拆分自： {case.number}" in words(client.get(f"{BASE}{part.pk}/"))


def test_a_year_without_holidays_is_told_and_nothing_else_fails(desk: Desk) -> None:
    bureau = desk.bureau
    bureau.clock.day = date(2026, 11, 10)
    served = bureau.closed(bureau.case())  # review may be sought until January 2027
    bureau.clock.day = date(2026, 12, 15)
    late = bureau.case()  # due in January 2027
    client = desk.sits(OFFICER)
    page = words(client.get(f"{BASE}{served.pk}/"))
    assert "没有2027年的工作日历" in page
    assert "按期" in page
    page = words(client.get(f"{BASE}{late.pk}/"))
    assert "没有2027年的工作日历" in page
    assert late.number in words(client.get(BASE))
    told = client.get(f"{BASE}{late.pk}/outcomes/")
    assert told.status_code in (200, 503)
    assert client.get(f"{BASE}{late.pk}/registered/").status_code == 200
    for path in ("letters/new/G1/", "do/assign/", "do/archive/"):
        assert client.get(f"{BASE}{late.pk}/{path}").status_code in (200, 503), path


def test_every_verb_of_a_case_leads_to_a_page(desk: Desk) -> None:
    bureau = desk.bureau
    cases = [bureau.case(), bureau.replied(bureau.case()), bureau.closed(bureau.case())]
    for role in (OFFICER, WINDOW, LEGAL, HEAD):
        client = desk.sits(role)
        for case in cases:
            page = html.fromstring(client.get(f"{BASE}{case.pk}/").content)
            links = page.xpath("//a[contains(@class, 'button')]/@href")
            assert {one: client.get(one).status_code for one in links if one[0] == "/"} == {
                one: 200 for one in links if one[0] == "/"
            }
            inner = [one.split("#")[1] for one in links if "#" in one]
            assert [one for one in inner if not page.xpath("//*[@id=$one]", one=one)] == []

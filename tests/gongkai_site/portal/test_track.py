"""Following a request: with number and code, and with nothing less."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.urls import reverse
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, Bureau
from tests.gongkai_site.portal.citizen import Citizen, errors_in, text_of, trouble_in

from gongkai.casework import CHINA, Kind, State
from gongkai_site.info_requests import attachments, service
from gongkai_site.info_requests.errors import NotAllowedNow
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.models import Attachment, Case, Letter, Satisfaction
from gongkai_site.info_requests.queries.report import table3
from gongkai_site.portal.house import house

pytestmark = pytest.mark.django_db

Go = Callable[[int], date]

CORRECTED = {
    "kind": "request",
    "what": "2025年夜间经济扶持资金分配表",
    "description": "按区列出",
    "form_wanted": "electronic",
    "way": "online",
}


def down(*args: object, **kwargs: object) -> Any:
    raise OperationalError("database is locked")


@pytest.fixture
def go(bureau: Bureau, clock: time_machine.Coordinates) -> Go:
    """Move on by working days, the bureau and the machine together."""

    def moved(days: int) -> date:
        day = bureau.clock.go(days)
        clock.move_to(datetime.combine(day, time(9), CHINA))
        return day

    return moved


@pytest.fixture
def asked(citizen: Citizen, bureau: Bureau) -> Case:
    """A request the citizen sent, confirmed the same day, and is following."""
    number, code = citizen.receipt()
    case = Case.objects.get(number=number)
    service.confirm(bureau.officer, case.pk, now=bureau.clock())
    citizen.code = code  # type: ignore[attr-defined]
    assert citizen.track(number, code).status_code == 200
    return Case.objects.get(pk=case.pk)


def page(citizen: Citizen, name: str = "case", *args: Any) -> Any:
    return citizen.client.get(reverse(f"portal:{name}", args=args))


def post(citizen: Citizen, name: str, *args: Any, **data: Any) -> Any:
    return citizen.client.post(reverse(f"portal:{name}", args=args), data)


# --- number and code ----------------------------------------------------------------------------


def test_number_and_code_open_the_request_together_only(citizen: Citizen) -> None:
    number, code = citizen.receipt()
    stranger = Citizen(citizen.agency_id)
    told = set()
    for wrong in (
        (number, "AAAA-BBBB-CCCC"),
        ("2026-09999", code),
        (number, ""),
        ("", code),
        ("", ""),
        ("' OR 1=1 --", "%"),
    ):
        answer = stranger.track(*wrong)
        assert answer.status_code == 422
        told.add(trouble_in(answer))
        assert page(stranger)["Location"] == reverse("portal:track") + "?note=ended"
    assert len(told) == 1
    assert "申请编号和查询码不相符" in told.pop()
    assert "分配方案" in stranger.track(number, f" {code.lower()} ").content.decode()


def test_every_address_of_a_request_is_closed_without_them(citizen: Citizen, asked: Case) -> None:
    stranger = Citizen(citizen.agency_id)
    entrance = reverse("portal:track") + "?note=ended"
    for name, args in (
        ("case", ()),
        ("correct", ()),
        ("withdraw", ()),
        ("pay", ()),
        ("letter", (1,)),
        ("letter-pdf", (1,)),
        ("letter-docx", (1,)),
        ("file", (1,)),
    ):
        answer = page(stranger, name, *args)
        assert (answer.status_code, answer["Location"]) == (302, entrance), name
    for name, args in (
        ("withdraw", ()),
        ("rate", ()),
        ("part", ()),
        ("pay", ()),
        ("open-letter", (1,)),
    ):
        answer = post(stranger, name, *args, number=asked.number, score="5")
        assert (answer.status_code, answer["Location"]) == (302, entrance), name
    assert Case.objects.get().state == "registered"


def test_guessing_ends_with_a_sentence(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai_site.info_requests.service import public

    number, code = citizen.receipt()
    monkeypatch.setattr(public, "house", lambda: dict(house()) | {"lookups_per_hour": 2})
    for _ in range(2):
        assert citizen.track(number, "AAAA-BBBB-CCCC").status_code == 422
    answer = citizen.track(number, code)
    assert answer.status_code == 429
    assert "查询次数太多" in text_of(answer)


def test_a_session_ends_when_left_idle_or_after_two_hours(
    citizen: Citizen, asked: Case, clock: time_machine.Coordinates
) -> None:
    for _ in range(4):
        clock.shift(timedelta(minutes=29))
        assert page(citizen).status_code == 200
    clock.shift(timedelta(minutes=5))
    assert page(citizen).status_code == 302  # two hours in all
    citizen.track(asked.number, citizen.code)  # type: ignore[attr-defined]
    clock.shift(timedelta(minutes=31))
    assert page(citizen).status_code == 302  # half an hour unused


def test_leaving_forgets_the_request(citizen: Citizen, asked: Case) -> None:
    answer = citizen.client.post(reverse("portal:leave"), follow=True)
    assert "已经退出查询" in text_of(answer)
    assert page(citizen).status_code == 302


def test_a_new_code_ends_what_the_old_one_opened(
    citizen: Citizen, asked: Case, bureau: Bureau
) -> None:
    service.new_query_code(bureau.window, asked.pk, now=bureau.clock())
    assert page(citizen).status_code == 302


def test_a_cookie_that_was_changed_opens_nothing(citizen: Citizen, asked: Case) -> None:
    cookie = citizen.client.cookies["gongkai_track"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/request/")
    citizen.client.cookies["gongkai_track"] = cookie.value[:-2] + "xx"
    assert page(citizen).status_code == 302


# --- progress and clock -------------------------------------------------------------------------


def test_before_receipt_is_confirmed_there_is_no_date(citizen: Citizen) -> None:
    answer = citizen.track(*citizen.receipt())
    text = text_of(answer)
    assert "已经提交，等待确认收到" in text
    assert "还没有日期" in text
    assert "分配方案" in text


def test_the_clock_explains_every_day(citizen: Citizen, asked: Case, go: Go) -> None:
    # 2 March 2026 is a Monday; the twentieth working day after it is Monday 30 March.
    go(3)
    answer = page_again(citizen, asked)
    text, body = text_of(answer), answer.content.decode()
    assert "2026年3月30日" in text
    assert "还有 17 个工作日" in text
    cells = re.findall(r'<td class="([^"]+)"><span class="unseen">([^<]+)</span>', body)
    assert len(cells) == 29  # from Monday 2 to Monday 30 March
    assert cells[0] == ("edge", "3月2日，收到申请之日，不计入")
    assert cells[3] == ("counted today", "3月5日，第3个工作日，今天")
    assert cells[5] == ("off", "3月7日，休息日，不计入")
    assert cells[-1] == ("due", "3月30日，到期日，第20个工作日")
    assert '<th scope="col">' in body
    assert "条例第三十三条" in body


def test_late_is_said_as_it_is(citizen: Citizen, asked: Case, go: Go) -> None:
    go(20)
    assert "就是今天" in text_of(page_again(citizen, asked))
    go(1)
    assert "机关已经超过答复期限" in text_of(page_again(citizen, asked))


def page_again(citizen: Citizen, case: Case) -> Any:
    return citizen.track(case.number, citizen.code)  # type: ignore[attr-defined]


def test_a_year_without_calendar_is_told(
    citizen: Citizen, bureau: Bureau, clock: time_machine.Coordinates
) -> None:
    clock.move_to(datetime(2026, 12, 28, 9, 0, tzinfo=CHINA))
    bureau.clock.day = date(2026, 12, 28)
    number, code = citizen.receipt()
    service.confirm(bureau.officer, Case.objects.get().pk, now=bureau.clock())
    assert "节假日安排还没有公布" in text_of(citizen.track(number, code))


def test_what_is_the_offices_own_affair_stays_inside(
    citizen: Citizen, asked: Case, bureau: Bureau, go: Go
) -> None:
    service.assign(bureau.officer, asked.pk, assignee_id=bureau.officer.user_id, now=bureau.clock())
    service.note(bureau.officer, asked.pk, "先问问市场处", now=bureau.clock())
    facts = {
        "third_party": "示例商贸有限公司",
        "information": "申报项目和金额",
        "consult_what": "是否同意公开",
    }
    bureau.issued(bureau.letter(asked, "third_party_consult", facts, contact="示例路9号"))
    bureau.letter(asked, "N6", REPLY_FACTS["N6"], grounds=["16.2"])
    answer = page(citizen)
    text = text_of(answer)
    assert "正在征求第三方意见" in text
    staff = [user.display_name for user in bureau.users.values()]
    for hidden in ("市场处", "示例商贸", "示例路9号", "拟稿", "签发", "不予公开", *staff):
        assert hidden not in text, hidden
    letter = Letter.objects.get(case=asked, kind="third_party_consult")
    for name in ("letter", "letter-pdf"):
        assert page(citizen, name, letter.pk).status_code == 404
    assert post(citizen, "open-letter", letter.pk).status_code == 404


def test_another_persons_letter_stays_closed(citizen: Citizen, asked: Case, bureau: Bureau) -> None:
    other = bureau.closed(bureau.case())
    letter = Letter.objects.get(case=other)
    for name in ("letter", "letter-pdf", "letter-docx"):
        assert page(citizen, name, letter.pk).status_code == 404


def test_a_reply_is_read_once_it_is_served(
    citizen: Citizen, asked: Case, bureau: Bureau, go: Go
) -> None:
    go(2)
    page_again(citizen, asked)
    bureau.replied(asked)
    letter = Letter.objects.get(case=asked)
    assert "已经作出答复，正在送达" in text_of(page(citizen))
    assert letter.number not in text_of(page(citizen))
    assert page(citizen, "letter", letter.pk).status_code == 404
    kept = attachments.keep("分配方案.txt", ["各区金额".encode()])
    [file] = service.attach(
        bureau.officer, asked.pk, [kept], "reply", for_applicant=True, now=bureau.clock()
    )
    assert page(citizen, "file", file.pk).status_code == 404
    service.serve(bureau.officer, asked.pk, method="online", now=bureau.clock())

    text = text_of(page(citizen))
    assert "已经答复" in text
    assert "答复送达（网上送达）" in text
    shown = text_of(page(citizen, "letter", letter.pk))
    assert letter.number in shown
    assert "示例市商务局" in shown
    pdf = page(citizen, "letter-pdf", letter.pk)
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Type"] == "application/pdf"
    assert page(citizen, "letter-docx", letter.pk).content[:2] == b"PK"
    got = page(citizen, "file", file.pk)
    assert got.content == "各区金额".encode()
    assert got["Content-Disposition"].startswith("attachment;")
    Attachment.objects.filter(pk=file.pk).update(scan="infected")
    assert page(citizen, "file", file.pk).status_code == 404


def test_opening_a_notice_is_its_receipt_and_asks_first(
    citizen: Citizen, asked: Case, bureau: Bureau
) -> None:
    facts = {
        "correction_items": ["所需信息的名称"],
        "correction_guidance": "可以在公开目录中查得名称",
        "correction_days": 10,
    }
    letter = bureau.issued(bureau.letter(asked, "correction_notice", facts))
    assert "未打开" in text_of(page(citizen))
    answer = page(citizen, "letter", letter.pk)
    assert "打开就视为您今天收到" in text_of(answer)
    assert "所需信息的名称" not in text_of(answer)
    assert page(citizen, "letter-pdf", letter.pk).status_code == 302
    assert Case.objects.get().events.filter(kind="delivered").count() == 0
    answer = citizen.client.post(reverse("portal:open-letter", args=[letter.pk]), follow=True)
    assert "所需信息的名称" in text_of(answer)
    assert Case.objects.get().events.filter(kind="delivered").count() == 1
    # Ten working days from Monday 2 March.
    assert "2026年3月16日" in text_of(page(citizen))
    citizen.client.post(reverse("portal:open-letter", args=[letter.pk]))
    assert Case.objects.get().events.filter(kind="delivered").count() == 1


# --- what the applicant does --------------------------------------------------------------------


@pytest.fixture
def to_correct(citizen: Citizen, asked: Case, bureau: Bureau, go: Go) -> Case:
    """The request with a correction asked for and received, two days later."""
    bureau.corrected_asked(asked)
    go(2)
    page_again(citizen, asked)
    return asked


def test_a_correction_begins_the_period_anew(citizen: Citizen, to_correct: Case) -> None:
    assert "等您补正" in text_of(page(citizen))
    form = page(citizen, "correct")
    assert "2025年夜间经济扶持资金分配方案" in form.content.decode()  # as it stood
    answer = post(citizen, "correct", **CORRECTED)
    assert answer["Location"] == reverse("portal:case") + "?done=corrected"
    case = Case.objects.get()
    # From Wednesday 4 March: Wednesday 1 April.
    assert (case.title, case.due_on) == (CORRECTED["what"], date(2026, 4, 1))
    assert case.events.filter(kind="corrected", by="public").count() == 1
    text = text_of(page(citizen))
    assert "收到补正，答复期限重新计算" in text
    # Clicked twice: one correction, and no error shown.
    assert post(citizen, "correct", **CORRECTED).status_code == 302
    assert case.texts.count() == 2


def test_a_correction_with_files_keeps_the_good_ones(citizen: Citizen, to_correct: Case) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile as File

    good, bad = File("说明.txt", "说明".encode()), File("坏.html", b"<html>")
    answer = post(citizen, "correct", **CORRECTED, files=[good, bad])
    assert answer.status_code == 422
    assert "“坏.html”是网页" in trouble_in(answer)
    assert "去掉“说明.txt”" in text_of(answer)
    assert CORRECTED["what"] in answer.content.decode()
    from tests.gongkai_site.portal.citizen import carried

    answer = post(citizen, "correct", **CORRECTED, carried=carried(answer))
    assert answer.status_code == 302
    assert [one.name for one in Attachment.objects.all()] == ["说明.txt"]


def test_a_blank_correction_is_refused_in_words(citizen: Citizen, to_correct: Case) -> None:
    answer = post(citizen, "correct", **CORRECTED | {"what": " "})
    assert answer.status_code == 422
    assert "请写明需要的信息的名称" in errors_in(answer)[0]
    assert "按区列出" in answer.content.decode()


def test_a_correction_nobody_asked_for_is_refused_with_its_text(
    citizen: Citizen, asked: Case
) -> None:
    answer = post(citizen, "correct", **CORRECTED)
    assert answer.status_code == 409
    assert CORRECTED["what"] in answer.content.decode()
    assert Case.objects.get().texts.count() == 1


def test_a_correction_survives_a_failing_database(
    citizen: Citizen, to_correct: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "correct", down)
    answer = post(citizen, "correct", **CORRECTED)
    assert answer.status_code == 503
    assert CORRECTED["what"] in answer.content.decode()
    assert "系统暂时不能保存" in trouble_in(answer)


def test_a_correction_survives_the_end_of_the_session(
    citizen: Citizen, to_correct: Case, clock: time_machine.Coordinates
) -> None:
    from tests.gongkai_site.portal.citizen import carried

    clock.shift(timedelta(hours=3))
    answer = post(citizen, "correct", **CORRECTED)
    assert answer.status_code == 403
    assert "您刚才写的内容还在" in text_of(answer)
    answer = citizen.track(
        to_correct.number,
        citizen.code,  # type: ignore[attr-defined]
        carried=carried(answer),
    )
    assert CORRECTED["what"] in answer.content.decode()
    assert post(citizen, "correct", **CORRECTED).status_code == 302
    assert Case.objects.get().title == CORRECTED["what"]


def test_withdrawing_asks_first_and_happens_once(citizen: Citizen, asked: Case) -> None:
    assert "撤回这件申请" in text_of(page(citizen, "withdraw"))
    assert Case.objects.get().state == "registered"
    for _ in range(2):
        answer = post(citizen, "withdraw")
        assert answer["Location"] == reverse("portal:case") + "?done=withdrawn"
    case = Case.objects.get()
    assert (case.state, case.events.filter(kind="withdrawn").count()) == ("withdrawn", 1)
    assert "您已经撤回" in text_of(page(citizen))
    assert "撤回申请" not in text_of(page(citizen)).replace("您撤回了申请", "")


def test_what_is_not_confirmed_yet_is_withdrawn_too(citizen: Citizen, bureau: Bureau) -> None:
    number, code = citizen.receipt()
    citizen.track(number, code)
    assert "撤回申请" in text_of(page(citizen))
    assert post(citizen, "withdraw")["Location"].endswith("?done=withdrawn")
    assert "您已经撤回" in text_of(page(citizen))
    case = Case.objects.get()
    assert (case.state, case.received_on, case.counted_year) == ("withdrawn", None, None)
    # It never was received, so the year's table balances without it.
    table = table3(bureau.agency.pk, case.arrived_on.year)
    assert {address for address, number in table.items() if number} == set()
    with pytest.raises(NotAllowedNow, match="办结"):
        service.confirm(bureau.officer, case.pk, now=bureau.clock())


def test_what_is_decided_cannot_be_withdrawn(citizen: Citizen, asked: Case, bureau: Bureau) -> None:
    bureau.closed(asked)
    answer = post(citizen, "withdraw")
    assert answer.status_code == 409
    assert "不能撤回" in text_of(answer)
    assert Case.objects.get().state == "served"


def test_proof_of_payment_is_sent(citizen: Citizen, asked: Case, bureau: Bureau) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile as File

    assert "没有等待缴纳的费用" in text_of(page(citizen, "pay"))
    service.record_sent(
        bureau.officer,
        asked.pk,
        Kind.FEE_NOTICED,
        {"scale": "items", "count": 12, "amount": 100, "received_on": bureau.clock.day},
        on=bureau.clock.day,
        now=bureau.clock(),
    )
    text = text_of(page(citizen, "pay"))
    assert "应缴 100 元" in text
    # Twenty working days from Monday 2 March.
    assert "2026年3月30日" in text
    answer = post(citizen, "pay")
    assert answer.status_code == 422
    assert "请选择缴费凭证" in trouble_in(answer)
    answer = post(citizen, "pay", files=File("回单.txt", "已付".encode()))
    assert answer["Location"] == reverse("portal:case") + "?done=paid"
    file = Attachment.objects.get()
    assert (file.purpose, file.from_applicant) == ("payment", True)


def test_an_opinion_is_kept_once_closed(citizen: Citizen, asked: Case, bureau: Bureau) -> None:
    answer = post(citizen, "rate", score="5")
    assert answer.status_code == 422
    bureau.closed(asked)
    for wrong in ("", "9", "x", "-1"):
        answer = post(citizen, "rate", score=wrong, words="很快")
        assert answer.status_code == 422
        assert "很快" in answer.content.decode()
    assert post(citizen, "rate", score="4", words="很快").status_code == 302
    kept = Satisfaction.objects.get()
    assert (kept.score, kept.words) == (4, "很快")
    assert "很快" in page(citizen).content.decode()


def test_the_parts_of_a_split_request_are_followed_from_it(
    citizen: Citizen, asked: Case, bureau: Bureau
) -> None:
    [part] = service.split(
        bureau.officer,
        asked.pk,
        first=Asked(name="分配方案"),
        others=[Asked(name="评审打分表")],
        now=bureau.clock(),
    )
    other = bureau.case()
    assert part.number in text_of(page(citizen))
    answer = citizen.client.post(reverse("portal:part"), {"number": part.number}, follow=True)
    assert "评审打分表" in text_of(answer)
    assert post(citizen, "withdraw").status_code == 302
    assert Case.objects.get(pk=part.pk).state == "withdrawn"
    assert Case.objects.get(pk=asked.pk).state != "withdrawn"
    assert post(citizen, "part", number=other.number).status_code == 404
    answer = citizen.client.post(reverse("portal:part"), {"number": ""}, follow=True)
    assert f"申请编号 {asked.number}" in re.sub(r"\s+", " ", text_of(answer))


# --- trouble ------------------------------------------------------------------------------------


def test_a_database_that_does_not_answer_is_a_page(
    citizen: Citizen, asked: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "look_up", down)
    answer = citizen.track(asked.number, "AAAA-BBBB-CCCC")
    assert answer.status_code == 503
    assert "系统暂时打不开" in text_of(answer)
    assert answer["Retry-After"] == "120"


def test_every_state_has_its_words() -> None:
    assert set(house()["states"]) == {state.value for state in State}
    inside = {
        *("assigned", "examined", "delivered", "drafted", "legal_reviewed", "signed"),
        *("replied", "noted", "voided"),
    }
    assert set(house()["events"]) | inside == {kind.value for kind in Kind}
    assert not set(house()["events"]) & inside

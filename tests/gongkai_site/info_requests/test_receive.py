"""Applications coming in: complete, once, durable, under a gap-free number."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from tests.gongkai_site.info_requests.factories import (
    CREDIT_CODE,
    Bureau,
    application,
    make_bureau,
)

from gongkai_site.agencies.service import PUBLIC
from gongkai_site.info_requests import numbering, service
from gongkai_site.info_requests.intake import Faulty
from gongkai_site.info_requests.models import Applicant, Case, NumberSeries, Submission
from gongkai_site.info_requests.service import receive

pytestmark = pytest.mark.django_db


def test_the_same_submission_is_one_case_and_one_receipt(bureau: Bureau) -> None:
    key = service.new_key()
    first = service.submit(PUBLIC, bureau.agency.pk, application(), key=key, now=bureau.clock())
    again = service.submit(PUBLIC, bureau.agency.pk, application(), key=key, now=bureau.clock())
    assert (again.number, again.query_code) == (first.number, first.query_code)
    assert (first.repeated, again.repeated, again.differs) == (False, True, False)
    assert Case.objects.count() == Submission.objects.count() == 1


def test_a_changed_form_sent_again_says_that_it_was_not_taken(bureau: Bureau) -> None:
    key = service.new_key()
    service.submit(PUBLIC, bureau.agency.pk, application(), key=key, now=bureau.clock())
    other = application(asked_name="完全不同的信息")
    again = service.submit(PUBLIC, bureau.agency.pk, other, key=key, now=bureau.clock())
    assert (again.repeated, again.differs) == (True, True)
    assert Case.objects.get().title == "2025年夜间经济扶持资金分配方案"


def test_neither_key_nor_code_is_kept(bureau: Bureau) -> None:
    key = service.new_key()
    receipt = service.submit(PUBLIC, bureau.agency.pk, application(), key=key, now=bureau.clock())
    submission, case = Submission.objects.get(), Case.objects.get()
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", receipt.query_code)
    kept = f"{submission.key}{submission.content}{case.query_code}"
    assert key not in kept
    assert numbering.tidy_code(receipt.query_code) not in kept
    assert receipt.query_code not in repr(receipt)


def test_numbers_run_without_gap_per_body_and_year(bureau: Bureau) -> None:
    other = make_bureau("云商", "云山县商务局")
    numbers = [bureau.submitted().number for _ in range(3)]
    assert numbers == ["2026-00001", "2026-00002", "2026-00003"]
    assert other.submitted().number == "2026-00001"
    bureau.clock.day = date(2025, 12, 30)
    assert bureau.submitted().number == "2025-00001"


def test_a_number_taken_in_vain_is_given_back(bureau: Bureau) -> None:
    bureau.submitted()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert numbering.take(bureau.agency.pk, "case", 2026) == 2
        raise ZeroDivisionError
    assert bureau.submitted().number == "2026-00002"
    assert NumberSeries.objects.get(kind="case").last == 2


def test_everything_wrong_is_told_at_once(bureau: Bureau) -> None:
    wrong = application(
        applicant_name="",
        identity="110105194912310021",
        phone="电话",
        email="不是邮箱",
        asked_name="",
        form_wanted="",
        way="",
    )
    with pytest.raises(Faulty) as caught:
        service.submit(PUBLIC, bureau.agency.pk, wrong, key=service.new_key(), now=bureau.clock())
    fields = [one.field for one in caught.value.faults]
    assert fields == ["name", "identity", "phone", "email", "what", "form_wanted", "way"]
    assert not Case.objects.exists()
    assert "110105194912310021" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"way": "post", "address": ""}, "address"),
        ({"way": "email", "email": ""}, "email"),
        ({"phone": "", "email": "", "address": "", "way": "online"}, "phone"),
        ({"identity_type": "credit_code", "identity": "91350100M000100Y44"}, "identity"),
        ({"postcode": "12345"}, "postcode"),
        ({"applicant_kind": "company"}, "applicant_kind"),
    ],
)
def test_what_is_missing_is_asked_for(bureau: Bureau, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Faulty) as caught:
        bureau.submitted(**changes)
    assert [one.field for one in caught.value.faults] == [field]


def test_there_is_no_place_for_a_purpose() -> None:
    names = set(application().asked.__dataclass_fields__)
    assert names == {
        "name",
        "document_number",
        "description",
        "claim",
        "form_wanted",
        "way",
        "form_words",
    }


def test_a_body_is_known_by_its_credit_code(bureau: Bureau) -> None:
    bureau.submitted(
        applicant_kind="legal_business",
        applicant_name="示例商贸有限公司",
        identity_type="credit_code",
        identity=CREDIT_CODE.lower(),
    )
    assert Applicant.objects.get().details.identity == CREDIT_CODE


def test_a_letter_is_registered_as_it_came_complete_or_not(bureau: Bureau) -> None:
    came = application(identity="", identity_type="", phone="", email="", way="", form_wanted="")
    receipt = service.register(
        bureau.window,
        bureau.agency.pk,
        came,
        channel="post_signed",
        arrived_on=date(2026, 2, 27),
        now=bureau.clock(),
    )
    assert receipt.received_on == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("channel", "received"),
    [
        ("in_person", True),
        ("post_signed", True),
        ("post_ordinary", False),
        ("fax", False),
        ("email", False),
        ("other", False),
    ],
)
def test_the_channel_decides_the_day_of_receipt(
    bureau: Bureau, channel: str, received: bool
) -> None:
    case = bureau.case(channel=channel)
    assert (case.received_on is not None) is received
    if not received:
        case = service.confirm(bureau.window, case.pk, now=bureau.clock())
        assert case.received_on == bureau.clock.day


def test_an_ordinary_letter_confirmed_later_is_flagged(bureau: Bureau) -> None:
    from gongkai_site.info_requests.errors import Irregular

    case = bureau.case(channel="post_ordinary")
    bureau.clock.go(2)
    with pytest.raises(Irregular, match="照实登记"):
        service.confirm(bureau.window, case.pk, now=bureau.clock())
    case = service.confirm(bureau.window, case.pk, as_happened=True, now=bureau.clock())
    assert (case.received_on, case.irregular) == (bureau.clock.day, 1)


def test_a_year_without_calendar_still_takes_applications(bureau: Bureau) -> None:
    bureau.clock.day = date(2026, 12, 28)
    case = bureau.case()
    assert (case.due_on, case.received_on) == (None, date(2026, 12, 28))
    assert "2027" in case.due_note


def test_a_database_that_cannot_keep_it_is_told_and_nothing_is_shown(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(receive, "add_text", full)
    with pytest.raises(receive.NotKept, match="填写的内容还在页面上"):
        bureau.submitted()
    assert not Case.objects.exists()
    monkeypatch.undo()
    assert bureau.submitted().number == "2026-00001"


def test_a_code_opens_only_its_own_case(bureau: Bureau) -> None:
    from gongkai_site.info_requests.errors import UnknownCase

    one, other = bureau.submitted(), bureau.submitted()
    typed = f" {one.query_code.lower().replace('-', ' ')} "
    assert service.look_up(one.number, typed, client="x", now=bureau.clock()).case_id == one.case_id
    messages = set()
    for number, code in (
        (other.number, one.query_code),
        (one.number, "AAAA-BBBB-CCCC"),
        ("2026-09999", one.query_code),
        ("", ""),
    ):
        with pytest.raises(UnknownCase) as caught:
            service.look_up(number, code, client="x", now=bureau.clock())
        messages.add(str(caught.value))
    assert len(messages) == 1


def test_a_new_code_makes_the_old_one_void(bureau: Bureau) -> None:
    from gongkai_site.info_requests.errors import UnknownCase

    receipt = bureau.submitted()
    fresh = service.new_query_code(bureau.window, receipt.case_id, now=bureau.clock())
    assert service.look_up(receipt.number, fresh, client="x", now=bureau.clock())
    with pytest.raises(UnknownCase):
        service.look_up(receipt.number, receipt.query_code, client="x", now=bureau.clock())


def test_guessing_is_slowed_down(bureau: Bureau) -> None:
    from gongkai_site.info_requests.errors import TooMany, UnknownCase
    from gongkai_site.info_requests.house import house

    receipt, now = bureau.submitted(), bureau.clock()
    for _ in range(house()["lookups_per_hour"]):
        with pytest.raises(UnknownCase):
            service.look_up(receipt.number, "AAAABBBBCCCC", client="guesser", now=now)
    with pytest.raises(TooMany):
        service.look_up(receipt.number, receipt.query_code, client="guesser", now=now)
    assert service.look_up(receipt.number, receipt.query_code, client="owner", now=now)


def test_the_submission_key_is_unique_in_the_database(bureau: Bureau) -> None:
    bureau.submitted()
    other = bureau.case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(key=Submission.objects.get().key, content="", case=other)

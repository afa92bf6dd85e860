"""Whole stories, from the first word to the archive, as an office lives them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Attachment, Case, Letter, Outbox

pytestmark = pytest.mark.django_db


def test_from_the_web_form_to_the_archive(bureau: Bureau) -> None:
    receipt = bureau.submitted()
    case = Case.objects.get(pk=receipt.case_id)
    assert receipt.number == "2026-00001"
    assert (case.state, case.received_on, case.due_on) == ("awaiting_confirmation", None, None)

    case = service.confirm(bureau.officer, case.pk, expected=1, now=bureau.clock())
    # 2 March 2026 is a Monday; the twentieth working day after it is Monday 30 March.
    assert (case.received_on, case.due_on) == (date(2026, 3, 2), date(2026, 3, 30))

    service.assign(bureau.officer, case.pk, assignee_id=bureau.officer.user_id, now=bureau.clock())
    bureau.clock.go(3)
    case = bureau.closed(case)
    letter = Letter.objects.get(case=case)
    assert letter.number == "示商公复〔2026〕1号"
    assert (case.state, case.outcome, case.row_2021) == ("served", "G1", "res_granted")
    assert case.closed_on == date(2026, 3, 5)
    case = service.archive(bureau.officer, case.pk, now=bureau.clock())
    assert case.state == "archived"
    assert Outbox.objects.filter(case=case, kind="served").count() == 1
    assert not Attachment.objects.exists()


def test_a_correction_begins_the_period_anew(bureau: Bureau) -> None:
    case = bureau.corrected_asked(bureau.case())
    assert (case.state, case.due_on) == ("awaiting_correction", None)
    letter = Letter.objects.get(case=case)
    assert (letter.number, letter.event) == ("示商公补〔2026〕1号", "e00002")
    bureau.clock.go(4)
    access = service.look_up(
        case.number, service.new_query_code(bureau.window, case.pk), client="a"
    )
    from gongkai_site.info_requests.intake import Asked

    case = service.correct(access, Asked(name="2025年扶持资金分配表"), now=bureau.clock())
    assert case.due_on == date(2026, 4, 3)
    assert case.title == "2025年扶持资金分配表"
    assert [text.source for text in case.texts.all()] == ["original", "correction"]

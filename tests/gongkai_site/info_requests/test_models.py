"""What the database itself refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import HistoryIsFinal
from gongkai_site.info_requests.models import (
    Case,
    CaseEvent,
    Letter,
    LetterVersion,
    Note,
    RequestText,
)

pytestmark = pytest.mark.django_db

APPEND_ONLY: list[type[models.Model]] = [CaseEvent, RequestText, LetterVersion, Note]


@pytest.fixture
def full(bureau: Bureau) -> Case:
    """A case with an event, a text, a letter version and a note."""
    case = bureau.case()
    bureau.letter(case, "receipt", {})
    service.note(bureau.officer, case.pk, "已电话联系", now=bureau.clock())
    return case


@pytest.mark.parametrize("model", APPEND_ONLY)
def test_a_kept_row_cannot_be_changed_through_the_model(full: Case, model: Any) -> None:
    row = model.objects.first()
    with pytest.raises(HistoryIsFinal):
        row.save()
    with pytest.raises(HistoryIsFinal):
        row.delete()
    with pytest.raises(HistoryIsFinal):
        model.objects.update(pk=row.pk)
    with pytest.raises(HistoryIsFinal):
        model.objects.all().delete()
    with pytest.raises(HistoryIsFinal):
        model.objects.bulk_update([row], [])


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_nor_by_whoever_holds_the_database(full: Case, model: Any, statement: str) -> None:
    table = model._meta.db_table
    assert model.objects.exists()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert model.objects.exists()


def test_a_closed_request_stands_in_exactly_one_row(bureau: Bureau) -> None:
    case = bureau.closed(bureau.case())
    for wrong in (
        {"row_2021": ""},
        {"row_2021": "", "counted_year": None},
        {"row_2021": "res_granted,res_partial"},
        {"counted_year": None},
        {"outcome": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**wrong)


def test_an_open_request_has_no_outcome(bureau: Bureau) -> None:
    case = bureau.case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(outcome="G1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(closed_on=date(2026, 3, 3))


def test_two_cases_never_share_a_number(bureau: Bureau) -> None:
    one, other = bureau.case(), bureau.case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(serial=one.serial)


def test_nobody_signs_their_own_letter_even_in_the_database(bureau: Bureau) -> None:
    letter = bureau.letter(bureau.case(), "receipt", {})
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(approved_by=letter.drafted_by)


def test_no_letter_is_issued_without_a_signature(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.letter(case, "G2", {"obtain_where": "网站"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state="issued")


def test_the_migrations_say_what_the_models_say() -> None:
    from io import StringIO

    from django.core.management import call_command

    call_command("makemigrations", "info_requests", check=True, dry_run=True, stdout=StringIO())

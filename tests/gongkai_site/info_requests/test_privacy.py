"""Who the applicant is stays in the case file: sealed at rest, and nowhere else."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, Bureau, application

from gongkai_site.agencies.models import AuditEntry
from gongkai_site.info_requests import service
from gongkai_site.info_requests.intake import Faulty
from gongkai_site.info_requests.models import Applicant, Case, Details, Outbox, Seal

pytestmark = pytest.mark.django_db

SECRETS = (RESIDENT_ID, "010-12345678", "xiaoming@example.cn", "示例市示例路1号")


def everything_kept() -> str:
    """Every value of every table, as text."""
    found = []
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608
            for row in cursor.fetchall():
                found += [
                    bytes(one).decode("utf-8", "replace")
                    if isinstance(one, bytes | memoryview)
                    else str(one)
                    for one in row
                ]
    return "\n".join(found)


def test_nothing_of_the_person_lies_open_in_the_database(bureau: Bureau) -> None:
    receipt = bureau.submitted()
    service.confirm(bureau.officer, receipt.case_id, now=bureau.clock())
    bureau.closed(Case.objects.get(pk=receipt.case_id))
    kept = everything_kept()
    assert "2025年夜间经济扶持资金分配方案" in kept
    for secret in SECRETS:
        assert secret not in kept


def test_the_audit_log_names_no_applicant(bureau: Bureau) -> None:
    receipt = bureau.submitted()
    service.confirm(bureau.officer, receipt.case_id, now=bureau.clock())
    bureau.closed(Case.objects.get(pk=receipt.case_id))
    logged = "".join(
        f"{one.target}{one.details_json}{one.actor_name}" for one in AuditEntry.objects.all()
    )
    assert receipt.number in logged
    for secret in (*SECRETS, "王小明", receipt.query_code):
        assert secret not in logged


def test_no_log_line_and_no_repr_names_the_applicant(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = bureau.submitted()
    applicant = Applicant.objects.get()
    said = "".join(
        (repr(applicant), str(applicant), repr(applicant.details), repr(application()))
    ) + "".join(record.name + record.getMessage() for record in caplog.records
                if not record.name.startswith("django.db"))  # fmt: skip
    for secret in (*SECRETS, "王小明", receipt.query_code):
        assert secret not in said


def test_an_error_never_repeats_what_was_typed(bureau: Bureau) -> None:
    with pytest.raises(Faulty) as caught:
        bureau.submitted(identity="110105194912310021")
    assert "110105194912310021" not in str(caught.value)


def test_a_notification_holds_neither_code_nor_matter(bureau: Bureau) -> None:
    receipt = bureau.submitted()
    mail = Outbox.objects.get(kind="submitted")
    assert Seal.open(mail.to or b"") == "xiaoming@example.cn"
    for secret in (receipt.query_code, "分配方案", "王小明", RESIDENT_ID):
        assert secret not in mail.subject + mail.body


def test_the_number_is_masked_on_screen() -> None:
    details = Details("王小明", "resident_id", RESIDENT_ID)
    assert details.masked_identity == "110…002X"


def test_the_same_person_is_found_again_without_opening(bureau: Bureau) -> None:
    bureau.submitted()
    bureau.submitted(identity=RESIDENT_ID.lower(), phone="13800000000")
    bureau.submitted(identity="440524188001010014")
    people = Applicant.objects.values_list("person", flat=True)
    assert len(set(people)) == 2


@pytest.mark.parametrize("changes", [{"identity": "", "identity_type": ""}])
def test_without_a_number_name_and_telephone_tell_who(
    bureau: Bureau, changes: dict[str, Any]
) -> None:
    for phone in ("010-12345678", "010-12345678", "010-87654321"):
        service.register(
            bureau.window, bureau.agency.pk, application(**changes, phone=phone), channel="fax",
            arrived_on=bureau.clock.day, now=bureau.clock(),
        )  # fmt: skip
    assert len(set(Applicant.objects.values_list("person", flat=True))) == 2


def test_the_registration_form_shows_the_number_masked(bureau: Bureau) -> None:
    from gongkai.papers import render_text
    from gongkai_site.info_requests import queries

    case = bureau.case()
    paper = queries.form_paper(case, queries.folded_of(case), "registration", bureau.clock.day)
    text = render_text(paper)
    assert "居民身份证（110…002X）" in text
    assert RESIDENT_ID not in text

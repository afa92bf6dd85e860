"""A row added by the short way is the row Django would have saved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.gongkai_site.info_requests.factories import make_bureau

from gongkai_site.agencies import rows
from gongkai_site.agencies.models import Agency, AuditEntry, AuditHead
from gongkai_site.info_requests.models import CaseEvent

pytestmark = pytest.mark.django_db


def held(row: Any) -> dict[str, Any]:
    """Every column of a row as the database gives it back, but the key."""
    found = type(row).objects.get(pk=row.pk)
    return {
        one.attname: getattr(found, one.attname)
        for one in row._meta.local_concrete_fields
        if not one.primary_key
    }


def test_it_is_kept_as_saved() -> None:
    like = {"code": "示", "name": "示例局", "valid_from": date(2020, 1, 1), "phone": "0"}
    saved = Agency(**like)
    saved.save(force_insert=True)
    added = rows.add(Agency(**like | {"code": "例"}))
    assert added.pk == saved.pk + 1
    assert not added._state.adding
    assert held(added) | {"code": "示"} == held(saved)
    added.phone = "1"
    added.save()
    assert held(added)["phone"] == "1"


def test_json_dates_and_moments_come_back() -> None:
    bureau = make_bureau()
    event = bureau.case().events.get()
    again = CaseEvent(case_id=event.case_id, sequence=2, kind=event.kind, on=event.on)
    again.at, again.by, again.body = event.at, event.by, event.body
    rows.add(again)
    assert held(again) | {"sequence": 1, "actor_id": event.actor_id} == held(event)


def test_a_constraint_is_told_and_nothing_kept() -> None:
    like = {"code": "示", "name": "示例局", "valid_from": date(2020, 1, 1)}
    rows.add(Agency(**like))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.add(Agency(**like))
    assert Agency.objects.count() == 1


def test_what_is_kept_is_not_added_again() -> None:
    added = rows.add(Agency(code="示", name="示例局", valid_from=date(2020, 1, 1)))
    with pytest.raises(ValueError, match="is kept already"):
        rows.add(added)


def test_the_log_has_one_end() -> None:
    from gongkai_site.agencies.audit import audit, verify
    from gongkai_site.agencies.service import SYSTEM

    for number in range(3):
        audit(SYSTEM, "sign_in", target=f"第{number}次", details={"number": number})
    assert AuditHead.objects.get().number == AuditEntry.objects.count() == 3
    assert verify().sound

"""Notifications, written in the transaction of what they tell; somebody else sends them.

A notification names the case by its number and says where to look. It holds no identity number, no
query code, and nothing of what was asked.
"""

from __future__ import annotations

from datetime import datetime

from gongkai_site.agencies import rows
from gongkai_site.info_requests.models import Case, Outbox, Seal

__all__ = ["tell_applicant", "tell_role", "tell_staff"]


def tell_applicant(case: Case, kind: str, subject: str, body: str, now: datetime) -> None:
    """Write an e-mail to the applicant, if they left an address."""
    address = case.applicant.details.email
    if address:
        rows.add(
            Outbox(
                agency_id=case.agency_id,
                case=case,
                kind=kind,
                to=Seal.close(address),
                subject=f"{subject}（申请编号 {case.number}）",
                body=body,
                created_at=now,
                not_before=now,
            )
        )


def tell_staff(
    case: Case, kind: str, subject: str, now: datetime, user_id: int | None = None
) -> None:
    """Leave a notice in the desk of the handler (or another), else of every case officer."""
    user = user_id if user_id is not None else case.handler_id
    rows.add(
        Outbox(
            agency_id=case.agency_id,
            case=case,
            kind=kind,
            user_id=user,
            role="" if user is not None else "case_officer",
            subject=f"{subject}：{case.number}",
            body="",
            created_at=now,
            not_before=now,
        )
    )


def tell_role(case: Case, kind: str, role: str, subject: str, now: datetime) -> None:
    """Leave a notice in the desk of everyone in the body who holds a role."""
    rows.add(
        Outbox(
            agency_id=case.agency_id,
            case=case,
            kind=kind,
            role=role,
            subject=f"{subject}：{case.number}",
            body="",
            created_at=now,
            not_before=now,
        )
    )

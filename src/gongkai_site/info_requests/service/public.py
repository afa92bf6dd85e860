"""What the applicant does on the web, with number and query code and nothing else.

Number and code open a case together or not at all; whoever has only one of them learns nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from gongkai.casework import Kind
from gongkai_site.agencies.service import PUBLIC, require
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible, NotAllowedNow, TooMany, UnknownCase
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.models import (
    AttachmentPurpose,
    Case,
    Letter,
    LetterState,
    LookupWindow,
    Satisfaction,
)
from gongkai_site.info_requests.numbering import code_digest, tidy_code
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import locked
from gongkai_site.info_requests.service.files import join_files
from gongkai_site.info_requests.service.handling import take_correction
from gongkai_site.info_requests.service.notify import tell_staff

__all__ = [
    "Access",
    "correct",
    "look_up",
    "new_key",
    "offer_payment",
    "rate",
    "read_letter",
    "withdraw",
]

_UNKNOWN = "申请编号和查询码不相符。请对照回执核对；查询码遗失的，请与受理机关联系。"


@dataclass(frozen=True, slots=True)
class Access:
    """Proof that somebody gave number and code; made by `look_up` only."""

    case_id: int
    number: str

    def case(self) -> Case:
        """The case it opens."""
        return Case.objects.select_related("agency", "applicant").get(pk=self.case_id)

    def part(self, number: str) -> Access:
        """Open a case that was split from this one. Raises UnknownCase for any other."""
        found = Case.objects.filter(split_from_id=self.case_id, number=number).first()
        if found is None:
            raise UnknownCase(_UNKNOWN)
        return Access(found.pk, found.number)


def new_key() -> str:
    """Return a fresh idempotency key for a form."""
    return secrets.token_urlsafe(24)


def look_up(number: str, code: str, *, client: str, now: datetime | None = None) -> Access:
    """Open a case to its applicant.

    Args:
        number: 2026-00012, as typed.
        code: the query code, as typed.
        client: where the attempt comes from; kept only as a keyed digest.

    Raises:
        TooMany: this client tried too often in this hour.
        UnknownCase: they do not belong together. It never tells which was wrong.
    """
    moment = now or timezone.now()
    if not _admit(client, moment):
        raise TooMany("查询次数太多。请一小时后再试，或者与受理机关联系。")
    number = "".join(number.split())
    digest = code_digest(number, tidy_code(code))
    case = Case.objects.filter(query_code=digest).only("number", "query_code").first()
    if case is None or not constant_time_compare(case.query_code, digest):
        raise UnknownCase(_UNKNOWN)
    return Access(case.pk, case.number)


def correct(
    access: Access,
    asked: Asked,
    *,
    files: Sequence[Kept] = (),
    now: datetime | None = None,
) -> Case:
    """Take the corrected application of somebody who was asked to correct (条例30)."""
    with locked(access.case_id, PUBLIC, Permission.CLARIFY, now) as working:
        require(PUBLIC, Permission.CLARIFY, agency_id=working.case.agency_id)
        take_correction(working, asked, files=files, as_happened=True, from_applicant=True)
        tell_staff(working.case, "corrected", "收到补正", working.now)
        return working.case


def withdraw(access: Access, *, now: datetime | None = None) -> Case:
    """Withdraw the request; it ends here."""
    with locked(access.case_id, PUBLIC, Permission.WITHDRAW, now) as working:
        require(PUBLIC, Permission.WITHDRAW, agency_id=working.case.agency_id)
        working.record(Kind.WITHDRAWN)
        tell_staff(working.case, "withdrawn", "申请人撤回", working.now)
        return working.case


def offer_payment(access: Access, files: Sequence[Kept], *, now: datetime | None = None) -> Case:
    """Take proof that the fee was paid; the office records the payment after checking it."""
    with locked(access.case_id, PUBLIC, Permission.PAY, now) as working:
        require(PUBLIC, Permission.PAY, agency_id=working.case.agency_id)
        fee = working.law.fee
        if fee is None or not fee.open:
            raise NotAllowedNow("这件申请没有等待缴纳的费用。")
        if not files:
            raise Impossible("请选择缴费凭证的照片或者文件。", "attachments")
        join_files(working, files, AttachmentPurpose.PAYMENT, event=fee.event, from_applicant=True)
        tell_staff(working.case, "payment_offered", "收到缴费凭证，请核对", working.now)
        working.trace(Permission.PAY, what="offer_payment", files=len(files))
        return working.case


def read_letter(access: Access, letter_id: int, *, now: datetime | None = None) -> Letter:
    """Open an issued letter to the applicant; the first opening is recorded as its receipt.

    Raises:
        UnknownCase: it is not a letter to this applicant, or a reply not served yet.
    """
    with locked(access.case_id, PUBLIC, Permission.TRACK, now) as working:
        letter = working.case.letters.filter(pk=letter_id, state=LetterState.ISSUED).first()
        if letter is None or not letter_is_theirs(letter, working.law.service is not None):
            raise UnknownCase("没有这份文书，或者还没有送达。")
        waiting = letter.event and letter.event in working.law.undelivered
        if waiting and working.today >= (letter.issued_on or working.today):
            working.record(Kind.DELIVERED, {"of": letter.event}, as_happened=True)
        return letter


_NOT_THEIRS = frozenset(
    {"third_party_consult", "co_organ_consult", "third_party_decision_notice", "assist"}
)


def letter_is_theirs(letter: Letter, served: bool) -> bool:
    """Whether the applicant may read an issued letter: theirs, and a reply only once served."""
    from gongkai_site.info_requests.letter_kinds import letter_kind

    return letter.kind not in _NOT_THEIRS and (
        served or letter_kind(letter.kind).event not in _ENDS
    )


_ENDS = frozenset({Kind.REPLIED})


def rate(access: Access, score: int, words: str = "", *, now: datetime | None = None) -> None:
    """Keep what the applicant thinks of it, 1 to 5, once the case is closed; the last word stands."""
    with locked(access.case_id, PUBLIC, Permission.RATE, now) as working:
        if not working.case.closed:
            raise NotAllowedNow("申请办结以后才能评价。")
        if score not in range(1, 6):
            raise Impossible("请选择 1 至 5 分。", "score")
        Satisfaction.objects.update_or_create(
            case=working.case,
            defaults={"score": score, "words": words.strip()[:500], "at": working.now},
        )
        working.trace(Permission.RATE)


@transaction.atomic
def _admit(client: str, now: datetime) -> bool:
    """Count an attempt; False, counting nothing, if there were too many in this hour."""
    digest = salted_hmac(
        "request-lookup", client, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
    hour = now.replace(minute=0, second=0, microsecond=0)
    LookupWindow.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()
    window, _ = LookupWindow.objects.get_or_create(client=digest, hour=hour)
    most = house()["lookups_per_hour"]
    return bool(
        LookupWindow.objects.filter(pk=window.pk, tries__lt=most).update(tries=F("tries") + 1)
    )

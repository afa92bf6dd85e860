"""Applications coming in, by every channel. A receipt is returned only after commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from gongkai.casework import CHINA, Kind, choices
from gongkai_site.agencies import crypto, rows
from gongkai_site.agencies.grams import kept_grams
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import Actor, require
from gongkai_site.info_requests import numbering
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible, RequestError
from gongkai_site.info_requests.intake import Application, Asked, tidy
from gongkai_site.info_requests.models import (
    Applicant,
    AttachmentPurpose,
    Case,
    RequestText,
    Submission,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened, start
from gongkai_site.info_requests.service.files import join_files
from gongkai_site.info_requests.service.notify import tell_applicant, tell_staff

__all__ = [
    "NotKept",
    "Receipt",
    "add_text",
    "confirm",
    "new_query_code",
    "open_case",
    "register",
    "submit",
]


class NotKept(RequestError):
    """The database could not keep it (full, read-only, gone): nothing was accepted."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant is told once their application is surely kept.

    `query_code` is shown here and nowhere else; it is empty where a repeated submission's code was
    replaced meanwhile. `repeated` is true where the same submission had
    come before, `differs` where it then held something else, which was not taken.
    """

    case_id: int
    number: str
    query_code: str
    agency: str
    title: str
    submitted_at: datetime
    received_on: date | None
    due_on: date | None
    repeated: bool = False
    differs: bool = False

    def __repr__(self) -> str:
        return f"Receipt({self.number})"


def submit(
    actor: Actor,
    agency_id: int,
    application: Application,
    *,
    key: str,
    files: Sequence[Kept] = (),
    now: datetime | None = None,
) -> Receipt:
    """Take an application from our own form on the web.

    Args:
        actor: PUBLIC.
        agency_id: the body asked.
        application: as typed; everything of 条例29 must be there.
        key: the secret idempotency key of this form, at least 16 characters. The same key gives
            the same receipt, however often it is sent.
        files: attachments kept by `attachments.keep`.
        now: the moment it came.

    Raises:
        Faulty: with every fault of the form.
        NotKept: nothing was accepted; the form still holds what was typed.
    """
    moment = now or timezone.now()
    require(actor, Permission.SUBMIT, agency_id=agency_id)
    clean = tidy(application, moment.astimezone(CHINA).date(), strict=True)
    if len(key) < 16:
        raise Impossible("页面已经失效，请刷新后再提交；填写的内容不会丢失。", "key")

    def make() -> tuple[Case, str]:
        working, code = open_case(
            actor, agency_id, clean, channel="online", now=moment, code=_derived(key),
            permission=Permission.SUBMIT,
        )  # fmt: skip
        join_files(working, files, AttachmentPurpose.APPLICATION, from_applicant=True)
        tell_staff(working.case, "received", "有新的申请，请确认收到", moment)
        _tell_received(working.case, moment)
        working.close()
        return working.case, code

    return _once(key, _content(clean, files), make)


def register(
    actor: Actor,
    agency_id: int,
    application: Application,
    *,
    channel: str,
    arrived_on: date,
    key: str = "",
    files: Sequence[Kept] = (),
    now: datetime | None = None,
) -> Receipt:
    """Register what came at the counter, by post, fax, e-mail or voice; complete or not.

    Args:
        actor: window or case officer.
        application: `on_behalf` where the office filled it in for the applicant (条例29 para. 2).
        channel: a code of `choices("channel")`; it decides 收到申请之日 (条例31).
        arrived_on: the day it arrived.
        key: an idempotency key of the form, so that a double click registers once.
    """
    moment = now or timezone.now()
    require(actor, Permission.RECEIVE, agency_id=agency_id)
    if channel not in choices("channel"):
        raise Impossible(f"请选择渠道：{'、'.join(choices('channel').values())}。", "channel")
    clean = tidy(application, moment.astimezone(CHINA).date(), strict=False)

    def make() -> tuple[Case, str]:
        code = _derived(key) if key else _random
        working, shown = open_case(
            actor, agency_id, clean, channel=channel, now=moment, code=code, arrived_on=arrived_on,
            permission=Permission.RECEIVE,
        )  # fmt: skip
        join_files(working, files, AttachmentPurpose.APPLICATION)
        working.close()
        return working.case, shown

    return _once(key, _content(clean, files), make)


def confirm(
    actor: Actor,
    case_id: int,
    *,
    on: date | None = None,
    unreachable: bool = False,
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record that both sides confirmed receipt (条例31): from that day the clock runs.

    Args:
        on: the day of confirmation, today by default.
        unreachable: the applicant could not be reached before (post without signature).
    """
    with opened(actor, case_id, Permission.RECEIVE, expected=expected, now=now) as working:
        working.record(
            Kind.CONFIRMED, {"unreachable": unreachable or None}, on=on, as_happened=as_happened
        )
        _tell_confirmed(working)
        return working.case


def new_query_code(actor: Actor, case_id: int, *, now: datetime | None = None) -> str:
    """Make a new query code for an applicant who lost theirs and proved who they are.

    The old one is void at once; the new one is returned here and kept only as a digest.
    """
    with opened(actor, case_id, Permission.RECEIVE, now=now) as working:
        code = numbering.new_code()
        working.case.query_code = numbering.code_digest(working.case.number, code)
        working.case.save(update_fields=["query_code"])
        working.trace(Permission.RECEIVE, what="new_query_code")
        return code


def open_case(
    actor: Actor,
    agency_id: int,
    application: Application,
    *,
    channel: str,
    now: datetime,
    code: Callable[[str], str],
    permission: str,
    arrived_on: date | None = None,
    received: Mapping[str, Any] | None = None,
    applicant: Applicant | None = None,
    source: str = "original",
    split_from: Case | None = None,
) -> tuple[Working, str]:
    """Make a case with its first event, inside the caller's transaction; the caller closes it.

    Returns:
        The working case and its query code.
    """
    if applicant is None:
        applicant = Applicant.of(application.applicant_kind, application.details)
        rows.add(applicant)
    year = (arrived_on or now.astimezone(CHINA).date()).year
    serial = numbering.take(agency_id, numbering.CASE_SERIES, year)
    number = numbering.case_number(year, serial)
    shown = code(number)
    case = Case(
        agency_id=agency_id,
        year=year,
        serial=serial,
        number=number,
        query_code=numbering.code_digest(number, shown),
        kind=application.kind,
        channel=channel,
        title=title_of(application.asked),
        grams=kept_grams(application.asked.name + application.asked.document_number),
        applicant=applicant,
        on_behalf=application.on_behalf,
        assistance=application.assistance,
        recorded_at=now,
        recorded_by_id=actor.user_id,
        split_from=split_from,
    )
    working = start(case, actor, permission, now)
    working.record(
        Kind.RECEIVED,
        {
            "channel": channel,
            "applicant": applicant.kind,
            "case_type": application.kind,
            **(received or {}),
        },
        on=arrived_on,
    )
    add_text(case, application.asked, source, now)
    return working, shown


def title_of(asked: Asked) -> str:
    """What lists show of a request."""
    return asked.name if len(asked.name) <= 120 else asked.name[:119] + "…"


def add_text(case: Case, asked: Asked, source: str, now: datetime, event: str = "") -> RequestText:
    """Keep what is asked as a further version of the request's text, brought by an event."""
    version = 1 if source == "original" else case.texts.count() + 1
    text = RequestText(
        case=case,
        version=version,
        source=source,
        event=event,
        name=asked.name,
        document_number=asked.document_number,
        description=asked.description,
        claim=asked.claim,
        form_wanted=asked.form_wanted,
        way=asked.way,
        form_words=asked.form_words,
        recorded_at=now,
    )
    return rows.add(text)


def _derived(key: str) -> Callable[[str], str]:
    return lambda number: numbering.derived_code(key, number)


def _random(number: str) -> str:
    return numbering.new_code()


def _content(application: Application, files: Sequence[Kept]) -> str:
    said = application.content() + "".join(sorted(one.digest for one in files))
    digest = hashlib.sha256(said.encode()).hexdigest()
    return crypto.blind_index(digest, purpose="info_requests.content")


def _once(key: str, content: str, make: Callable[[], tuple[Case, str]]) -> Receipt:
    """Make the case of a submission, or return the receipt of the one it made before."""
    digest = crypto.blind_index(key, purpose="info_requests.key") if key else ""
    try:
        with transaction.atomic(durable=True):
            case, code = make()
            if digest:
                rows.add(Submission(key=digest, content=content, case=case))
    except IntegrityError:
        # The same form came before, or comes at the same time and was quicker.
        before = _before(digest) if digest else None
        if before is None:
            raise
        return _again(before, key, content)
    except DatabaseError as error:
        raise NotKept(
            "申请没有提交成功：系统暂时不能保存。您填写的内容还在页面上，请稍后再提交；"
            "急需的，可以当面、邮寄或者传真提交。"
        ) from error
    return _receipt(case, code)


def _before(digest: str) -> Submission | None:
    return Submission.objects.filter(key=digest).select_related("case__agency").first()


def _again(before: Submission, key: str, content: str) -> Receipt:
    code = numbering.derived_code(key, before.case.number)
    if numbering.code_digest(before.case.number, code) != before.case.query_code:
        # The office has given out another one since.
        code = ""
    return _receipt(before.case, code, repeated=True, differs=before.content != content)


def _receipt(case: Case, code: str, *, repeated: bool = False, differs: bool = False) -> Receipt:
    name = Agency.objects.values_list("name", flat=True).get(pk=case.agency_id)
    return Receipt(
        case_id=case.pk,
        number=case.number,
        query_code=code,
        agency=name,
        title=case.title,
        submitted_at=case.recorded_at,
        received_on=case.received_on,
        due_on=case.due_on,
        repeated=repeated,
        differs=differs,
    )


def _tell_received(case: Case, now: datetime) -> None:
    tell_applicant(
        case,
        "submitted",
        "您的政府信息公开申请已经提交",
        f"您的申请已经提交，申请编号 {case.number}。我们确认收到后开始计算答复期限。"
        "请凭申请编号和提交时显示的查询码查询办理进度。",
        now,
    )


def _tell_confirmed(working: Working) -> None:
    case = working.case
    if case.due_on is None or case.received_on is None:
        return
    due, received = case.due_on, case.received_on
    tell_applicant(
        case,
        "confirmed",
        "您的政府信息公开申请已经收到",
        f"收到申请之日为{received.year}年{received.month}月{received.day}日，"
        f"本机关将在{due.year}年{due.month}月{due.day}日前（含当日）答复。"
        "依法需要补正、征求意见或者延长期限的，将另行告知。",
        working.now,
    )

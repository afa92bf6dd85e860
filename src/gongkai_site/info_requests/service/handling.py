"""What happens to a case between receipt and reply, recorded as it happens.

Notices that go out as letters are recorded when the letter is issued. `record_sent` is for a notice
that was sent outside this system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gongkai.casework import Kind
from gongkai_site.agencies.grams import kept_grams
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.intake import Asked, Faulty, check_asked
from gongkai_site.info_requests.models import AttachmentPurpose, Case, Consultation, Seal
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened
from gongkai_site.info_requests.service.files import join_files
from gongkai_site.info_requests.service.receive import add_text, title_of

__all__ = [
    "consult_organ",
    "examine",
    "judge_reasons",
    "lapse",
    "record_corrected",
    "record_opinion",
    "record_organ_answer",
    "record_payment",
    "record_sent",
    "record_withdrawal",
    "take_correction",
    "transfer",
]

_SENT: Mapping[Kind, Permission] = {
    Kind.CORRECTION_REQUESTED: Permission.CORRECT,
    Kind.REASONS_REQUESTED: Permission.EXPLAIN,
    Kind.THIRD_PARTY_CONSULTED: Permission.CONSULT,
    Kind.CO_PRODUCER_CONSULTED: Permission.CONSULT,
    Kind.FEE_NOTICED: Permission.FEE,
    Kind.DELAYED_REPLY_SET: Permission.DELAY,
}


def examine(
    actor: Actor, case_id: int, *, expected: int | None = None, now: datetime | None = None
) -> Case:
    """Record that the request was examined and needs no correction (条例45 审核)."""
    with opened(actor, case_id, Permission.CORRECT, expected=expected, now=now) as working:
        working.record(Kind.EXAMINED)
        return working.case


def record_sent(
    actor: Actor,
    case_id: int,
    kind: Kind,
    data: Mapping[str, Any],
    *,
    on: date,
    party: str = "",
    contact: str = "",
    about: str = "",
    proof: Sequence[Kept] = (),
    as_happened: bool = False,
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record a notice or consultation that was sent outside this system.

    Args:
        kind: one of correction, reasons, consultation, fee notice, delayed reply.
        data: what the kind records (`kind_spec(kind).fields`), without the party.
        on: the day it was sent.
        party: whom a consultation asked; sealed. `contact` and `about` with it.
    """
    permission = _SENT.get(kind)
    if permission is None:
        raise Impossible(f"“{kind.label}”不能这样登记。请在案卷里选择相应的操作。", "kind")
    with opened(actor, case_id, permission, expected=expected, now=now) as working:
        data = dict(data)
        if kind in (Kind.THIRD_PARTY_CONSULTED, Kind.CO_PRODUCER_CONSULTED):
            data["party"] = party_label(working, kind)
        event = working.record(kind, data, on=on, as_happened=as_happened)
        if "party" in data:
            keep_party(working, kind, event.event_id, data["party"], party, contact, about)
        join_files(working, proof, AttachmentPurpose.DELIVERY, event=event.event_id)
        return working.case


def record_corrected(
    actor: Actor,
    case_id: int,
    asked: Asked,
    *,
    on: date,
    files: Sequence[Kept] = (),
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record the corrected application that came by post, fax or at the counter."""
    with opened(actor, case_id, Permission.CLARIFY, expected=expected, now=now) as working:
        take_correction(working, asked, on=on, files=files, as_happened=as_happened)
        return working.case


def take_correction(
    working: Working,
    asked: Asked,
    *,
    on: date | None = None,
    files: Sequence[Kept] = (),
    as_happened: bool = False,
    from_applicant: bool = False,
) -> None:
    """Keep a corrected text within a verb: the reply period runs afresh from its day (条例30)."""
    faults = tuple(check_asked(asked, working.case.kind, strict=False))
    if faults:
        raise Faulty(faults)
    event = working.record(Kind.CORRECTED, on=on, as_happened=as_happened)
    add_text(working.case, asked, "correction", working.now, event.event_id)
    retitle(working.case, asked)
    join_files(
        working,
        files,
        AttachmentPurpose.CORRECTION,
        event=event.event_id,
        from_applicant=from_applicant,
    )


def retitle(case: Case, asked: Asked) -> None:
    """Have lists and searches show the text that now stands."""
    case.title = title_of(asked)
    case.grams = kept_grams(asked.name + asked.document_number)
    case.save(update_fields=["title", "grams"])


def judge_reasons(
    actor: Actor,
    case_id: int,
    *,
    on: date,
    reasonable: bool,
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record the applicant's reasons for so many requests, and the organ's view (条例35)."""
    with opened(actor, case_id, Permission.EXPLAIN, expected=expected, now=now) as working:
        working.record(Kind.REASONS_GIVEN, {"reasonable": reasonable}, on=on)
        return working.case


def consult_organ(
    actor: Actor,
    case_id: int,
    *,
    organ: str,
    on: date | None = None,
    about: str = "",
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record a letter asking another organ (条例33 para. 3): its days are left out."""
    with opened(actor, case_id, Permission.CONSULT, expected=expected, now=now) as working:
        kind = Kind.ORGAN_CONSULTED
        label = party_label(working, kind)
        event = working.record(kind, {"party": label}, on=on, as_happened=as_happened)
        keep_party(working, kind, event.event_id, label, organ, "", about)
        return working.case


def record_opinion(
    actor: Actor,
    case_id: int,
    *,
    of: str,
    on: date,
    answer: str,
    reasonable: bool | None = None,
    words: str = "",
    files: Sequence[Kept] = (),
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record the opinion of a third party or co-producer.

    Args:
        of: the id of the event that asked.
        answer: `agrees` or `objects`.
        reasonable: whether the reasons for an objection hold, in the organ's view.
        words: what they said.
    """
    with opened(actor, case_id, Permission.RECORD_OPINION, expected=expected, now=now) as working:
        data = {"of": of, "answer": answer, "reasonable": reasonable}
        event = working.record(Kind.OPINION_RECEIVED, data, on=on, as_happened=as_happened)
        _answered(working, of, event.event_id, words)
        join_files(working, files, AttachmentPurpose.OPINION, event=event.event_id)
        return working.case


def record_organ_answer(
    actor: Actor,
    case_id: int,
    *,
    of: str,
    on: date,
    words: str = "",
    files: Sequence[Kept] = (),
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record another organ's answer, or the decision not to wait for it any longer."""
    with opened(actor, case_id, Permission.RECORD_OPINION, expected=expected, now=now) as working:
        event = working.record(Kind.ORGAN_ANSWERED, {"of": of}, on=on)
        _answered(working, of, event.event_id, words)
        join_files(working, files, AttachmentPurpose.OPINION, event=event.event_id)
        return working.case


def record_payment(
    actor: Actor,
    case_id: int,
    *,
    on: date,
    amount: int | None = None,
    files: Sequence[Kept] = (),
    expected: int | None = None,
    as_happened: bool = False,
    now: datetime | None = None,
) -> Case:
    """Record that the fee was paid.

    Args:
        amount: in yuan; None for all that is still due.
    """
    with opened(actor, case_id, Permission.RECORD_PAYMENT, expected=expected, now=now) as working:
        data = {"amount": amount}
        event = working.record(Kind.FEE_PAID, data, on=on, as_happened=as_happened)
        join_files(working, files, AttachmentPurpose.PAYMENT, event=event.event_id)
        return working.case


def record_withdrawal(
    actor: Actor,
    case_id: int,
    *,
    on: date,
    files: Sequence[Kept] = (),
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record that the applicant withdrew, by letter or at the counter."""
    with opened(actor, case_id, Permission.WITHDRAW, expected=expected, now=now) as working:
        event = working.record(Kind.WITHDRAWN, on=on)
        join_files(working, files, AttachmentPurpose.WITHDRAWAL, event=event.event_id)
        return working.case


def lapse(
    actor: Actor,
    case_id: int,
    *,
    of: str,
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Decide not to go on with a request whose correction or fee did not come in time.

    No letter is required by law; where the body sends one, issuing O1 or O2 records the same.
    Only the head decides this: it ends the case against the applicant.

    Args:
        of: `correction` or `fee`.
    """
    kind = {"correction": Kind.CORRECTION_ABANDONED, "fee": Kind.FEE_LAPSED}.get(of)
    if kind is None:
        raise Impossible("请选择逾期不补正或者逾期不缴费。", "of")
    with opened(actor, case_id, Permission.SIGN, expected=expected, now=now) as working:
        working.record(kind, bound=True)
        return working.case


def transfer(
    actor: Actor,
    case_id: int,
    *,
    to: str,
    on: date | None = None,
    expected: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Record that the matter was handed to another organ; the case ends here."""
    with opened(actor, case_id, Permission.CLOSE, expected=expected, now=now) as working:
        working.record(Kind.TRANSFERRED, {"to": to}, on=on)
        return working.case


_PARTIES = {
    Kind.THIRD_PARTY_CONSULTED: "第三方",
    Kind.CO_PRODUCER_CONSULTED: "共同制作机关",
    Kind.ORGAN_CONSULTED: "其他机关",
}


def party_label(working: Working, kind: Kind) -> str:
    """What the file calls a party without naming it: 第三方一."""
    from gongkai.regulation.references import zh_number

    asked = working.case.consultations.filter(kind=kind.value).count()
    return f"{_PARTIES[kind]}{zh_number(asked + 1)}"


def keep_party(
    working: Working, kind: Kind, event: str, label: str, party: str, contact: str, about: str
) -> Consultation:
    """Keep who was asked, sealed, beside the event of asking."""
    if not party.strip():
        raise Impossible("请写明被征求意见的人或者机关。", "party")
    return Consultation.objects.create(
        case=working.case,
        event=event,
        kind=kind.value,
        label=label,
        party=Seal.close(party.strip()),
        contact=Seal.close(contact) if contact else None,
        about=about,
    )


def _answered(working: Working, of: str, event: str, words: str) -> None:
    Consultation.objects.filter(case=working.case, event=of).update(
        answered=event, opinion=words.strip()
    )

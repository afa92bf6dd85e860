"""A case as a line of 台账, and its events as lines of 办理经过: what an export writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.casework import Case as Folded
from gongkai.casework import Event, Kind, kind_spec
from gongkai.casework.kinds import Field
from gongkai.regulation.outcomes import outcomes
from gongkai_site.info_requests.intake import Application

__all__ = ["DetailLine", "application_values", "content_of", "detail_lines", "event_values"]

type Names = Mapping[str, str]

_JOIN = "、"


@dataclass(frozen=True, slots=True)
class DetailLine:
    """One event: which in order, what, when, and what was recorded with it as `名称：值` lines."""

    order: int
    what: str
    on: date
    content: str


def application_values(application: Application) -> dict[str, Any]:
    """What the applicant stated, by column; choices as codes, blanks left out."""
    details, asked = application.details, application.asked
    found = {
        "kind": application.kind,
        "applicant_kind": application.applicant_kind,
        "name": details.name,
        "identity_type": details.identity_type,
        "identity": details.identity,
        "contact_person": details.contact_person,
        "phone": details.phone,
        "email": details.email,
        "address": details.address,
        "postcode": details.postcode,
        "on_behalf": "yes" if application.on_behalf else "",
        "assistance": application.assistance,
        "asked": asked.name,
        "document_number": asked.document_number,
        "description": asked.description,
        "claim": asked.claim,
        "form_wanted": asked.form_wanted,
        "way": asked.way,
        "form_words": asked.form_words,
    }
    return {key: value for key, value in found.items() if value}


def event_values(folded: Folded, names: Names) -> dict[str, Any]:
    """What the events come to, by column: the first of what happened twice, the reply that stands.

    Args:
        folded: the case.
        names: people by the ids that events carry.
    """
    first: dict[Kind, Event] = {}
    for event in folded.standing:
        first.setdefault(event.kind, event)
    found = {
        "arrived_on": folded.arrived_on,
        "channel": folded.channel,
        **_confirmation(first.get(Kind.CONFIRMED)),
        **_correction(folded),
        **_consultation(folded),
        **_fee(folded, first.get(Kind.FEE_NOTICED)),
        **_extension(first.get(Kind.EXTENDED), names),
        **_reply(folded, names),
        **_disputes(folded),
        "archived_on": _last_day(folded, Kind.ARCHIVED),
    }
    return {key: value for key, value in found.items() if value not in (None, "")}


def _confirmation(event: Event | None) -> dict[str, Any]:
    if event is None:
        return {}
    return {
        "confirmed_on": event.on,
        "unreachable": "yes" if event.data.get("unreachable") else "",
    }


def _correction(folded: Folded) -> dict[str, Any]:
    if not folded.corrections:
        return {}
    one = folded.corrections[0]
    return {
        "correction_on": one.sent_on,
        "correction_days": one.days,
        "correction_received": one.received_on,
        "corrected_on": one.corrected_on,
    }


def _consultation(folded: Folded) -> dict[str, Any]:
    if not folded.consultations:
        return {}
    one = folded.consultations[0]
    return {
        "consulted": one.kind.value,
        "consulted_on": one.sent_on,
        "consult_received": one.received_on,
        "opinion_on": one.opinion_on,
        "opinion": one.answer,
        "opinion_reasonable": _yes(one.reasonable),
    }


def _fee(folded: Folded, notice: Event | None) -> dict[str, Any]:
    fee = folded.fee
    if fee is None or notice is None:
        return {}
    return {
        "fee_on": fee.sent_on,
        "fee_scale": notice.data["scale"],
        "fee_count": notice.data["count"],
        "fee_amount": fee.amount,
        "fee_received": fee.received_on,
        "fee_paid_on": fee.paid_on,
    }


def _extension(event: Event | None, names: Names) -> dict[str, Any]:
    if event is None:
        return {}
    by = str(event.data["approved_by"])
    return {
        "extended_on": event.on,
        "extension_days": event.data["days"],
        "extension_by": names.get(by, by),
        "extension_approved": event.data["approved_on"],
    }


def _reply(folded: Folded, names: Names) -> dict[str, Any]:
    reply, ending, service = folded.reply, folded.ending, folded.service
    if reply is not None:
        return {
            "ended_on": reply.on,
            "ending": reply.outcome,
            "grounds": _JOIN.join(reply.grounds),
            "letter_number": reply.number,
            "signed_by": names.get(reply.signed_by, reply.signed_by),
            "served_by": service.method if service is not None else None,
            "served_on": service.sent_on if service is not None else None,
            "served_received": service.received_on if service is not None else None,
        }
    if ending is None:
        return {}
    event = next(one for one in folded.standing if one.id == ending.event)
    if ending.kind is Kind.AMENDED_RECORD:
        code = f"amended:{event.data['result']}"
    elif ending.kind in (Kind.CORRECTION_ABANDONED, Kind.FEE_LAPSED):
        code = str(ending.outcome)
    else:
        code = ending.kind.value
    to = event.data.get("into") or event.data.get("to")
    return {"ended_on": ending.on, "ending": code, "ended_to": to}


def _disputes(folded: Folded) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for group, key in (("review", "review"), ("litigation", "suit")):
        one = next((one for one in folded.disputes if one.group.startswith(group)), None)
        if one is not None:
            found |= {
                f"{key}_on": one.opened_on,
                f"{key}_decided_on": one.decided_on,
                f"{key}_result": one.result,
            }
    return found


def _last_day(folded: Folded, kind: Kind) -> date | None:
    days = [one.on for one in folded.standing if one.kind is kind]
    return days[-1] if days else None


def _yes(flag: bool | None) -> str | None:
    return None if flag is None else "yes" if flag else "no"


def detail_lines(events: Iterable[Event], names: Names) -> list[DetailLine]:
    """The standing events, in order; an event that points at another names it by its place."""
    listed = list(events)
    places = {event.id: str(order) for order, event in enumerate(listed, 1)}
    return [
        DetailLine(order, event.kind.label, event.on, content_of(event, places, names))
        for order, event in enumerate(listed, 1)
    ]


def content_of(event: Event, places: Mapping[str, str], names: Names) -> str:
    """What was recorded with an event: a line for each item, 名称：值."""
    lines = []
    for key, field in kind_spec(event.kind).fields.items():
        if key in event.data:
            value = event.data[key]
            values = value if isinstance(value, tuple) else (value,)
            words = _JOIN.join(_words(field, one, places, names) for one in values)
            lines.append(f"{field.name}：{words}")
    return "\n".join(lines)


def _words(field: Field, value: Any, places: Mapping[str, str], names: Names) -> str:
    match field.type:
        case "flag":
            return "是" if value else "否"
        case "choice":
            return field.choices[value]
        case "outcome":
            return outcomes()[value].name
        case "event":
            return places.get(value, value)
        case "date":
            return value.isoformat()
    text = " ".join(str(value).split())
    return names.get(text, text)

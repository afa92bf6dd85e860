"""The facts a letter is drawn up from: what the case file knows, so that nobody types it twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from gongkai.casework import Case as Folded
from gongkai.casework import Kind, choices
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.models import IDENTITY_TYPES, Case, Letter

__all__ = ["case_facts"]

_WHOM = {
    Kind.THIRD_PARTY_CONSULTED: "第三方",
    Kind.CO_PRODUCER_CONSULTED: "共同制作机关",
    Kind.ORGAN_CONSULTED: "其他行政机关",
}


def case_facts(case: Case, folded: Folded) -> dict[str, Any]:
    """Return the facts by the keys of `gongkai.papers` fields.

    Args:
        case: with its agency and applicant.
        folded: what its events come to.
    """
    facts = {
        **_who(case),
        **_what(case, folded),
        **_body(case),
        **_correction(case, folded),
        **_extension(folded),
        **_consultation(case, folded),
        **_fee(case, folded),
    }
    return {key: value for key, value in facts.items() if value not in (None, "", [], ())}


def _who(case: Case) -> dict[str, Any]:
    details = case.applicant.details
    identity = IDENTITY_TYPES.get(details.identity_type, "")
    if identity and details.masked_identity:
        identity = f"{identity}（{details.masked_identity}）"
    return {
        "applicant": details.name,
        "applicant_is_organisation": not case.applicant.is_natural,
        "identity": identity,
        "contact": details.phone or details.email or details.address,
        "recipient": details.contact_person or details.name,
        "recipient_address": details.address,
        "recipient_postcode": details.postcode,
    }


def _what(case: Case, folded: Folded) -> dict[str, Any]:
    text = case.texts.last()
    wanted: list[str] = []
    if text is not None:
        wanted = [FORMS.get(text.form_wanted, ""), WAYS.get(text.way, ""), text.form_words]
    return {
        "case_number": case.number,
        "channel": choices("channel").get(case.channel, ""),
        "submitted_on": folded.arrived_on,
        "received_on": folded.received_on,
        "due_on": case.due_on,
        "request": text.words if text is not None else case.title,
        "record": text.words if text is not None else case.title,
        "form_wanted": "，".join(one for one in wanted if one),
        "office": case.office.name if case.office is not None else None,
    }


def _body(case: Case) -> dict[str, Any]:
    agency = case.agency
    contact = "，".join(
        one for one in (agency.office_name, f"电话{agency.phone}" if agency.phone else "") if one
    )
    return {
        "agency": agency.name,
        "office_contact": contact,
        "review_organ": agency.review_organ,
        "court": agency.court,
        "agency_address": agency.address,
        "agency_postcode": agency.postcode,
        "query_address": agency.website,
    }


def _number_of(case: Case, event: str) -> str | None:
    return (
        Letter.objects.filter(case=case, event=event).values_list("number", flat=True).first()
        or None
    )


def _limit(folded: Folded, event: str) -> date | None:
    return next((one.deadline.due for one in folded.clocks if one.event == event), None)


def _correction(case: Case, folded: Folded) -> dict[str, Any]:
    if not folded.corrections:
        return {}
    notice = folded.corrections[0]
    return {
        "correction_notified_on": notice.sent_on,
        "correction_number": _number_of(case, notice.event),
        "correction_served_on": notice.received_on,
        "corrected_on": notice.corrected_on,
        "correction_due_on": _limit(folded, notice.event),
    }


def _extension(folded: Folded) -> dict[str, Any]:
    granted = [one for one in folded.standing if one.kind is Kind.EXTENDED]
    if not granted or folded.due is None:
        return {}
    return {
        "extension_days": granted[-1].data["days"],
        "extension_notified_on": granted[-1].on,
        "extended_until": folded.due.due,
    }


def _consultation(case: Case, folded: Folded) -> dict[str, Any]:
    if not folded.consultations:
        return {}
    asked = folded.consultations[0]
    words = case.consultations.filter(event=asked.event).values_list("opinion", flat=True).first()
    return {
        "consulted_on": asked.sent_on,
        "consulted_whom": _WHOM[asked.kind],
        "consult_number": _number_of(case, asked.event),
        "opinion_on": asked.opinion_on,
        "opinion": words,
    }


def _fee(case: Case, folded: Folded) -> dict[str, Any]:
    fee = folded.fee
    if fee is None:
        return {}
    return {
        "fee_number": _number_of(case, fee.event),
        "fee_notified_on": fee.sent_on,
        "fee_served_on": fee.received_on,
        "payment_due_on": _limit(folded, fee.event),
    }

"""What each kind of letter is in a case: the event it makes when it is issued, and who drafts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.casework import Kind, fee_of
from gongkai.papers import templates
from gongkai.regulation.outcomes import outcomes
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.permissions import Permission

__all__ = ["LetterKind", "event_data", "letter_kind", "letter_kinds"]

_SCALES = {"按件计收": "items", "按量计收": "pages"}
_AMENDMENTS = {
    "record_corrected": "corrected",
    "record_unchanged": "refused",
    "record_transferred": "transferred",
    "record_redirected": "redirected",
}
_NOTICES: Mapping[str, tuple[Kind | None, Permission]] = {
    "receipt": (None, Permission.RECEIVE),
    "correction_notice": (Kind.CORRECTION_REQUESTED, Permission.CORRECT),
    "reason_request": (Kind.REASONS_REQUESTED, Permission.EXPLAIN),
    "delay_notice": (Kind.DELAYED_REPLY_SET, Permission.DRAFT),
    "extension_notice": (Kind.EXTENDED, Permission.PROPOSE_EXTENSION),
    "third_party_consult": (Kind.THIRD_PARTY_CONSULTED, Permission.CONSULT),
    "co_organ_consult": (Kind.CO_PRODUCER_CONSULTED, Permission.CONSULT),
    "consult_applicant_notice": (None, Permission.CONSULT),
    "third_party_decision_notice": (None, Permission.CONSULT),
    "fee_notice": (Kind.FEE_NOTICED, Permission.FEE),
    "assist": (None, Permission.CO_HANDLE),
    "O1": (Kind.CORRECTION_ABANDONED, Permission.DRAFT),
    "O2": (Kind.FEE_LAPSED, Permission.DRAFT),
}


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter.

    `event` is recorded when it is issued; `reply` letters also leave 拟稿, 法制审核 and 签发 in the
    case; `review_first` ones are not signed before legal review; `series` is "" where no number is
    given.
    """

    key: str
    name: str
    event: Kind | None
    drafting: Permission
    reply: bool
    review_first: bool
    series: str

    @property
    def issuing(self) -> Permission:
        """The permission to send it out."""
        return Permission.REPLY if self.reply else self.drafting


def letter_kinds() -> Mapping[str, LetterKind]:
    """Return every kind of letter a case may hold, by key."""
    return {key: letter_kind(key) for key in templates() if _known(key)}


def letter_kind(key: str) -> LetterKind:
    """Return one kind of letter. Raises Impossible for a key there is none of."""
    if not _known(key) or key not in templates():
        raise Impossible("没有这种文书。请从列表里选择。", "kind")
    name, rules = _title(key), house()
    series = rules["series"].get(key, "")
    review = key in rules["legal_review_first"]
    if key in _NOTICES:
        event, permission = _NOTICES[key]
        return LetterKind(key, name, event, permission, False, review, series)
    kind = Kind.AMENDED_RECORD if key in _AMENDMENTS else Kind.REPLIED
    return LetterKind(key, name, kind, Permission.DRAFT, True, review, series)


def event_data(
    kind: LetterKind, given: Mapping[str, Any], facts: Mapping[str, Any], on: date
) -> dict[str, Any]:
    """Return what is recorded in the case when the letter is issued.

    Args:
        kind: the letter's kind.
        given: what only the officer can say: `grounds`, `public_interest`, `days`, `label`.
        facts: what the letter was drawn up from.
        on: the day of issue, by which a fee is worked out.
    """
    match kind.key:
        case "correction_notice":
            items = "；".join(str(one) for one in facts.get("correction_items", ()))
            return {"days": facts.get("correction_days"), "what": items}
        case "fee_notice":
            scale, count = _SCALES.get(facts.get("fee_scale", "")), facts.get("fee_count")
            if scale is None or not isinstance(count, int) or count < 1:
                raise Impossible("请选择计费方式，并填写件数或者页数。", "fee_scale")
            return {"scale": scale, "count": count, "amount": fee_of(scale, count, on)}
        case "delay_notice" | "extension_notice":
            return {"days": given.get("days")}
        case "third_party_consult" | "co_organ_consult":
            return {"party": given.get("label")}
        case key if key in outcomes() and kind.event is Kind.REPLIED:
            return {
                "outcome": key,
                "grounds": list(given.get("grounds", ())),
                "public_interest": given.get("public_interest"),
            }
        case key if key in _AMENDMENTS:
            return {"result": _AMENDMENTS[key]}
    return {}


def _known(key: str) -> bool:
    return key in _NOTICES or key in _AMENDMENTS or key in outcomes()


def _title(key: str) -> str:
    outcome = outcomes().get(key)
    latest = templates()[key].entries[-1][1]
    title = latest.title if latest is not None else key
    return f"{title}（{outcome.name}）" if outcome is not None else title

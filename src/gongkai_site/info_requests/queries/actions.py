"""The buttons of a case's page: what may be done now and where, and why the rest may not.

`verbs` says what role and law allow. What a verb needs beside that, a letter to sign or a question
put to one's own office, is looked up here, so that a button leads somewhere or says why not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongkai.casework import Kind, State
from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.info_requests.letter_kinds import letter_kind
from gongkai_site.info_requests.models import (
    UNSIGNED_KINDS,
    Assignment,
    AssignmentKind,
    Case,
    Letter,
    LetterState,
)
from gongkai_site.info_requests.queries.casefile import CaseFile
from gongkai_site.info_requests.verbs import Choice

__all__ = ["NOTICES", "Action", "Group", "actions", "open_assistance"]

NOTICES = (
    "correction_notice",
    "reason_request",
    "third_party_consult",
    "co_organ_consult",
    "fee_notice",
    "delay_notice",
)
"""Verbs that are done by a letter of the same name."""

_GROUPS = {
    "收件和分办": "confirm assign ask_assistance answer_assistance examine split merge",
    "补正和说明": "correction_notice record_corrected reason_request judge_reasons",
    "征求意见": "third_party_consult co_organ_consult consult_organ record_opinion"
    " record_organ_answer deliver",
    "收费": "fee_notice record_payment",
    "期限": "propose_extension extend delay_notice",
    "答复": "draft_reply legal_review sign reply serve",
    "了结": "lapse_correction lapse_fee record_withdrawal transfer",
    "复议和诉讼": "review_opened review_decided litigation_opened litigation_decided reopen",
    "案卷": "archive attach note",
}
_LIVE = (LetterState.DRAFT, LetterState.REVIEWED, LetterState.APPROVED)
# What a person most likely came for, by the state of the case.
_NEXT = {
    State.AWAITING_CONFIRMATION: ("confirm",),
    State.REGISTERED: ("assign", "examine"),
    State.EXAMINED: ("examine", "draft_reply"),
    State.AWAITING_CORRECTION: ("deliver", "record_corrected", "lapse_correction"),
    State.AWAITING_REASONS: ("judge_reasons",),
    State.AWAITING_PAYMENT: ("deliver", "record_payment", "lapse_fee"),
    State.AWAITING_THIRD_PARTY: ("deliver", "record_opinion"),
    State.AWAITING_CO_PRODUCER: ("deliver", "record_opinion"),
    State.AWAITING_ORGAN: ("record_organ_answer",),
    State.HANDLING: ("draft_reply", "answer_assistance"),
    State.DRAFTED: ("legal_review", "sign", "extend", "draft_reply"),
    State.SIGNED: ("reply",),
    State.REPLIED: ("serve",),
    State.SERVED: ("archive",),
    State.AMENDED: ("archive",),
    State.WITHDRAWN: ("archive",),
    State.LAPSED: ("archive",),
    State.MERGED: ("archive",),
    State.TRANSFERRED: ("archive",),
    State.UNDER_REVIEW: ("review_decided",),
    State.IN_LITIGATION: ("litigation_decided",),
}


@dataclass(frozen=True, slots=True)
class Action:
    """One verb as its button shows it.

    `page` is the kind of page it leads to (`do`, `letter`, `new_letter`, `outcomes`, or a part of the
    `case`'s own), `target` what that page is about; both empty where it may not be done. `why` is the
    reason, also where it can only be recorded as it happened (`as_happened`). `next` marks what is
    likely to come next.
    """

    key: str
    name: str
    page: str = ""
    target: str = ""
    why: str = ""
    as_happened: bool = False
    next: bool = False

    @property
    def open(self) -> bool:
        """Whether it leads anywhere."""
        return bool(self.page)


@dataclass(frozen=True, slots=True)
class Group:
    """Verbs that belong together."""

    name: str
    actions: tuple[Action, ...]

    @property
    def open(self) -> tuple[Action, ...]:
        """What may be done as the law has it, or is what comes next."""
        return tuple(one for one in self.actions if one.open and (one.next or not one.as_happened))

    @property
    def irregular(self) -> tuple[Action, ...]:
        """What can only be recorded as it happened."""
        return tuple(one for one in self.actions if one.as_happened and not one.next)

    @property
    def closed(self) -> tuple[Action, ...]:
        """What may not."""
        return tuple(one for one in self.actions if not one.open)


@dataclass(frozen=True, slots=True)
class _Around:
    """What the buttons need to know beside the verbs."""

    actor: Actor
    case: Case
    letters: tuple[Letter, ...]
    assistance: tuple[Assignment, ...]


def actions(actor: Actor, file: CaseFile, today: date) -> tuple[Group, ...]:
    """Return every verb of a case for one person, in groups.

    Args:
        actor: who looks.
        file: the case file.
        today: the day.
    """
    around = _Around(
        actor,
        file.case,
        tuple(file.case.letters.filter(state__in=_LIVE)),
        tuple(open_assistance(actor, file.case)),
    )
    choices = {one.spec.key: one for one in file.verbs}
    state = file.status.state if file.status is not None else file.folded.state
    found = {key: _action(one, around) for key, one in choices.items()}
    likely = next((key for key in _NEXT.get(state, ()) if found[key].open), "")
    return tuple(
        Group(
            name,
            tuple(_marked(found[key]) if key == likely else found[key] for key in keys.split()),
        )
        for name, keys in _GROUPS.items()
    )


def open_assistance(actor: Actor, case: Case) -> Iterable[Assignment]:
    """Return what was asked of the actor or the actor's office and is not answered."""
    return [
        one
        for one in case.assignments.filter(
            kind=AssignmentKind.ASSIST, done_at=None, cancelled_at=None
        ).select_related("office", "given_by")
        if one.office_id in (None, actor.office_id) or one.assignee_id == actor.user_id
    ]


def _marked(one: Action) -> Action:
    return Action(one.key, one.name, one.page, one.target, one.why, one.as_happened, next=True)


def _action(choice: Choice, around: _Around) -> Action:
    spec = choice.spec
    if not allowed(around.actor, spec.permission, around.case.agency_id):
        return Action(spec.key, spec.name, why=choice.why_not)
    special = _SPECIAL.get(spec.key)
    if special is not None:
        return special(choice, around)
    if spec.key in NOTICES:
        return _notice(choice, around)
    return _plain(choice, "do", spec.key)


def _plain(choice: Choice, page: str, target: str) -> Action:
    spec = choice.spec
    if choice.allowed:
        return Action(spec.key, spec.name, page, target)
    if choice.recordable:
        return Action(spec.key, spec.name, page, target, choice.why_not, as_happened=True)
    return Action(spec.key, spec.name, why=choice.why_not)


def _notice(choice: Choice, around: _Around) -> Action:
    spec = choice.spec
    begun = next((one for one in around.letters if one.kind == spec.key), None)
    if begun is not None:
        return Action(spec.key, f"{spec.name}（已拟稿）", "letter", str(begun.pk))
    return _plain(choice, "new_letter", spec.key)


def _with_letter(choice: Choice, around: _Around, fits: Iterable[Letter], none: str) -> Action:
    spec = choice.spec
    found = next(iter(fits), None)
    if found is not None:
        return Action(spec.key, spec.name, "letter", str(found.pk))
    law = choice.why_not if not choice.allowed and not choice.recordable else ""
    return Action(spec.key, spec.name, why=law or none)


def _review(choice: Choice, around: _Around) -> Action:
    waiting = (
        one
        for one in around.letters
        if one.state == LetterState.DRAFT and letter_kind(one.kind).review_first
    )
    return _with_letter(choice, around, waiting, "没有待审核的文书")


def _sign(choice: Choice, around: _Around) -> Action:
    waiting = (
        one
        for one in around.letters
        if one.kind not in UNSIGNED_KINDS
        and letter_kind(one.kind).event is not Kind.EXTENDED
        and (
            one.state == LetterState.REVIEWED
            or (one.state == LetterState.DRAFT and not letter_kind(one.kind).review_first)
        )
    )
    return _with_letter(choice, around, waiting, "没有待签发的文书")


def _issue(choice: Choice, around: _Around) -> Action:
    signed = (
        one
        for one in around.letters
        if one.state == LetterState.APPROVED and letter_kind(one.kind).reply
    )
    return _with_letter(choice, around, signed, "没有已经签发的答复书")


def _extend(choice: Choice, around: _Around) -> Action:
    proposed = (one for one in around.letters if letter_kind(one.kind).event is Kind.EXTENDED)
    return _with_letter(choice, around, proposed, "承办人还没有提出延期")


def _propose(choice: Choice, around: _Around) -> Action:
    spec = choice.spec
    begun = next((one for one in around.letters if one.kind == "extension_notice"), None)
    if begun is not None:
        return Action(spec.key, f"{spec.name}（已提出）", "letter", str(begun.pk))
    if choice.allowed:
        return Action(spec.key, spec.name, "do", spec.key)
    return Action(spec.key, spec.name, why=choice.why_not)


def _draft(choice: Choice, around: _Around) -> Action:
    spec = choice.spec
    begun = next((one for one in around.letters if letter_kind(one.kind).reply), None)
    if begun is not None:
        return Action(spec.key, "修改答复书", "letter", str(begun.pk))
    return _plain(choice, "outcomes", "")


def _answer(choice: Choice, around: _Around) -> Action:
    spec = choice.spec
    if around.assistance:
        return Action(spec.key, spec.name, "do", spec.key)
    return Action(spec.key, spec.name, why="没有请您或者您的处室协办的事项")


def _note(choice: Choice, around: _Around) -> Action:
    return _plain(choice, "case", "notes-title")


_SPECIAL = {
    "note": _note,
    "legal_review": _review,
    "sign": _sign,
    "reply": _issue,
    "extend": _extend,
    "propose_extension": _propose,
    "draft_reply": _draft,
    "answer_assistance": _answer,
}

"""What may be done with a letter, by whom, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.casework import Kind
from gongkai.papers import Problem
from gongkai_site.agencies.roles import permission
from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.info_requests.letter_kinds import LetterKind
from gongkai_site.info_requests.models import UNSIGNED_KINDS, Letter, LetterState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.letters import editors_of

__all__ = ["Act", "acts_on"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with a letter; `why` says why it may not be done, empty where it may."""

    key: str
    name: str
    why: str

    @property
    def open(self) -> bool:
        """Whether it may be done."""
        return not self.why


def acts_on(
    actor: Actor, letter: Letter, of: LetterKind, problems: Sequence[Problem]
) -> dict[str, Act]:
    """Return what may be done with a letter, by key: edit, review, approve, issue, discard.

    Args:
        actor: who looks.
        letter: the letter.
        of: its kind.
        problems: what it lacks.
    """
    if letter.state in (LetterState.ISSUED, LetterState.DISCARDED):
        return {}
    wrote = actor.user_id in editors_of(letter)
    lacks = any(one.severity == "error" for one in problems)
    extension = of.event is Kind.EXTENDED
    signing = Permission.EXTEND if extension else Permission.SIGN
    found = [
        Act("edit", "修改文字", _may(actor, letter, of.drafting)),
        Act(
            "review",
            "法制审核",
            _may(actor, letter, Permission.LEGAL_REVIEW) or _review(letter, wrote, lacks),
        ),
        Act(
            "approve",
            "同意延期并发出" if extension else "签发",
            _may(actor, letter, signing) or _sign(letter, of, wrote, lacks),
        ),
        Act("issue", "编号发出", _may(actor, letter, of.issuing) or _issue(letter)),
        Act("discard", "作废", _may(actor, letter, of.drafting)),
    ]
    if letter.kind in UNSIGNED_KINDS:
        found = [one for one in found if one.key not in ("review", "approve")]
    if extension:
        found = [one for one in found if one.key != "issue"]
    return {one.key: one for one in found}


def _may(actor: Actor, letter: Letter, code: Permission) -> str:
    if allowed(actor, code, letter.agency_id):
        return ""
    return f"由{'、'.join(role.label for role in permission(code).roles)}办理"


def _review(letter: Letter, wrote: bool, lacks: bool) -> str:
    if wrote:
        return "这份文书是您起草或者修改的，要由别人审核"
    if letter.state == LetterState.REVIEWED:
        return "已经审核同意"
    if letter.state == LetterState.APPROVED:
        return "已经签发"
    if letter.review_result == "objected":
        return "已经退回，等承办人修改"
    return "还有缺项，等承办人补齐" if lacks else ""


def _sign(letter: Letter, of: LetterKind, wrote: bool, lacks: bool) -> str:
    if letter.state == LetterState.APPROVED:
        return "已经签发"
    if wrote:
        return "这份文书是您起草或者修改的，要由别人签发"
    if lacks:
        return "还有缺项，等承办人补齐"
    if letter.review_result == "objected":
        return "法制审核不同意，等承办人修改"
    if of.review_first and letter.review_result != "agreed":
        return "这种文书要先经法制审核"
    return ""


def _issue(letter: Letter) -> str:
    if letter.state == LetterState.APPROVED or letter.kind in UNSIGNED_KINDS:
        return ""
    return "还没有签发"

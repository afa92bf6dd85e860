"""Letters until they are signed: drafted from the case, edited, reviewed by legal, approved.

Whoever drafted or edited the text neither reviews nor approves it. A text that is edited again
loses its review and its approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from gongkai.casework import Kind
from gongkai.errors import PaperError
from gongkai.papers import Paper, Problem, Template, check, draft
from gongkai.papers.catalogue import fields
from gongkai_site.agencies.service import Actor
from gongkai_site.info_requests.errors import (
    FourEyes,
    Impossible,
    NotAllowedNow,
    Stale,
    UnknownCase,
)
from gongkai_site.info_requests.letter_facts import case_facts
from gongkai_site.info_requests.letter_kinds import LetterKind, event_data, letter_kind
from gongkai_site.info_requests.models import (
    Case,
    Letter,
    LetterState,
    LetterVersion,
    TemplateVersion,
)
from gongkai_site.info_requests.papers_json import digest_of, from_json, to_json
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.core import Working, opened
from gongkai_site.info_requests.service.notify import tell_role, tell_staff

__all__ = [
    "approve_letter",
    "discard_letter",
    "draft_letter",
    "edit_letter",
    "editors_of",
    "facts_of",
    "legal_review",
    "paper_of",
    "problems_of",
    "template_for",
    "LETTER_EVENTS",
    "live_reply",
]

LETTER_EVENTS = frozenset({Kind.DRAFTED, Kind.LEGAL_REVIEWED, Kind.SIGNED})
"""What a reply leaves in the case before it is issued; it is undone with the letter."""

_LIVE = (LetterState.DRAFT, LetterState.REVIEWED, LetterState.APPROVED)
_NUMBER = "文号"


def draft_letter(
    actor: Actor,
    case_id: int,
    kind: str,
    facts: Mapping[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    expected: int | None = None,
    now: datetime | None = None,
) -> Letter:
    """Draw up a letter; what is still missing shows as 【待填：…】.

    Args:
        kind: a key of `letter_kinds()`.
        facts: values by the keys of `gongkai.papers` fields; what the case knows is filled in.
        given: what only the officer can say for the event: `grounds` and `public_interest` of a
            reply, `days` of a delayed reply, `contact` of a third party.

    Raises:
        PaperError: a fact that is unknown or of the wrong kind.
        Impossible: another reply is already being drawn up.
    """
    of = letter_kind(kind)
    with opened(actor, case_id, of.drafting, expected=expected, now=now) as working:
        return make_draft(working, of, facts, given or {})


def make_draft(
    working: Working, of: LetterKind, facts: Mapping[str, Any], given: Mapping[str, Any]
) -> Letter:
    """Draw up a letter within a verb."""
    case = working.case
    if of.reply and live_reply(case):
        raise Impossible("这件申请已经有一份答复书在拟稿或者送签。请修改那一份，或者先作废。")
    data = event_data(of, given, facts, working.today)
    facts = {**_promised(working, of, data), **facts}
    whole = {**case_facts(case, working.law), **facts}
    own = template_for(case.agency_id, of.key, working.today)
    form = Template.parse(own.text) if own is not None else None
    paper = draft(of.key, whole, on=working.today, template=form, allow_gaps=True)
    letter = Letter(
        case=case,
        agency_id=case.agency_id,
        kind=of.key,
        title=paper.title,
        facts=_plain(facts),
        event_data={"event": _plain(data), "given": _plain(given)},
        template=own,
        drafted_by_id=_staff(working.actor),
        drafted_at=working.now,
    )
    letter.save()
    keep_version(working, letter, paper)
    if of.reply:
        _record_draft(working, of)
    working.trace(of.drafting, what="draft_letter", letter=letter.pk, kind=of.key)
    return letter


def _promised(working: Working, of: LetterKind, data: Mapping[str, Any]) -> dict[str, Any]:
    """The date a notice promises, worked out from the days it gives."""
    if of.event is not Kind.DELAYED_REPLY_SET or not data.get("days"):
        return {}
    after = working.foresee(of.event, data)
    return {"delayed_until": after.due.due} if after.due is not None else {}


def edit_letter(
    actor: Actor,
    letter_id: int,
    paragraphs: Iterable[str],
    *,
    title: str | None = None,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Letter:
    """Keep what a person made of the text, as a new version; it is a draft again.

    Raises:
        Stale: somebody edited it meanwhile.
    """
    with letter_opened(actor, letter_id, None, now) as (working, letter, of):
        _live(letter)
        if expected_version is not None and expected_version != letter.version:
            last = letter.versions.select_related("by").get(version=letter.version)
            raise Stale(
                f"{last.by.display_name}已经把这份文书改成第{letter.version}稿。"
                "您的修改没有保存，请刷新后在新稿上修改。"
            )
        before = paper_of(letter)
        after = before.edited(paragraphs, title)
        if after == before:
            return letter
        letter.version += 1
        _back_to_draft(letter, after.title)
        keep_version(working, letter, after)
        if of.reply:
            _record_draft(working, of)
        working.trace(of.drafting, what="edit_letter", letter=letter.pk, version=letter.version)
        return letter


def legal_review(
    actor: Actor,
    letter_id: int,
    *,
    agreed: bool,
    words: str = "",
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Letter:
    """Record what legal makes of a letter before it is signed."""
    with letter_opened(actor, letter_id, Permission.LEGAL_REVIEW, now) as (working, letter, of):
        _live(letter)
        _same_version(letter, expected_version)
        _another(actor, letter, "审核")
        words = " ".join(words.split())[:500]
        if not agreed and not words:
            raise Impossible("不同意的，请写明意见，以便承办人修改。", "words")
        letter.state = LetterState.REVIEWED if agreed else LetterState.DRAFT
        letter.reviewed_by_id, letter.reviewed_at = _staff(actor), working.now
        letter.review_result = "agreed" if agreed else "objected"
        letter.review_words = words
        letter.approved_by_id = letter.approved_at = None
        letter.save()
        if of.reply:
            working.record(Kind.LEGAL_REVIEWED, {"result": letter.review_result})
        said = "同意" if agreed else "不同意"
        tell_staff(
            working.case, "legal_reviewed", f"法制审核{said}", working.now, letter.drafted_by_id
        )
        working.trace(Permission.LEGAL_REVIEW, letter=letter.pk, result=letter.review_result)
        return letter


def approve_letter(
    actor: Actor,
    letter_id: int,
    *,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Letter:
    """Sign a letter (签发): it may then be issued, and not be changed any more.

    Raises:
        FourEyes: the signer drafted or edited it.
        NotAllowedNow: legal has to see it first, or objected.
        PaperError: an element is missing or wrong; the message names every one.
    """
    with letter_opened(actor, letter_id, Permission.SIGN, now) as (working, letter, of):
        if of.event is Kind.EXTENDED:
            raise Impossible("延长期限请用“同意延期”办理。")
        sign(working, letter, of, expected_version)
        return letter


def sign(working: Working, letter: Letter, of: LetterKind, expected_version: int | None) -> None:
    """Approve a letter within a verb."""
    _live(letter)
    _same_version(letter, expected_version)
    _another(working.actor, letter, "签发")
    if letter.review_result == "objected":
        raise NotAllowedNow("法制审核不同意这一稿。请承办人修改后重新送审。")
    if of.review_first and letter.review_result != "agreed":
        raise NotAllowedNow("这种文书签发前应当经法制审核。请先送法规处审核。")
    faults = [one for one in problems_of(letter) if one.severity == "error"]
    if faults:
        raise PaperError(
            f"《{letter.title}》还不能签发：" + "".join(one.message for one in faults),
            tuple(dict.fromkeys(one.element for one in faults)),
        )
    letter.state = LetterState.APPROVED
    letter.approved_by_id, letter.approved_at = _staff(working.actor), working.now
    letter.save()
    if of.reply:
        working.record(Kind.SIGNED, bound=True)
    tell_staff(
        working.case, "approved", "文书已经签发，可以编号发出", working.now, letter.drafted_by_id
    )
    working.trace(working.permission, what="approve_letter", letter=letter.pk)


def discard_letter(
    actor: Actor, letter_id: int, *, reason: str, now: datetime | None = None
) -> Letter:
    """Set a draft aside; it stays on the file. An issued letter cannot be discarded."""
    with letter_opened(actor, letter_id, None, now) as (working, letter, of):
        _live(letter)
        reason = " ".join(reason.split())[:200]
        if not reason:
            raise Impossible("请写明作废的理由。", "reason")
        letter.state, letter.discarded_at = LetterState.DISCARDED, working.now
        letter.discard_reason = reason
        letter.save()
        if of.reply:
            _undo_draft(working, letter)
        working.trace(of.drafting, what="discard_letter", letter=letter.pk)
        return letter


def live_reply(case: Case) -> bool:
    """Whether a reply is being drawn up, reviewed or waits to be sent."""
    return case.letters.filter(state__in=_LIVE, kind__in=_reply_kinds()).exists()


def paper_of(letter: Letter, version: int | None = None) -> Paper:
    """Return the letter's text in a version, the present one by default."""
    kept = letter.versions.get(version=letter.version if version is None else version)
    return from_json(kept.paper)


def problems_of(letter: Letter) -> list[Problem]:
    """Find what keeps the letter from being signed; its number comes only afterwards."""
    return [one for one in check(paper_of(letter)) if one.element != _NUMBER]


def editors_of(letter: Letter) -> frozenset[int]:
    """Everybody who wrote on the letter."""
    return frozenset(letter.versions.values_list("by_id", flat=True)) | {letter.drafted_by_id}


def facts_of(letter: Letter) -> dict[str, Any]:
    """Return the facts the letter was drawn up from, dates as dates."""
    dates = {one.key for one in fields().values() if one.type == "date"}
    return {
        key: date.fromisoformat(value) if key in dates and value else value
        for key, value in letter.facts.items()
    }


def template_for(agency_id: int, kind: str, on: date) -> TemplateVersion | None:
    """Return the body's own wording of a letter on a day, None where it uses ours."""
    return (
        TemplateVersion.objects.filter(
            agency_id=agency_id,
            kind=kind,
            effective__lte=on,
            approved_by__isnull=False,
            retired_at=None,
        )
        .order_by("-effective", "-version")
        .first()
    )


@contextmanager
def letter_opened(
    actor: Actor, letter_id: int, permission: Permission | None, now: datetime | None
) -> Iterator[tuple[Working, Letter, LetterKind]]:
    """Open a letter with its case; without a permission, the one for drafting its kind."""
    found = Letter.objects.filter(pk=letter_id).values_list("case_id", "kind").first()
    if found is None:
        raise UnknownCase("没有这份文书，或者您没有办理它的权限。")
    of = letter_kind(found[1])
    with opened(actor, found[0], permission or of.drafting, now=now) as working:
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
        letter.case = working.case
        yield working, letter, of


def keep_version(working: Working, letter: Letter, paper: Paper) -> None:
    """Keep a text as the letter's present version."""
    held = to_json(paper)
    LetterVersion(
        letter=letter,
        version=letter.version,
        paper=held,
        digest=digest_of(held),
        by_id=_staff(working.actor),
        at=working.now,
    ).save(force_insert=True)


def _record_draft(working: Working, of: LetterKind) -> None:
    outcome = of.key if of.event is Kind.REPLIED else None
    working.record(Kind.DRAFTED, {"outcome": outcome})
    if of.review_first:
        tell_role(working.case, "to_review", "legal", "有文书待法制审核", working.now)


def _undo_draft(working: Working, letter: Letter) -> None:
    """Take back what the discarded letter left in the case: signature, review, drafts."""
    left = [
        one
        for one in working.law.standing
        if one.kind in LETTER_EVENTS and one.at >= letter.drafted_at
    ]
    for event in reversed(left):
        data = {"event": event.id, "reason": "文书已经作废"}
        working.record(Kind.VOIDED, data, as_happened=True)


def _back_to_draft(letter: Letter, title: str) -> None:
    letter.state, letter.title = LetterState.DRAFT, title[:200]
    letter.reviewed_by_id = letter.reviewed_at = None
    letter.approved_by_id = letter.approved_at = None
    letter.review_result = letter.review_words = ""
    letter.save()


def _live(letter: Letter) -> None:
    if letter.state not in _LIVE:
        raise Impossible(f"这份文书{LetterState(letter.state).label}，不能再改。")


def _same_version(letter: Letter, expected: int | None) -> None:
    if expected is not None and expected != letter.version:
        raise Stale(f"这份文书已经改成第{letter.version}稿，您看到的不是最新一稿。请刷新后再办。")


def _another(actor: Actor, letter: Letter, doing: str) -> None:
    if actor.user_id in editors_of(letter):
        raise FourEyes(f"这份文书是您起草或者修改的，不能由您自己{doing}。请换人办理。")


def _staff(actor: Actor) -> int:
    if actor.user_id is None:
        raise Impossible("文书要由工作人员办理。")
    return actor.user_id


def _reply_kinds() -> list[str]:
    from gongkai_site.info_requests.letter_kinds import letter_kinds

    return [key for key, one in letter_kinds().items() if one.reply]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
        if value not in (None, "")
    }

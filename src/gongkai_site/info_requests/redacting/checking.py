"""The second pair of eyes: somebody who drew none of the boxes looks at what was made."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.info_requests.errors import FourEyes, Impossible
from gongkai_site.info_requests.models import Redaction, RedactionState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.redacting.asking import check_asked, checkers
from gongkai_site.info_requests.redacting.boxes import reopen
from gongkai_site.info_requests.redacting.folders import drop_made
from gongkai_site.info_requests.redacting.making import standing
from gongkai_site.info_requests.redacting.opening import opened, person, trace
from gongkai_site.info_requests.service.notify import tell_staff

__all__ = ["check", "ensure_checked", "may_check"]


def check(
    actor: Actor, pk: int, *, agreed: bool, words: str = "", now: datetime | None = None
) -> Redaction:
    """Let a file that was made pass, or give it back with what is to be changed.

    Raises:
        Impossible: nothing waits for a check, or it is given back without a word.
        FourEyes: the actor drew a box of it, or had it made.
    """
    moment, words = now or timezone.now(), " ".join(words.split())[:300]
    with opened(actor, pk, Permission.CHECK_REDACTION) as held:
        if held.state != RedactionState.MADE or held.checked_by_id is not None:
            raise Impossible("现在没有等待复核的遮盖件。请刷新页面。")
        if person(actor) in _hands(held):
            raise FourEyes("这份遮盖件有您画的框，或者是您制作的，不能由您自己复核。请换人办理。")
        if not agreed and not words:
            raise Impossible("退回修改的，请写明哪里要改。", "words")
        maker = held.made_by_id
        if agreed:
            held.checked_by_id, held.checked_at = person(actor), moment
            held.save(update_fields=["checked_by", "checked_at"])
        else:
            held.check_words = words
            held.save(update_fields=["check_words"])
            reopen(held)
        trace(actor, held, "checked" if agreed else "returned")
        told = "遮盖件复核通过，可以存入案卷" if agreed else "遮盖件退回修改"
        tell_staff(held.case, "redaction.checked", told, moment, user_id=maker)
    if not agreed:
        drop_made(held)
    return held


def ensure_checked(held: Redaction) -> None:
    """Raise Impossible while a check is asked for and nobody made it."""
    if check_asked() and held.checked_by_id is None:
        raise Impossible(
            f"这份遮盖件还没有复核。请没有画过框的另一个人（{checkers()}）复核，然后再存入案卷。"
        )


def may_check(actor: Actor, held: Redaction) -> bool:
    """Whether the actor may check this file: by role, and by having had no hand in it."""
    agency_id = held.case.agency_id
    return (
        allowed(actor, Permission.CHECK_REDACTION, agency_id)
        and allowed(actor, Permission.VIEW_IDENTITY, agency_id)
        and actor.user_id not in _hands(held)
    )


def _hands(held: Redaction) -> set[int | None]:
    """Who had a hand in it: drew a box that stands, or had it made."""
    return {held.made_by_id, *(one.by_id for one in standing(held))}

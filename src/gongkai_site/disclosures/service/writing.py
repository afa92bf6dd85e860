"""Writing: a new document, its draft, its nature, its attachments, and a new version of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.models import Revision

from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.agencies.service import Actor, Refused
from gongkai_site.disclosures.clock import ADOPTED, due_of
from gongkai_site.disclosures.doc_numbers import parse
from gongkai_site.disclosures.errors import DocNumberInvalid, Impossible, NotAllowedNow, Stale
from gongkai_site.disclosures.files import Kept
from gongkai_site.disclosures.models import (
    CONTENT_FIELDS,
    Attachment,
    Column,
    Disclosure,
    EventKind,
    Nature,
    Stage,
    State,
)
from gongkai_site.disclosures.models.disclosure import RELATIONS
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.core import Working, begun, opened

__all__ = [
    "amend",
    "attach",
    "clarify",
    "create",
    "decide_nature",
    "detach",
    "drop_amendment",
    "fill",
    "new_row",
    "save_draft",
]

_FREE = {"body", "column", "more_columns", "interprets", "related", "expire_at", "audience"}


def create(
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    agency_id: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Begin a document.

    Args:
        facts: by field of CONTENT_FIELDS and RELATIONS; `title` at least. `column` is a Column or
            its id; `body` a list of blocks; relations are lists of ids.
        agency_id: the organ whose document it is; the actor's by default.

    Raises:
        Refused: the actor may not.
        Impossible: a field cannot be so; `field` names it.
    """
    row = new_row(actor, agency_id)
    with begun(row, actor, Permission.DRAFT, now) as working:
        _begin(working, facts)
    return working.row


def clarify(
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    clarifies: int | None = None,
    agency_id: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Begin an urgent clarification of false or incomplete information (条例6).

    It goes first in every queue, and needs the same three people. `clarifies` is the document it
    puts right, where that is one of the catalogue; that document then names it.
    """
    row = new_row(actor, agency_id)
    row.urgent = True
    if clarifies is not None:
        row.clarifies = Disclosure.objects.filter(pk=clarifies, agency_id=row.agency_id).first()
        if row.clarifies is None or row.clarifies.published_at is None:
            raise Impossible("要澄清的文件没有公开过。请核对。", "clarifies")
    with begun(row, actor, Permission.CLARIFY, now) as working:
        _begin(working, facts)
    return working.row


def save_draft(
    actor: Actor,
    disclosure_id: int,
    facts: Mapping[str, Any],
    *,
    going_on: int | None = None,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Change what is being written. Whoever does can neither review nor issue it.

    Args:
        facts: as for `create`.
        going_on: the revision the actor is still writing on, saved by itself every few seconds: it
            is kept anew in its place, without another audit entry.

    Raises:
        NotAllowedNow: it is not being drafted, or a colleague has locked it.
        Impossible: a field cannot be so.
        Stale: somebody else acted meanwhile.
    """
    with opened(actor, disclosure_id, Permission.DRAFT, expected=expected, now=now) as working:
        working.require_stage(Stage.DRAFT, verb="修改")
        working.require_unlocked()
        draft = working.draft()
        fill(draft, facts)
        revision = _going_on(working, going_on)
        working.quiet = revision is not None
        working.keep(draft, going_on=revision)
        working.set(version=working.row.version + 1)
    return working.row


def decide_nature(
    actor: Actor,
    disclosure_id: int,
    nature: str,
    *,
    ground: str = "",
    note: str = "",
    re_review_on: date | None = None,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Decide, where the document is made, whether it is to be public (公开属性).

    Args:
        nature: `proactive`, `on_request` or `withheld`.
        ground: the article, such as 条例第十四条; needed for what is withheld.
        note: why, in words.
        re_review_on: when to look again at what is not public (条例18); needed for what is withheld.

    Raises:
        NotAllowedNow: it is not being drafted, nor withdrawn.
        Impossible: ground or date are missing.
    """
    with opened(actor, disclosure_id, Permission.NATURE, expected=expected, now=now) as working:
        if working.row.state == State.PUBLISHED:
            raise NotAllowedNow("已经发布的文件不能改公开属性。不应再公开的，请由签发人撤回。")
        if working.row.state != State.WITHDRAWN:
            working.require_stage(Stage.DRAFT, verb="确定公开属性")
        _check_nature(nature, ground, re_review_on, working.today)
        _set_nature(working, nature, ground, note, re_review_on)
        working.record(
            EventKind.NATURE_DECIDED,
            note=note,
            data={
                "nature": nature,
                "ground": ground,
                "re_review_on": re_review_on.isoformat() if re_review_on else "",
            },
        )
    return working.row


def attach(
    actor: Actor,
    disclosure_id: int,
    kept: Kept,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Add a file (kept by `files.keep`) to what is being written."""
    with opened(actor, disclosure_id, Permission.DRAFT, expected=expected, now=now) as working:
        working.require_stage(Stage.DRAFT, verb="加入附件")
        working.require_unlocked()
        draft = working.draft()
        have = list(draft.attachments.all())
        if any((one.digest, one.name) == (kept.digest, kept.name) for one in have):
            raise Impossible(f"“{kept.name}”已经在附件里了。", "attachments")
        place = max((one.sort_order for one in have), default=0) + 1
        draft.attachments.add(
            Attachment(
                name=kept.name,
                media_type=kept.media_type,
                size=kept.size,
                digest=kept.digest,
                sort_order=place,
            )
        )
        working.keep(draft)
        working.record(EventKind.ATTACHED, data={"digest": kept.digest, "size": kept.size})
    return working.row


def detach(
    actor: Actor,
    disclosure_id: int,
    digest: str,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Take a file out of what is being written; the published version keeps it until amended."""
    with opened(actor, disclosure_id, Permission.DRAFT, expected=expected, now=now) as working:
        working.require_stage(Stage.DRAFT, verb="移除附件")
        working.require_unlocked()
        draft = working.draft()
        gone = [one for one in draft.attachments.all() if one.digest == digest]
        if not gone:
            raise Impossible("没有这个附件，可能已经移除。请刷新页面。", "attachments")
        draft.attachments.remove(*gone)
        working.keep(draft)
        working.record(EventKind.DETACHED, data={"digest": digest})
    return working.row


def amend(
    actor: Actor,
    disclosure_id: int,
    *,
    changed_on: date,
    note: str = "",
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Begin a new version of a public document, or of a withdrawn one that is to be public again.

    The published one stays until the new one is issued. `changed_on` starts the clock of 条例26.
    """
    with opened(actor, disclosure_id, Permission.AMEND, expected=expected, now=now) as working:
        if not working.public:
            raise NotAllowedNow("这份文件还没有发布过，直接修改就可以。")
        working.require_stage(Stage.NONE, verb="开始修订")
        if working.row.nature != Nature.PROACTIVE:
            raise NotAllowedNow("这份文件不属于主动公开。要重新公开，请先确定公开属性为主动公开。")
        if changed_on > working.today:
            raise Impossible("变更日期不能在今天以后。请核对日期。", "changed_on")
        draft = working.draft()
        draft.formed_on = changed_on
        working.stage(Stage.DRAFT, written_by=[], reviewed_by=None, submitted_by=None)
        working.keep(draft)
        working.record(EventKind.AMENDMENT_OPENED, note=note)
    return working.row


def drop_amendment(
    actor: Actor,
    disclosure_id: int,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Disclosure:
    """Give up a new version of a public document; what is published stays as it is."""
    with opened(actor, disclosure_id, Permission.AMEND, expected=expected, now=now) as working:
        if not working.public:
            raise NotAllowedNow("这份文件还没有发布过，没有可以放弃的修订。")
        working.require_stage(Stage.DRAFT, verb="放弃修订")
        row = working.row
        as_adopted = row.imported and row.changed_at is None
        due = ADOPTED if as_adopted else due_of(row.nature, row.formed_on, office_calendar())
        working.stage(
            Stage.NONE,
            written_by=[],
            has_unpublished_changes=False,
            latest_revision=row.live_revision,
            due_on=due.on,
            due_note=due.note,
        )
        working.record(EventKind.AMENDMENT_DROPPED)
    return working.row


# --- shared -------------------------------------------------------------------------------------


def new_row(actor: Actor, agency_id: int | None) -> Disclosure:
    """An unsaved document of an organ."""
    where = actor.agency_id if agency_id is None else agency_id
    if where is None:
        raise Refused("请选择机关。", "agency")
    return Disclosure(agency_id=where, office_id=actor.office_id)


def _going_on(working: Working, revision_id: int | None) -> Revision | None:
    """The newest revision, where it is the actor's own and the one they write on."""
    if revision_id is None:
        return None
    newest = working.row.latest_revision
    if newest is None or (newest.pk, newest.user_id) != (revision_id, working.actor.user_id):
        raise Stale("别人刚刚保存了新的稿子，这次没有覆盖它。请刷新页面，核对后再改。")
    return newest


def fill(draft: Disclosure, facts: Mapping[str, Any]) -> None:
    """Set what an editor writes. A 文号 that can be read is written the one way; another is kept as
    typed, for the editor to go on with: it is refused when submitted.

    Raises:
        Impossible: a field cannot be so; `field` names it.
        TypeError: there is no such field.
    """
    unknown = set(facts) - set(CONTENT_FIELDS) - set(RELATIONS)
    if unknown:
        raise TypeError(f"a document has no {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        _set(draft, name, value)
    _check_fields(draft)


def _begin(working: Working, facts: Mapping[str, Any]) -> None:
    row = working.row
    row.created_at = working.now
    row.year = working.today.year
    relations = {name: facts[name] for name in RELATIONS if name in facts}
    fill(row, {name: value for name, value in facts.items() if name not in RELATIONS})
    row.save(force_insert=True)
    fill(row, relations)
    working.keep(row)
    working.record(EventKind.CREATED)


def _set(draft: Disclosure, name: str, value: Any) -> None:
    if name in RELATIONS:
        getattr(draft, name).set(chosen(draft, name, value))
    elif name in ("column", "office"):
        given = value if isinstance(value, models.Model) or value is None else int(value)
        setattr(draft, name if not isinstance(given, int) else f"{name}_id", given)
    elif name == "body" and isinstance(value, list):
        draft.body = Disclosure._meta.get_field("body").to_python(json.dumps(value))
    elif name == "doc_number":
        draft.doc_number = _doc_number(str(value or ""))
    elif name == "audience":
        draft.audience = [str(one) for one in value or ()]
    else:
        setattr(draft, name, value.strip() if isinstance(value, str) else value)


def chosen(draft: Disclosure, name: str, value: Iterable[Any]) -> list[Any]:
    """Return the rows a relation of a document names, each once.

    Raises:
        Impossible: one of them is not there, or another organ's.
    """
    model: type[models.Model] = Column if name == "more_columns" else Disclosure
    if not value:
        return []
    ids = [one.pk if isinstance(one, models.Model) else int(one) for one in value]
    if model is Disclosure and draft.pk in ids:
        raise Impossible("文件不能与自己关联。请另选。", name)
    found = model._default_manager.filter(pk__in=ids, agency_id=draft.agency_id)
    rows = {row.pk: row for row in found}
    if set(ids) - set(rows):
        raise Impossible("所选的文件或者栏目不存在，或者不属于本机关。请重新选择。", name)
    return [rows[pk] for pk in dict.fromkeys(ids)]


def _doc_number(typed: str) -> str:
    try:
        return str(parse(typed)) if typed.strip() else ""
    except DocNumberInvalid:
        return typed.strip()


def _check_fields(draft: Disclosure) -> None:
    blank = {name for name in CONTENT_FIELDS if name != "title" and not getattr(draft, name, None)}
    others = {one.name for one in Disclosure._meta.get_fields()} - set(CONTENT_FIELDS)
    try:
        draft.clean_fields(exclude=blank | others | _FREE)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        label = getattr(Disclosure._meta.get_field(name), "verbose_name", name)
        raise Impossible(f"{label}：{messages[0]}", name) from None
    for name, model in (("column", Column), ("office", None)):
        chosen = getattr(draft, name)
        if chosen is not None and chosen.agency_id != draft.agency_id:
            what = "栏目" if model is Column else "处室"
            raise Impossible(f"所选{what}不属于这个机关。请重新选择。", name)


def _check_nature(nature: str, ground: str, re_review_on: date | None, today: date) -> None:
    if nature not in (Nature.PROACTIVE, Nature.ON_REQUEST, Nature.WITHHELD):
        raise Impossible("请选择公开属性：主动公开、依申请公开或者不予公开。", "nature")
    if nature == Nature.WITHHELD and not ground.strip():
        raise Impossible("不予公开要写明依据的条款，例如“条例第十四条”。", "ground")
    if nature == Nature.WITHHELD and re_review_on is None:
        raise Impossible(
            "不予公开的信息要定期复查（条例第十八条）。请填写复查日期。", "re_review_on"
        )
    if re_review_on is not None and re_review_on <= today:
        raise Impossible("复查日期应当在今天以后。请核对日期。", "re_review_on")


def _set_nature(
    working: Working, nature: str, ground: str, note: str, re_review_on: date | None
) -> None:
    draft = working.draft()
    due = due_of(nature, draft.formed_on, office_calendar())
    working.set(
        nature=nature,
        ground=ground.strip(),
        ground_note=note.strip(),
        re_review_on=None if nature == Nature.PROACTIVE else re_review_on,
        due_on=due.on,
        due_note=due.note,
    )

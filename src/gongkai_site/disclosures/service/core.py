"""How every verb works: permission, lock, version, state, event, outbox, audit, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision

from gongkai.casework import CHINA
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.disclosures import hooks
from gongkai_site.disclosures.errors import FourEyes, NotAllowedNow, Stale, UnknownDisclosure
from gongkai_site.disclosures.guard import serving
from gongkai_site.disclosures.models import (
    CONTENT_FIELDS,
    Change,
    ChangeKind,
    Disclosure,
    DisclosureEvent,
    EventKind,
    Stage,
)
from gongkai_site.disclosures.models.disclosure import RELATIONS
from gongkai_site.disclosures.permissions import Permission

__all__ = ["Working", "begun", "digest_of", "opened", "target", "user_of"]

_NO_SUCH = "没有这份文件，或者不由你办理。请从目录里重新打开。"
_KEPT = [*CONTENT_FIELDS, *RELATIONS, "attachments"]


def target(row: Disclosure) -> str:
    """What an audit entry names."""
    return f"公开事项 {row.pk}" + (f" {row.index_number}" if row.index_number else "")


def user_of(actor: Actor) -> User | None:
    """The account behind an actor."""
    return User.objects.filter(pk=actor.user_id).first() if actor.user_id is not None else None


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 digest of what a revision holds: what was reviewed is what is issued."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Working:
    """A document being changed: its locked row, who acts and when.

    `quiet` leaves the audit entry out, for what goes on with something that has one.
    """

    row: Disclosure
    actor: Actor
    now: datetime
    permission: str
    quiet: bool = False
    changes: list[Change] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self.now.astimezone(CHINA).date()

    @property
    def public(self) -> bool:
        """Whether the public knows it, published or withdrawn."""
        return self.row.published_at is not None

    def require_stage(self, *stages: Stage, verb: str) -> None:
        """Raise NotAllowedNow unless the version being made stands at one of these."""
        if self.row.stage in stages:
            return
        now = Stage(self.row.stage).label
        raise NotAllowedNow(
            f"这份文件现在是“{now}”，不能{verb}。"
            f"要{verb}，它应当是“{'”或者“'.join(str(one.label) for one in stages)}”。"
        )

    def require_unlocked(self) -> None:
        """Raise NotAllowedNow where a colleague keeps the draft to themselves for now."""
        holder = self.row.locked_by if self.row.locked else None
        if holder is not None and holder.pk != self.actor.user_id:
            raise NotAllowedNow(
                f"这份稿子由{holder.display_name}锁定，现在不能改。请等他解锁，或者先在编辑器里解锁。"
            )

    def require_another(self, others: Mapping[int | None, str], verb: str) -> None:
        """Raise FourEyes where the actor is one of these people, each with what they did."""
        did = others.get(self.actor.user_id)
        if did is not None:
            raise FourEyes(f"这份文件由你{did}，不能再由你{verb}。请换一个人办理。")

    def set(self, **fields: Any) -> None:
        """Write system fields of the row."""
        for name, value in fields.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=list(fields))

    def stage(self, stage: Stage, **fields: Any) -> None:
        """Move the version being made on; until it is public, its stage is its state too."""
        if not self.public and stage is not Stage.NONE:
            fields["state"] = stage.value
        self.set(stage=stage, **fields)

    def draft(self) -> Disclosure:
        """What is being written: the newest revision, else the row as it is."""
        revision = self.row.latest_revision
        if revision is None or not self.row.has_unpublished_changes:
            return self.row
        return self.row.with_content_json(revision.content)

    def keep(
        self, draft: Disclosure, *, wrote: bool = True, going_on: Revision | None = None
    ) -> None:
        """Keep a draft as a new revision, and on the row too until it is public.

        `wrote` is False where the actor changed nothing a reader will see. `going_on` is the newest
        revision, where the same person writes on in it.
        """
        if not self.public:
            draft.save(update_fields=_KEPT)
        draft.save_revision(
            user=user_of(self.actor) if wrote else None,
            clean=False,
            log_action=wrote and going_on is None,
            overwrite_revision=going_on,
        )
        fresh = Disclosure.objects.select_related("agency", "latest_revision").get(pk=self.row.pk)
        self.row = fresh

    def record(
        self,
        kind: EventKind,
        *,
        note: str = "",
        acting: Disclosure | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> DisclosureEvent:
        """Append one event; the document's version goes up with it."""
        self.set(version=self.row.version + 1)
        event = DisclosureEvent(
            disclosure=self.row,
            sequence=self.row.version,
            kind=kind,
            at=self.now,
            actor_id=self.actor.user_id,
            acting=acting,
            note=note[:500],
            data=dict(data or {}),
        )
        event.save(force_insert=True)
        self.happened.append(kind.value)
        return event

    def changed(self, kind: ChangeKind, row: Disclosure | None = None) -> None:
        """Tell the built site, in this transaction, that what is public of a document changed."""
        told = row or self.row
        change = Change(agency_id=told.agency_id, disclosure=told, kind=kind, at=self.now)
        change.save(force_insert=True)
        self.changes.append(change)

    def close(self) -> None:
        """Write the audit entry, last of all, and call the hooks once it is all kept."""
        if self.happened or not self.quiet:
            audit(
                self.actor,
                self.permission,
                target=target(self.row),
                agency_id=self.row.agency_id,
                details={"events": self.happened, "version": self.row.version},
            )
        if self.changes:
            hooks.changes_made(change.pk for change in self.changes)
        for kind in self.happened:
            transaction.on_commit(partial(hooks.run_stage, self.row, kind))


@contextmanager
def opened(
    actor: Actor,
    disclosure_id: int,
    permission: Permission,
    *,
    expected: int | None = None,
    now: datetime | None = None,
) -> Iterator[Working]:
    """Open a document for one verb.

    Args:
        actor: who acts.
        disclosure_id: the document.
        permission: what the verb asks for.
        expected: the version the actor's page showed; None does not compare.
        now: the moment it happens.

    Raises:
        Refused: the actor may not (from `agencies`).
        UnknownDisclosure: there is no such document.
        Stale: somebody acted meanwhile; nothing was overwritten.
    """
    with transaction.atomic(), serving():
        locked = Disclosure.objects.select_for_update(of=("self",))
        row = locked.select_related("agency", "latest_revision").filter(pk=disclosure_id).first()
        if row is None:
            require(actor, permission, agency_id=actor.agency_id)
            raise UnknownDisclosure(_NO_SUCH)
        require(actor, permission, agency_id=row.agency_id)
        _check_version(row, expected)
        working = Working(row, actor, now or timezone.now(), permission)
        yield working
        working.close()


@contextmanager
def begun(
    row: Disclosure, actor: Actor, permission: Permission, now: datetime | None
) -> Iterator[Working]:
    """Begin the history of a new document, in one transaction; its first event must be recorded."""
    with transaction.atomic(), serving():
        require(actor, permission, agency_id=row.agency_id)
        working = Working(row, actor, now or timezone.now(), permission)
        yield working
        working.close()


def _check_version(row: Disclosure, expected: int | None) -> None:
    if expected is None or expected == row.version:
        return
    since = tuple(
        f"{one.actor.display_name if one.actor else '系统'}在{one.at.astimezone(CHINA):%H:%M}"
        f"办理了“{EventKind(one.kind).label}”"
        for one in row.events.filter(sequence__gt=expected).select_related("actor")
    )
    told = "；".join(since) or "有人保存了新的稿子"
    raise Stale(f"{told}。你的操作没有保存，也没有覆盖任何内容，请刷新页面后再办。", since)

"""The body's own wording of letters: versions that one person writes and another approves."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gongkai.papers import Template
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.info_requests.errors import FourEyes, Impossible, UnknownCase
from gongkai_site.info_requests.letter_kinds import letter_kind
from gongkai_site.info_requests.models import TemplateVersion
from gongkai_site.info_requests.permissions import Permission

__all__ = ["approve_template", "retire_template", "save_template"]


@transaction.atomic
def save_template(
    actor: Actor,
    agency_id: int,
    kind: str,
    text: str,
    *,
    effective: date,
    remark: str = "",
    now: datetime | None = None,
) -> TemplateVersion:
    """Keep a new version of a letter's wording; it is used once somebody else approves it.

    Args:
        text: a `gongkai.papers` template in YAML, of the same kind.
        effective: the first day of letters drawn up with it.

    Raises:
        PaperError: every fault of the template, one a line.
    """
    require(actor, Permission.EDIT_TEMPLATES, agency_id=agency_id)
    letter_kind(kind)
    form = Template.parse(text)
    if form.kind != kind:
        raise Impossible(f"模板里写的文书是“{form.kind}”，这里应当是“{kind}”。", "text")
    if actor.user_id is None:
        raise Impossible("模板要由工作人员修改。")
    held = TemplateVersion.objects.select_for_update().filter(agency_id=agency_id, kind=kind)
    last = held.aggregate(last=Max("version"))["last"] or 0
    kept = TemplateVersion.objects.create(
        agency_id=agency_id,
        kind=kind,
        version=last + 1,
        effective=effective,
        text=text,
        remark=remark.strip()[:200],
        edited_by_id=actor.user_id,
        edited_at=now or timezone.now(),
    )
    _trace(actor, Permission.EDIT_TEMPLATES, kept)
    return kept


@transaction.atomic
def approve_template(
    actor: Actor, template_id: int, *, now: datetime | None = None
) -> TemplateVersion:
    """Have a version used from its day on. Raises FourEyes for the one who wrote it."""
    held = _held(actor, template_id)
    if held.edited_by_id == actor.user_id:
        raise FourEyes("这一版模板是您修改的，不能由您自己启用。请换人复核。")
    if held.approved_by_id is not None:
        raise Impossible("这一版模板已经启用。")
    held.approved_by_id, held.approved_at = actor.user_id, now or timezone.now()
    held.save(update_fields=["approved_by", "approved_at"])
    _trace(actor, Permission.APPROVE_TEMPLATES, held)
    return held


@transaction.atomic
def retire_template(
    actor: Actor, template_id: int, *, now: datetime | None = None
) -> TemplateVersion:
    """Take a version out of use: the one before it stands again, in the end ours."""
    held = _held(actor, template_id)
    if held.retired_at is None:
        held.retired_at = now or timezone.now()
        held.save(update_fields=["retired_at"])
        _trace(actor, Permission.APPROVE_TEMPLATES, held)
    return held


def _held(actor: Actor, template_id: int) -> TemplateVersion:
    held = TemplateVersion.objects.select_for_update().filter(pk=template_id).first()
    if held is None:
        raise UnknownCase("没有这一版模板。请从列表里重新打开。")
    require(actor, Permission.APPROVE_TEMPLATES, agency_id=held.agency_id)
    return held


def _trace(actor: Actor, action: Permission, held: TemplateVersion) -> None:
    audit(
        actor,
        action,
        target=f"文书模板 {held.kind}",
        agency_id=held.agency_id,
        details={"version": held.version, "effective": held.effective.isoformat()},
    )

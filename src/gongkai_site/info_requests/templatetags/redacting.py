"""What the case's list of files says of redaction."""

from __future__ import annotations

from django import template

from gongkai_site.agencies.service import actor_of
from gongkai_site.info_requests.models import (
    Attachment,
    AttachmentPurpose,
    Redaction,
    RedactionState,
)
from gongkai_site.info_requests.redacting import queries

__all__ = ["register"]

register = template.Library()


@register.simple_tag(takes_context=True)
def may_be_redacted(context: template.Context, file: Attachment) -> bool:
    """Whether whoever looks at the page may redact the file, and it can be."""
    actor = actor_of(context["request"])
    return queries.redactable(file) and queries.may_redact(actor, context["case"].agency_id)


@register.simple_tag
def redaction_behind(file: Attachment) -> int | None:
    """The redaction that made a file, None for a file that came otherwise."""
    if file.purpose != AttachmentPurpose.REPLY:
        return None
    return Redaction.objects.filter(result=file).values_list("pk", flat=True).first()


@register.simple_tag
def redaction_made(file: Attachment) -> int | None:
    """The redaction of a file that was made and waits to be checked and saved."""
    held = Redaction.objects.filter(source=file, state=RedactionState.MADE)
    return held.values_list("pk", flat=True).first()

"""The texts of attachments, read by a worker as soon as a file is attached, so that they are there
when the draft is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.tasks import task

from gongkai_site.disclosures.models import DisclosureEvent, EventKind

if TYPE_CHECKING:
    from gongkai_site.disclosures.models import Disclosure

__all__ = ["on_stage", "read_attached"]


@task
def read_attached(disclosure_id: int) -> None:
    """Read the files that were attached to a document and have not been read."""
    from gongkai_site.disclosures.attachment_texts import read_missing

    events = DisclosureEvent.objects.filter(disclosure_id=disclosure_id, kind=EventKind.ATTACHED)
    read_missing(data["digest"] for data in events.values_list("data", flat=True))


def on_stage(disclosure: Disclosure, kind: str) -> None:
    """Have what was just attached read; registered with `hooks.on_stage_change`."""
    if kind == EventKind.ATTACHED:
        read_attached.enqueue(disclosure.pk)

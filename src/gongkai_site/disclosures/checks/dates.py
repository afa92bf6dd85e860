"""Dates that cannot be, and the twenty working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gongkai_site.disclosures.checks.catalogue import field_label
from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check

__all__: list[str] = []

_SOON = timedelta(days=3)


@check("written_after_published", "future_date")
def possible_dates(content: Content, context: Context) -> Iterator[Hit]:
    """Written before published, and neither in the future."""
    written, published = content.written_on, content.published_on
    if written and published and written > published:
        words = {"written": written, "published": published}
        yield Hit("written_after_published", Place("written_on"), str(written), words)
    for name in ("written_on", "formed_on"):
        day = getattr(content, name)
        if day and day > context.today:
            told = {"label": field_label(name), "day": day}
            yield Hit("future_date", Place(name), str(day), told)


@check("past_due", "due_soon")
def in_time(content: Content, context: Context) -> Iterator[Hit]:
    """Whether the document is out in time (条例26)."""
    due = context.due_on
    if due is None or content.nature != "proactive" or content.published_on is not None:
        return
    if due < context.today:
        yield Hit("past_due", Place("formed_on"), str(due), {"due": due})
    elif due - context.today <= _SOON:
        yield Hit("due_soon", Place("formed_on"), str(due), {"due": due})

"""A draft of the catalogue as the checks read it, and their findings as its verbs take them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.db.models import Q
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai_site.agencies.models import Agency
from gongkai_site.disclosures import hooks
from gongkai_site.disclosures.body import render
from gongkai_site.disclosures.body.render import blocks_of
from gongkai_site.disclosures.checks.model import AttachedText, Content, Context, Finding
from gongkai_site.disclosures.checks.published import published
from gongkai_site.disclosures.checks.registry import run
from gongkai_site.disclosures.models import Attachment, AttachmentText, Column, Stage, State

if TYPE_CHECKING:
    from gongkai_site.disclosures.models import Disclosure

__all__ = ["content_of", "context_of", "findings", "look_at"]

_ARTICLE = re.compile(r"/(?:zh-hant/|en/)?content/\d{4}/(\d{1,12})\.html")
_COLUMN = re.compile(r"/(?:zh-hant/|en/)?column/([a-z0-9-]+)(?:/.*)?")
_FILE = re.compile(r"/files/([0-9a-f]{16})/[^/]+")


def look_at(draft: Disclosure) -> Iterator[hooks.Finding]:
    """What the checks find in a draft; registered with `hooks.register_check`."""
    for one in findings(draft):
        yield hooks.Finding(
            one.code, one.severity, f"{one.message}{one.advice}", one.place.label, one.excerpt
        )


def findings(draft: Disclosure) -> list[Finding]:
    """What the checks find in a draft, today."""
    return run(content_of(draft), context_of(draft))


def content_of(draft: Disclosure) -> Content:
    """A draft as it would be published, with what its body holds before it is sieved."""
    blocks = blocks_of(draft.body)
    _, text = render(blocks, pictures={})
    published = draft.published_at.astimezone(CHINA).date() if draft.published_at else None
    column = draft.column
    return Content(
        **{name: getattr(draft, name) for name in _PLAIN},
        audience="、".join(draft.audience),
        column=column.name if column is not None else "",
        published_on=published,
        body_html="\n".join(_raw(block) for block in blocks),
        paragraphs=tuple(text.split("\n")),
        attachments=_attached(draft),
    )


_PLAIN = (
    *("title", "kind", "nature", "doc_number", "publisher", "maker", "lead_organ", "author"),
    *("source", "written_on", "formed_on", "topic", "genre", "ground", "re_review_on"),
    *("keywords", "summary"),
)


def _raw(block: Any) -> str:
    value = block.get("value")
    if block.get("type") == "paragraph":
        return str(value)
    if block.get("type") == "image":
        return f'<img alt="{escape(str(value.get("alt") or "").strip())}">'
    return ""


def _attached(draft: Disclosure) -> tuple[AttachedText, ...]:
    files = list(draft.attachments.all())
    held = AttachmentText.objects.filter(digest__in={one.digest for one in files})
    texts = dict(held.values_list("digest", "text"))
    return tuple(AttachedText(one.name, texts.get(one.digest) or None) for one in files)


def context_of(draft: Disclosure) -> Context:
    """What the checks may know: the organ's own numbers, the catalogue, the day."""
    agency = draft.agency
    host = urlsplit(agency.website).hostname if "://" in agency.website else agency.website
    own = frozenset({host.lower()}) if host else frozenset()
    listed = published(agency.code)
    return Context(
        today=timezone.localdate(),
        due_on=draft.due_on,
        hosts=listed.hosts,
        own_hosts=own,
        allowed=listed.numbers | {one for one in (agency.phone, agency.fax) if one},
        addresses=(*listed.addresses, *((agency.address,) if agency.address else ())),
        resolves=_Site(agency).resolves,
        same_title=lambda title: _same_title(draft, title),
    )


def _same_title(draft: Disclosure, title: str) -> Sequence[str]:
    others = type(draft).objects.filter(agency_id=draft.agency_id, title=title)
    gone = Q(state=State.WITHDRAWN) | Q(stage=Stage.NONE, published_at__isnull=True)
    others = others.exclude(pk=draft.pk).exclude(gone)
    return [number or "尚未发布" for number in others.values_list("index_number", flat=True)[:4]]


class _Site:
    """The addresses of the built site, answered from the catalogue."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    def resolves(self, path: str) -> bool:
        """Whether an address leads somewhere; what is not of the catalogue is believed."""
        from gongkai_site.disclosures.models import Disclosure

        path = unquote(path)
        if found := _ARTICLE.fullmatch(path):
            public = Disclosure.objects.filter(pk=int(found[1]), published_at__isnull=False)
            return bool(public.exists())
        if found := _COLUMN.fullmatch(path):
            return Column.objects.filter(slug=found[1]).exists()
        if found := _FILE.fullmatch(path):
            return Attachment.objects.filter(digest__startswith=found[1]).exists()
        return not path.startswith(("/content/", "/column/", "/files/"))

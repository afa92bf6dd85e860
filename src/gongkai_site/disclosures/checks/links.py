"""Where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from gongkai_site.disclosures.checks.catalogue import settings
from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check

__all__: list[str] = []

_HREF = re.compile(r"<a\s[^<>]*?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s<>\"']+))", re.IGNORECASE)
_PLACE = Place("body")
_FOR_PEOPLE = ("mailto", "tel")


def _links(content: Content) -> Iterator[tuple[str, SplitResult | None]]:
    seen = set()
    for groups in _HREF.findall(content.body_html):
        href = re.sub(r"[\x00-\x1f]", "", unescape(next(filter(None, groups), ""))).strip()
        if href and href not in seen:
            seen.add(href)
            try:
                yield href, urlsplit(href)
            except ValueError:
                yield href, None


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").lower()


def _below(host: str, known: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[place:]) in known for place in range(len(labels)))


def _inside(host: str) -> bool:
    """Whether only the office's own network knows the host."""
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".localhost"))


@check("link_unknown_host", "link_internal", "link_scheme")
def link_targets(content: Content, context: Context) -> Iterator[Hit]:
    """Links to hosts nobody allowed, to the inner network, and to what is no page."""
    known = context.hosts | context.own_hosts | frozenset(settings()["hosts"])
    for href, parts in _links(content):
        if parts is None:
            yield Hit("link_scheme", _PLACE, href[:60], {"scheme": href[:10]})
        elif parts.scheme in ("http", "https") or (not parts.scheme and parts.netloc):
            host = _host(parts)
            if _inside(host):
                yield Hit("link_internal", _PLACE, href[:60], {"host": host})
            elif not _below(host, known) or parts.username is not None:
                yield Hit("link_unknown_host", _PLACE, href[:60], {"host": host})
        elif parts.scheme and parts.scheme not in _FOR_PEOPLE:
            yield Hit("link_scheme", _PLACE, href[:60], {"scheme": f"{parts.scheme}:"})


@check("link_dead")
def dead_links(content: Content, context: Context) -> Iterator[Hit]:
    """Links into the built site that lead nowhere."""
    if context.resolves is None:
        return
    for href, parts in _links(content):
        if parts is None or parts.scheme not in ("", "http", "https"):
            continue
        if parts.netloc and not _below(_host(parts), context.own_hosts):
            continue
        if parts.path and not context.resolves(parts.path):
            yield Hit("link_dead", _PLACE, href[:60], {"href": href[:80]})

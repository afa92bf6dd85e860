"""Fill in a form as a browser would: what the page holds, and what a person changes."""

from __future__ import annotations

from typing import Any

from django.test import Client
from lxml import html

__all__ = ["fields_of", "send"]


def fields_of(page: Any, action: str = "") -> dict[str, Any]:
    """Return what a page's form would send as it stands; the last form, or the one for `action`."""
    tree = html.fromstring(page.content.decode())
    forms = [
        one
        for one in tree.xpath("//main//form[@method='post']")
        if not action or (one.get("action") or "").endswith(action)
    ]
    assert forms, "the page has no such form"
    found: dict[str, Any] = {}
    for name, value in forms[-1].form_values():
        # A browser drops the line break that follows <textarea>.
        found.setdefault(name, []).append((value or "").removeprefix("\n"))
    found.pop("csrfmiddlewaretoken", None)
    return {name: one[0] if len(one) == 1 else one for name, one in found.items()}


def send(client: Client, path: str, target: str = "", **said: Any) -> Any:
    """Open a page, fill in its form (the one for `target`), send it; return the answer."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code)
    held = fields_of(page, target)
    data = {key: value for key, value in (held | said).items() if value is not None}
    return client.post(f"/staff/requests/{target}" if target else path, data)

"""A visitor with a browser: what they asked for, what they complained of, what they found amiss."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest


class Visitor:
    """Opens pages of the office, and remembers what they asked for and complained of."""

    def __init__(self, browser: Any, base: str) -> None:
        self._browser, self.base = browser, base
        self.requested: set[str] = set()
        self.complaints: list[str] = []

    def page(self, width: int = 1280, **options: Any) -> Any:
        context = self._browser.new_context(
            viewport={"width": width, "height": 800}, locale="zh-CN", base_url=self.base, **options
        )
        context.set_default_timeout(15_000)
        context.on("request", lambda request: self.requested.add(urlsplit(request.url).netloc))
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message: Any) -> None:
        # The browser remarks on every answer that is no 200; those pages are asked for on purpose.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def close(self) -> None:
        for context in list(self._browser.contexts):
            context.close()


def axe_faults(page: Any) -> str:
    """What axe finds wrong with a page; nothing for a page without fault."""
    sync = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not here")
    result = sync.Axe().run(page)
    return re.sub(r"\s+", " ", result.generate_report())[:1500] if result.violations_count else ""


def too_wide(page: Any, width: int) -> list[str]:
    """The elements that make a page scroll sideways."""
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    found: list[str] = page.evaluate(
        """(width) => [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > width && !e.closest('.scroll'))
        .slice(0, 5).map((e) => e.outerHTML.slice(0, 80))""",
        width,
    )
    return found

"""The templates of the site, one environment for each variant: its words and frame are globals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from typing import Any

import minijinja

from gongkai_site.portal.build import addresses
from gongkai_site.portal.build.assets import assets
from gongkai_site.portal.build.identity import SiteFacts, norm, words
from gongkai_site.portal.build.variants import traditional

__all__ = ["Face", "json_safe", "safe"]

_LANGUAGES = {"zh-Hans": "zh", "zh-Hant": "zh", "en": "en"}
_LABELS = {"zh-Hans": "simplified", "zh-Hant": "traditional", "en": "english"}
_LANG = {"zh-Hans": "zh-CN", "zh-Hant": "zh-Hant", "en": "en"}
_LOCALE = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}


def _load(name: str) -> str | None:
    file = resources.files("gongkai_site.portal.build") / "templates" / name
    return file.read_text("utf-8") if file.is_file() else None


class Face:
    """One variant of the site: renders a template into the text of a page."""

    def __init__(self, site: SiteFacts, columns: Sequence[Any], variant: str) -> None:
        language = _LANGUAGES[variant]
        self.variant, self.base = variant, addresses.prefix(variant)
        self.english = language == "en"
        self.words = words(language)
        self.parts = self._parts(columns)
        self._env = minijinja.Environment(
            loader=_load,
            auto_escape_callback=lambda name: "html",
            trim_blocks=True,
            globals={
                "t": dict(self.words),
                "site": asdict(site) | {"root": minijinja.safe(site.root)},
                "base": minijinja.safe(self.base),
                "lang": _LANG[variant],
                "locale": _LOCALE[variant],
                "en": self.english,
                "zh": minijinja.safe(' lang="zh-CN"') if self.english else "",
                "assets": dict(assets().names),
                "parts": self.parts,
                "variants": [
                    {
                        "lang": _LANG[one],
                        "label": self.words[_LABELS[one]],
                        "root": minijinja.safe(addresses.prefix(one)),
                        "here": one == variant,
                    }
                    for one in addresses.VARIANTS
                ],
            },
        )

    def _parts(self, columns: Sequence[Any]) -> list[dict[str, Any]]:
        """The four parts of the norm, and where each is."""
        slugs = {column.slug for column in columns}
        parts = []
        for part in norm()["parts"]:
            found = next((slug for slug in part["columns"] if slug in slugs), None)
            if part["key"] == "content":
                address = "/statutory/"
            else:
                address = addresses.column(found) if found else "/map/"
            label = part["label_en"] if self.english else part["label"]
            parts.append(
                {
                    "key": part["key"],
                    "label": label,
                    "slug": found or "",
                    "address": minijinja.safe(self.base + address),
                }
            )
        return parts

    def render(self, template: str, **context: Any) -> str:
        """Return a page of this variant."""
        page = self._env.render_template(template, **context)
        return traditional(page) if self.variant == "zh-Hant" else page


def safe(address: str) -> Any:
    """Mark an address of our own making as one that needs no escaping."""
    return minijinja.safe(address)


def json_safe(text: str) -> Any:
    """Mark JSON as safe within a script element, which only `<` could end."""
    return minijinja.safe(
        text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    )

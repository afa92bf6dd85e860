"""The particulars a catalogue record needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai_site.disclosures.checks.catalogue import field_label, settings
from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check
from gongkai_site.disclosures.doc_numbers import parse
from gongkai_site.disclosures.errors import DisclosureError

__all__: list[str] = []

_NO_ALT = re.compile(
    r"<img\b(?![^<>]*\balt\s*=\s*(?:\"[^\"]*[^\s\"][^\"]*\"|'[^']*[^\s'][^']*'))[^<>]*>"
)
_WRONG_BRACKETS = re.compile(
    r"(?<=[\u4e00-\u9fff])[\[【(（{［<《]\s?((?:19|20)\d\d)\s?[\]】)）}］>》]\s?第?\s?0*(\d{1,5})\s?号"
)
_WRONG_SERIAL = re.compile(
    r"(?<=[\u4e00-\u9fff])〔((?:19|20)\d\d)〕\s?(?:第\s?0*|0+)(\d{1,5})\s?号"
)


@check("metadata_missing", "metadata_advised")
def missing_metadata(content: Content, _: Context) -> Iterator[Hit]:
    """What every document, and one of its kind, must or should say of itself."""
    asked = settings()["metadata"]
    for code, which in (("metadata_missing", "required"), ("metadata_advised", "advised")):
        names = dict.fromkeys([*asked["every"][which], *asked.get(content.kind, {}).get(which, [])])
        for name in names:
            value = getattr(content, name)
            if not (value.strip() if isinstance(value, str) else value):
                yield Hit(code, Place(name), "", {"label": field_label(name)})


@check("nature_ground", "re_review_missing")
def nature(content: Content, _: Context) -> Iterator[Hit]:
    """What is withheld names its ground, and when it is looked at again."""
    if content.nature in ("on_request", "withheld") and not content.ground.strip():
        yield Hit("nature_ground", Place("ground"))
    if content.nature == "withheld" and content.re_review_on is None:
        yield Hit("re_review_missing", Place("re_review_on"))


@check("empty_body", "image_alt", "attachment_unread")
def body(content: Content, _: Context) -> Iterator[Hit]:
    """There is something to read, for whoever cannot see too."""
    if not any(line.strip() for line in content.paragraphs) and not content.attachments:
        yield Hit("empty_body", Place("body"))
    for found in _NO_ALT.finditer(content.body_html):
        yield Hit("image_alt", Place("body"), found.group()[:60])
    for one in content.attachments:
        if one.text is None:
            yield Hit(
                "attachment_unread", Place("attachment", name=one.name), "", {"name": one.name}
            )


@check("doc_number_form", "doc_number_in_text")
def document_numbers(content: Content, _: Context) -> Iterator[Hit]:
    """文号 as GB/T 9704 writes it, in its field and in the text."""
    given = content.doc_number.strip()
    if given:
        try:
            right = str(parse(given))
        except DisclosureError as wrong:
            words = {"given": given, "fault": "写法不对", "advice": str(wrong)}
            yield Hit("doc_number_form", Place("doc_number"), given[:40], words)
        else:
            if right != given:
                words = {"given": given, "fault": "写法不合规范", "advice": f"改为“{right}”。"}
                yield Hit("doc_number_form", Place("doc_number"), given[:40], words)
    for place, raw in content.texts():
        if "号" not in raw:
            continue
        for pattern in (_WRONG_BRACKETS, _WRONG_SERIAL):
            for found in pattern.finditer(raw):
                words = {"given": found.group(), "right": f"〔{found[1]}〕{found[2]}号"}
                yield Hit("doc_number_in_text", place.at(found.start()), found.group(), words)

"""A paper as plain JSON, and back: what a letter's versions keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from gongkai.papers import DocumentNumber, Paper
from gongkai.papers.paper import Box, Expectation, Paragraph, Table

__all__ = ["digest_of", "from_json", "to_json"]

_PLAIN = (
    "kind",
    "template",
    "style",
    "name",
    "head",
    "title",
    "addressee",
    "agency",
    "outcome",
    "remedy",
    "noun",
    "request",
    "printed_by",
    "draft",
    "signed",
)
_TUPLES = ("attachments", "copy_to", "missing", "citations")


def to_json(paper: Paper) -> dict[str, Any]:
    """Return the paper as values that JSON holds."""
    held: dict[str, Any] = {name: getattr(paper, name) for name in _PLAIN}
    held |= {name: list(getattr(paper, name)) for name in _TUPLES}
    held["on"] = paper.on.isoformat()
    held["printed_on"] = paper.printed_on.isoformat() if paper.printed_on else None
    held["number"] = asdict(paper.number) if paper.number else None
    held["expects"] = [asdict(one) for one in paper.expects]
    held["blocks"] = [_block_json(one) for one in paper.blocks]
    return held


def from_json(held: Mapping[str, Any]) -> Paper:
    """Build the paper that `to_json` gave."""
    plain: dict[str, Any] = {name: held[name] for name in _PLAIN}
    tuples: dict[str, Any] = {name: tuple(held[name]) for name in _TUPLES}
    printed_on = held["printed_on"]
    return Paper(
        **plain,
        **tuples,
        on=date.fromisoformat(held["on"]),
        printed_on=date.fromisoformat(printed_on) if printed_on else None,
        number=DocumentNumber(**held["number"]) if held["number"] else None,
        expects=tuple(Expectation(**one) for one in held["expects"]),
        blocks=tuple(_block(one) for one in held["blocks"]),
    )


def digest_of(held: Mapping[str, Any]) -> str:
    """SHA-256 of the paper's canonical JSON."""
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _block_json(block: Paragraph | Table) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"text": block.text, "style": block.style}
    return {
        "caption": block.caption,
        "widths": list(block.widths),
        "rows": [[asdict(box) for box in row] for row in block.rows],
        "heads": block.heads,
    }


def _block(held: Mapping[str, Any]) -> Paragraph | Table:
    if "text" in held:
        return Paragraph(**held)
    rows = tuple(tuple(Box(**box) for box in row) for row in held["rows"])
    return Table(held["caption"], tuple(held["widths"]), rows, held["heads"])

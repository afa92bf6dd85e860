"""Matching what stands in a table against the labels of the forms: loosely in, exactly out.

Spaces, punctuation, bracket widths, numbering, a dropped 要, 其它 for 其他, a character an optical
recogniser got wrong: none of these hides a label. Two labels that fit equally well are no match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from gongkai.regulation.report_formats import Line, report_formats

__all__ = ["Labels", "canonical", "distance", "labels", "strip_number"]

_NUMBERING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,2}[)）、.．，,：:]+|\d{1,2}[.．、，,)）：:]+|[（(]\d{1,2}[)）])"
)
_INSIGNIFICANT = re.compile(r"[\W_]+")
_SAME = str.maketrans({"它": "他", "屬": "属"})
_TRAILING_NUMBER = re.compile(
    r"^(?P<label>.*?[^\d\s+\-－–—.,，])\s*(?P<number>[-+－–—]?\s*\d+)$", re.S
)


@lru_cache(maxsize=65_536)
def canonical(text: str) -> str:
    """The significant characters of a label: no spaces, punctuation, numbering or widths."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = _NUMBERING.sub("", plain)
    return _INSIGNIFICANT.sub("", plain).translate(_SAME)


def strip_number(text: str) -> tuple[str, str]:
    """Split `规章 -8` into label and the number printed inside it (empty if there is none)."""
    match = _TRAILING_NUMBER.match(text.strip())
    return (match["label"], match["number"]) if match else (text, "")


def distance(a: str, b: str, limit: int) -> int:
    """Levenshtein distance, or `limit + 1` once it is certain to exceed `limit`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (char != other))
        if min(row) > limit:
            return limit + 1
    return row[-1]


@dataclass(frozen=True)
class Labels:
    """A set of labels and the keys they stand for; several printed forms may share a key."""

    keys: dict[str, str]

    @staticmethod
    def of(lines: Iterable[Line]) -> Labels:
        """Labels of some lines of a form, their aliases included."""
        keys: dict[str, str] = {}
        for line in lines:
            for printed in (line.label, *line.aliases):
                keys.setdefault(canonical(printed), line.key)
        return Labels(keys)

    def match(self, text: str) -> str | None:
        """The key of the label that `text` is, or None."""
        wanted = canonical(text)
        if not wanted or len(wanted) > 80:
            return None
        return self.keys.get(wanted) or self._nearest(wanted)

    def _nearest(self, wanted: str) -> str | None:
        best: list[tuple[int, str]] = []
        for label, key in self.keys.items():
            allowed = len(label) // 4 if len(label) >= 4 else 0
            if not allowed:
                continue
            d = distance(wanted, label, allowed)
            if d <= allowed:
                best.append((d, key))
        if not best:
            return None
        best.sort()
        nearest = best[0]
        rivals = [key for d, key in best if d <= nearest[0] + 1 and key != nearest[1]]
        return None if rivals else nearest[1]

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True)
class _All:
    """The label sets of all formats together: what a table prints decides its format, not we."""

    t2_rows: Labels
    t2_columns: Labels
    t2_blocks: Labels
    t3_rows: Labels
    t3_columns: Labels
    t3_heads: frozenset[str]
    t4_columns: Labels
    t4_groups: Labels


@cache
def labels() -> _All:
    """Every label of every format, by table."""
    forms = [f for f in report_formats().values() if f.first_year is not None]
    t2 = [b for f in forms for b in f.tables["t2"].blocks]
    t3 = [f.tables["t3"] for f in forms]
    t4 = [f.tables["t4"] for f in forms]
    return _All(
        t2_rows=Labels(
            {
                canonical(printed): f"{block.key}.{row.key}"
                for block in t2
                for row in block.rows
                for printed in (row.label, *row.aliases)
            }
        ),
        t2_columns=Labels.of(c for b in t2 for c in b.columns),
        t2_blocks=Labels({canonical(b.label): b.key for b in t2}),
        t3_rows=Labels.of(r for t in t3 for r in t.rows),
        t3_columns=Labels.of(c for t in t3 for c in t.columns),
        t3_heads=frozenset(canonical(h) for t in t3 for r in t.rows for h in r.under),
        t4_columns=Labels.of(c for t in t4 for c in t.columns),
        t4_groups=Labels.of(g for t in t4 for g in t.groups),
    )

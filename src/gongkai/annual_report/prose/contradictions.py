"""The same claim made twice with two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from gongkai.annual_report.prose.findings import Places, clause_quote
from gongkai.annual_report.prose.mentions import Mention, Narrative
from gongkai.annual_report.prose.ties import Tie
from gongkai.annual_report.value import Finding

__all__ = ["contradiction_findings"]

# What may differ between two tellings of one claim.
_LOOSE = re.compile(
    r"20[0-9]{2}年度?|全年|本年度?|今年|共计|合计|总计|累计|共|我[局委办厅市区县]|[，、：“”]|^[0-9]{1,2}[.、]"
)
_SHORTEST = 8
_SECTIONS = frozenset({"overview", "proactive", "requests", "review_litigation", "other"})


def contradiction_findings(
    narratives: list[Narrative], ties: list[Tie], places: Places
) -> Iterator[Finding]:
    """Two numbers under the very same words, where no table has already told which is wrong."""
    tied = {(id(t.narrative), t.mention.number.start) for t in ties}
    told: dict[tuple[str, str], list[tuple[Narrative, Mention]]] = {}
    for narrative in narratives:
        if narrative.key not in _SECTIONS:
            continue
        for mention in narrative.mentions:
            label = _label(narrative, mention)
            if label and (id(narrative), mention.number.start) not in tied:
                told.setdefault((label, mention.number.unit), []).append((narrative, mention))
    for tellings in told.values():
        for (first, one), (second, other) in pairwise(tellings):
            if one.number.value != other.number.value:
                yield places.finding(
                    "PROSE-CONTRADICTION", section=second.key,
                    found=other.number.value, expected=one.number.value,
                    quote=clause_quote(second.text, other.number.start, other.number.end),
                    other_where=places.name(first.key),
                    other_quote=clause_quote(first.text, one.number.start, one.number.end),
                )  # fmt: skip


def _label(narrative: Narrative, mention: Mention) -> str:
    """All words of the sentence up to the number, years and fillers taken out; nothing if not comparable."""
    number = mention.number
    if number.kind != "count" or number.approximate or mention.delta or mention.subset:
        return ""
    start = narrative.text.sentences[mention.piece.sentence][0]
    words = narrative.text.plain[start : number.start]
    if (
        mention.year != "own"
        or len(words) > 60
        or re.search(r"[0-9](?!.{0,3}年)", _LOOSE.sub("", words))
    ):
        return ""
    label = _LOOSE.sub("", words)
    return label if len(label) >= _SHORTEST else ""

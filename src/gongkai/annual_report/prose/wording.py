"""Claims made in words, held against the tables: 均按期答复, 未发生行政复议, 均获维持."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from gongkai.annual_report.prose.data import WordClaim, context, word_claims
from gongkai.annual_report.prose.figures import Figure, Figures
from gongkai.annual_report.prose.findings import Places
from gongkai.annual_report.prose.mentions import Narrative
from gongkai.annual_report.value import Finding

__all__ = ["word_findings"]

_COUNTED = re.compile(r"[^，；。]{0,6}?[1-9][0-9]*[件起宗例]")
_REVIEW, _LITIGATION = "复议", "诉讼"
_GROUPS = {
    _REVIEW: ("t4.review",),
    _LITIGATION: ("t4.litigation_direct", "t4.litigation_after_review"),
}
_SKIPPED = frozenset({"preamble", "problems"})


def word_findings(
    narratives: list[Narrative], figures: Figures, places: Places
) -> Iterator[Finding]:
    """What words claim and the tables contradict; each claim once a section."""
    for narrative in narratives:
        if narrative.key in _SKIPPED:
            continue
        for claim in word_claims():
            finding = _first(claim, narrative, figures, places)
            if finding:
                yield finding


def _first(
    claim: WordClaim, narrative: Narrative, figures: Figures, places: Places
) -> Finding | None:
    plain = narrative.text.plain
    for match in claim.pattern.finditer(plain):
        start, end = match.span()
        if "\n" in match.group() or not _is_meant(claim, narrative, start, end):
            continue
        figure = _contradiction(claim, narrative, start, figures)
        if figure is None or figure.value <= 0:
            continue
        if any(word in plain for word in claim.unless_told):
            continue
        return _finding(claim, narrative, start, end, figure, places)
    return None


def _is_meant(claim: WordClaim, narrative: Narrative, start: int, end: int) -> bool:
    """True if the words make this claim, of this year."""
    plain = narrative.text.plain
    first, last = narrative.text.clause(start, end)
    if claim.unless and claim.unless.search(plain, max(first, start - 6), min(last, end + 12)):
        return False
    if any(plain.startswith(word, end) for word in claim.not_before):
        return False
    if claim.about == "any" and _COUNTED.match(plain, end):
        return False
    if claim.about == "request" and _topic(narrative, start, end) != "request":
        return False
    return _of_this_year(narrative, start)


def _topic(narrative: Narrative, start: int, end: int) -> str:
    """The matter last named up to the end of a match, within two sentences."""
    plain = narrative.text.plain
    sentence = bisect_right([s for s, _ in narrative.text.sentences], start) - 1
    since = narrative.text.sentences[max(0, sentence - 1)][0]
    since = max(since, plain.rfind("\n", 0, start) + 1, start - 400)
    found = [context().topic_of[m.group()] for m in context().topics.finditer(plain, since, end)]
    return found[-1] if found else ""


def _of_this_year(narrative: Narrative, place: int) -> bool:
    """False where the sentence names another year, or part of one, before the words."""
    plain = narrative.text.plain
    start = max(plain.rfind(mark, 0, place) for mark in "。！？\n") + 1
    words = plain[start:place]
    if any(word in words for word in context().words("years", "part_of_year")):
        return False
    named = [n for n in narrative.years if start <= n.start < place]
    return not named or narrative.year is None or int(named[-1].value) == narrative.year


def _contradiction(
    claim: WordClaim, narrative: Narrative, place: int, figures: Figures
) -> Figure | None:
    """The cells that would contradict a claim, added."""
    if claim.contradicted:
        return figures.sum(claim.contradicted, claim.place, gaps=True)
    plain = narrative.text.plain
    start = max(plain.rfind(mark, 0, place) for mark in "。！？\n") + 1
    groups: list[str] = []
    for word, addresses in _GROUPS.items():
        if word in plain[start : place + 12]:
            groups += addresses
    if not groups and narrative.key == "review_litigation":
        groups = [address for addresses in _GROUPS.values() for address in addresses]
    cells = [f"{group}.{outcome}" for group in groups for outcome in claim.outcomes]
    return figures.sum(cells, claim.place, gaps=True) if cells else None


def _finding(
    claim: WordClaim, narrative: Narrative, start: int, end: int, figure: Figure, places: Places
) -> Finding:
    first, last = narrative.text.clause(start, end)
    quote = narrative.text.quote(first, last)
    scope = _scope(narrative, start)
    cells = tuple(
        a for a in figure.cells if (figure_value := places.report.value(a)) and figure_value > 0
    )
    if scope:
        why = f"说的是“{scope}”，而{figure.place}是{figure.value:f}"
        return places.finding(
            "PROSE-SCOPE", cells=cells or figure.cells, expected=figure.value, found=claim.says,
            quote=quote, section=narrative.key, says="", why=why,
        )  # fmt: skip
    return places.finding(
        claim.code, cells=cells or figure.cells, expected=figure.value, found=claim.says,
        quote=quote, section=narrative.key, severity=claim.severity, says=claim.says,
        place=figure.place, ask=claim.ask,
    )  # fmt: skip


def _scope(narrative: Narrative, place: int) -> str:
    """A narrower body named in the sentence before the words."""
    plain = narrative.text.plain
    start = max(plain.rfind(mark, 0, place) for mark in "。！？\n") + 1
    return narrative.scope_of(plain[max(start, place - 120) : place])

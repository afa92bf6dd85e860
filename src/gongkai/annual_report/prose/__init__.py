"""The narrative of a report, every number of it held against the tables and against itself.

`claims` lists each number found and what it was tied to; `check_prose` says what does not agree. What
phrases claim is data (`annual_report/data/prose_*.yaml`). The rule throughout: a tie that is not certain
makes no finding, and a difference that may be one of scope is a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.annual_report.prose.chapters import (
    fee_findings,
    review_findings,
    section_five_findings,
    year_findings,
)
from gongkai.annual_report.prose.claim import Claim, Tied
from gongkai.annual_report.prose.contradictions import contradiction_findings
from gongkai.annual_report.prose.figures import Figures
from gongkai.annual_report.prose.findings import Places, clause_quote
from gongkai.annual_report.prose.mentions import Narrative
from gongkai.annual_report.prose.rates import (
    Rate,
    growth_findings,
    growths,
    share_findings,
    shares,
)
from gongkai.annual_report.prose.sums import ListOfItems, lists_in, sum_findings
from gongkai.annual_report.prose.text import Text
from gongkai.annual_report.prose.ties import Tie, table_findings, tie_numbers
from gongkai.annual_report.prose.wording import word_findings
from gongkai.annual_report.value import Finding, Report

__all__ = ["Claim", "Tied", "check_prose", "claims"]

# No real report comes near these; beyond them a file is not a report, and says so in a finding.
_LONGEST = 100_000
_MOST_NUMBERS = 3_000


@dataclass(frozen=True, slots=True)
class _Read:
    """A report's prose, read once."""

    narratives: list[Narrative]
    figures: Figures
    ties: list[Tie]
    lists: list[ListOfItems]
    shares: list[Rate]
    growths: list[Rate]
    length: int


def _read(report: Report) -> _Read:
    figures = Figures(report)
    narratives: list[Narrative] = []
    left, numbers = _LONGEST, _MOST_NUMBERS
    for section in report.sections:
        text = Text(section.text[:left])
        agency = "".join((report.agency or "").split())
        narrative = Narrative(section.key, section.heading, text, report.year, agency, numbers)
        narratives.append(narrative)
        left, numbers = max(0, left - len(section.text)), numbers - len(narrative.mentions)
    ties = [tie for n in narratives for tie in tie_numbers(n, figures)]
    by_narrative = {id(n): [t for t in ties if t.narrative is n] for n in narratives}
    told = [n for n in narratives if n.key not in {"preamble", "problems"}]
    return _Read(
        narratives=narratives,
        figures=figures,
        ties=ties,
        lists=[one for n in told for one in lists_in(n)],
        shares=[r for n in told for r in shares(n, by_narrative[id(n)], figures)],
        growths=[r for n in told for r in growths(n)],
        length=sum(len(section.text) for section in report.sections),
    )


def check_prose(report: Report) -> list[Finding]:
    """Everything in the narrative that disagrees with the tables, with itself or with the year.

    Takes any report; never raises. Findings come in the order: numbers, sums, rates, words, fees, section
    five, years. Source of what a report must tell: 《政府信息公开条例》第五十条 and the form's instrument.
    """
    read, places = _read(report), Places(report)
    return _unique(_findings(report, read, places))


def _findings(report: Report, read: _Read, places: Places) -> Iterator[Finding]:
    yield from table_findings(read.ties, places)
    yield from contradiction_findings(read.narratives, read.ties, places)
    yield from sum_findings(read.lists, places)
    yield from share_findings(read.shares, places)
    yield from growth_findings(read.growths, places)
    yield from word_findings(read.narratives, read.figures, places)
    yield from review_findings(read.narratives, read.figures, places)
    yield from fee_findings(read.narratives, read.figures, places)
    yield from section_five_findings(report, places)
    yield from year_findings(read.narratives, places, report.year)
    if read.length > _LONGEST or any(n.cut for n in read.narratives):
        yield places.finding("PROSE-TOO-LONG", found=read.length, expected=_LONGEST)


def _unique(findings: Iterator[Finding]) -> list[Finding]:
    seen: set[tuple[str, str, str, str | None]] = set()
    kept = []
    for finding in findings:
        key = (finding.code, finding.section, finding.quote, finding.found)
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return kept


def claims(report: Report) -> list[Claim]:
    """Every number of the narrative in reading order, and what it was tied to.

    Numbers in dates, titles, document numbers and list marks are not claims and are left out.
    """
    read = _read(report)
    ties = {(id(t.narrative), t.mention.number.start): t for t in read.ties}
    sums = {(id(one.narrative), one.total.number.start): one for one in read.lists}
    rates = {
        (id(r.narrative), r.mention.number.start): r
        for r in (*read.shares, *read.growths)
        if r.certain
    }
    found: list[Claim] = []
    for narrative in read.narratives:
        for mention in narrative.mentions:
            place = (id(narrative), mention.number.start)
            number = mention.number
            start, end = narrative.text.span(number.start, number.end)
            tied, says, cells, agrees = _tied(ties.get(place), sums.get(place), rates.get(place))
            found.append(
                Claim(
                    section=narrative.key,
                    start=start,
                    end=end,
                    quote=clause_quote(narrative.text, number.start, number.end),
                    value=number.value,
                    unit=number.unit,
                    kind=number.kind,
                    tied=tied,
                    says=says,
                    cells=cells,
                    agrees=agrees,
                )
            )
    return found


def _tied(
    tie: Tie | None, one: ListOfItems | None, rate: Rate | None
) -> tuple[Tied, str, tuple[str, ...], bool | None]:
    """What a number was tied to: its cells before the list under it."""
    if tie:
        return Tied.CELLS, tie.phrase.says, tie.figure.cells, tie.agrees
    if one and (one.agrees or one.complete):
        return Tied.SUM, "所列各项之和", (), one.agrees
    if rate:
        return Tied.RATE, "按文中数字重新计算", (), rate.agrees
    return Tied.NONE, "", (), None

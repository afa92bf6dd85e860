"""What section five must say, what section six keeps silent about, and which year the text is of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.annual_report.prose.data import any_of, context, words
from gongkai.annual_report.prose.figures import Figures
from gongkai.annual_report.prose.findings import Places, clause_quote
from gongkai.annual_report.prose.mentions import Narrative
from gongkai.annual_report.value import Finding, Report

__all__ = ["fee_findings", "review_findings", "section_five_findings", "year_findings"]

_T4_TOTALS = ("t4.review.total", "t4.litigation_direct.total", "t4.litigation_after_review.total")
_T4_WORDS = ("复议", "诉讼")
_WORD_CHARS = re.compile(r"[^\w]|_")


def section_five_findings(report: Report, places: Places) -> Iterator[Finding]:
    """Section five empty, short, of stock phrases, without a problem or without a measure."""
    section, rules = report.section("problems"), words("section_five")
    if section is None:
        return
    text = "".join(section.text.split())
    said = _WORD_CHARS.sub("", text)

    def about(code: str, found: object = None, state: str = "") -> Finding:
        quote = section.text.strip()[:80]
        return places.finding(code, found=found, section="problems", quote=quote, state=state)

    if not said or text.strip("。.，,；; ") in rules["nothing"]:
        state = f"只写了“{text}”" if said else "没有内容"
        yield about("SECTION-FIVE-EMPTY", found=text, state=state)
        return
    if len(said) < int(rules["short"]):
        yield about("SECTION-FIVE-SHORT", found=len(said))
        return
    problem, measure = any_of(rules["problem"]), any_of(rules["measure"])
    stock = sorted(set(any_of(rules["stock"]).findall(text)))
    if not problem.search(text):
        yield about("SECTION-FIVE-NO-PROBLEM")
    elif not _measures(text, rules) and not measure.search(_after_problems(text, problem)):
        yield about("SECTION-FIVE-NO-MEASURE")
    if (
        stock
        and len(said) < int(rules["stock_below"])
        and not re.search(r"一是|1[.、]|（一）", text)
    ):
        yield about("SECTION-FIVE-BOILERPLATE", found="、".join(stock))


def _measures(text: str, rules: dict[str, list[str]]) -> str:
    begin = any_of(rules["measures_begin"]).search(text)
    return text[begin.start() :] if begin else ""


def _after_problems(text: str, problem: re.Pattern[str]) -> str:
    """What follows the sentence that last names a problem."""
    last = 0
    for match in problem.finditer(text):
        last = match.end()
    stop = re.search(r"[。；]", text[last:])
    return text[last + stop.end() :] if stop else ""


def review_findings(
    narratives: list[Narrative], figures: Figures, places: Places
) -> Iterator[Finding]:
    """Cases in table four that the prose never speaks of."""
    figure = figures.sum(_T4_TOTALS, gaps=True)
    if figure is None or figure.value <= 0:
        return
    told = [n for n in narratives if n.key != "preamble"]
    if told and not any(word in n.text.plain for n in told for word in _T4_WORDS):
        cells = tuple(a for a in figure.cells if places.report.value(a))
        yield places.finding(
            "PROSE-REVIEW-SILENT", cells=cells, expected=figure.value, section="review_litigation"
        )


def fee_findings(
    narratives: list[Narrative], figures: Figures, places: Places
) -> Iterator[Finding]:
    """Fees for information processing told of in one place, denied or left out in section six."""
    rules = words("fees")
    six = next((n for n in narratives if n.key == "other"), None)
    if six is None:
        return
    told = [fact for n in narratives for fact in _fee_facts(n, rules)]
    charged = [(n, place) for n, place, is_charged in told if is_charged]
    denied = [(n, place) for n, place, is_charged in told if not is_charged]
    if charged and denied:
        (first, place), (other, other_place) = charged[0], denied[0]
        yield places.finding(
            "PROSE-FEES-CONTRADICTION", section=first.key,
            quote=clause_quote(first.text, place, place + 1), other_where=places.name(other.key),
            other_quote=clause_quote(other.text, other_place, other_place + 1),
        )  # fmt: skip
        return
    spoken = any(word in six.text.plain for word in rules["spoken_of"])
    if spoken:
        return
    text = six.text.plain.strip()
    silent = (
        f"只写了“{text[:20]}”"
        if text and len(text) <= 20
        else "没有提到收费"
        if text
        else "没有内容"
    )
    if charged:
        first, place = charged[0]
        quote = clause_quote(first.text, place, place + 1)
        yield places.finding("PROSE-FEES-SILENT", section=first.key, quote=quote, silent=silent)
        return
    yield from _fees_in_tables(figures, places, silent, rules)


def _fees_in_tables(
    figures: Figures, places: Places, silent: str, rules: dict[str, str]
) -> Iterator[Finding]:
    """Tables that make one ask about fees, where section six does not speak of any."""
    unpaid, admin = figures.sum([rules["unpaid"]]), figures.sum([rules["admin"]])
    if unpaid and unpaid.value > 0:
        yield places.finding(
            "PROSE-FEES-NOTICE",
            cells=unpaid.cells,
            expected=unpaid.value,
            section="other",
            silent=silent,
        )
    elif admin and admin.value > 0:
        yield places.finding(
            "PROSE-FEES-ADMIN",
            cells=admin.cells,
            expected=admin.value,
            section="other",
            silent=silent,
        )


def _fee_facts(
    narrative: Narrative, rules: dict[str, list[str]]
) -> Iterator[tuple[Narrative, int, bool]]:
    """(narrative, place, charged?) of each sentence that says a fee was or was not charged this year."""
    named = any_of(rules["name"])
    charged = re.compile(str(rules["charged"]))
    noticed = re.compile(str(rules["noticed"]))
    none = re.compile(str(rules["none"]))
    if narrative.key == "preamble":
        return
    for start, end in narrative.text.sentences:
        sentence = narrative.text.plain[start:end]
        name = named.search(re.sub(r"《[^》]{0,80}》", lambda m: "＿" * len(m.group()), sentence))
        if name is None:
            continue
        amount = charged.search(sentence) or noticed.search(sentence)
        if amount and float(amount.group(1)) > 0:
            yield narrative, start + amount.start(), True
        elif none.search(sentence) or (amount and float(amount.group(1)) == 0):
            yield narrative, start + name.start(), False


def year_findings(
    narratives: list[Narrative], places: Places, year: int | None
) -> Iterator[Finding]:
    """A statistics period, an opening or measures of another year."""
    if year is None:
        return
    for narrative in narratives:
        yield from _period(narrative, places, year)
        if narrative.key == "overview":
            yield from _opening(narrative, places, year)
        if narrative.key == "problems":
            yield from _plans(narrative, places, year)


def _period(narrative: Narrative, places: Places, year: int) -> Iterator[Finding]:
    period = re.compile(context().raw["patterns"]["statistics_period"])
    for match in period.finditer(narrative.text.plain):
        named = {int(value) for value in match.groups() if value}
        around = narrative.text.plain[max(0, match.start() - 40) : match.end() + 20]
        if named != {year} and re.search(r"统计|数据|期限|时限|报告", around):
            yield places.finding(
                "YEAR-PERIOD", expected=year, found="、".join(map(str, sorted(named))),
                quote=narrative.text.quote(*match.span()), section=narrative.key,
            )  # fmt: skip


def _opening(narrative: Narrative, places: Places, year: int) -> Iterator[Finding]:
    """The year's work told under another year, this year never named."""
    opening = re.match(words("years")["overview_opening"], narrative.text.plain.lstrip())
    named = {int(n.value) for n in narrative.years}
    if opening and int(opening[1]) == year - 1 and year not in named:
        end = narrative.text.plain.find("，", opening.end())
        yield places.finding(
            "YEAR-OVERVIEW", expected=year, found=opening[1], section="overview",
            quote=narrative.text.quote(0, min(max(end, opening.end()), opening.end() + 20)),
        )  # fmt: skip


def _plans(narrative: Narrative, places: Places, year: int) -> Iterator[Finding]:
    """Measures for a year that is over: 2023年我局加大… among the measures of the 2023 report."""
    plain = narrative.text.plain
    begin = any_of(words("section_five")["measures_begin"]).search(plain)
    done = any_of(words("section_five")["done"])
    future = any_of(words("years")["future"])
    for named in narrative.years:
        if int(named.value) > year or begin is None or named.start < begin.start():
            continue
        start = max(plain.rfind(mark, 0, named.start) for mark in "。！？\n") + 1
        stop = re.compile(r"[。！？\n；]").search(plain, named.end)
        rest = plain[named.end : stop.start() if stop else len(plain)]
        if done.search(rest[:40]) or done.search(plain[start : named.start]):
            continue
        compared = plain[max(0, named.start - 1) : named.start] in context().words(
            "years", "compared"
        )
        if compared or not re.match(
            r"度?[，]?(?:我|本|全|将|要|继续|进一步|加|强|完善|提|.{0,8}将)", rest
        ):
            continue
        severity = "warn" if int(named.value) < year and future.search(rest) else None
        yield places.finding(
            "YEAR-MEASURES", expected=year, found=int(named.value), section="problems",
            quote=clause_quote(narrative.text, named.start, named.end), severity=severity,
        )  # fmt: skip
        return

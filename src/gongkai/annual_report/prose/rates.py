"""Shares and growth rates, recomputed from the numbers they are said of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from gongkai.annual_report.prose.data import Reading, phrases
from gongkai.annual_report.prose.figures import Figures
from gongkai.annual_report.prose.findings import Places, clause_quote, plain
from gongkai.annual_report.prose.mentions import Mention, Narrative
from gongkai.annual_report.prose.ties import Tie
from gongkai.annual_report.value import Finding

__all__ = ["Rate", "growth_findings", "growths", "share_findings", "shares"]

_SHARE = re.compile(r"(?:占比|占|比重|比例)[^，；。0-9]{0,14}$")
# The whole is the total just named; any other words after 占 name a whole the prose may not give.
_OF_TOTAL = re.compile(
    r"(?:占|比重|比例)(?:比)?(?:约|[为达]|达到){0,2}$"
    r"|占(?:全部|总|申请|答复|办结|受理|新收){1,3}(?:数|量|件数|数量|申请)?的$"
)
_SEVERAL = re.compile(r"分别|各占|各为|依次")
_UP = re.compile(r"(?:增长|上升|增加|提高|上涨|增幅|升高|提升|增多)[了约率为达到]{0,4}$")
_DOWN = re.compile(r"(?:下降|减少|降低|回落|降幅|下滑|减幅)[了约率为达到]{0,4}$")
_FEWER = re.compile(r"下降|减少|降低|回落|少")
_TOTALS = (
    ("t3.res_total.total",),
    ("t3.new_received.total",),
    ("t3.new_received.total", "t3.carried_in.total"),
)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in the prose: `mention` the percentage, `first` over `second` what it is said of.

    For growth `first` is this year's number, `second` last year's; `exact` is the rate computed.
    """

    narrative: Narrative
    mention: Mention
    first: Decimal
    second: Decimal
    exact: Decimal
    agrees: bool
    certain: bool = True


def _prints_as(exact: Decimal, printed: Decimal, step: Decimal, slack: int = 0) -> bool:
    """True if a rate rounds, or is cut off, to what is printed; `slack` in its last digit."""
    for rounding in (ROUND_HALF_UP, ROUND_DOWN):
        if abs(exact.quantize(step, rounding=rounding) - printed) <= step * slack:
            return True
    return False


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole * _HUNDRED


def shares(narrative: Narrative, ties: Iterable[Tie], figures: Figures) -> Iterator[Rate]:
    """Shares whose item is certain: a number right before, or a row of table three."""
    tied = {tie.mention.number.start: tie for tie in ties}
    for index, mention in enumerate(narrative.mentions):
        if mention.number.kind != "percent" or mention.number.approximate:
            continue
        if (
            not _OF_TOTAL.search(mention.left)
            or _SEVERAL.search(mention.left)
            or mention.year != "own"
        ):
            continue
        item = _item_before(narrative, index)
        if item is None:
            yield from _share_of_row(narrative, index, figures)
            continue
        tie = tied.get(item.number.start)
        wholes = _wholes(narrative, index, item)
        about_requests = tie is not None and "request" in tie.phrase.topics
        if about_requests:
            wholes += _request_totals(figures)
        yield from _share(
            narrative, mention, item.number.value, wholes, about_requests or item.subset
        )


def _item_before(narrative: Narrative, index: int) -> Mention | None:
    """The count a share is said of: 258件，占33.9%."""
    if index == 0:
        return None
    item, mention = narrative.mentions[index - 1], narrative.mentions[index]
    number, text = item.number, narrative.text.plain
    between = text[number.end : mention.number.start]
    if number.kind != "count" or number.approximate or number.step != 1:
        return None
    if item.year != "own" or item.delta:
        return None
    return (
        item
        if re.fullmatch(r"[，、（]?(?:约)?(?:占比|占|比重|比例)[^，；。、0-9]{0,12}", between)
        else None
    )


def _wholes(narrative: Narrative, index: int, item: Mention) -> list[Decimal]:
    """Counts named before an item that may be what it is a share of, the nearest first."""
    found: list[Decimal] = []
    for mention in reversed(narrative.mentions[max(0, index - 30) : index - 1]):
        if mention.piece.sentence < item.piece.sentence - 1:
            break
        number = mention.number
        if number.kind == "count" and number.value >= item.number.value and not mention.delta:
            found.append(number.value)
    return found


def _request_totals(figures: Figures) -> list[Decimal]:
    sums = (figures.sum(addresses) for addresses in _TOTALS)
    return [figure.value for figure in sums if figure]


def _share(
    narrative: Narrative, mention: Mention, part: Decimal, wholes: list[Decimal], certain: bool
) -> Iterator[Rate]:
    number = mention.number
    rates = [(_percent(part, whole), whole) for whole in wholes if whole > 0]
    if not rates:
        return
    slack = 1 if number.step < 1 else 0
    for exact, whole in rates:
        if _prints_as(exact, number.value, number.step, slack):
            yield Rate(narrative, mention, part, whole, exact, True)
            return
    exact, whole = min(rates, key=lambda rate: abs(rate[0] - number.value))
    yield Rate(narrative, mention, part, whole, exact, False, certain)


def _share_of_row(narrative: Narrative, index: int, figures: Figures) -> Iterator[Rate]:
    """予以公开占50.64%: the row of table three over the requests answered."""
    mention = narrative.mentions[index]
    if mention.topic != "request":
        return
    left = _SHARE.sub("", mention.left)
    best: tuple[int, Reading] | None = None
    for phrase in phrases(narrative.year):
        if "request" not in phrase.topics or phrase.whole or not phrase.readings or not phrase.firm:
            continue
        for match in phrase.left.finditer(left):
            if match.end() == len(left) and (best is None or len(match.group()) > best[0]):
                best = (len(match.group()), phrase.readings[0])
    figure = figures.of(best[1]) if best else None
    if figure is None or (best and "结转" in best[1].place):
        return
    wholes = _request_totals(figures) + [
        m.number.value
        for m in narrative.mentions[max(0, index - 12) : index]
        if m.piece.sentence == mention.piece.sentence and m.number.kind == "count"
    ]
    yield from _share(narrative, mention, figure.value, wholes, True)


def share_findings(found: Iterable[Rate], places: Places) -> Iterator[Finding]:
    """Shares that do not come out."""
    for rate in found:
        if rate.agrees or not rate.certain:
            continue
        number, text = rate.mention.number, rate.narrative.text
        exact = rate.exact.quantize(min(number.step, Decimal("0.1")), rounding=ROUND_HALF_UP)
        start = text.clause(rate.mention.piece.start - 1, number.end)[0]
        yield places.finding(
            "PROSE-SHARE", expected=f"{plain(exact)}%", found=f"{plain(number.value)}%",
            quote=text.quote(start, number.end), section=rate.narrative.key,
            numerator=rate.first, denominator=rate.second,
        )  # fmt: skip


def growths(narrative: Narrative) -> Iterator[Rate]:
    """Growth rates and differences where both years' numbers stand in the same sentence."""
    sentences: dict[int, list[Mention]] = {}
    for mention in narrative.mentions:
        sentences.setdefault(mention.piece.sentence, []).append(mention)
    for mentions in sentences.values():
        for index, mention in enumerate(mentions):
            number = mention.number
            growing = mention.delta or _UP.search(mention.left) or _DOWN.search(mention.left)
            if growing and not number.approximate and not _SEVERAL.search(mention.left):
                if number.kind == "percent":
                    yield from _growth(narrative, mentions, index)
                elif number.kind == "count" and mention.delta:
                    yield from _difference(narrative, mentions, index)


def _pair(mentions: list[Mention], index: int) -> tuple[Mention | None, Mention | None]:
    """This year's and last year's number before a rate, in the same measure."""
    current = previous = None
    for mention in reversed(mentions[max(0, index - 6) : index]):
        number = mention.number
        if number.kind != "count" or mention.delta or number.approximate:
            continue
        if mention.year == "past" and previous is None:
            previous = mention
        elif mention.year == "own" and current is None:
            current = mention
    if current and previous and current.number.unit != previous.number.unit:
        return None, None
    return current, previous


def _growth(narrative: Narrative, mentions: list[Mention], index: int) -> Iterator[Rate]:
    mention = mentions[index]
    current, previous = _pair(mentions, index)
    if current is None:
        return
    named = _year_named(narrative, mention)
    if previous and named is not None and named != _year_named(narrative, previous):
        return
    now = current.number.value
    before = previous.number.value if previous else _before_difference(mentions, index, current)
    if before is None or before <= 0:
        return
    exact = _percent(now - before, before)
    printed = mention.number.value
    if _DOWN.search(mention.left):
        printed = -printed
    step = mention.number.step
    agrees = _prints_as(exact, printed, step)
    yield Rate(narrative, mention, now, before, exact, agrees)


def _year_named(narrative: Narrative, mention: Mention) -> int | None:
    """The year last named in a number's own clause, if one is."""
    start, end = mention.piece.start, mention.number.start
    named = [int(n.value) for n in narrative.years if start <= n.start < end]
    return named[-1] if named else None


def _before_difference(mentions: list[Mention], index: int, current: Mention) -> Decimal | None:
    """Last year's number from this year's and the difference: 75件，较上年增加5件，增长7.1%."""
    for mention in reversed(mentions[max(0, index - 2) : index]):
        number = mention.number
        if mention.delta and number.kind == "count" and number.unit == current.number.unit:
            if number.approximate or mention.number.start < current.number.start:
                return None
            fewer = _FEWER.search(mention.left)
            return current.number.value + (number.value if fewer else -number.value)
    return None


def _difference(narrative: Narrative, mentions: list[Mention], index: int) -> Iterator[Rate]:
    """70件 last year, 75件 this year, 增加5件."""
    mention = mentions[index]
    current, previous = _pair(mentions, index)
    if current is None or previous is None or mention.number.unit != current.number.unit:
        return
    change = current.number.value - previous.number.value
    stated = mention.number.value * (-1 if _FEWER.search(mention.left) else 1)
    yield Rate(
        narrative, mention, current.number.value, previous.number.value, change, change == stated
    )


def growth_findings(found: Iterable[Rate], places: Places) -> Iterator[Finding]:
    """Growth rates and differences that do not come out."""
    for rate in found:
        if rate.agrees:
            continue
        number, text = rate.mention.number, rate.narrative.text
        if number.kind == "percent":
            exact = rate.exact.quantize(number.step, rounding=ROUND_HALF_UP)
            sign = "-" if _DOWN.search(rate.mention.left) else ""
            expected, stated = f"{plain(exact)}%", f"{sign}{plain(number.value)}%"
        else:
            sign = "-" if _FEWER.search(rate.mention.left) else ""
            expected, stated = plain(rate.exact), f"{sign}{plain(number.value)}"
        yield places.finding(
            "PROSE-GROWTH", expected=expected, found=stated,
            quote=clause_quote(text, number.start, number.end), section=rate.narrative.key,
            current=rate.first, previous=rate.second,
        )  # fmt: skip

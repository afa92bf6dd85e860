"""Which cells a number claims, and whether they say the same.

A number is held against a table only where the phrase around it leaves no doubt; everything else stays
untied and makes no finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.prose.data import Phrase, Reading, context, phrases
from gongkai.annual_report.prose.figures import Figure, Figures
from gongkai.annual_report.prose.findings import Places, clause_quote
from gongkai.annual_report.prose.mentions import Mention, Narrative
from gongkai.annual_report.value import Finding

__all__ = ["Tie", "tie_numbers", "table_findings"]

_WHOLE_GAP = 45
_PART_GAP = 12
_RIGHT_ONLY = 100
# Sections whose numbers never speak of this year's tables: contact data, plans.
_SILENT = frozenset({"preamble", "problems"})
_BODY = re.compile(
    r"([一-鿿]{1,8}(?:局|委|办|厅|镇|乡|街道|中心|公司|支队|大队|所|站|处|科|部门))"
    r"(?:共|全年|累计|已|新|依法|本年度|代表){0,3}$"
)
_SELF = re.compile(
    r"(?:我|本|全|各|该|由|由我)(?:局|委|办|厅|镇|乡|街道|中心|市|区|县)?$|^(?:我|本|全)"
)
# 公文: 主动公开673件，依申请公开20件，不予公开14件 speaks of documents by attribute, not of requests.
_ATTRIBUTES = re.compile(
    r"公开属性|主动公开[^，；。0-9]{0,8}[0-9][0-9,.]{0,12}[^，；。]{0,8}[，；、].*(?:依申请公开|不予公开)"
)
_APPLICANTS = ("t3.new_received", "t3.carried_in", "t3.res_total")


@dataclass(frozen=True, slots=True)
class Tie:
    """A number and what it was held against.

    `figure` is what it equals, or what it should equal where `agrees` is false. `also` marks another
    lawful way to count than the plain one, `plain` the plain one then.
    """

    narrative: Narrative
    mention: Mention
    phrase: Phrase
    figure: Figure
    agrees: bool
    firm: bool
    also: bool = False
    plain: Figure | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    phrase: Phrase
    distance: int
    length: int
    start: int


def tie_numbers(narrative: Narrative, figures: Figures) -> list[Tie]:
    """Tie the numbers of one section to the tables, in reading order."""
    if narrative.key in _SILENT:
        return []
    ties: list[Tie] = []
    parts: dict[int, set[str]] = defaultdict(set)  # phrases that spoke of a part, by sentence
    for mention in narrative.mentions:
        if mention.number.kind not in {"count", "money"} or mention.delta or mention.year != "own":
            continue
        matches = sorted(_matches(narrative, mention), key=lambda m: (m.distance, -m.length))
        if not matches:
            continue
        tie = _tie(narrative, figures, mention, matches, parts[mention.piece.sentence])
        if tie:
            ties.append(tie)
        if tie or mention.subset:
            parts[mention.piece.sentence].add((tie.phrase if tie else matches[0].phrase).id)
    return ties


def _matches(narrative: Narrative, mention: Mention) -> Iterator[_Match]:
    number = mention.number
    for phrase in phrases(narrative.year):
        if phrase.money != (number.kind == "money"):
            continue
        if not phrase.money and number.unit not in context().case_units:
            continue
        match = _match(phrase, mention)
        if match and _about(narrative, mention, phrase, match):
            yield match


def _match(phrase: Phrase, mention: Mention) -> _Match | None:
    if phrase.unless and phrase.unless.search(mention.left):
        return None
    if phrase.right_unless and phrase.right_unless.search(mention.right):
        return None
    last = next(iter(reversed(list(phrase.left.finditer(mention.left)))), None)
    if last:
        gap = len(mention.left) - last.end()
        if gap <= (_WHOLE_GAP if phrase.whole else _PART_GAP):
            return _Match(phrase, gap, last.end() - last.start(), last.start())
    right = phrase.right.search(mention.right) if phrase.right else None
    if right and not (phrase.unless and phrase.unless.search(right.group())):
        return _Match(phrase, _RIGHT_ONLY, right.end(), -1)
    return None


def _about(narrative: Narrative, mention: Mention, phrase: Phrase, match: _Match) -> bool:
    """True if the number is about the phrase's matter, or the phrase itself names its matter."""
    if mention.topic in phrase.topics:
        return True
    if match.start < 0 or phrase.whole:
        return False
    words = list(context().topics.finditer(mention.left))
    if not words or not match.start <= words[-1].start() < match.start + match.length:
        return False
    if phrase.topics != {"request"}:
        return True
    sentence = narrative.text.sentences[max(0, mention.piece.sentence - 1)][0]
    return (
        "申请"
        in narrative.text.plain[max(sentence, mention.number.start - 300) : mention.number.start]
    )


def _tie(
    narrative: Narrative, figures: Figures, mention: Mention, matches: list[_Match], parts: set[str]
) -> Tie | None:
    value = mention.number.value
    for match in matches:
        plain: Figure | None = None
        for reading in _readings(match.phrase, narrative, mention, figures):
            figure = figures.of(reading) if isinstance(reading, Reading) else reading[0]
            if figure is None:
                continue
            also = isinstance(reading, Reading) and reading.also
            plain = plain or figure
            if _fits(mention, figure, match.phrase):
                said = isinstance(reading, Reading) and _said(narrative, mention, reading)
                return Tie(
                    narrative, mention, match.phrase, figure, True, True,
                    also=also and not said and value != plain.value, plain=plain,
                )  # fmt: skip
    return _mismatch(narrative, figures, mention, matches[0], parts)


def _mismatch(
    narrative: Narrative, figures: Figures, mention: Mention, match: _Match, parts: set[str]
) -> Tie | None:
    phrase = match.phrase
    first = next(iter(_readings(phrase, narrative, mention, figures)), None)
    figure = figures.of(first) if isinstance(first, Reading) else first[0] if first else None
    if figure is None or not _firm(narrative, mention, phrase):
        return None
    if phrase.whole and (mention.subset or phrase.id in parts or match.start < 0):
        return None
    if phrase.id in parts and mention.subset:
        return None
    scope = mention.scope or _other_body(narrative, mention, match)
    return Tie(narrative, mention, phrase, figure, False, True, scope=scope)


def _firm(narrative: Narrative, mention: Mention, phrase: Phrase) -> bool:
    number = mention.number
    if not phrase.firm or number.approximate or (number.kind == "count" and number.step != 1):
        return False
    sentence = narrative.sentence_before(mention)
    if sum(word in sentence for word in context().words("years", "running")) > 1:
        return False
    if phrase.topics == {"request"} and _ATTRIBUTES.search(sentence):
        return False
    if phrase.topics & {"review", "litigation", "dispute"}:
        if phrase.outcome and mention.topic == "dispute":
            return False
        return narrative.key == "review_litigation" or _speaks_of_disclosure(narrative, mention)
    return True


def _speaks_of_disclosure(narrative: Narrative, mention: Mention) -> bool:
    return bool(context().any("about_disclosure").search(narrative.sentence_before(mention)))


def _readings(
    phrase: Phrase, narrative: Narrative, mention: Mention, figures: Figures
) -> Iterable[Reading | tuple[Figure | None]]:
    if phrase.columns:
        return list(_applicants(phrase, figures))
    if phrase.outcome:
        return list(_outcomes(phrase.outcome, mention.topic, narrative.sentence_before(mention)))
    return phrase.readings


def _applicants(phrase: Phrase, figures: Figures) -> Iterator[tuple[Figure | None]]:
    """The requests of one kind of applicant: new, new and carried, or answered."""
    columns = [
        c
        for c in (c.key for c in figures.report.form.tables["t3"].columns if not c.computed)
        if c.startswith(phrase.columns)
    ]
    place = f"表三“一、本年新收政府信息公开申请数量”的{phrase.says.removesuffix('的申请')}栏"
    new, carried, answered = ([f"{row}.{c}" for c in columns] for row in _APPLICANTS)
    yield (figures.sum(new, place, gaps=len(columns) > 1),)
    yield (figures.sum([*new, *carried], place, gaps=True),)
    yield (figures.sum(answered, place, gaps=len(columns) > 1),)


def _outcomes(outcome: str, topic: str, sentence: str) -> Iterator[Reading]:
    """A result of review or litigation; of both where the sentence names both."""
    review, direct, after = (
        f"t4.{group}.{outcome}"
        for group in ("review", "litigation_direct", "litigation_after_review")
    )
    both = topic == "dispute" or ("复议" in sentence and "诉讼" in sentence)
    if topic == "review":
        yield Reading("表四行政复议的该项结果", (review,))
    if topic != "review" or both:
        yield Reading("表四行政诉讼两栏该项结果之和", (direct, after))
        yield Reading("表四未经复议直接起诉的该项结果", (direct,), silent=True)
        yield Reading("表四复议后起诉的该项结果", (after,), silent=True)
    if both:
        yield Reading("表四该项结果之和", (review, direct, after), silent=True)
        yield Reading("表四行政复议的该项结果", (review,), silent=True)


def _fits(mention: Mention, figure: Figure, phrase: Phrase) -> bool:
    """True if a number, as precisely as it is printed, is a figure of the tables."""
    number = mention.number
    if phrase.money:  # the tables give 万元; the number is in yuan
        difference = abs(number.value - figure.value * 10_000)
        return difference < number.step
    if number.approximate:
        return number.value <= figure.value <= number.value * Decimal("1.1") or (
            number.value * Decimal("0.95") <= figure.value <= number.value
        )
    if number.step > 1:
        return abs(number.value - figure.value) < number.step
    return figure.equals(number.value)


def _said(narrative: Narrative, mention: Mention, reading: Reading) -> bool:
    start, end = narrative.text.sentences[mention.piece.sentence]
    sentence = narrative.text.plain[start:end]
    return any(word in sentence for word in reading.said_by)


def _other_body(narrative: Narrative, mention: Mention, match: _Match) -> str:
    """The body named just before the verb, where it is not the one reporting: 民政局收到3件."""
    if match.start < 0:
        return ""
    body = _BODY.search(mention.left[: match.start])
    if body is None or _SELF.search(body[1]):
        return ""
    return "" if body[1][-3:] in narrative.agency or body[1][-2:] in narrative.agency else body[1]


def table_findings(ties: Iterable[Tie], places: Places) -> Iterator[Finding]:
    """What numbers tied to cells say wrongly, or count another way."""
    for tie in ties:
        number = tie.mention.number
        quote = clause_quote(tie.narrative.text, number.start, number.end)
        figure, says, key = tie.figure, tie.phrase.says, tie.narrative.key
        if tie.agrees:
            if tie.also and tie.plain:
                why = f"这等于{figure.place}（{_count(figure)}），不等于{tie.plain.place}（{_count(tie.plain)}）"
                yield places.finding(
                    "PROSE-SCOPE", cells=figure.cells, expected=tie.plain.value, found=number.value,
                    quote=quote, section=key, says=says, why=why,
                )  # fmt: skip
        elif tie.scope:
            why = f"说的是“{tie.scope}”，而{figure.place}是{_count(figure)}"
            yield places.finding(
                "PROSE-SCOPE", cells=figure.cells, expected=figure.value, found=number.value,
                quote=quote, section=key, says=says, why=why,
            )  # fmt: skip
        else:
            severity = tie.phrase.severity or ("warn" if _doubtful(tie) else "error")
            found = number.value / 10_000 if tie.phrase.money else number.value
            yield places.finding(
                "PROSE-TABLE", cells=figure.cells, expected=figure.value, found=found,
                quote=quote, section=key, severity=severity, says=says, place=figure.place,
            )  # fmt: skip


def _doubtful(tie: Tie) -> bool:
    """True where the matter was named only in an earlier sentence, or the number is a running one."""
    sentence = tie.narrative.sentence_before(tie.mention)
    running = context().words("years", "running")
    return not tie.mention.near or any(word in sentence for word in running)


def _count(figure: Figure) -> str:
    return f"{figure.value:f}件"

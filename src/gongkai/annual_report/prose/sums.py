"""Lists of items under a stated total: 2411条，其中：1.…143条；2.…76条.

A list that does not claim to be whole may add to less; one that adds to more, or that closes with 其他,
is numbered, or says 分别为, may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from gongkai.annual_report.prose.data import context
from gongkai.annual_report.prose.findings import Places, plain
from gongkai.annual_report.prose.mentions import Mention, Narrative
from gongkai.annual_report.value import Finding

__all__ = ["ListOfItems", "lists_in", "sum_findings"]

_LONGEST_GAP = 12
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}[.、]|（?[一二三四五六七八九十]{1,2}[、）])")
_LIST_MARK = re.compile(r"^(?:[0-9]{1,2}[.、）]|一是|二是|三是|四是)")
_PUBLISHED = re.compile(r"公开|发布|信息")
_LOOK_BACK = 3
_MOST_ITEMS = 60
_SEMICOLON = 3


@dataclass(frozen=True, slots=True)
class ListOfItems:
    """A total and the items under it.

    `complete` is true where the list claims to be whole; `loose` where the total stands apart from it.
    """

    narrative: Narrative
    total: Mention
    items: tuple[Mention, ...]
    complete: bool
    loose: bool = False

    @property
    def added(self) -> Decimal:
        """What all the items add to."""
        return sum((item.number.value for item in self.items), Decimal(0))

    @property
    def _between(self) -> str:
        start, end = self.items[0].number.end, self.items[-1].number.start
        return self.narrative.text.plain[start:end]

    @property
    def agrees(self) -> bool:
        """True where the items add to the total, or the first few of a running list do."""
        if self.complete or self.loose or "；" in self._between:
            return self.added == self.total.number.value
        added = Decimal(0)
        for count, item in enumerate(self.items, 1):
            added += item.number.value
            if count > 1 and added == self.total.number.value:
                return True
        return False


@cache
def _opens() -> re.Pattern[str]:
    return re.compile(context().raw["lists"]["opens"])


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(context().raw["lists"]["ends"])


def lists_in(narrative: Narrative) -> list[ListOfItems]:
    """The lists of a section, in reading order."""
    if narrative.key == "preamble":
        return []
    found: list[ListOfItems] = []
    inside: set[int] = set()
    for index, mention in enumerate(narrative.mentions):
        if not _can_total(mention):
            continue
        items, complete = _items(narrative, index)
        if len(items) > 1 or (items and items[0].number.value > mention.number.value):
            found.append(ListOfItems(narrative, mention, tuple(items), complete))
            inside.update(item.number.start for item in items)
    found += _loose(narrative, inside)
    return found


def _can_total(mention: Mention) -> bool:
    number = mention.number
    return (
        number.kind == "count"
        and number.unit in context().list_units
        and not number.approximate
        and not mention.delta
        and number.step == 1
    )


def _items(narrative: Narrative, index: int) -> tuple[list[Mention], bool]:
    """The items that follow a number, and whether they claim to be all."""
    total, text = narrative.mentions[index], narrative.text.plain
    opened = _opening(narrative, total, index)
    if opened is None:
        return [], False
    start, depth, opener = opened
    items: list[Mention] = []
    last_end, highest = start, 0
    colon = "：" in text[total.number.end : start + 1]
    for mention in narrative.mentions[index + 1 : index + 1 + _MOST_ITEMS]:
        if mention.piece.depth > depth or mention.number.kind == "percent":
            continue
        if mention.piece.depth < depth or not _is_item(narrative, mention, items, start, last_end):
            break
        if items:
            rank = _rank(text[last_end : mention.number.start])
            highest = rank if len(items) == 1 and (colon or rank < _SEMICOLON) else highest
            if rank > highest:
                break
        items.append(mention)
        last_end = mention.number.end
    labels = [_label(narrative, item) for item in items]
    complete = opener in context().words("lists", "complete")
    if len(items) > 1:
        closing = context().words("lists", "closing_item")
        complete = complete or labels[-1].startswith(closing)
        complete = complete or all(_NUMBERED.match(_head(text, item)) for item in items)
    return items, complete


def _opening(narrative: Narrative, total: Mention, index: int) -> tuple[int, int, str] | None:
    """(place, bracket depth, word) of what opens a list right after a number."""
    text = narrative.text.plain
    rest = text[total.number.end : total.number.end + _LONGEST_GAP]
    own = re.match(r"[^，；：。（）、\n0-9]{0,4}?[，。]?(?P<bracket>（)?", rest)
    place = total.number.end + (own.end() if own else 0)
    opener = _opens().match(text, place)
    if opener:
        word = opener.group()
        depth = total.piece.depth + (1 if own and own["bracket"] else 0)
        return opener.end(), depth, word
    colon = re.match(r"[^，；：。（）、\n0-9]{0,6}：", rest)
    if colon and index + 1 < len(narrative.mentions):
        return total.number.end + colon.end(), total.piece.depth, ""
    return None


def _is_item(
    narrative: Narrative, mention: Mention, items: list[Mention], start: int, last_end: int
) -> bool:
    """True if a number is the next item of a list begun at `start`."""
    number, text = mention.number, narrative.text.plain
    same_unit = number.kind == "count" and number.unit in context().list_units
    if not same_unit or number.approximate or mention.delta or number.step != 1:
        return False
    if re.search(r"[。！？\n]", text[last_end : number.start]) or mention.year != "own":
        return False
    between = text[last_end : number.start]
    silent = [p for p in re.split(r"[，；：、（）]", between)[:-1] if len(p) > _LONGEST_GAP]
    if silent and items and not _balanced(between):
        return False
    label = _label(narrative, mention)
    if items:
        if _opens().search(label):
            return False
        if mention.piece.start == items[-1].piece.start:
            return False
        first = {m.group() for m in _ends().finditer(_label(narrative, items[0]))}
        words = {m.group() for m in _ends().finditer(label)}
        if words and not (first and _alike(words, first)):
            return False
    return len(label) <= 40


def _rank(between: str) -> int:
    """The weight of the marks between two items: 、 under ， under ；. A heavier one ends a list."""
    outside = re.sub(r"（[^（）]{0,200}）", "", between)
    return max((" 、，；".find(char) for char in outside), default=0)


def _alike(words: set[str], first: set[str]) -> bool:
    pairs = {"复议", "诉讼"}
    return bool(words & first) or (words <= pairs and bool(first & pairs))


def _balanced(between: str) -> bool:
    """True where a long gap is a remark in brackets."""
    return between.count("（") == between.count("）") and "（" in between


def _label(narrative: Narrative, item: Mention) -> str:
    label = _LIST_MARK.sub("", _head(narrative.text.plain, item))
    return _opens().sub("", label, count=1) if _opens().match(label) else label


def _head(text: str, item: Mention) -> str:
    """The words of an item before its number, from the head of its piece."""
    return text[max(item.piece.start, item.number.start - 60) : item.number.start]


def _loose(narrative: Narrative, inside: set[int]) -> Iterator[ListOfItems]:
    """Long lists with no total right in front, against a total named shortly before."""
    ctx = context()
    run: list[Mention] = []
    for index, mention in enumerate([*narrative.mentions, None]):
        if (
            mention is not None
            and mention.number.start not in inside
            and _can_total(mention)
            and mention.piece.depth == 0
            and (not run or _is_item(narrative, mention, run, 0, run[-1].number.end))
        ):
            run.append(mention)
            continue
        if len(run) >= int(ctx.raw["lists"]["loose_list_from"]):
            total = _total_before(narrative, run, index)
            if _leads(narrative, run):
                yield ListOfItems(narrative, run[0], tuple(run[1:]), complete=False, loose=True)
            elif total:
                yield ListOfItems(narrative, total, tuple(run), complete=False, loose=True)
        run = [mention] if mention is not None and _can_total(mention) else []
        if run and run[0].number.start in inside:
            run = []


def _leads(narrative: Narrative, run: list[Mention]) -> bool:
    """True where a run's first number is near what the rest add to, and the rest close with 其他."""
    closing = context().words("lists", "closing_item")
    if not _label(narrative, run[-1]).startswith(closing):
        return False
    total, rest = run[0].number.value, [m.number.value for m in run[1:]]
    limit = Decimal(context().raw["lists"]["tiny_difference"])
    return total >= max(rest) and abs(sum(rest, Decimal(0)) - total) <= total * limit


def _total_before(narrative: Narrative, run: list[Mention], index: int) -> Mention | None:
    """A total of published items shortly before a list, near what the list adds to."""
    added = sum((m.number.value for m in run), Decimal(0))
    largest = max(m.number.value for m in run)
    limit = Decimal(context().raw["lists"]["tiny_difference"])
    first = run[0].piece.sentence
    begin = index - len(run)
    for mention in reversed(narrative.mentions[max(0, begin - 10) : begin]):
        if mention.piece.sentence < first - _LOOK_BACK or mention.piece.sentence == first:
            continue
        value = mention.number.value
        if not _can_total(mention) or mention.number.unit != run[0].number.unit or value < largest:
            continue
        if _PUBLISHED.search(mention.left) and abs(added - value) <= value * limit:
            return mention
    return None


def sum_findings(found: list[ListOfItems], places: Places) -> Iterator[Finding]:
    """Lists that do not add to their total."""
    for one in found:
        if one.agrees:
            continue
        total, added = one.total.number.value, one.added
        mixed = len({item.number.unit for item in one.items} | {one.total.number.unit}) > 1
        code = _code(one, total, added, mixed)
        if code is None:
            continue
        narrative = one.narrative
        first, _ = narrative.text.clause(one.total.number.start, one.total.number.end)
        quote = narrative.text.quote(first, one.items[-1].number.end, 160)
        relation = "超过总数" if added > total else "少于总数"
        yield places.finding(
            code, expected=total, found=added, quote=quote, section=narrative.key,
            items=_spell(one), relation=relation,
        )  # fmt: skip


def _code(one: ListOfItems, total: Decimal, added: Decimal, mixed: bool) -> str | None:
    if one.complete and not mixed and not one.loose:
        return "PROSE-SUM"
    few = len(one.items) < int(context().raw["lists"]["open_list_from"])
    tiny = abs(added - total) <= total * Decimal(context().raw["lists"]["tiny_difference"])
    if added > total and not (mixed and not one.complete and not tiny):
        return "PROSE-SUM-QUESTION"
    if one.complete or (tiny and not few):
        return "PROSE-SUM-QUESTION"
    return None


def _spell(one: ListOfItems) -> str:
    """The items as an addition: 143＋76＋2＋2190."""
    numbers = [plain(item.number.value) for item in one.items]
    return "＋".join(numbers) + f"＝{plain(one.added)}"

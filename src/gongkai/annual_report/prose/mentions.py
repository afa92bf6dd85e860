"""Each number with what its surroundings say of it: what it is about, whose it is, of which year."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.annual_report.prose.data import context
from gongkai.annual_report.prose.numbers import Number, numbers_in, quoted_spans
from gongkai.annual_report.prose.text import Piece, Text

__all__ = ["Mention", "Narrative"]

_LEFT = 60
_RIGHT = 30
# Words that join a number to the clause before it: 收到申请，全年共计12件.
_JOIN = re.compile(
    r"(?:全年|本年度?|今年|累计|总数|总量|数量)?(?:共计|合计|总计|共有|共|为|达到|达|约|计|有|是){0,2}"
)
_SUBSET = re.compile(r"其中|包括|包含|含(?!有)|涉及|涵盖")
_DELTA = re.compile(
    r"(?:增加|增长|增多|减少|下降|降低|回落|上升|多出|增幅|降幅|提高|提升|年多|年少|期多|期少)[了约]{0,2}$"
)


@dataclass(slots=True)
class Mention:
    """A number, the words left and right of it, and what they say.

    `topic` is what it is about, `near` whether that word stands in the same clause or sentence; `year` is
    `own`, `past` or `part` (half a year, a quarter); `scope` a word that narrows or widens whose number
    it is. `subset` is true after 其中; `delta` for an increase or decrease.
    """

    number: Number
    piece: Piece
    left: str
    right: str
    topic: str = ""
    near: bool = False
    year: str = "own"
    scope: str = ""
    subset: bool = False
    delta: bool = False


@dataclass
class Narrative:
    """The prose of one section, read: its numbers with their surroundings, in order.

    `key` is the section's key; `year` the report's year; `agency` the body it reports on.
    """

    key: str
    heading: str
    text: Text
    year: int | None
    agency: str
    limit: int
    mentions: list[Mention] = field(init=False)
    years: list[Number] = field(init=False)
    cut: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        numbers = list(self._numbers())
        self.years = [n for n in numbers if n.kind == "year"]
        self._topics = [
            (m.start(), m.end(), context().topic_of[m.group()])
            for m in context().topics.finditer(self.text.plain)
        ]
        self._topic_ends = [end for _, end, _ in self._topics]
        self._carry = [m.span() for m in re.finditer(self._carry_pattern(), self.text.plain)]
        self._quoted = quoted_spans(self.text.plain)
        self.mentions = list(self._mentions([n for n in numbers if n.kind != "year"]))

    @staticmethod
    def _carry_pattern() -> str:
        pattern: str = context().raw["patterns"]["carry"]
        return pattern

    def _numbers(self) -> Iterator[Number]:
        for count, number in enumerate(numbers_in(self.text.plain)):
            if count >= self.limit:
                self.cut = True
                return
            yield number

    def _mentions(self, numbers: list[Number]) -> Iterator[Mention]:
        pieces = self.text.pieces
        starts = [piece.start for piece in pieces]
        sentence_of: dict[int, bool] = {}
        previous_end, last_index = 0, -1
        for number in numbers:
            index = bisect_right(starts, number.start) - 1
            piece = pieces[index]
            left_from = max(piece.start, number.start - _LEFT)
            if last_index == index:
                left_from = max(left_from, previous_end)
            mention = Mention(number, piece, self.text.plain[left_from : number.start], "")
            if last_index != index:
                mention.left = self._joined(mention.left, index)
            later = min(piece.end, number.end + _RIGHT)
            mention.right = self.text.plain[number.end : later]
            self._describe(mention, left_from)
            own = bool(_SUBSET.search(self.text.plain[piece.start : number.start]))
            led = index > 0 and _is_bare_subset(self.text.plain, pieces[index - 1], piece)
            sentence_of[piece.sentence] = sentence_of.get(piece.sentence, False) or led
            mention.subset = own or sentence_of[piece.sentence]
            previous_end, last_index = number.end, index
            yield mention

    def _joined(self, left: str, index: int) -> str:
        """Left context, with the piece before it where the number only continues that."""
        if index == 0 or not _JOIN.fullmatch(left):
            return left
        previous, piece = self.text.pieces[index - 1], self.text.pieces[index]
        if previous.sentence != piece.sentence or previous.depth != piece.depth:
            return left
        words = self.text.plain[max(previous.start, previous.end - _LEFT) : previous.end]
        return left if any(c.isdigit() for c in words) else words + left

    def _describe(self, mention: Mention, left_from: int) -> None:
        mention.topic, mention.near = self.topic(mention.number.start, mention.piece)
        if not any(end > mention.piece.start for end in self._ends_before(mention.number.start, 1)):
            after = context().topics.search(mention.right)
            if after:
                mention.topic, mention.near = context().topic_of[after.group()], True
        mention.year = self._year(mention, left_from)
        mention.scope = self._scope(mention)
        mention.delta = bool(_DELTA.search(mention.left))

    def _ends_before(self, place: int, count: int) -> list[int]:
        index = bisect_right(self._topic_ends, place)
        return self._topic_ends[max(0, index - count) : index]

    def topic(self, place: int, piece: Piece) -> tuple[str, bool]:
        """The matter last named before a place in its paragraph, and whether in the same sentence."""
        index = bisect_right(self._topic_ends, place) - 1
        if index < 0:
            return "", False
        start, _, topic = self._topics[index]
        sentence_start = self.text.sentences[piece.sentence][0]
        if start >= sentence_start:
            return topic, True
        earlier = self.text.sentences[max(0, piece.sentence - 2)][0]
        paragraph = self.text.plain.rfind("\n", 0, sentence_start)
        return (topic, False) if start >= earlier and start > paragraph else ("", False)

    def _year(self, mention: Mention, left_from: int) -> str:
        """Whose year a number is of: the last year named before it in its sentence."""
        plain, piece = self.text.plain, mention.piece
        ctx = context()
        here = plain[left_from : mention.number.start]
        if any(word in here for word in ctx.words("years", "part_of_year")):
            return "part"
        if any(word in here for word in ctx.words("years", "since")):
            return "past"
        for match in ctx.any("years", "past").finditer(plain, piece.start, mention.number.start):
            if not self._in_carry(match.start()):
                return "past"
        if piece.before == "（" and self._names_another_year(piece.start - 1):
            return "past"
        sentence_start = self.text.sentences[piece.sentence][0]
        for named in reversed(self.years[: self._years_before(mention.number.start)]):
            if named.start < sentence_start:
                break
            if self._in_carry(named.start) or (self._compares(named) and named.start < piece.start):
                continue
            return "own" if self.year is None or int(named.value) == self.year else "past"
        return "own"

    def _names_another_year(self, place: int) -> bool:
        """True where what stands just before a bracket is last year: 较上年（69件）."""
        words = self.text.plain[max(0, place - 6) : place]
        named = re.search(r"(20[0-9]{2})年度?$", words)
        if named and self.year is not None:
            return int(named[1]) != self.year
        return any(words.endswith(word) for word in context().words("years", "past"))

    def _years_before(self, place: int) -> int:
        return bisect_right([n.start for n in self.years], place)

    def _compares(self, named: Number) -> bool:
        before = self.text.plain[max(0, named.start - 2) : named.start]
        return any(before.endswith(word) for word in context().words("years", "compared"))

    def _in_carry(self, place: int) -> bool:
        index = bisect_right(self._carry, (place, len(self.text.plain))) - 1
        return index >= 0 and self._carry[index][0] <= place < self._carry[index][1]

    def _scope(self, mention: Mention) -> str:
        start = max(
            self.text.sentences[mention.piece.sentence][0], mention.number.start - 2 * _LEFT
        )
        return self.scope_of(self.text.plain[start : mention.number.start])

    def sentence_before(self, mention: Mention) -> str:
        """The words of a number's sentence up to it, the last 300 at most."""
        start = self.text.sentences[mention.piece.sentence][0]
        return self.text.plain[max(start, mention.number.start - 300) : mention.number.start]

    def scope_of(self, words: str) -> str:
        """The last word for a part of the report's body, or for more than it, else nothing."""
        ctx = context()
        government = any(
            name in self.agency for name in ctx.words("scope", "government_names")
        ) or (self.agency.endswith(ctx.words("scope", "government_endings")))
        other = "narrower" if government else "wider_than_a_bureau"
        found = [(m.end(), m.group()) for m in ctx.any("scope", other).finditer(words)]
        whole = [(m.end(), m.group()) for m in ctx.any("scope", "whole_government").finditer(words)]
        found = [one for one in found if not self.agency or one[1] not in self.agency]
        last_whole = max(whole, default=(0, ""))
        if not government:
            found += whole
        elif found and max(found)[0] < last_whole[0]:
            return ""
        return max(found)[1] if found else ""


def _is_bare_subset(plain: str, previous: Piece, piece: Piece) -> bool:
    """True for a piece led in by 其中， or 其中： alone."""
    return (
        previous.sentence == piece.sentence
        and previous.end - previous.start <= 6
        and bool(_SUBSET.search(plain, previous.start, previous.end))
    )

"""Finding the rows of the three tables in running text.

Crawled pages lose their tables: one cell a line, cells with a space between, or cells run together
(`640020470二、上年结转…`). The labels of a form come in a known order, so each is looked for after
the one before it; what stands between a label and the next Chinese word are that row's cells.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from gongkai.reading.labels import canonical, distance
from gongkai.reading.rows import Piece, RowText
from gongkai.regulation.report_formats import Line, ReportFormat, report_formats

__all__ = ["Compact", "running_form", "rows_in_text"]

# What may stand in a row's cells: digits, signs, dashes, separators, a bracketed remark, a unit.
_VALUES = re.compile(
    r"""(?: [\s|0-9０-９.,，．+\-－−–—/]
          | [(（](?![一二三四五六七八九十]{1,2}[)）])[^()（）\n\d]{0,8}[^()（）\n]{1,12}[)）]
          | (?<=[\d０-９\s])(?:亿元|万元|元|[件个项])
        )*""",
    re.VERBOSE,
)
_NEXT_NUMBER = re.compile(r"(?<![.．])(?P<own>[1-9])\s*[.．、]\s*$")
_TELLING = 7  # significant characters that a label needs to be looked for anywhere in a text
_TOKEN = re.compile(r"[^\s|]+")


@dataclass(frozen=True)
class Compact:
    """The letters and digits of a text alone, each with its place in the text."""

    text: str
    places: list[int]

    @staticmethod
    def of(text: str, start: int = 0, end: int | None = None) -> Compact:
        """Compact `text[start:end]`; places are offsets into the whole text."""
        kept: list[str] = []
        places: list[int] = []
        plain = unicodedata.normalize("NFKC", text)
        same_length = len(plain) == len(text)
        for i in range(start, len(text) if end is None else end):
            char = plain[i] if same_length else unicodedata.normalize("NFKC", text[i])[:1]
            if char.isalnum():
                kept.append("他" if char == "它" else char)
                places.append(i)
        return Compact("".join(kept), places)

    def find(self, label: str, start: int, end: int) -> tuple[int, int] | None:
        """Where `label` stands in compact[start:end]: exactly, or with a character or two wrong."""
        at = self.text.find(label, start, end)
        if at >= 0:
            return at, at + len(label)
        return self._find_near(label, start, end)

    def _find_near(self, label: str, start: int, end: int) -> tuple[int, int] | None:
        allowed = len(label) // 4
        if len(label) < 6:
            return None
        half = len(label) // 2
        for part, offset in ((label[:half], 0), (label[-half:], len(label) - half)):
            at = self.text.find(part, start, end)
            if at < 0:
                continue
            first = max(start, at - offset)
            fits = [
                (
                    distance(label, self.text[first:beyond], allowed),
                    abs(beyond - first - len(label)),
                    beyond,
                )
                for beyond in range(first + len(label) - allowed, first + len(label) + allowed + 1)
                if beyond <= end and not self.text[first:beyond][-1:].isdigit()
            ]
            best = min(fits, default=(allowed + 1, 0, 0))
            if best[0] <= allowed:
                return first, best[2]
            if offset == 0 and len(part) >= 5:
                return first, first + len(part)
        return None

    def index_of(self, place: int) -> int:
        """Index of the first kept character at or after a place in the text."""
        return bisect_left(self.places, place)


def running_form(text: str) -> str:
    """The id of the format whose labels a running text shows, by what only it prints."""
    has = text.__contains__
    t3_new = has("逾期不补正") or has("逾期未按收费通知")
    t2_old = has("本年新制作数量") or has("上一年项目数量") or has("采购项目数量")
    if t2_old and not t3_new:
        return "2019"
    return "2021" if t3_new else "mixed"


def rows_in_text(text: str, start: int = 0, end: int | None = None) -> list[RowText]:
    """Every row recognised in `text[start:end]`, in reading order. Linear in the text."""
    compact = Compact.of(text, start, end)
    form = report_formats()[running_form(compact.text)]
    finder = _Finder(text, compact, form)
    return [*finder.table_two(), *finder.table_three(), *finder.table_four()]


class _Finder:
    def __init__(self, text: str, compact: Compact, form: ReportFormat) -> None:
        self.text = text
        self.compact = compact
        self.form = form
        self._anchor = self._table_three_start()

    def _table_three_start(self) -> int:
        """Index of the first row of table three that is there: the head may have been cut off."""
        for line in self.form.tables["t3"].rows:
            if len(canonical(line.label)) >= _TELLING:
                at = self._row_start(line, 0)
                if at >= 0:
                    return at
        return -1

    def _row_start(self, line: Line, start: int) -> int:
        """Index where a row stands with numbers behind it, or -1."""
        at = start
        for _ in range(50):
            found = self.compact.find(canonical(line.label), at, len(self.compact.text))
            if found is None:
                return -1
            if _has_value(self._values_after(found[1])[0]):
                return found[0]
            at = found[1]
        return -1

    def _values_after(self, index: int, following: str = "", cells: int = 0) -> tuple[str, int]:
        """The text of a row's cells behind compact index `index`, and where it starts.

        `following` is the label of the next row: its numbering may be glued to our last cell, with
        its dot (`0000000`+`2.其他`) or, where the digits do not fit `cells`, without one.
        """
        if index > len(self.compact.places) or index == 0:
            return "", 0
        start = self.compact.places[index - 1] + 1
        while start < len(self.text) and self.text[start] in '）)”"’】]数量 \t':
            start += 1
        match = _VALUES.match(self.text, start)
        end = match.end() if match else start
        region = self.text[start:end]
        trailing = _NEXT_NUMBER.search(region)
        if trailing:
            region = region[: trailing.start()]
        elif following[:1].isdigit() and sum(c.isdigit() for c in region) != cells:
            bare = canonical(following)[:1]
            if region.endswith(following[0]) and self.text[end : end + 1] == bare:
                region = region[:-1]
        return region.rstrip(" \t\r\n(（|、.．,，"), start

    def table_three(self) -> list[RowText]:
        table = self.form.tables["t3"]
        if self._anchor < 0:
            return []
        columns = tuple(c.key for c in table.columns)
        found: list[RowText] = []
        cursor, end = self._anchor, len(self.compact.text)
        for n, line in enumerate(table.rows):
            place = self._locate(line, cursor, end)
            if place is None:
                continue
            following = table.rows[n + 1].label if n + 1 < len(table.rows) else ""
            values, start = self._values_after(place[1], following, len(columns))
            found.append(self._row("t3", line, columns, values, start, place))
            cursor = place[1]
        return found

    def _locate(self, line: Line, start: int, end: int) -> tuple[int, int] | None:
        """The label after `start`; a short one only together with its numbering."""
        for printed in (line.label, *line.aliases):
            name = canonical(printed)
            if len(name) < 4:
                prefix = canonical_number(printed)
                limit = min(end, start + 160)
                at = self.compact.text.find(prefix + name, start, limit)
                if at >= 0:
                    return at + len(prefix), at + len(prefix) + len(name)
                at = self.compact.text.find(name, start, limit)
                if at >= 0 and _has_value(self._values_after(at + len(name))[0]):
                    return at, at + len(name)
                continue
            found = self.compact.find(name, start, min(end, start + 600))
            if found:
                return found
        return None

    def table_two(self) -> list[RowText]:
        beyond = self._anchor if self._anchor >= 0 else len(self.compact.text)
        blocks = self.form.tables["t2"].blocks
        start = self.compact.text.rfind(canonical(blocks[0].label), 0, beyond)
        if start < 0:
            start = self.compact.text.rfind(canonical(blocks[0].columns[0].label), 0, beyond)
        if start < 0:
            return []
        found: list[RowText] = []
        cursor = start
        for block in blocks:
            columns = tuple(c.key for c in block.columns)
            for line in block.rows:
                place = self._t2_label(canonical(line.label), cursor, beyond)
                if place is None:
                    continue
                values, at = self._values_after(place[1])
                row = self._row("t2", line, columns, values, at, place, f"{block.key}.{line.key}")
                found.append(row)
                cursor = place[1]
        return found

    def _t2_label(self, name: str, start: int, end: int) -> tuple[int, int] | None:
        at = self.compact.text.find(name, start, end)
        while at >= 0:
            if _has_value(self._values_after(at + len(name))[0]):
                return at, at + len(name)
            at = self.compact.text.find(name, at + 1, end)
        at = self.compact.text.find(name, start, end)
        return (at, at + len(name)) if at >= 0 else None

    def table_four(self) -> list[RowText]:
        table = self.form.tables["t4"]
        head = "".join(canonical(c.label) for c in table.columns)
        start = max(self._anchor, 0)
        at = -1
        for _ in table.groups:
            found = self.compact.text.find(head, start)
            if found < 0:
                break
            at = start = found + len(head)
        if at < 0:
            return []
        columns = tuple(f"{g.key}.{c.key}" for g in table.groups for c in table.columns)
        values, place = self._values_after(at)
        line = Line("", "")
        return [self._row("t4", line, columns, values, place, (at, at), "")]

    def _row(
        self,
        table: str,
        line: Line,
        columns: tuple[str, ...],
        values: str,
        start: int,
        place: tuple[int, int],
        key: str | None = None,
    ) -> RowText:
        pieces = tuple(
            Piece(m.group(), start + m.start(), start + m.end()) for m in _TOKEN.finditer(values)
        )
        at = self.compact.places[place[0]] if place[0] < len(self.compact.places) else start
        return RowText(table, line.key if key is None else key, columns, pieces, line.label, "", at)


def canonical_number(label: str) -> str:
    """The numbering of a label, without its punctuation: `（七）总计` → 七, `3.其他` → 3."""
    match = re.match(r"[（(]?([一二三四五六七八九十]{1,2}|\d{1,2})[)）.．、]", label)
    return match.group(1) if match else ""


def _has_value(text: str) -> bool:
    return any(c.isdigit() or c in "-—－/" for c in text)

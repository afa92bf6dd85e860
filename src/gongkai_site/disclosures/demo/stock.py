"""The year 2020 of the demonstration, made of a stock of sentences and words.

Nothing is drawn by lot: which word stands where follows from the place of the document in its group,
so that the same files always give the same 2,411 documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai.workdays import Calendar

__all__ = ["ColumnWritten", "Item", "StockInvalid", "body_of", "read_columns", "read_year"]

_SLOT = re.compile(r"\{(\w+)\}")
_HASTE = 12
"""Working days at most between the making of a document and its publication; 条例26 allows 20."""


class StockInvalid(GongkaiError):
    """A file of the stock asks for a word there is not, or gives no sentences; the message says which."""


@dataclass(frozen=True, slots=True)
class ColumnWritten:
    """A column as it is written in the file; `parent` is a slug, empty at the top."""

    slug: str
    name: str
    name_en: str
    parent: str
    kind: str
    item: int | None
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Item:
    """One made-up document; `body` are raw blocks, `interprets` the key of what it explains."""

    key: str
    kind: str
    column: str
    more_columns: tuple[str, ...]
    title: str
    doc_number: str
    office: str
    topic: str
    genre: str
    audience: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: str
    body: tuple[Mapping[str, Any], ...]
    written_on: date
    published_at: datetime
    interprets: str = ""


def read_columns(path: Path) -> list[ColumnWritten]:
    """Read the columns, each after its parent."""
    found: list[ColumnWritten] = []

    def take(entries: Sequence[Mapping[str, Any]], parent: Mapping[str, Any] | None) -> None:
        for entry in entries:
            above = parent or {}
            found.append(
                ColumnWritten(
                    entry["slug"],
                    entry["name"],
                    entry["name_en"],
                    above.get("slug", ""),
                    entry.get("kind", "list"),
                    entry.get("item"),
                    entry.get("type", above.get("type", "")),
                    entry.get("description", ""),
                )
            )
            take(entry.get("children", ()), entry)

    take(yaml.safe_load(path.read_text("utf-8"))["columns"], None)
    return found


def read_year(folder: Path, year: int, calendar: Calendar) -> list[Item]:
    """Make every document of a year, in the order of publication.

    Args:
        folder: where `words.yaml` and `year_<year>.yaml` lie.
        year: the year they are published in.
        calendar: the working days; documents are published on these alone.

    Raises StockInvalid for a slot without words.
    """
    words = yaml.safe_load((folder / "words.yaml").read_text("utf-8"))["words"]
    written = yaml.safe_load((folder / f"year_{year}.yaml").read_text("utf-8"))
    days = [
        day
        for number in range(366)
        if (day := date(year, 1, 1) + timedelta(days=number)).year == year
        and calendar.is_working_day(day)
    ]
    made: list[Item] = []
    for group in written["groups"]:
        made += _Group(group, words, days, written["notice"], made).items()
    return sorted(made, key=lambda one: (one.published_at, one.key))


@dataclass(frozen=True)
class _Group:
    """The documents of one kind of title."""

    told: Mapping[str, Any]
    words: Mapping[str, Sequence[str]]
    days: Sequence[date]
    notice: str
    before: Sequence[Item]

    def items(self) -> Iterator[Item]:
        for number in range(self.told["count"]):
            yield self._item(number)

    def _item(self, number: int) -> Item:
        key = f"{self.told['key']}-{number + 1:04d}"
        title = self.told["titles"][number % len(self.told["titles"])]
        explained = self._explained(number)
        filled = _Filled(key, number, self.words, explained.title if explained else "")
        told = self.told
        day = self.days[(2 * number + 1) * len(self.days) // (2 * told["count"])]
        if explained:
            day = explained.published_at.date()
        return Item(
            key=key,
            kind=told["kind"],
            column=told["column"],
            more_columns=self._more(filled),
            title=filled(title),
            doc_number=filled(told.get("number", "")),
            office=filled(told["office"]),
            topic=told["topic"],
            genre=told["genre"],
            audience=tuple(told["audience"]),
            keywords=(filled("{topic_word}"), filled("{project}")),
            summary=filled(told["summary"]),
            body=tuple(self._body(filled)),
            written_on=self._written(day, key),
            published_at=self._moment(day, key),
            interprets=explained.key if explained else "",
        )

    def _explained(self, number: int) -> Item | None:
        if "interprets" not in self.told:
            return None
        among = [one for one in self.before if one.kind == self.told["interprets"]]
        return among[number % len(among)]

    def _more(self, filled: _Filled) -> tuple[str, ...]:
        found = list(self.told.get("more_always", ()))
        for slot, columns in self.told.get("more", {}).items():
            if (column := columns.get(filled(f"{{{slot}}}"))) is not None:
                found.append(column)
        return tuple(found)

    def _written(self, day: date, key: str) -> date:
        place = self.days.index(day)
        return self.days[max(0, place - crc32(f"{key}:made".encode()) % _HASTE)]

    @staticmethod
    def _moment(day: date, key: str) -> datetime:
        # An explanation goes out after what it explains, on the same day.
        first = 16 if key.startswith("interpretation") else 9
        minutes = crc32(f"{key}:minute".encode()) % (60 if first == 16 else 400)
        return datetime.combine(day, time(first), CHINA) + timedelta(minutes=minutes)

    def _body(self, filled: _Filled) -> Iterator[Mapping[str, Any]]:
        lines = [filled(line) for line in self.told["paragraphs"]]
        yield _block("paragraph", "".join(f"<p>{line}</p>" for line in lines))
        if (table := self.told.get("table")) is not None:
            yield _block(
                "table",
                {
                    "table_caption": filled(table["caption"]),
                    "data": [
                        [filled(cell) for cell in row] for row in (table["head"], *table["rows"])
                    ],
                    "table_header_choice": "row",
                    "mergeCells": [],
                },
            )
        yield _block("paragraph", f"<p>{self.notice}</p>")


def _block(kind: str, value: Any) -> Mapping[str, Any]:
    return {"type": kind, "value": value}


@dataclass(frozen=True)
class _Filled:
    """Fills the slots of one document: the same slot is the same word all through it."""

    key: str
    number: int
    words: Mapping[str, Sequence[str]]
    interpreted: str

    def __call__(self, text: str) -> str:
        return _SLOT.sub(lambda found: self._word(found[1]), text)

    def _word(self, slot: str) -> str:
        if slot in self.words:
            return self.words[slot][self._pick(slot, len(self.words[slot]))]
        made = {
            "n": lambda: str(self.number + 1),
            "month": lambda: str(self._pick(slot, 12) + 1),
            "percent": lambda: f"{1 + self._pick(slot, 189) / 10:.1f}",
            "thousands": lambda: f"{5 + self._pick(slot, 400) / 10:.1f}",
            "amount": lambda: f"{10 + self._pick(slot, 9000) / 100:.2f}",
            "amount2": lambda: f"{10 + self._pick(slot, 9000) / 100:.2f}",
            "company": lambda: self._company(""),
            "company2": lambda: self._company("2"),
            "interpreted": lambda: self.interpreted.removeprefix(
                "【示例】广州市商务局"
            ).removesuffix("的通知"),
        }.get(slot)
        if made is None:
            raise StockInvalid(f"演示文稿“{self.key}”要填“{slot}”，words.yaml 里没有这一类词。")
        return made()

    def _company(self, which: str) -> str:
        brand = self.words["brand"][self._pick(f"brand{which}", len(self.words["brand"]))]
        trade = self.words["trade"][self._pick(f"trade{which}", len(self.words["trade"]))]
        return f"{brand}{trade}有限公司"

    def _pick(self, slot: str, among: int) -> int:
        return crc32(f"{self.key}:{slot}".encode()) % among


def body_of(lines: Sequence[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Raw blocks of a body written as lines: a text, `{heading: …}` or `{table: …}`."""
    made: list[dict[str, Any]] = []
    for line in lines:
        if isinstance(line, str):
            made.append({"type": "paragraph", "value": f"<p>{line}</p>"})
        elif "heading" in line:
            made.append({"type": "heading", "value": {"level": "2", "text": line["heading"]}})
        else:
            table = line["table"]
            value = {
                "table_caption": table["caption"],
                "data": [table["head"], *table["rows"]],
                "table_header_choice": "row",
                "mergeCells": [],
            }
            made.append({"type": "table", "value": value})
    return made

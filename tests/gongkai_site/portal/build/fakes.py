"""A catalogue in memory, as the builder reads it, that can be changed as an office changes one."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gongkai_site.disclosures.published import ColumnInfo, FileLink, Link, Published, Tombstone
from gongkai_site.portal.build.identity import SiteFacts
from gongkai_site.portal.build.source import Sound

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2020, 1, 6, 9, 0, tzinfo=ZONE)
__all__ = [
    "COLUMNS",
    "SITE",
    "FakeCatalogue",
    "FakeColumn",
    "FileLink",
    "Held",
    "kept",
    "tree",
]

SITE = SiteFacts(
    name="云山县商务局",
    name_en="Yunshan Bureau of Commerce",
    domain="swj.yunshan.example",
    code="4401110001",
    icp="粤ICP备00000000号",
    police="粤公网安备 44011100000000号",
    sponsor="云山县商务局",
    address="云山县人民路1号",
    postcode="510000",
    phone="020-00000000",
    email="web@yunshan.example",
    particulars=(("机关名称", "云山县商务局"), ("办公地址", "云山县人民路1号")),
    offices=("办公室", "法规处", "市场体系建设处"),
)


def FakeColumn(slug: str, name: str, **more: Any) -> ColumnInfo:  # noqa: N802
    """A column with what is not said left empty."""
    empty = {"name_en": "", "parent": "", "order": 0, "kind": "list", "item": None}
    empty |= {"description": "", "keywords": "", "type": "", "length": 0}
    return ColumnInfo(slug, name, **(empty | more))


def _published(
    number: int, title: str, column: str, at: datetime, more: dict[str, Any]
) -> Published:
    """A document with what is not said left empty."""
    empty: dict[str, Any] = dict.fromkeys((one.name for one in fields(Published)), "")
    empty |= dict.fromkeys(("written_on", "formed_on", "changed_at", "acting", "clarifies"))
    empty |= {"tombstone": None}
    for name in ("more_columns", "audience", "keywords", "repeals", "attachments", "interprets"):
        empty[name] = ()
    for name in ("interpreted_by", "related", "clarified_by"):
        empty[name] = ()
    said = {"agency": 1, "version": 1, "publisher": "云山县商务局", "maker": "云山县商务局"}
    said |= {"kind": "news", "kind_label": "动态", "body_html": "<p>正文。</p>", "text": "正文。"}
    said |= {"source": "云山县商务局", "index_number": f"440111-2020-{number:05d}"}
    own = {"id": number, "title": title, "column": column, "published_at": at, "year": at.year}
    return Published(**(empty | said | own | more))


COLUMNS = (
    FakeColumn("guide", "政府信息公开指南", kind="page", order=1),
    FakeColumn("rules", "政府信息公开制度", order=2),
    FakeColumn("documents", "政策文件", name_en="Policy documents", item=1, order=3),
    FakeColumn("explain", "政策解读", parent="documents", item=1, order=4),
    FakeColumn("news", "工作动态", name_en="News", order=5),
    FakeColumn("budget", "财政预决算", item=7, order=6),
    FakeColumn("night-market", "夜市经济", kind="topic", description="繁荣夜间消费", order=7),
    FakeColumn("annual-reports", "政府信息公开年报", order=8),
)


@dataclass
class FakeCatalogue:
    """Documents with positions in columns, and an outbox."""

    held: dict[int, Published] = field(default_factory=dict)
    entries: dict[str, list[int]] = field(default_factory=dict)
    outbox: list[tuple[int, int]] = field(default_factory=list)
    explains: dict[int, tuple[int, ...]] = field(default_factory=dict)
    acting: dict[int, int] = field(default_factory=dict)
    kept_columns: tuple[ColumnInfo, ...] = COLUMNS
    store: Path | None = None
    spoken: frozenset[int] = frozenset()
    counter: int = 0
    asked: int = 0

    # --- what an office does ------------------------------------------------------------------

    def publish(self, title: str, column: str = "news", **more: Any) -> int:
        number = len(self.held) + 1
        explains = tuple(more.pop("explains", ()))
        at = more.pop("published_at", BEGIN + timedelta(hours=7 * number))
        document = _published(number, title, column, at, more)
        self.held[number] = document
        self.explains[number] = explains
        for slug in (column, *document.more_columns):
            self.entries.setdefault(slug, []).append(number)
        self._change(number)
        return number

    def amend(self, number: int, **changes: Any) -> None:
        explains = changes.pop("explains", None)
        if explains is not None:
            self.explains[number] = tuple(explains)
        document = replace(self.held[number], version=self.held[number].version + 1, **changes)
        self.held[number] = document
        self._change(number)

    def withdraw(self, number: int, reason: str = "内容有误") -> None:
        stone = Tombstone(BEGIN + timedelta(days=400), reason, None)
        self.held[number] = replace(self.held[number], tombstone=stone)
        self._change(number)

    def repeal(self, number: int, acting: int) -> None:
        self.held[number] = replace(
            self.held[number], validity="repealed", validity_note="自2020年12月1日起废止。"
        )
        self.acting[number] = acting
        self._change(number)

    def move(self, number: int, column: str) -> None:
        """Into another column; the place it had there stays empty."""
        document = self.held[number]
        if column in (document.column, *document.more_columns):
            return
        held = self.entries[document.column]
        held[held.index(number)] = 0
        gone = self.entries.setdefault(column, [])
        if number not in gone:
            gone.append(number)
        self.held[number] = replace(document, column=column)
        self._change(number)

    def _change(self, number: int) -> None:
        self.counter += 1
        self.outbox.append((self.counter, number))

    # --- what the builder asks ----------------------------------------------------------------

    def columns(self) -> tuple[ColumnInfo, ...]:
        return self.kept_columns

    def closed(self) -> tuple[str, ...]:
        return ()

    def column_length(self, slug: str) -> int:
        return len(self.entries.get(slug, ()))

    def column_entries(self, slug: str, first: int, last: int) -> list[tuple[int, int]]:
        held = self.entries.get(slug, [])
        return [
            (place, held[place - 1])
            for place in range(max(first, 1), min(last, len(held)) + 1)
            if held[place - 1]
        ]

    def positions(self, ids: Iterable[int]) -> dict[int, dict[str, int]]:
        wanted = set(ids)
        found: dict[int, dict[str, int]] = {number: {} for number in wanted}
        for number in wanted:
            document = self.held[number]
            for slug in (document.column, *document.more_columns):
                found[number][slug] = self.entries[slug].index(number) + 1
        return found

    def documents(self, ids: Iterable[int]) -> dict[int, Published]:
        ids = list(ids)
        self.asked += len(ids)
        return {number: self._full(number) for number in ids if number in self.held}

    def newest(self, count: int) -> list[Published]:
        live = [one for one in reversed(self.held) if self.held[one].tombstone is None][:count]
        return [self._full(number) for number in live]

    def pending(self, limit: int) -> list[tuple[int, int]]:
        return self.outbox[:limit]

    def mark_built(self, changes: Iterable[int]) -> None:
        gone = set(changes)
        self.outbox = [one for one in self.outbox if one[0] not in gone]

    def file(self, digest: str) -> str:
        if self.store is None:
            return ""
        found = sorted(self.store.glob(f"{digest[:16]}*"))
        return str(found[0]) if found else ""

    def sound(self, document: Published, body: str) -> Sound | None:
        if self.store is None or document.id not in self.spoken:
            return None
        return Sound(self.file("5" * 16), "5a5a.mp3", b'{"sentences":[]}', f"<span>{body}</span>")

    def _full(self, number: int) -> Published:
        document = self.held[number]
        by = [one for one, targets in self.explains.items() if number in targets]
        acting = self.acting.get(number)
        return replace(
            document,
            interprets=self._links(self.explains.get(number, ())),
            interpreted_by=self._links(by),
            acting=self._link(acting) if acting else None,
        )

    def _links(self, numbers: Iterable[int]) -> tuple[Link, ...]:
        return tuple(self._link(number) for number in sorted(numbers) if number in self.held)

    def _link(self, number: int) -> Link:
        one = self.held[number]
        return Link(one.id, one.title, one.year, one.published_at, "", one.tombstone is not None)


@dataclass(frozen=True)
class Held:
    """An opener within this process."""

    catalogue: FakeCatalogue

    def __call__(self) -> tuple[FakeCatalogue, SiteFacts]:
        return self.catalogue, SITE


def kept(catalogue: FakeCatalogue, folder: Path) -> Path:
    """Keep a catalogue in a file another process can open."""
    path = folder / "catalogue.pickle"
    path.write_bytes(pickle.dumps(catalogue))
    return path


def tree(var: Path) -> dict[str, bytes]:
    """Every file of the site that is shown, by path."""
    root = var / "public"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }

"""The index of the law: instruments, articles, and references that resolve to them.

Every rule in `regulation/data` cites its source as a mapping `{instrument, article, paragraph,
item}`. It becomes a `Reference` only if we hold that instrument and article, so a citation cannot
rot unnoticed. Titles and gists are our own words; where `verified` is false the text itself has not
been seen, and whatever prints the reference says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gongkai.errors import LawDataInvalid
from gongkai.workdays.lawyaml import parse_yaml

__all__ = [
    "UNVERIFIED_MARK",
    "Article",
    "Instrument",
    "Law",
    "Reference",
    "cite",
    "law",
    "law_data",
    "zh_number",
]

UNVERIFIED_MARK = "（待核对）"
_REFERENCE_KEYS = {"instrument", "article", "paragraph", "item", "table"}
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation or document: `id` is its 文号, `short` the name printed in citations.

    `verified` is false where the name or content was not seen, `effective_verified` where only the
    day it took effect was not.
    """

    id: str
    title: str
    short: str
    issued: date | None
    effective: date | None
    verified: bool
    replaces: str | None = None
    note: str | None = None
    effective_verified: bool = True


@dataclass(frozen=True, slots=True)
class Article:
    """One article: our title and gist, its items verbatim where held, and its counted parts.

    `paragraphs` and `item_count` are None where they were not counted; a reference may not then
    name one. `verified` is false where the text was not seen.
    """

    instrument: str
    number: int
    title: str
    gist: str
    verified: bool
    chapter: str | None = None
    paragraphs: int | None = None
    item_count: int | None = None
    items: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """第二十条."""
        return f"第{zh_number(self.number)}条"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the law: an instrument, and usually an article, paragraph (款) or item (项)."""

    instrument: Instrument
    article: Article | None = None
    paragraph: int | None = None
    item: int | None = None
    table: str | None = None

    @property
    def zh(self) -> str:
        """The citation as printed in a letter: 条例第三十三条第二款, 条例第三十六条第（三）项."""
        parts = [self.instrument.short]
        if self.article is not None:
            parts.append(self.article.label)
        if self.paragraph is not None:
            parts.append(f"第{zh_number(self.paragraph)}款")
        if self.item is not None:
            parts.append(f"第（{zh_number(self.item)}）项")
        if self.table is not None:
            parts.append(f"表{self.table}")
        return "".join(parts)

    @property
    def verified(self) -> bool:
        """Whether the text cited was seen; if not, do not print it as law."""
        return self.article.verified if self.article is not None else self.instrument.verified

    def __str__(self) -> str:
        return self.zh if self.verified else self.zh + UNVERIFIED_MARK

    def as_dict(self) -> dict[str, str | int | bool | None]:
        """The reference as plain values, for JSON."""
        return {
            "instrument": self.instrument.id,
            "article": None if self.article is None else self.article.number,
            "paragraph": self.paragraph,
            "item": self.item,
            "text": str(self),
            "verified": self.verified,
        }


@dataclass(frozen=True, slots=True)
class Law:
    """Every instrument and article we hold."""

    instruments: Mapping[str, Instrument]
    articles: Mapping[tuple[str, int], Article] = field(repr=False)

    def of(self, instrument: str) -> tuple[Article, ...]:
        """Return the articles held of an instrument, in order."""
        held = [one for (owner, _), one in self.articles.items() if owner == instrument]
        return tuple(sorted(held, key=lambda one: one.number))

    def resolve(self, raw: object, where: str) -> Reference:
        """Turn a citation in a data file into a reference.

        Args:
            raw: `{instrument, article, paragraph, item, table}`, all but the first optional.
            where: the file and rule, for the message.

        Raises:
            LawDataInvalid: an unknown instrument, article, paragraph or item.
        """
        if not isinstance(raw, Mapping) or set(raw) - _REFERENCE_KEYS or "instrument" not in raw:
            raise LawDataInvalid(
                f"{where}：引用“{raw}”的写法不对，应为 instrument、article 等项目。"
            )
        instrument = self.instruments.get(str(raw["instrument"]))
        if instrument is None:
            raise LawDataInvalid(
                f"{where}：没有收录“{raw['instrument']}”。请先把它写进 instruments.yaml。"
            )
        paragraph, item, table = raw.get("paragraph"), raw.get("item"), raw.get("table")
        if "article" not in raw:
            if paragraph is not None or item is not None:
                raise LawDataInvalid(f"{where}：引用{instrument.short}的款、项，须写明第几条。")
            return Reference(instrument, table=None if table is None else str(table))
        article = self.articles.get((instrument.id, raw["article"]))
        if article is None:
            raise LawDataInvalid(
                f"{where}：没有收录{instrument.short}第{raw['article']}条。请先把它写进 articles/。"
            )
        _check_part(where, article, "款", paragraph, article.paragraphs)
        _check_part(where, article, "项", item, article.item_count)
        return Reference(instrument, article, paragraph, item)


def cite(
    instrument: str,
    article: int | None = None,
    paragraph: int | None = None,
    item: int | None = None,
) -> Reference:
    """Return the reference to a place in the law we hold.

    Args:
        instrument: the 文号, as 国务院令第711号.
        article: the number of the article, 1 and up.
        paragraph: the number of the paragraph (款).
        item: the number of the item (项).

    Raises:
        LawDataInvalid: we do not hold it.
    """
    raw: dict[str, object] = {"instrument": instrument}
    for key, value in (("article", article), ("paragraph", paragraph), ("item", item)):
        if value is not None:
            raw[key] = value
    return law().resolve(raw, "引用")


@lru_cache(maxsize=1)
def law() -> Law:
    """Return the packaged index, read and checked once.

    Raises:
        LawDataInvalid: an index file contradicts itself.
    """
    name = "instruments.yaml"
    instruments: dict[str, Instrument] = {}
    for raw in law_data(name)["instruments"]:
        one = Instrument(**raw)
        if one.id in instruments:
            raise LawDataInvalid(f"{name}：“{one.id}”写了两次。")
        if one.issued and one.effective and one.effective < one.issued:
            raise LawDataInvalid(f"{name}：{one.short}的施行日期早于公布日期。")
        instruments[one.id] = one
    for one in instruments.values():
        if one.replaces is not None and one.replaces not in instruments:
            raise LawDataInvalid(f"{name}：{one.short}所替代的“{one.replaces}”没有收录。")
    articles: dict[tuple[str, int], Article] = {}
    for name in _article_files():
        for article in _articles(law_data(name), name):
            key = (article.instrument, article.number)
            if article.instrument not in instruments:
                raise LawDataInvalid(f"{name}：没有收录“{article.instrument}”。")
            if key in articles:
                raise LawDataInvalid(f"{name}：第{article.number}条写了两次。")
            articles[key] = article
    return Law(MappingProxyType(instruments), MappingProxyType(articles))


def law_data(name: str) -> Any:
    """Return a packaged law data file as plain values; `name` is its path under `data`."""
    from importlib.resources import files

    path = files("gongkai.regulation").joinpath("data", *name.split("/"))
    return parse_yaml(path.read_text(encoding="utf-8"), name)


def zh_number(number: int) -> str:
    """Write 1–99 in Chinese, as articles are numbered: 6 六, 10 十, 33 三十三."""
    if not 0 < number < 100:
        raise ValueError(f"只能写1至99，现为{number}。")
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[units] if units else "")


def _article_files() -> list[str]:
    from importlib.resources import files

    folder = files("gongkai.regulation").joinpath("data", "articles")
    return sorted(f"articles/{one.name}" for one in folder.iterdir() if one.name.endswith(".yaml"))


def _articles(raw: Mapping[str, Any], name: str) -> Iterator[Article]:
    chapters = raw.get("chapters") or ()
    for one in raw["articles"]:
        number = one["number"]
        inside = [c["title"] for c in chapters if c["first"] <= number <= c["last"]]
        items = tuple(one.get("items") or ())
        if not one.get("title") or not one.get("gist") or len(inside) > 1:
            raise LawDataInvalid(f"{name}：第{number}条缺标题或者概括，或者归在两章。")
        yield Article(
            instrument=raw["instrument"],
            number=number,
            title=one["title"],
            gist=one["gist"],
            verified=one["verified"],
            chapter=inside[0] if inside else None,
            paragraphs=one.get("paragraphs"),
            item_count=one.get("item_count", len(items) or None),
            items=items,
        )


def _check_part(where: str, article: Article, unit: str, number: object, count: int | None) -> None:
    if number is None:
        return
    if not isinstance(number, int) or count is None or not 0 < number <= count:
        raise LawDataInvalid(f"{where}：{article.label}没有收录第{number}{unit}，请核对引用。")

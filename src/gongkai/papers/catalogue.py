"""The packaged data of this room, read once: fields, shared paragraphs, layout, series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, get_args

from gongkai.errors import LawDataInvalid
from gongkai.workdays.lawyaml import parse_yaml

__all__ = ["Field", "FieldType", "derived", "fields", "layout", "papers_data", "parts", "series"]

FieldType = Literal["text", "date", "count", "flag", "choice", "list", "rows"]


@dataclass(frozen=True, slots=True)
class Field:
    """Something a document may have to say.

    Args of the constructor:
        key: the name programs use.
        label: the name templates use, between braces.
        type: what it holds.
        long: text that may have paragraphs of its own.
        kept: its words must survive when a person edits the document.
        choices: for a choice, what it may be.
        columns: for rows, the label of each column by its key.
        limit: the rule of law that bounds a count: `extension`.
        sample: a made-up value for previews.
    """

    key: str
    label: str
    type: FieldType
    sample: Any
    long: bool = False
    kept: bool = False
    choices: tuple[str, ...] = ()
    columns: Mapping[str, str] | None = None
    limit: str | None = None


def papers_data(name: str) -> Any:
    """Return a packaged data file as plain values; `name` is its path under `data`."""
    return parse_yaml(papers_text(name), name)


def papers_text(name: str) -> str:
    """Return a packaged data file as text."""
    from importlib.resources import files

    return files("gongkai.papers").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def fields() -> Mapping[str, Field]:
    """Return every field by its label, in the order of the file.

    Raises:
        LawDataInvalid: a key or label stands twice, or a type is unknown.
    """
    name = "fields.yaml"
    found: dict[str, Field] = {}
    for raw in papers_data(name)["fields"]:
        one = Field(**{**raw, "choices": tuple(raw.get("choices", ()))})
        if one.type not in get_args(FieldType) or one.label in found:
            raise LawDataInvalid(f"{name}：“{one.label}”写了两次，或者类型不对。")
        found[one.label] = one
    if len({one.key for one in found.values()}) != len(found) or set(found) & set(derived()):
        raise LawDataInvalid(f"{name}：有 key 写了两次，或者与程序得出的项目重名。")
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def derived() -> Mapping[str, str]:
    """Return what the program works out itself: label → what it is."""
    return MappingProxyType(papers_data("fields.yaml")["derived"])


@lru_cache(maxsize=1)
def parts() -> Mapping[str, Mapping[str, Any]]:
    """Return the shared paragraphs by name."""
    return MappingProxyType(papers_data("parts.yaml")["parts"])


@lru_cache(maxsize=1)
def series() -> tuple[str, ...]:
    """Return the known characters of number series (公复, 信收, …)."""
    return tuple(papers_data("series.yaml")["series"])


@lru_cache(maxsize=1)
def layout() -> Mapping[str, Mapping[str, Any]]:
    """Return the measures of the page: section → name → value, with fonts as `(name, otherwise)`."""
    raw = papers_data("layout.yaml")
    plain: dict[str, Mapping[str, Any]] = {
        section: MappingProxyType({name: one["value"] for name, one in entries.items()})
        for section, entries in raw.items()
    }
    plain["alternatives"] = MappingProxyType(
        {one["value"]: one["otherwise"] for one in raw["fonts"].values()}
    )
    return MappingProxyType(plain)

"""The interface told to people: the page, and `docs/reference/api.md`.

python -m gongkai_site.portal.api.reference > docs/reference/api.md
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongkai_site.portal.api.spec import Operation, operations, resolve, spec

__all__ = ["Told", "markdown", "sections"]

_STATUSES = {
    "200": "回答了",
    "304": "没有变化",
    "400": "参数不对",
    "404": "没有这个网址，或者没有这份文件",
    "405": "只能用 GET、HEAD、OPTIONS",
    "410": "文件已经撤回",
    "429": "次数太多，过 Retry-After 说的秒数再来",
    "503": "暂时不能回答，过 Retry-After 说的秒数再来",
}
_TYPES = {"integer": "整数", "string": "文字", "array": "列表", "boolean": "是否", "object": "对象"}


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a field: name, type, what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Told:
    """One operation: its address with an example, its parameters, and what comes back."""

    id: str
    path: str
    tag: str
    summary: str
    description: str
    example: str
    parameters: tuple[Row, ...]
    statuses: tuple[tuple[str, str], ...]
    gives: str


def sections() -> dict[str, Any]:
    """What the page shows."""
    return {
        "info": spec()["info"],
        "operations": [_told(one) for one in operations()],
        "shapes": _shapes(),
        "statuses": list(_STATUSES.items()),
    }


def markdown() -> str:
    """The same as Markdown."""
    info = spec()["info"]
    lines = [f"# {info['title']}", "", info["summary"], "", info["description"], ""]
    lines += [
        "本页由 `portal/data/api.yaml` 生成，不要直接改。程序读的是 `/api/v1/openapi.json`。",
        "",
    ]
    for one in map(_told, operations()):
        lines += [f"## {one.summary}", "", f"`GET {one.path}`", ""]
        lines += [one.description, ""] if one.description else []
        lines += [f"例如 `{one.example}`", ""]
        lines += _table("参数", one.parameters)
        lines += [f"回答：{one.gives}", ""]
    lines += ["# 回答里的内容", ""]
    for name, description, rows in _shapes():
        lines += [f"## {name}", "", description, "", *_table("字段", rows)]
    lines += ["# 状态码", "", "| 状态码 | 意思 |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in _STATUSES.items()]
    return "\n".join(lines) + "\n"


def _told(one: Operation) -> Told:
    return Told(
        one.id,
        one.path,
        one.tag,
        one.summary,
        one.description,
        _example(one),
        tuple(_parameter(told) for told in one.parameters),
        tuple((code, _STATUSES[code]) for code in one.responses),
        one.responses["200"]["description"],
    )


def _example(one: Operation) -> str:
    named = {"documents": "year=2020&limit=20", "changes": "since=0", "catalogue": "year=2020"}
    query = named.get(one.path.rsplit("/", 1)[-1].split(".")[0], "")
    return one.path.replace("{id}", "1") + (f"?{query}" if query and one.parameters else "")


def _parameter(told: Mapping[str, Any]) -> Row:
    shape = resolve(told["schema"])
    meaning = told["description"]
    if "enum" in shape and shape.get("description", "").partition("：")[2]:
        meaning = shape["description"]
    if "default" in shape:
        meaning += f"；不写是 {shape['default']}"
    if shape["type"] == "integer" and shape["maximum"] < 10_000:
        meaning += f"；{shape['minimum']} 到 {shape['maximum']}"
    return Row(told["name"], _TYPES[shape["type"]], meaning)


def _shapes() -> list[tuple[str, str, tuple[Row, ...]]]:
    found = []
    for name, told in spec()["components"]["schemas"].items():
        if told.get("type") == "object":
            rows = tuple(_field(key, one) for key, one in told["properties"].items())
            found.append((name, told["description"], rows))
    return found


def _field(key: str, told: Mapping[str, Any]) -> Row:
    one = resolve(told)
    kinds = one.get("type", [each.get("type", "object") for each in one.get("anyOf", ())])
    named = [kinds] if isinstance(kinds, str) else list(kinds)
    shown = " 或者 ".join("null" if kind == "null" else _TYPES[kind] for kind in named)
    return Row(key, shown, one["description"])


def _table(heading: str, rows: tuple[Row, ...]) -> list[str]:
    if not rows:
        return []
    lines = [f"| {heading} | 类型 | 意思 |", "|---|---|---|"]
    return [*lines, *(f"| `{one.name}` | {one.type} | {one.meaning} |" for one in rows), ""]


if __name__ == "__main__":
    print(markdown(), end="")

"""The forms the law prescribes for an annual report, and the relations their cells must keep.

Each form is a folder under `data/report_formats`: `tables.yaml` says what is printed and what each
cell is called, `relations.yaml` says what must add up. Python only interprets: no label and no year
of a form is written here. Source: 国办公开办函〔2019〕60号, 国办公开办函〔2021〕30号.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from gongkai.errors import LawDataInvalid, UnknownFormat

__all__ = [
    "CellSpec",
    "Line",
    "Relation",
    "ReportFormat",
    "SectionSpec",
    "Table",
    "Term",
    "format_for_year",
    "report_format",
    "report_formats",
]

_FOLDERS = ("2019-trial", "2021", "mixed")


@dataclass(frozen=True, slots=True)
class Line:
    """A row, column, block or group of a table: its key, its printed label, and its place.

    `under` lists the side heads above a row; `group` is the head above a column; `aliases` are
    printed variants seen in the wild, to be matched and never printed.
    """

    key: str
    label: str
    under: tuple[str, ...] = ()
    group: str | None = None
    computed: bool = False
    aliases: tuple[str, ...] = ()
    type: str = "count"
    unit: str | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One cell of a form.

    `type` is `count` (a whole number) or `money`; `unit` is the unit the form prints in the head
    (万元), or None where the form leaves it to the agency; `signed` cells may be negative.
    `path` is the chain of printed labels from the table to the cell.
    """

    address: str
    table: str
    row: str
    column: str
    block: str | None
    path: tuple[str, ...]
    type: str
    unit: str | None
    signed: bool
    computed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One stacked block of table two: a heading, its own columns, its rows."""

    key: str
    label: str
    columns: tuple[Line, ...]
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a form.

    `layout` is `stacked_blocks` (table two: `blocks`), `matrix` (table three: `rows` × `columns`)
    or `single_row` (table four: `groups` × `columns` in one row).
    """

    key: str
    layout: str
    blocks: tuple[Block, ...] = ()
    rows: tuple[Line, ...] = ()
    columns: tuple[Line, ...] = ()
    groups: tuple[Line, ...] = ()
    corner: str = ""
    column_header: str = ""
    row_header: str = ""

    def cells(self) -> Iterator[CellSpec]:
        """Yield every cell in reading order."""
        if self.layout == "stacked_blocks":
            for block in self.blocks:
                for row in block.rows:
                    for column in block.columns:
                        yield self._spec(f"{block.key}.{row.key}", row, column, block)
            return
        for row in self.rows or self.groups:
            for column in self.columns:
                yield self._spec(row.key, row, column, None)

    def _spec(self, middle: str, row: Line, column: Line, block: Block | None) -> CellSpec:
        above = (block.label,) if block else row.under
        path = (*above, row.label, *([column.group] if column.group else []), column.label)
        return CellSpec(
            address=f"{self.key}.{middle}.{column.key}",
            table=self.key,
            row=row.key,
            column=column.key,
            block=block.key if block else None,
            path=path,
            type=column.type,
            unit=column.unit,
            signed=column.signed,
            computed=row.computed or column.computed,
        )


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One of the six sections: `key`, `title` as printed with its number, and what it holds.

    `found_by` is a regular expression for the names bodies give the section.
    """

    key: str
    title: str
    found_by: str
    topics: tuple[str, ...] = ()
    table: str | None = None
    empty_value: str | None = None

    @property
    def number(self) -> str:
        """The printed numeral, 一 to 六."""
        return self.title.split("、", 1)[0]

    @property
    def name(self) -> str:
        """The title without its numeral."""
        return self.title.split("、", 1)[1]


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a relation: a cell, its sign, and whether it stands in last year's report."""

    address: str
    sign: int = 1
    previous: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """`sum(left) operator sum(right)`, for one line of a table.

    `code` names the rule, `line` the row or column it is applied to (its printed label),
    `operator` is one of `==`, `<=`, `>=`; `place` says where the form states it.
    """

    code: str
    kind: str
    severity: str
    operator: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    line: str
    place: str
    reference: str

    @property
    def cross_year(self) -> bool:
        """True if a term stands in last year's report."""
        return any(term.previous for term in self.right)

    def addresses(self) -> tuple[str, ...]:
        """Cells of this year's report that take part, in order."""
        return tuple(t.address for t in (*self.left, *self.right) if not t.previous)


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A prescribed form: sections, tables, relations.

    `first_year`/`last_year` bound the report years it is prescribed for (None = open; a format
    recognised but never prescribed has no first year).
    """

    id: str
    instrument: str
    title: str
    first_year: int | None
    last_year: int | None
    sections: tuple[SectionSpec, ...]
    tables: Mapping[str, Table]
    relations: tuple[Relation, ...]
    cells: Mapping[str, CellSpec] = field(repr=False)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every cell address in reading order."""
        return tuple(self.cells)

    def section(self, key: str) -> SectionSpec:
        """The section called `key`."""
        return next(section for section in self.sections if section.key == key)


@cache
def report_formats() -> Mapping[str, ReportFormat]:
    """Every format we know, by id (`2019`, `2021`, `mixed`).

    Raises LawDataInvalid if a data file contradicts itself.
    """
    loaded: dict[str, ReportFormat] = {}
    folders: dict[str, ReportFormat] = {}
    for folder in _FOLDERS:
        form = _load(folder, folders)
        folders[folder] = folders[form.id] = form
        loaded[form.id] = form
    return loaded


def report_format(format_id: str) -> ReportFormat:
    """The format called `format_id`, or UnknownFormat naming those we know."""
    try:
        return report_formats()[format_id]
    except KeyError:
        known = "、".join(report_formats())
        raise UnknownFormat(f"没有“{format_id}”这种年报格式。可用的格式：{known}。") from None


def format_for_year(year: int) -> ReportFormat:
    """The format prescribed for report year `year`, or UnknownFormat naming the first year."""
    for form in report_formats().values():
        if form.first_year is None or year < form.first_year:
            continue
        if form.last_year is None or year <= form.last_year:
            return form
    first = min(f.first_year for f in report_formats().values() if f.first_year is not None)
    raise UnknownFormat(f"{year}年没有统一的年报格式：统一格式自{first}年度报告起使用。")


def _yaml(folder: str, name: str) -> dict[str, Any]:
    path = resources.files("gongkai.regulation") / "data" / "report_formats" / folder / name
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return data


def _load(folder: str, earlier: Mapping[str, ReportFormat]) -> ReportFormat:
    data = _yaml(folder, "tables.yaml")
    tables = {
        key: earlier[raw["same_as"]].tables[key] if "same_as" in raw else _table(key, raw)
        for key, raw in data["tables"].items()
    }
    sections = data["sections"]
    years = data["report_years"] or {}
    cells = {spec.address: spec for table in tables.values() for spec in table.cells()}
    return ReportFormat(
        id=data["id"],
        instrument=data["instrument"],
        title=data["title"],
        first_year=years.get("first"),
        last_year=years.get("last"),
        sections=earlier[sections["same_as"]].sections
        if isinstance(sections, dict)
        else tuple(_section(raw) for raw in sections),
        tables=tables,
        relations=tuple(_relations(folder, data["instrument"], tables)),
        cells=cells,
    )


def _section(raw: dict[str, Any]) -> SectionSpec:
    return SectionSpec(
        key=raw["key"],
        title=raw["title"],
        found_by=raw["found_by"],
        topics=tuple(raw.get("topics", ())),
        table=raw.get("table"),
        empty_value=raw.get("empty_value"),
    )


def _table(key: str, raw: dict[str, Any]) -> Table:
    blocks = tuple(
        Block(b["key"], b["label"], _lines(b["columns"]), _lines(b["rows"]))
        for b in raw.get("blocks", ())
    )
    return Table(
        key=key,
        layout=raw["layout"],
        blocks=blocks,
        rows=_lines(raw.get("rows", ())),
        columns=_lines(raw.get("columns", ())),
        groups=_lines(raw.get("groups", ())),
        corner=raw.get("corner", ""),
        column_header=raw.get("column_header", ""),
        row_header=raw.get("row_header", ""),
    )


def _lines(raws: Any) -> tuple[Line, ...]:
    lines = []
    for raw in raws:
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
        lines.append(Line(**values))
    return tuple(lines)


def _relations(folder: str, instrument: str, tables: Mapping[str, Table]) -> Iterator[Relation]:
    data = _yaml(folder, "relations.yaml")
    for rule in _rules(data):
        yield from _expand(rule, instrument, tables)


def _rules(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of a file, those it takes over from an earlier edition first."""
    inherited: list[dict[str, Any]] = []
    if "same_as" in data:
        source = data["same_as"]
        folder = {"2019": "2019-trial"}.get(source["format"], source["format"])
        rules = _rules(_yaml(folder, "relations.yaml"))
        inherited = [r for r in rules if source["codes"] == "all" or r["code"] in source["codes"]]
        if source["codes"] != "all" and len(inherited) != len(source["codes"]):
            raise LawDataInvalid(f"{folder}/relations.yaml 缺少被引用的勾稽关系：{source['codes']}")
    return [*inherited, *data["relations"]]


def _expand(
    rule: dict[str, Any], instrument: str, tables: Mapping[str, Table]
) -> Iterator[Relation]:
    """One relation for each line the rule speaks of."""
    operators = {"at_most": "<=", "not_negative": ">="}
    table = tables[rule["every"]["table"]]
    for label, address in _instances(rule, table):
        left, right = _sides(rule, table, address)
        yield Relation(
            code=rule["code"],
            kind=rule["kind"],
            severity=rule["severity"],
            operator=operators.get(rule["kind"], "=="),
            left=left,
            right=right,
            line=label,
            place=rule["place"],
            reference=instrument,
        )


def _instances(rule: dict[str, Any], table: Table) -> Iterator[tuple[str, str]]:
    """(printed label, address pattern with `{}` for the varying key) of each line."""
    every = rule["every"]
    if "blocks" in every:
        for block in table.blocks:
            if block.key in every["blocks"]:
                for row in block.rows:
                    yield row.label, f"{table.key}.{block.key}.{row.key}.{{}}"
    elif every["lines"] == "columns":
        for column in table.columns:
            yield column.label, f"{table.key}.{{}}.{column.key}"
    else:
        for row in table.rows if every["lines"] == "rows" else table.groups:
            yield row.label, f"{table.key}.{row.key}.{{}}"


def _sides(
    rule: dict[str, Any], table: Table, address: str
) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    def terms(keys: list[str], sign: int = 1, previous: bool = False) -> tuple[Term, ...]:
        return tuple(Term(address.format(key), sign, previous) for key in keys)

    match rule["kind"]:
        case "line_total":
            return terms([rule["total"]]), terms(_parts(rule, table))
        case "carry_over":
            right = terms(rule["previous"], previous=True)
            right += terms(rule.get("plus", [])) + terms(rule.get("minus", []), sign=-1)
            return terms(rule["this"]), right
        case "equal_sums" | "at_most":
            return terms(rule["left"]), terms(rule["right"])
        case "not_negative":
            return terms(rule["left"]), ()
    raise LawDataInvalid(f"勾稽关系 {rule['code']} 的种类“{rule['kind']}”无法识别。")


def _parts(rule: dict[str, Any], table: Table) -> list[str]:
    """Keys of the lines that a total adds up: all not computed, on the other axis."""
    lines = table.columns if rule["every"]["lines"] in {"rows", "groups"} else table.rows
    under = rule.get("parts", {}).get("under")
    return [n.key for n in lines if not n.computed and (under is None or under in n.under)]

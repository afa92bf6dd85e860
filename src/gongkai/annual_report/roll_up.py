"""Many bodies' reports as one: every cell the sum of the bodies' cells, and every sum open to view.

A blank adds nothing and is listed. A cell that could not be read for certain makes the sum
uncertain and names the body: a partial sum is never shown as the sum. The relations are then
checked again on the sums. Source of the method: a government's report gathers its departments' and
lower governments' reports; 国办公开办函〔2021〕30号.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.bridging import split_rows, split_up, sum_cells
from gongkai.annual_report.catalogue import finding, finding_kind
from gongkai.annual_report.labels import cell_label, cells_label, number_label
from gongkai.annual_report.relations import check_relations
from gongkai.annual_report.value import Cell, CellState, Finding, Report
from gongkai.annual_report.verify import in_order
from gongkai.errors import ReportMismatch
from gongkai.regulation.report_formats import CellSpec, ReportFormat

__all__ = ["LeftOut", "Part", "RollUp", "roll_up"]

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Part:
    """What one body adds to a sum; `value` is None for a blank, or where it is not certain."""

    agency: str
    value: Decimal | None
    state: CellState
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A cell of one body that could not be added, and why; its sum is uncertain."""

    agency: str
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class RollUp:
    """The sum of reports.

    `report` holds the sums; `parts` what each body adds, by address, in the order the reports were
    given; `left_out` why a sum is uncertain; `findings` the relations on the sums, and remarks.
    """

    report: Report
    parts: Mapping[str, tuple[Part, ...]]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    name: str
    report: Report
    cells: Mapping[str, Cell]


def roll_up(reports: Iterable[Report], agency: str | None = None) -> RollUp:
    """Add reports of one year cell by cell.

    `agency` names the body whose report this becomes. Reports of the 2021 form and of the mixed one
    are added on the 2021 form: a mixed report's single 其他处理 row can only be split where it is 0
    or blank, else the three rows are uncertain in that column. Money without a unit, where the form
    leaves the unit open, is not added. Raises ReportMismatch for no reports, more than one year or
    none, two reports of one body, and for 2019 and 2021 forms together.
    """
    given = list(reports)
    year = _one_year(given)
    form = _one_form(given)
    bodies = [
        _Body(report.agency or f"第{n}份（未写明单位）", report, split_up(report, form))
        for n, report in enumerate(given, 1)
    ]
    _no_body_twice(bodies)
    left_out = tuple(_left_out(form, bodies))
    unknown = {(one.agency, one.address) for one in left_out}
    parts: dict[str, tuple[Part, ...]] = {}
    cells: dict[str, Cell] = {}
    for address, spec in form.cells.items():
        adding = [
            Cell(CellState.UNCERTAIN) if (b.name, address) in unknown else b.cells[address]
            for b in bodies
        ]
        cells[address] = _with_unit(sum_cells(adding), spec)
        parts[address] = tuple(
            Part(b.name, cell.value, cell.state, b.cells[address].note)
            for b, cell in zip(bodies, adding, strict=True)
        )
    title = f"{agency or f'{len(bodies)}家单位汇总'}{year}年政府信息公开工作年度报告"
    report = Report(agency, year, form.id, cells, title=title)
    findings = [*check_relations(report), *_remarks(form, parts, left_out)]
    return RollUp(report, parts, left_out, tuple(in_order(findings, report)))


def _one_year(reports: Sequence[Report]) -> int:
    if not reports:
        raise ReportMismatch("没有可以汇总的报告。请至少给出一份。")
    years: dict[int | None, str] = {}
    for n, report in enumerate(reports, 1):
        years.setdefault(report.year, report.agency or f"第{n}份")
    if None in years:
        raise ReportMismatch(f"看不出“{years[None]}”是哪一年度的报告，不能汇总。请先补上年度。")
    if len(years) > 1:
        listed = "、".join(f"{year}年度（如“{name}”）" for year, name in sorted(years.items()))
        raise ReportMismatch(f"报告不是同一年度的：{listed}，不能汇总。请只留一个年度的报告。")
    (year,) = years
    return year or 0


def _one_form(reports: Sequence[Report]) -> ReportFormat:
    """The form to add on: the only one, or that of which the others are a variant."""
    forms = {report.format: report.form for report in reports}
    if len(forms) == 1:
        return next(iter(forms.values()))
    prescribed = [form for form in forms.values() if form.first_year is not None]
    if len(prescribed) > 1:
        listed = "、".join(form.instrument for form in prescribed)
        raise ReportMismatch(f"报告用了不同的格式：{listed}，内容不能逐格相加。请分开汇总。")
    (form,) = prescribed
    for other in forms.values():
        if other.instrument != form.instrument:
            raise ReportMismatch(
                f"报告用了不同的格式：{form.instrument}和{other.title}，内容不能逐格相加。请分开汇总。"
            )
    return form


def _no_body_twice(bodies: Sequence[_Body]) -> None:
    seen: set[str] = set()
    for body in bodies:
        if body.name in seen:
            raise ReportMismatch(f"“{body.name}”有不止一份报告，相加会重复计数。请只留一份。")
        seen.add(body.name)


def _left_out(form: ReportFormat, bodies: Sequence[_Body]) -> Iterator[LeftOut]:
    for address, spec in form.cells.items():
        for body in bodies:
            why = _why_left_out(body, address, spec)
            if why:
                yield LeftOut(body.name, address, why)


def _why_left_out(body: _Body, address: str, spec: CellSpec) -> str:
    cell = body.cells[address]
    if spec.type == "money" and spec.unit is None and cell.value and cell.unit is None:
        return f"金额{cell.printed or number_label(cell.value)}没有写明单位"
    single = _single_row(body.report, address)
    if single is not None and single.value:
        return f"“（六）其他处理”只有一行，数为{number_label(single.value)}，分不到三行"
    return {
        CellState.UNCERTAIN: "不能确定",
        CellState.UNREADABLE: "无法辨认",
    }.get(cell.state, "")


def _single_row(report: Report, address: str) -> Cell | None:
    """The one cell of `report` that stands where the form of the sum has `address` among several."""
    for split in split_rows():
        for one in split.one_in(report.form):
            if address not in report.cells and address in split.several_for(one):
                return report.cells[one]
    return None


def _with_unit(cell: Cell, spec: CellSpec) -> Cell:
    """Print the unit of a sum of money where the form does not."""
    if cell.value is None or spec.type != "money" or spec.unit is not None:
        return cell
    return Cell(cell.state, cell.value, f"{number_label(cell.value)}元", unit="元")


def _remarks(
    form: ReportFormat, parts: Mapping[str, tuple[Part, ...]], left_out: Sequence[LeftOut]
) -> Iterator[Finding]:
    if left_out:
        cells = list(dict.fromkeys(one.address for one in left_out))
        reasons = dict.fromkeys((one.agency, one.why) for one in left_out)
        yield finding(
            "ROLL-UP-UNKNOWN",
            cells,
            reference=form.instrument,
            count=len(cells),
            where=cells_label(form, cells),
            listed=_some([f"“{agency}”{why}" for agency, why in reasons]),
        )
    blank: dict[str, list[str]] = {}
    for address, of_cell in parts.items():
        for part in of_cell:
            if part.state is CellState.BLANK:
                blank.setdefault(part.agency, []).append(address)
    if blank:
        found = {a for cells in blank.values() for a in cells}
        yield finding(
            "ROLL-UP-BLANK",
            [a for a in parts if a in found],
            reference=form.instrument,
            count=len(blank),
            listed=_some([f"“{agency}”{len(cells)}格" for agency, cells in blank.items()]),
        )
    yield from _rules(form, parts)
    noted = [
        f"“{p.agency}”{cell_label(form, a)}“{p.note}”"
        for a, of_cell in parts.items()
        for p in of_cell
        if p.note and p.value
    ]
    if noted:
        cells = [a for a, of_cell in parts.items() if any(p.note and p.value for p in of_cell)]
        yield finding("ROLL-UP-NOTES", cells, reference=form.instrument, listed=_some(noted))


def _rules(form: ReportFormat, parts: Mapping[str, tuple[Part, ...]]) -> Iterator[Finding]:
    """Rules are made by few bodies: where several report some, the same rule may be in twice."""
    row = finding_kind("ROLL-UP-RULES").settings["row"]
    cells = [a for a, spec in form.cells.items() if spec.table == "t2" and spec.row == row]
    bodies = dict.fromkeys(p.agency for a in cells for p in parts[a] if p.value)
    if len(bodies) > 1:
        yield finding(
            "ROLL-UP-RULES",
            cells,
            reference=form.instrument,
            count=len(bodies),
            listed=_some([f"“{name}”" for name in bodies]),
        )


def _some(names: Sequence[str]) -> str:
    more = f"等{len(names)}处" if len(names) > _SHOWN else ""
    return "、".join(names[:_SHOWN]) + more

"""Does a report add up? Every relation of its form (勾稽关系), applied to what is printed.

Three rules keep the answer honest. A relation with a cell that could not be read for certain is not
decided. A blank counts as nothing only if the relation then holds; where the blank could explain
the gap, the cell is reported missing, not wrong. Repeated blanks are one finding, not eleven.
The procedure in prose: docs/explanation/relations.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from gongkai.annual_report.catalogue import finding
from gongkai.annual_report.labels import (
    cell_label,
    cells_label,
    column_label,
    line_label,
    number_label,
    row_label,
    table_label,
)
from gongkai.annual_report.value import Cell, CellState, Finding, Report
from gongkai.regulation.report_formats import Relation, ReportFormat, Term

__all__ = ["Outcome", "Verdict", "check_relations", "judge"]

_ZERO = Decimal(0)
_NOT_FOR_CERTAIN = (CellState.UNCERTAIN, CellState.UNREADABLE)


class Outcome(Enum):
    """What can be said of a relation."""

    HOLDS = auto()
    WRONG = auto()  # printed numbers contradict each other
    MISSING = auto()  # blank cells leave room for the gap
    TOTAL_BLANK = auto()  # the parts are printed, their total is not
    UNDECIDED = auto()  # a cell is not read for certain, or nothing is printed


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relation applied to a report: both sides, and the blanks that leave room for a gap."""

    relation: Relation
    outcome: Outcome
    left: Decimal = _ZERO
    right: Decimal = _ZERO
    blanks: tuple[str, ...] = ()

    @property
    def gap(self) -> Decimal:
        """How far the sides are apart."""
        return abs(self.left - self.right)


@dataclass(frozen=True, slots=True)
class _Side:
    """A sum, and the blank cells in it."""

    total: Decimal
    blanks: tuple[str, ...]


def check_relations(report: Report) -> list[Finding]:
    """Findings of every relation within one report, and of the cells left blank.

    Relations come from the report's form; those that need last year's report are
    `cross_year.check_previous`'s. Source: the instrument of the form, as each finding cites it.
    """
    form = report.form
    verdicts = [judge(form, report.cells, r) for r in form.relations if not r.cross_year]
    found = [_wrong(report, v) for v in verdicts if v.outcome is Outcome.WRONG]
    for table in form.tables:
        of_table = [v for v in verdicts if form.cells[v.relation.left[0].address].table == table]
        found.extend(_blanks(report, table, of_table))
    return found


def judge(form: ReportFormat, cells: Mapping[str, Cell], relation: Relation) -> Verdict:
    """Apply one relation to `cells`, which are those of `form`."""
    states = {cells[a].state for a in relation.addresses()}
    if states.intersection(_NOT_FOR_CERTAIN) or CellState.READ not in states:
        return Verdict(relation, Outcome.UNDECIDED)
    if relation.operator != "==":
        return _judge_bound(cells, relation)
    total = relation.left[0].address
    right = _side(form, cells, relation.right)
    if right is None:
        return Verdict(relation, Outcome.UNDECIDED)
    if relation.kind == "line_total" and cells[total].state is CellState.BLANK:
        outcome = Outcome.TOTAL_BLANK if _any_read(cells, relation.right) else Outcome.UNDECIDED
        return Verdict(relation, outcome, _ZERO, right.total, right.blanks)
    left = _side(form, cells, relation.left)
    if left is None:
        return Verdict(relation, Outcome.UNDECIDED)
    room = right.blanks if left.total > right.total else left.blanks
    if left.total == right.total:
        outcome, room = Outcome.HOLDS, ()
    else:
        outcome = Outcome.MISSING if room else Outcome.WRONG
    return Verdict(relation, outcome, left.total, right.total, room)


def _judge_bound(cells: Mapping[str, Cell], relation: Relation) -> Verdict:
    """An upper or lower bound: decided only where every cell is printed."""
    if any(cells[a].state is CellState.BLANK for a in relation.addresses()):
        return Verdict(relation, Outcome.UNDECIDED)
    left, right = (
        sum((cells[t.address].value or _ZERO) * t.sign for t in terms) + _ZERO
        for terms in (relation.left, relation.right)
    )
    holds = left <= right if relation.operator == "<=" else left >= right
    return Verdict(relation, Outcome.HOLDS if holds else Outcome.WRONG, left, right)


def _any_read(cells: Mapping[str, Cell], terms: Iterable[Term]) -> bool:
    return any(cells[t.address].state is CellState.READ for t in terms)


def _side(form: ReportFormat, cells: Mapping[str, Cell], terms: Sequence[Term]) -> _Side | None:
    """Sum a side; a blank total is replaced by its parts; None if a part is not certain."""
    total = _ZERO
    blanks: list[str] = []
    for term in terms:
        value = cells[term.address].value
        if value is not None:
            total += value * term.sign
            continue
        parts = _stand_in(form, cells, term.address)
        if parts is None:
            return None
        total += parts.total * term.sign
        blanks.extend(parts.blanks)
    return _Side(total, tuple(dict.fromkeys(blanks)))


def _stand_in(form: ReportFormat, cells: Mapping[str, Cell], address: str) -> _Side | None:
    """What a blank cell amounts to: the sum of its parts if it is a total, else nothing."""
    choices: list[_Side] = []
    for relation in form.relations:
        if relation.kind != "line_total" or relation.left[0].address != address:
            continue
        parts = [cells[t.address] for t in relation.right]
        if any(part.state in _NOT_FOR_CERTAIN for part in parts):
            return None
        if any(part.state is CellState.READ for part in parts):
            blank = tuple(t.address for t in relation.right if cells[t.address].value is None)
            choices.append(_Side(sum((p.value or _ZERO for p in parts), _ZERO), blank))
    return min(choices, key=lambda s: len(s.blanks), default=_Side(_ZERO, (address,)))


def _wrong(report: Report, verdict: Verdict) -> Finding:
    """The finding of a relation that printed numbers contradict."""
    form, relation = report.form, verdict.relation
    expected, found = verdict.right, verdict.left
    if relation.kind == "equal_sums":
        expected, found = found, expected
    bound = {"<=": "不大于", ">=": "不小于"}.get(relation.operator, "")
    return finding(
        relation.code,
        relation.addresses(),
        expected=bound + number_label(expected),
        found=number_label(found),
        hint=_hint(report, verdict),
        reference=f"{relation.reference}，{relation.place}",
        line=line_label(form, relation),
        left=_spelled(report, relation, relation.left),
        right=_spelled(report, relation, relation.right),
        left_sum=number_label(verdict.left),
        right_sum=number_label(verdict.right),
        gap=number_label(verdict.gap),
        more_or_less="多" if found > expected else "少",
    )


def _spelled(report: Report, relation: Relation, terms: Sequence[Term]) -> str:
    """A side as an equation's half: each label with its number, zeros left out of long sums."""
    form = report.form
    by_row = line_label(form, relation).endswith("行")
    pieces = []
    for term in terms:
        printed = _printed(report, term.address)
        if len(terms) > 2 and printed in ("0", "空白"):
            continue
        label = (column_label if by_row else row_label)(form, term.address)
        pieces.append(f"“{label}”{printed}")
    return "＋".join(pieces) or "各格均为0或空白"


def _printed(report: Report, address: str) -> str:
    """The number in a cell; for a blank total also what its parts come to."""
    value = report.cells[address].value
    if value is not None:
        return number_label(value)
    parts = _stand_in(report.form, report.cells, address)
    return f"空白（各格相加为{number_label(parts.total)}）" if parts and parts.total else "空白"


def _hint(report: Report, verdict: Verdict) -> str:
    """Name the one cell whose change would settle every relation it takes part in, as a question."""
    culprits = list(_culprits(report, verdict))
    if len(culprits) != 1:
        return ""
    address, value = culprits[0]
    now = report.cells[address].value
    printed = "空白" if now is None else number_label(now)
    return (
        f"是否{cell_label(report.form, address)}有误（现为{printed}）？"
        f"只把这一格改为{number_label(value)}，与它有关的勾稽关系就都成立。"
    )


def _culprits(report: Report, verdict: Verdict) -> Iterator[tuple[str, Decimal]]:
    """Cells of a failed relation with the value that makes all relations of that cell hold."""
    form, relation = report.form, verdict.relation
    if relation.operator != "==":
        return
    for term in (*relation.left, *relation.right):
        address = term.address
        if report.cells[address].state is CellState.BLANK and address not in verdict.blanks:
            continue
        step = (
            verdict.right - verdict.left if term in relation.left else verdict.left - verdict.right
        )
        value = (report.cells[address].value or _ZERO) + step * term.sign
        if value < 0 and not form.cells[address].signed:
            continue
        changed = {**report.cells, address: Cell(CellState.READ, value)}
        touched = (r for r in form.relations if not r.cross_year and address in r.addresses())
        if all(judge(form, changed, r).outcome is Outcome.HOLDS for r in touched):
            yield address, value


def _blanks(report: Report, table: str, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """One finding a kind of blank: totals, cells that leave room for a gap, the rest."""
    form = report.form
    addresses = [a for a, spec in form.cells.items() if spec.table == table]
    blank = [a for a in addresses if report.cells[a].state is CellState.BLANK]
    if not blank:
        return
    if len(blank) == len(addresses):
        yield finding("TABLE-EMPTY", blank, reference=form.instrument, table=table_label(table))
        return
    totals = [v for v in verdicts if v.outcome is Outcome.TOTAL_BLANK]
    gaps = [v for v in verdicts if v.outcome is Outcome.MISSING]
    told: set[str] = set()
    if totals:
        yield _blank_totals(form, table, totals)
        told.update(v.relation.left[0].address for v in totals)
    if gaps:
        yield _blank_parts(report, table, gaps)
        told.update(a for v in gaps for a in v.blanks)
    rest = [a for a in blank if a not in told]
    if rest:
        yield finding(
            "BLANK-CELLS",
            rest,
            found="空白",
            reference=form.instrument,
            count=len(rest),
            where=cells_label(form, rest),
        )


def _blank_totals(form: ReportFormat, table: str, verdicts: Sequence[Verdict]) -> Finding:
    sums: dict[str, dict[str, None]] = {}
    for verdict in verdicts:
        values = sums.setdefault(verdict.relation.left[0].address, {})
        values[number_label(verdict.right)] = None
    expected = ["或".join(values) for values in sums.values()]
    listed = "；".join(
        f"“{row_label(form, a)}”行“{column_label(form, a)}”列{value}"
        for a, value in zip(sums, expected, strict=True)
    )
    return finding(
        "BLANK-TOTAL",
        sums,
        expected="、".join(expected),
        found="空白",
        reference=_places(form, verdicts),
        table=table_label(table),
        count=len(sums),
        listed=listed,
    )


def _blank_parts(report: Report, table: str, verdicts: Sequence[Verdict]) -> Finding:
    form = report.form
    cells = dict.fromkeys(a for v in verdicts for a in v.blanks)
    lines = "；".join(
        f"{line_label(form, v.relation)}缺{number_label(v.gap)}"
        f"（{number_label(max(v.left, v.right))}与{number_label(min(v.left, v.right))}）"
        for v in verdicts
    )
    return finding(
        "BLANK-PART",
        cells,
        found="空白",
        expected="、".join(dict.fromkeys(number_label(v.gap) for v in verdicts)),
        hint=_hint(report, verdicts[0]),
        reference=_places(form, verdicts),
        table=table_label(table),
        lines=lines,
        where=cells_label(form, cells),
    )


def _places(form: ReportFormat, verdicts: Sequence[Verdict]) -> str:
    return f"{form.instrument}，{'、'.join(dict.fromkeys(v.relation.place for v in verdicts))}"

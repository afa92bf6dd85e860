"""Does a report go on from last year's? Carried cases, item counts, documents in force, copied text.

Everything here asks: last year's report may count another scope (the office or the whole district),
a body may have been reorganised. Only cells that stand in both forms are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gongkai.annual_report.catalogue import finding, finding_kind
from gongkai.annual_report.labels import cell_label, line_label, number_label, table_label
from gongkai.annual_report.likeness import longest_same_sentence, share_taken_over
from gongkai.annual_report.value import Cell, CellState, Finding, Report
from gongkai.regulation.report_formats import Relation, Term

__all__ = ["check_previous", "same_agency"]

_ZERO = Decimal(0)


def check_previous(report: Report, previous: Report) -> list[Finding]:
    """Findings of `report` held against `previous`, the same body's report of the year before.

    A report of another year is said to be so and not compared; another body's name is asked about
    and compared, since bodies are renamed.
    """
    if report.year is not None and previous.year is not None and previous.year != report.year - 1:
        return [
            finding(
                "PREVIOUS-YEAR",
                expected=str(report.year - 1),
                found=str(previous.year),
                year=report.year,
            )
        ]
    return [
        *_agency(report, previous),
        *_carried_over(report, previous),
        *_money(report, previous),
        *_copied(report, previous),
    ]


def same_agency(one: str | None, other: str | None) -> bool:
    """True unless two names are known and neither holds the other.

    平潭综合实验区 and 平潭综合实验区管委会 are the same body.
    """
    if not one or not other:
        return True
    a, b = ("".join(name.split()) for name in (one, other))
    return a in b or b in a


def _agency(report: Report, previous: Report) -> Iterator[Finding]:
    if not same_agency(report.agency, previous.agency):
        yield finding("PREVIOUS-AGENCY", expected=report.agency, found=previous.agency)


def _carried_over(report: Report, previous: Report) -> Iterator[Finding]:
    """One finding for each code, naming every line that does not go on."""
    broken: dict[str, list[tuple[Relation, Cell, Decimal]]] = {}
    for relation in report.form.relations:
        if not relation.cross_year:
            continue
        cells = [_cell(report, previous, term) for term in relation.right]
        this = report.cells[relation.left[0].address]
        expected = _expected(cells, relation.right)
        if expected is None or this.state not in (CellState.READ, CellState.BLANK):
            continue
        if (this.value or _ZERO) != expected:
            broken.setdefault(relation.code, []).append((relation, this, expected))
    for code, lines in broken.items():
        yield _broken(report, code, lines)


def _cell(report: Report, previous: Report, term: Term) -> Cell | None:
    return (previous if term.previous else report).cells.get(term.address)


def _expected(cells: Sequence[Cell | None], terms: Sequence[Term]) -> Decimal | None:
    """What last year's report leads one to expect; None if a cell is missing or not certain.

    A blank counts as nothing, unless there is nothing but blanks.
    """
    total, read = _ZERO, False
    for cell, term in zip(cells, terms, strict=True):
        if cell is None or cell.state in (CellState.UNCERTAIN, CellState.UNREADABLE):
            return None
        total += (cell.value or _ZERO) * term.sign
        read = read or cell.state is CellState.READ
    return total if read else None


def _broken(report: Report, code: str, lines: Sequence[tuple[Relation, Cell, Decimal]]) -> Finding:
    form = report.form
    first = lines[0][0]
    found = ["空白" if this.value is None else number_label(this.value) for _, this, _ in lines]
    expected = [number_label(value) for _, _, value in lines]
    listed = "；".join(
        f"{line_label(form, relation)}本年{now}，按上一年度报告应为{then}"
        for (relation, _, _), now, then in zip(lines, found, expected, strict=True)
    )
    spec = form.cells[first.left[0].address]
    row = next((r.label for r in form.tables[spec.table].rows if r.key == spec.row), None)
    column = spec.path[-1]
    return finding(
        code,
        dict.fromkeys(a for relation, _, _ in lines for a in relation.addresses()),
        expected="、".join(expected),
        found="、".join(found),
        reference=f"{first.reference}，{first.place}",
        where=f"{table_label(spec.table)}“{row or column}”",
        listed=listed,
    )


def _money(report: Report, previous: Report) -> Iterator[Finding]:
    """Amounts a thousand times last year's, or a thousandth: a unit may have been mistaken."""
    times = finding_kind("MONEY-JUMP").settings["times"]
    for address, spec in report.form.cells.items():
        if spec.type != "money" or address not in previous.cells:
            continue
        now = report.cells[address].yuan(spec)
        then = previous.cells[address].yuan(previous.form.cells[address])
        if now and then and not then < now * times < then * times * times:
            yield finding(
                "MONEY-JUMP",
                [address],
                expected=f"{number_label(then)}元",
                found=f"{number_label(now)}元",
                reference=report.form.instrument,
                where=cell_label(report.form, address),
                times=times,
            )


def _copied(report: Report, previous: Report) -> Iterator[Finding]:
    settings = finding_kind("COPIED-TEXT").settings
    for key in settings["sections"]:
        ours, theirs = report.section(key), previous.section(key)
        if not ours or not theirs or len(ours.text) < settings["at_least_characters"]:
            continue
        percent = round(100 * share_taken_over(ours.text, theirs.text, settings["shingle"]))
        if percent < settings["at_least_percent"]:
            continue
        longest = longest_same_sentence(ours.text, theirs.text)
        yield finding(
            "COPIED-TEXT",
            found=f"{percent}%",
            title=report.form.section(key).title,
            longest=f"其中最长的相同句子是：“{longest}。”" if longest else "",
            quote=longest,
            section=key,
        )

"""Reports to print: one of each format, each number in its own place recognisable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gongkai.annual_report.value import BLANK, Cell, CellState, Report, Section
from gongkai.regulation.report_formats import report_format

PROSE = {
    "preamble": "本报告依照条例第五十条编制，统计期限为1月1日至12月31日。",
    "overview": "（一）主动公开\n全年公开信息2411条，其中政策文件143条(含解读21条)。\n"
    "（二）依申请公开\n收到申请15件，均按期答复；满意率100%。",
    "requests": "自然人提出的申请占多数。",
    "problems": "一是公开目录更新不够及时。\n二是解读形式单一。",
}


def make(format_id: str, **changes: Cell) -> Report:
    """A report whose n-th cell holds 1000 + n, with prose and two blanks."""
    form = report_format(format_id)
    cells = {a: Cell(CellState.READ, Decimal(1000 + n)) for n, a in enumerate(form.addresses)}
    cells["t3.carried_in.legal_other"] = BLANK
    cells["t4.review.other"] = Cell(CellState.BLANK, printed="—")
    cells["t2.art20_5.licensing.decisions"] = Cell(
        CellState.READ, Decimal(22), printed="22（其中变更16件）", note="其中变更16件"
    )
    titles = {section.key: section.title for section in form.sections}
    sections = tuple(Section(k, titles.get(k, ""), text) for k, text in PROSE.items())
    return Report(
        agency="示例市商务局",
        year=2020 if format_id == "2019" else 2023,
        format=format_id,
        cells={a: changes.get(a, c) for a, c in cells.items()},
        sections=sections,
        title="示例市商务局政府信息公开工作年度报告",
        published=date(2024, 1, 30),
    )


@pytest.fixture(params=["2019", "2021", "mixed"])
def report(request: pytest.FixtureRequest) -> Report:
    return make(request.param)


@pytest.fixture
def doubtful() -> Report:
    """A 2021 report with a cell that fits two readings and one that could not be read."""
    cells = {
        "t3.new_received.natural_person": Cell(
            CellState.UNCERTAIN, printed="640", candidates=(Decimal(64), Decimal(640))
        ),
        "t3.new_received.total": Cell(CellState.UNREADABLE, printed="见附件"),
    }
    return make("2021").with_cells(cells)

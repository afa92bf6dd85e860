"""Any report, printed as any kind and read again, is the same value, blanks included."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gongkai.annual_report.render import KINDS, load_json, render
from gongkai.annual_report.value import Cell, CellState, Correction, Evidence, Report, Section
from gongkai.regulation.report_formats import CellSpec, report_format

# A failure names its cells by itself; shrinking two hundred cells takes minutes and says no more.
QUICK: dict[str, Any] = {
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}

NOTES = ("子项", "其中修订16件", "含2019年结转", "条", "1-6月")
PLACES = ("示例市商务局", "示例县发展和改革局", "示例市人民政府", "示例市示例区示例街道办事处")
SENTENCES = (
    "全年主动公开政府信息{}条，其中规范性文件{}件（含修订{}件）。",
    "收到政府信息公开申请{}件，均按期答复（按时办结率100%）。",
    "一是门户网站(www.example.cn)栏目更新{}次；二是举办发布会{}场。",
    "（一）主动公开",
    "（二）依申请公开情况",
    "1.加强解读。全年发布解读{}篇，增长12.5%。",
    "未发生收取信息处理费的情况。",
    "统计期限自2020年1月1日起至12月31日止，联系电话：0000-12345678。",
)


def _read(value: Decimal, printed: str, note: str | None = None, unit: str | None = None) -> Cell:
    return Cell(CellState.READ, value, printed, note, unit)


class Sample:
    """A report whose repr is not two hundred cells long."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __repr__(self) -> str:
        return f"<{self.report.format} {self.report.title}>"


@st.composite
def counts(draw: st.DrawFn, spec: CellSpec) -> Cell:
    number = draw(st.one_of(st.integers(0, 30), st.integers(0, 999_999)))
    look = draw(st.sampled_from(("plain", "plain", "plain", "note", "half", "signed", "comma")))
    if look == "note":
        note = draw(st.sampled_from(NOTES))
        return _read(Decimal(number), f"{number}（{note}）", note)
    if look == "half":
        note = draw(st.sampled_from(NOTES))
        return _read(Decimal(number), f"{number}({note})", note)
    if look == "signed" and spec.signed:
        sign = draw(st.sampled_from("+-－"))
        return _read(Decimal(number if sign == "+" else -number), f"{sign}{number}")
    if look == "comma":
        return _read(Decimal(number), f"{number:,}")
    return _read(Decimal(number), str(number))


@st.composite
def amounts(draw: st.DrawFn, spec: CellSpec) -> Cell:
    cents = draw(st.integers(0, 10**9))
    amount = Decimal(cents) / 100
    plain = f"{amount:f}"
    if draw(st.booleans()):
        return _read(amount, plain)
    if spec.unit == "万元":
        return _read(amount, f"{plain}万元", unit="万元")
    unit, yuan = draw(st.sampled_from((("元", 1), ("万元", 10_000))))
    return _read(amount * yuan, f"{plain}{unit}", unit=unit)


def cells(spec: CellSpec) -> st.SearchStrategy[Cell]:
    blanks = st.sampled_from(("", "", "—", "-", "/")).map(lambda t: Cell(CellState.BLANK, None, t))
    filled = amounts(spec) if spec.type == "money" else counts(spec)
    return st.one_of(filled, filled, filled, blanks)


@st.composite
def prose(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(SENTENCES), max_size=4, unique=True))
    return "\n".join(re.sub(r"\{\}", lambda _: str(draw(st.integers(0, 9999))), x) for x in lines)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of any format, every cell certain."""
    form = report_format(draw(st.sampled_from(("2019", "2021", "mixed"))))
    year = draw(st.sampled_from((2019, 2020) if form.id == "2019" else (2021, 2022, 2023)))
    agency = draw(st.sampled_from(PLACES))
    sections = [Section(s.key, s.title, draw(prose())) for s in form.sections]
    if preamble := draw(st.sampled_from(("", "本报告由本机关编制。统计期限为1月1日至12月31日。"))):
        sections.insert(0, Section("preamble", "", preamble))
    return Report(
        agency=agency,
        year=year,
        format=form.id,
        cells={address: draw(cells(spec)) for address, spec in form.cells.items()},
        sections=tuple(sections),
        title=f"{agency}{year}年政府信息公开工作年度报告",
        published=draw(st.one_of(st.none(), st.dates(date(year + 1, 1, 1), date(year + 1, 3, 31)))),
    )


@st.composite
def doubtful_reports(draw: st.DrawFn) -> Report:
    """Any report at all: with cells of every state, evidence, corrections, odd text."""
    report = draw(reports())
    odd = st.text(st.characters(codec="utf-8"), max_size=12)
    evidence = st.builds(
        Evidence, odd, odd, st.none() | st.integers(0), st.none() | st.integers(0), st.none()
    )
    numbers = st.decimals(-(10**9), 10**9, places=2)
    doubted = st.one_of(
        st.builds(Cell, st.just(CellState.UNREADABLE), printed=odd, evidence=evidence),
        st.builds(
            Cell,
            st.just(CellState.UNCERTAIN),
            printed=odd,
            candidates=st.lists(numbers, max_size=3).map(tuple),
        ),
        st.builds(Cell, st.just(CellState.READ), numbers, odd, st.none() | odd, st.none() | odd),
    )
    some = draw(st.lists(st.sampled_from(report.form.addresses), max_size=8, unique=True))
    changed = {address: draw(doubted) for address in some}
    corrections = tuple(
        Correction(address, report.cells[address], cell, draw(odd), draw(odd), "2024-01-01")
        for address, cell in changed.items()
    )
    report = report.with_cells(changed)
    return Report(
        agency=draw(st.none() | odd),
        year=draw(st.none() | st.just(report.year)),
        format=report.format,
        cells=report.cells,
        sections=(*report.sections, Section(draw(odd), draw(odd), draw(odd))),
        title=draw(odd),
        published=report.published,
        corrections=corrections,
    )


@st.composite
def samples(draw: st.DrawFn, strategy: st.SearchStrategy[Report]) -> Sample:
    return Sample(draw(strategy))


def reader() -> Callable[..., list[Any]]:
    """The function that reads any file, or a skip that says it is not there."""
    try:
        from gongkai.reading import read
    except (ImportError, AttributeError) as error:
        pytest.skip(f"the reader is not there yet: {error}")
    return read


def known(cell: Cell) -> tuple[object, ...]:
    return cell.state, cell.value, cell.note, cell.unit


def squeezed(report: Report) -> dict[str, str]:
    """The prose of each section without white space, 无 counting as nothing in the last."""
    texts = {section.key: "".join(section.text.split()) for section in report.sections}
    return {key: text for key, text in texts.items() if text not in {"", "无"}}


def check(report: Report, kind: str) -> None:
    readings = reader()(render(report, kind), f"report{KINDS[kind].suffix}")
    assert [reading.state for reading in readings] == ["read"]
    found = readings[0].report
    assert found.format == report.format
    different = {
        address: (known(cell), known(found.cells[address]))
        for address, cell in report.cells.items()
        if known(cell) != known(found.cells[address])
    }
    assert different == {}
    assert (found.agency, found.year) == (report.agency, report.year)
    assert found.published == report.published
    assert squeezed(found) == squeezed(report)


@pytest.mark.parametrize("kind", ["html", "docx", "xlsx", "markdown", "json"])
@settings(max_examples=15, **QUICK)
@given(sample=samples(reports()))
def test_reads_back_the_same(kind: str, sample: Sample) -> None:
    check(sample.report, kind)


@settings(max_examples=3, **QUICK)
@given(sample=samples(reports()))
def test_pdf_reads_back_the_same(sample: Sample) -> None:
    check(sample.report, "pdf")


@settings(max_examples=40, **QUICK)
@given(sample=samples(doubtful_reports()))
def test_json_loses_nothing(sample: Sample) -> None:
    report = sample.report
    loaded = load_json(render(report, "json"))
    assert loaded == report
    assert [c.evidence for c in loaded.cells.values()] == [
        c.evidence for c in report.cells.values()
    ]


@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=8, **QUICK)
@given(sample=samples(doubtful_reports()))
def test_any_report_can_be_printed(kind: str, sample: Sample) -> None:
    assert len(render(sample.report, kind)) > 2_000

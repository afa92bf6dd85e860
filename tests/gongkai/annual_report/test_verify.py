"""All checks together, and the order they come in."""

from __future__ import annotations

from collections.abc import Callable

from gongkai.annual_report import Finding, Report, Severity
from gongkai.annual_report.verify import in_order, verify

MakeReport = Callable[..., Report]


def test_a_clean_table_gives_nothing(make_report: MakeReport) -> None:
    assert verify(make_report("2021")) == []
    assert verify(make_report("2021", year=2023), make_report("2021", year=2022)) == []


def test_last_year_is_asked_for_only_if_given(make_report: MakeReport) -> None:
    report = make_report("2021", year=2023)
    previous = make_report("2021", {"t3.carried_out.total": 1}, year=2022)
    assert [f.code for f in verify(report, previous)] == ["T3-CARRY-OVER"]


def test_gravest_first_then_by_table(make_report: MakeReport) -> None:
    report = make_report(
        "mixed",
        {"t4.review.total": 1, "t3.new_received.natural_person": 2, "t2.art20_1.rules.made": None},
        year=2023,
    )
    findings = verify(report)
    assert [(f.code, f.cells[0]) for f in findings] == [
        ("T3-BALANCE", "t3.new_received.natural_person"),
        ("T3-ROW-TOTAL", "t3.new_received.total"),
        ("T4-ROW-TOTAL", "t4.review.total"),
        ("FORMAT-MIXED", "t3.oth.natural_person"),
        ("BLANK-CELLS", "t2.art20_1.rules.made"),
    ]


def test_findings_without_cells_follow_by_section(make_report: MakeReport) -> None:
    def made(code: str, cells: tuple[str, ...] = (), section: str = "") -> Finding:
        return Finding(code, Severity.NOTE, cells, None, None, "", "", section=section)

    unsorted = [made("c"), made("b", section="other"), made("a", section="overview")]
    cell = made("z", ("t4.review.total",))
    ordered = in_order([*unsorted, cell], make_report("2021"))
    assert [f.code for f in ordered] == ["z", "a", "b", "c"]


def test_right_cells_of_real_reports_give_no_error(true_reports: dict[str, Report]) -> None:
    for name, report in true_reports.items():
        assert not [f for f in verify(report) if f.severity is Severity.ERROR], name

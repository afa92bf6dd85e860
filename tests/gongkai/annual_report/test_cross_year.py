"""Two years of one body."""

from __future__ import annotations

from collections.abc import Callable

from gongkai.annual_report import Report
from gongkai.annual_report.cross_year import check_previous, same_agency
from gongkai.annual_report.likeness import longest_same_sentence, share_taken_over

MakeReport = Callable[..., Report]


def test_real_years_go_on(true_reports: dict[str, Report]) -> None:
    """665＋88－55＝698, one case carried out of 2021 and into 2022."""
    later, earlier = true_reports["pingtan_2022"], true_reports["pingtan_2021"]
    assert check_previous(later, earlier) == []


def test_many_columns_are_one_finding(make_report: MakeReport) -> None:
    columns = ["natural_person", "legal_business", "legal_other", "total"]
    previous = make_report("2021", {f"t3.carried_out.{c}": 2 for c in columns}, year=2022)
    (found,) = check_previous(make_report("2021", year=2023), previous)
    assert found.cells == tuple(f"t3.carried_in.{c}" for c in columns)
    assert "“商业企业”列本年0，按上一年度报告应为2" in found.message
    assert found.message.startswith("表三“二、上年结转政府信息公开申请数量”")


def test_a_blank_this_year_is_told_as_blank(make_report: MakeReport) -> None:
    previous = make_report("2021", {"t3.carried_out.total": 2}, year=2022)
    report = make_report("2021", {"t3.carried_in.total": None}, year=2023)
    (found,) = check_previous(report, previous)
    assert (found.expected, found.found) == ("2", "空白")


def test_blank_and_nought_are_the_same_case_carried(make_report: MakeReport) -> None:
    previous = make_report("2021", {"t3.carried_out.total": 0}, year=2022)
    report = make_report("2021", blank=["t3.carried_in.*"], year=2023)
    assert check_previous(report, previous) == []


def test_all_blank_last_year_decides_nothing(make_report: MakeReport) -> None:
    previous = make_report("2021", blank=["t2.*", "t3.*"], year=2022)
    report = make_report(
        "2021", {"t3.carried_in.total": 3, "t2.art20_1.rules.in_force": 3}, year=2023
    )
    assert [f.code for f in check_previous(report, previous)] == ["T2-IN-FORCE-CARRY-OVER"]


def test_a_mixed_report_goes_on_from_either(make_report: MakeReport) -> None:
    before = {"t3.carried_out.total": 1, "t2.art20_1.rules.in_force": 4}
    now = {"t3.carried_in.total": 1, "t2.art20_1.rules.in_force": 4}
    for earlier, later in (("2021", "mixed"), ("mixed", "2021")):
        report = make_report(later, now, year=2023)
        assert check_previous(report, make_report(earlier, before, year=2022)) == []


def test_names_that_hold_each_other_are_one_body() -> None:
    assert same_agency("某实验区", "某实验区管委会")
    assert same_agency("某市 商务局", "某市商务局")
    assert same_agency(None, "某市商务局")
    assert not same_agency("甲县教育局", "乙县教育局")


def test_copying_is_measured_by_characters() -> None:
    """Ten characters taken over of twenty, numbers and punctuation aside."""
    earlier = "甲乙丙丁戊己庚辛壬癸2022年"
    later = "甲乙丙丁戊，己庚辛壬癸。子丑寅卯辰巳午未申酉"
    assert share_taken_over(later, earlier, 8) == 0.5
    assert share_taken_over(later, later, 8) == 1.0
    assert share_taken_over("甲乙", "甲乙", 8) == 0.0


def test_the_longest_sentence_word_for_word() -> None:
    earlier = "一是加强领导。二是完善 制度，落实责任。三是抓培训。"
    later = "一是加强领导。二是完善制度，落实责任；三是抓好培训。"
    assert longest_same_sentence(later, earlier) == "二是完善制度，落实责任"
    assert longest_same_sentence("甲。", "乙。") == ""

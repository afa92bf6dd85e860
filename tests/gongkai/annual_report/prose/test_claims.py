"""What `claims` says of each number, real reports, and any text at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.annual_report import Report, Severity
from gongkai.annual_report.prose import Tied, check_prose, claims

MakeReport = Callable[..., Report]

WORDS = [
    "收到", "受理", "政府信息公开申请", "答复", "办结", "其中", "包括", "分别为", "1件", "2,345条", "3.4%",
    "百分之五", "，", "；", "。", "（", "）", "、", "：", "\n", "2022年", "2023年", "去年", "较", "增长", "占",
    "行政复议", "行政诉讼", "均", "未发生", "维持", "其他", "规范性文件", "全县", "本级", "信息处理费", "收取",
    "元", "《", "》", "“", "1.", "三", "十", "结转下年度", "上年结转", "不予公开", "予以公开", " ", "万",
]  # fmt: skip


def test_each_number_tells_what_it_was_tied_to(prose_report: MakeReport) -> None:
    text = "2023年，共收到政府信息公开申请 15 件。公开信息7条，其中文件3条，动态4条，占57.1%。"
    report = prose_report({"t3.new_received.total": 15, "t3.res_total.total": 15}, overview=text)
    found = [(c.value, c.tied, c.agrees, text[c.start : c.end]) for c in claims(report)]
    assert found == [
        (Decimal(15), Tied.CELLS, True, "15 件"),
        (Decimal(7), Tied.SUM, True, "7条"),
        (Decimal(3), Tied.NONE, None, "3条"),
        (Decimal(4), Tied.NONE, None, "4条"),
        (Decimal("57.1"), Tied.RATE, True, "57.1%"),
    ]
    assert claims(report)[0].cells == ("t3.new_received.total",)
    assert claims(report)[0].quote == "共收到政府信息公开申请 15 件"


def test_a_finding_says_what_where_and_what_to_do(prose_report: MakeReport) -> None:
    report = prose_report({"t3.new_received.total": 3}, overview="受理政府信息公开申请2件。")
    (finding,) = [f for f in check_prose(report) if f.code == "PROSE-TABLE"]
    assert finding.message == (
        "第一部分“总体情况”写“受理政府信息公开申请2件”，即收到的政府信息公开申请2，而表三“一、本年新收政府信息公开"
        "申请数量”的总计是3。请对照登记台账核实，改正正文或表格，使两处一致。"
    )
    assert finding.reference == "条例第五十条；国办公开办函〔2021〕30号"
    assert (finding.quote, finding.section) == ("受理政府信息公开申请2件", "overview")


def test_a_report_without_prose_year_or_agency(prose_report: MakeReport) -> None:
    report = prose_report(year=None, agency=None, overview="2022年收到政府信息公开申请2件。")
    assert [f.code for f in check_prose(report)] == ["PROSE-TABLE"]


def test_a_text_of_great_length_is_read_in_part_and_says_so(prose_report: MakeReport) -> None:
    report = prose_report(overview="收到2件。" * 30_000)
    codes = [f.code for f in check_prose(report)]
    assert codes[-1] == "PROSE-TOO-LONG"


EXPECTED = {
    "seed_gz_shangwu_2020": ["PROSE-ALL-ANSWERED"],
    "pingtan_2021": [],
    "pingtan_2022": ["PROSE-SCOPE"],
    "shuyang_drc_2023": ["PROSE-REVIEW-SILENT", "YEAR-MEASURES"],
    "huaian_city_2024": [],
    "hangzhou_2025": [],
}
# Remarks beyond what is recorded of these reports, each of them true.
ALSO = {
    "pingtan_2021": ["PROSE-REVIEW-SILENT"],
    "hangzhou_2025": ["PROSE-REVIEW-SILENT", "SECTION-FIVE-NO-MEASURE"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_real_reports(name: str, real_reports: dict[str, Report]) -> None:
    found = check_prose(real_reports[name])
    also = ALSO.get(name, [])
    assert [f.code for f in found if f.code not in also] == EXPECTED[name]
    assert {f.code for f in found if f.code in also} == set(also)
    assert all(f.severity is Severity.NOTE for f in found if f.code in also)
    grave = {"PROSE-ALL-ANSWERED"} if name == "seed_gz_shangwu_2020" else set()
    assert {f.code for f in found if f.severity is not Severity.NOTE} == grave


def test_the_facts_recorded_of_real_reports_are_tied(real_reports: dict[str, Report]) -> None:
    tied = {
        name: {(int(c.value), c.tied) for c in claims(report) if c.tied is not Tied.NONE}
        for name, report in real_reports.items()
    }
    cells, sums = Tied.CELLS, Tied.SUM
    assert tied["huaian_city_2024"] >= {
        (n, cells) for n in (3119, 3050, 34, 103, 351, 72, 64, 178, 37, 46, 25, 5, 9, 7, 1)
    }
    assert tied["pingtan_2021"] == {(70, cells), (69, cells), (1, cells)}
    assert tied["pingtan_2022"] == {(n, cells) for n in (698, 88, 75, 72, 3, 1, 2)}
    assert tied["seed_gz_shangwu_2020"] == {(2411, sums), (15, cells)}
    assert tied["shuyang_drc_2023"] == {(249, sums), (26, cells)}


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_any_prose_is_read(prose_report: MakeReport, text: str) -> None:
    _reads_any(prose_report(overview=text, problems=text, other=text), text)


@given(st.text(max_size=300))
def test_any_text_is_read(prose_report: MakeReport, text: str) -> None:
    _reads_any(prose_report(overview=text, problems=text, other=text), text)


def _reads_any(report: Report, text: str) -> None:
    for finding in check_prose(report):
        assert finding.message and finding.reference and "{" not in finding.reference
    places = [(c.section, c.start) for c in claims(report)]
    assert len(places) == len(set(places))
    for claim in claims(report):
        assert 0 <= claim.start < claim.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000,
        "其中1件，" * 20_000,
        "（1件）" * 20_000,
        "1件、" * 30_000,
        "2023年" * 20_000,
        "均在" * 50_000,
        "《" * 100_000,
        "收取" * 50_000,
        "70件，较2022年60件增长5%，" * 5_000,
        "公开信息100条，其中" + "甲类1条，" * 15_000,
        "主动公开1件，" * 12_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text: str, prose_report: MakeReport) -> None:
    report = prose_report(overview=text, problems=text, other=text)
    begun = time.perf_counter()
    check_prose(report)
    assert time.perf_counter() - begun < 10

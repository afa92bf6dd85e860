"""Outcomes, their rows, letters and remedies."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest
import yaml

from gongkai.errors import NotInForce, UnknownFormat
from gongkai.regulation.outcomes import letters, outcomes, remedies

CODES = [
    *("G1", "G2", "P1", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"),
    *("U1", "U2", "U3", "U4", "X1", "X2", "X3", "X4", "X5", "O1", "O2", "O3"),
]
REVIEW_FIRST = {"P1", "N1", "N2", "N3", "N4", "N5", "N6", "N7"}


def result_rows(report_format: str) -> set[str]:
    """The keys of Table 3 that stand below 本年度办理结果, from the format file itself."""
    folder = {"2019": "2019-trial"}.get(report_format, report_format)
    path = files("gongkai.regulation").joinpath("data", "report_formats", folder, "tables.yaml")
    table = yaml.safe_load(path.read_text(encoding="utf-8"))["tables"]["t3"]
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("key"), str):
                found.add(node["key"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(table["rows"])
    return {
        key
        for key in found
        if key not in {"new_received", "carried_in", "carried_out", "res_total"}
    }


def test_every_outcome_is_here_once() -> None:
    assert list(outcomes()) == CODES


@pytest.mark.parametrize("report_format", ["2019", "2021"])
def test_outcomes_fill_every_result_row_and_no_other(report_format: str) -> None:
    rows = {one.row_in(report_format) for one in outcomes().values()}
    table = {
        key for key in result_rows(report_format) if key[:4] in {"res_", "ref_", "una_", "nop_"}
    }
    other = {key for key in result_rows(report_format) if key == "oth" or key.startswith("oth_")}
    assert len(table) >= 18
    assert {row for row in rows if not row.startswith("oth")} == table
    assert {row for row in rows if row.startswith("oth")} <= other


def test_rows_differ_between_formats_only_in_other() -> None:
    moved = {
        one.code: (one.row_in("2019"), one.row_in("2021"))
        for one in outcomes().values()
        if one.row_in("2019") != one.row_in("2021")
    }
    assert moved == {
        "O1": ("oth", "oth_no_correction"),
        "O2": ("oth", "oth_fee_unpaid"),
        "O3": ("oth", "oth_other"),
    }


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(UnknownFormat, match="处理结果G1.*没有归入格式“1998”的行，可用：2019、2021"):
        outcomes()["G1"].row_in("1998")


@pytest.mark.parametrize("code", CODES)
def test_review_comes_first_from_2024_for_refusals_only(code: str) -> None:
    outcome = outcomes()[code]
    assert outcome.remedy_on(date(2023, 12, 31)).code == "review_or_sue"
    expected = "review_first" if code in REVIEW_FIRST else "review_or_sue"
    assert outcome.remedy_on(date(2024, 1, 1)).code == expected


def test_no_outcome_before_the_revised_regulation() -> None:
    with pytest.raises(NotInForce, match="作出处理决定之日"):
        outcomes()["G1"].remedy_on(date(2019, 5, 14))


def test_the_letter_of_a_refusal() -> None:
    outcome = outcomes()["N4"]
    assert [str(one) for one in outcome.basis] == [
        "条例第十五条",
        "条例第三十二条",
        "条例第三十六条第（三）项",
    ]
    assert outcome.letter.title == "政府信息公开申请答复书（不予公开）"
    assert outcome.letter.contents[:2] == ("标题", "文号")
    assert outcome.letter.contents[-1] == "落款机关名称、印章、日期"
    assert "已书面征求第三方意见及结果" in outcome.must_state
    text = outcome.remedy_on(date(2024, 1, 1)).text
    assert text is not None
    assert "先向{复议机关}申请行政复议" in text


def test_internal_affairs_and_process_information_cite_their_paragraph() -> None:
    assert str(outcomes()["N5"].basis[0]) == "条例第十六条第一款"
    assert str(outcomes()["N6"].basis[0]) == "条例第十六条第二款"


def test_what_is_inferred_says_so() -> None:
    inferred = {one.code for one in outcomes().values() if not one.settled}
    assert inferred == {"G2", "U4", "X5", "O2", "O3"}
    assert all(outcomes()[code].note for code in inferred)
    assert not any(one.text_confirmed for one in remedies().values())


def test_letters() -> None:
    assert len(letters()) == 26
    assert letters()["correction_notice"].remedy == "not_separately_actionable"
    assert letters()["correction_notice"].contents[5:9] == (
        "需要补正的事项",
        "合理的补正期限",
        "指导和释明",
        "逾期不补正的后果",
    )
    assert str(letters()["extension_notice"].reference) == "条例第三十三条第二款"

"""Labels are matched loosely: what a body, a crawler or a recogniser does to them hides none."""

import pytest

from gongkai.reading.labels import canonical, distance, labels, strip_number


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("2.没有现成信息需要另行制作", "una_need_creation"),
        ("2.没有现成信息需另行制作", "una_need_creation"),
        ("2．没有现成信息 需要\n另行制作", "una_need_creation"),
        ("1.属于国象秘密", "ref_state_secret"),
        ("3.其它", "oth_other"),
        ("（七）总计", "res_total"),
        ("(七) 总  计", "res_total"),
        ('3.危及"三安全一稳定"', "ref_three_security_stability"),
        ("（二）部分公开", "res_partial"),
        ("（二）部分公开(区分处理的,只计这一情形,不计其他情形)", "res_partial"),
        ("一、本年新收政府信息公开申请数", "new_received"),
        ("四、结转下年度继续办理", "carried_out"),
        ("（六）其他处理", "oth"),
    ],
)
def test_a_row_of_table_three_is_known_by_its_label(printed: str, key: str) -> None:
    assert labels().t3_rows.match(printed) == key


@pytest.mark.parametrize("text", ["", "0", "（三）不予公开", "自然人", "本年工作情况", "—"])
def test_what_is_no_row_label_matches_none(text: str) -> None:
    assert labels().t3_rows.match(text) is None


def test_side_heads_are_known_apart_from_rows() -> None:
    assert {canonical("（三）不予公开"), canonical("三、本年度办理结果")} <= labels().t3_heads


def test_the_two_names_of_normative_documents_are_one_row() -> None:
    match = labels().t2_rows.match
    assert match("规范性文件") == match("行政规范性文件") == "art20_1.normative_docs"


def test_a_garbled_label_between_two_matches_neither() -> None:
    # 第二十条第（五）项 and 第（六）项 differ in one character: with that one lost, it is neither.
    assert labels().t2_blocks.match("第二十条第（）项") is None


def test_a_number_printed_inside_a_label_is_set_apart() -> None:
    assert strip_number("规章 -8") == ("规章", "-8")
    assert strip_number("2.重复申请") == ("2.重复申请", "")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("", "", 0), ("公开", "公开", 0), ("公开", "公关", 1), ("甲", "甲乙丙", 2)],
)
def test_distance_counts_edits(a: str, b: str, expected: int) -> None:
    assert distance(a, b, 4) == expected


def test_distance_stops_beyond_its_limit() -> None:
    assert distance("甲乙丙丁", "子丑寅卯", 2) == 3

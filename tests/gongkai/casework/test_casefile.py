"""A case file says the line and the item where it cannot be read."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gongkai.casework import CHINA, Kind, load_case
from gongkai.errors import CaseFileInvalid

IN_CHINESE = """
case: 征求第三方意见
事件:
  - 收到申请: 2024-09-20
    渠道: 当面提交
    申请人类别: 自然人
  - 征求第三方意见: 2024-09-26
    对方收到日期: 2024-09-27
    编号: 征1
  - 收到意见: 2024-10-16
    所指事件: 征1
    意见: 不同意公开
    理由合理: 是
    登记人: 张三
    登记时间: 2024-10-17T09:30:00+08:00
"""
IN_CODES = """
- received: 2024-09-20
  channel: in_person
  applicant: natural_person
- third_party_consulted: 2024-09-26
  received_on: 2024-09-27
  id: 征1
- opinion_received: 2024-10-16
  of: 征1
  answer: objects
  reasonable: true
  by: 张三
  at: 2024-10-17T09:30:00+08:00
"""


def test_chinese_and_codes_say_the_same() -> None:
    events = load_case(IN_CHINESE)
    assert events == load_case(IN_CODES)
    assert [one.kind for one in events] == [
        Kind.RECEIVED,
        Kind.THIRD_PARTY_CONSULTED,
        Kind.OPINION_RECEIVED,
    ]
    last = events[-1]
    assert last.data == {"of": "征1", "answer": "objects", "reasonable": True}
    assert (last.by, last.id) == ("张三", "e3")
    assert last.at == datetime(2024, 10, 17, 9, 30, tzinfo=CHINA)


def test_without_a_moment_the_written_order_counts() -> None:
    events = load_case("- {received: 2024-03-01, channel: fax}\n- {confirmed: 2024-03-01}\n")
    assert [one.id for one in events] == ["e1", "e2"]
    assert events[0].at < events[1].at
    assert {one.at.date() for one in events} == {date(2024, 3, 1)}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "案件文件里没有事件"),
        ("events: []", None, "案件文件里没有事件"),
        ("case: 名称\n", None, "请在 events: 下面逐项写事件"),
        ("events:\n  - 收到申请\n", 2, "第2行：每个事件应当写成“- 事件: 日期”"),
        (
            "- {received: 2024-03-01, channel: fax}\n- {recieved: 2024-03-01}\n",
            2,
            "“recieved”不是事件。可以写：收到申请（received）",
        ),
        (
            "- {received: 2024-03-01, withdrawn: 2024-03-02}\n",
            1,
            "一项里写了两个事件（received、withdrawn）",
        ),
        (
            "- received: 三月一日\n  channel: fax\n",
            1,
            "“收到申请”的日期“三月一日”看不懂，请写成 2026-01-05 的样子",
        ),
        (
            "- received: 2024-03-01\n  channel: 鸽子\n",
            2,
            "第2行：“收到申请”的“渠道”写的是“鸽子”，可以写：当面提交（in_person）",
        ),
        ("- received: 2024-03-01\n", 1, "“收到申请”还缺“渠道”。请补写"),
        (
            "- received: 2024-03-01\n  channel: fax\n  postmark: 1\n",
            3,
            "第3行：“收到申请”没有“postmark”这一项",
        ),
        (
            "- received: 2024-03-01\n  channel: fax\n- 延长答复期限: 2024-03-05\n  days: 0\n  approved_by: 乙\n  approved_on: 2024-03-05\n",
            4,
            "“延长工作日数”写的是“0”，应当是1以上的整数",
        ),
        ("- received: 2024-03-01\n  channel: fax\n  at: 昨天\n", 1, "登记时间“昨天”看不懂"),
        (
            "- received: 2024-03-01\n  channel: fax\n  at: 2024-02-01T00:00:00\n",
            1,
            "登记时间2024-02-01 00:00早于事实发生的日期2024-03-01",
        ),
        ("- received: 2024-03-01\n  channel: fax\n  channel: fax\n", None, "“channel”写了两次"),
        ("- [", None, "不是有效的 YAML"),
    ],
)
def test_the_line_and_the_item_are_named(text: str, line: int | None, message: str) -> None:
    with pytest.raises(CaseFileInvalid) as wrong:
        load_case(text)
    assert message in str(wrong.value)
    assert wrong.value.line == line
    assert str(wrong.value).endswith("。")


def test_the_file_is_called_by_its_name() -> None:
    with pytest.raises(CaseFileInvalid, match="^一号.yaml第1行："):
        load_case("- {received: 2024-03-01}", "一号.yaml")

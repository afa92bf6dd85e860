"""A ledger held against the law: what each line comes to, and every bad cell by its address."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, Bureau
from tests.gongkai_site.info_requests.office.sheets import cell_of, line, sheet

from gongkai.casework import CHINA
from gongkai_site.agencies.calendars import office_calendar
from gongkai_site.info_requests.ledger.checking import Checked, check

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=CHINA)


def checked(bureau: Bureau, data: bytes) -> Checked:
    return check(bureau.officer, bureau.agency, data, moment=NOW, calendar=office_calendar())


def one(bureau: Bureau, **cells: Any) -> dict[str, Any]:
    """The list columns one line comes to."""
    found = checked(bureau, sheet([line(**cells)]))
    assert found.faults == []
    return dict(found.lines[0].prepared.values)


def faults(bureau: Bureau, **cells: Any) -> dict[str, str]:
    """The faults of one line, by cell."""
    found = checked(bureau, sheet([line(**cells)]))
    assert found.lines == [] or found.faults
    return {fault.cell: fault.message for fault in found.faults}


def test_a_plain_open_request(bureau: Bureau) -> None:
    values = one(bureau)
    # 2 March 2020 in person: 20 working days end on 30 March (only weekends between).
    assert values["received_on"] == date(2020, 3, 2)
    assert values["due_on"] == date(2020, 3, 30)
    assert values["state"] == "registered"
    assert values["closed_on"] is None


def test_an_answered_request_of_the_old_law(bureau: Bureau) -> None:
    """Received before 15 May 2019: fifteen working days, extended by fifteen more."""
    values = one(
        bureau,
        arrived_on=date(2019, 3, 4),
        extended_on=date(2019, 3, 22),
        extension_days=15,
        extension_by="李四",
        extension_approved=date(2019, 3, 22),
        ended_on=date(2019, 4, 10),
        ending="予以公开（提供信息）",
        signed_by="李四",
        served_by="邮寄送达",
        served_on=date(2019, 4, 11),
    )
    # 5 March is day 1, 25 March day 15; off 5 to 7 April: day 30 is 16 April.
    assert values["due_on"] == date(2019, 4, 16)
    assert values["closed_on"] == date(2019, 4, 11)
    assert (values["outcome"], values["row_2021"]) == ("G1", "res_granted")
    assert values["counted_year"] == 2019
    assert values["irregular"] == 0


def test_an_online_request_counts_from_confirmation(bureau: Bureau) -> None:
    values = one(
        bureau, channel="互联网", arrived_on=date(2026, 2, 14), confirmed_on=date(2026, 2, 22)
    )
    assert values["received_on"] == date(2026, 2, 22)
    assert values["due_on"] == date(2026, 3, 20)


def test_correction_restarts_and_consultation_pauses(bureau: Bureau) -> None:
    """The worked examples of a restart (2025) and of a pause (2024)."""
    restarted = one(
        bureau,
        arrived_on=date(2025, 1, 20),
        correction_on=date(2025, 1, 24),
        correction_days=15,
        correction_received=date(2025, 1, 26),
        corrected_on=date(2025, 2, 12),
    )
    assert restarted["due_on"] == date(2025, 3, 12)
    paused = one(
        bureau,
        arrived_on=date(2024, 9, 20),
        consulted="第三方",
        consulted_on=date(2024, 9, 26),
        consult_received=date(2024, 9, 27),
        opinion_on=date(2024, 10, 16),
        opinion="同意公开",
    )
    assert paused["due_on"] == date(2024, 11, 7)


@pytest.mark.parametrize(
    ("ending", "code", "row"),
    [
        ("申请人撤回", "O3", "oth_other"),
        ("其他处理：其他", "O3", "oth_other"),
        ("无法提供：信息不存在（经检索没有）", "U1", "una_not_held"),
    ],
)
def test_each_ending_falls_in_its_row(bureau: Bureau, ending: str, code: str, row: str) -> None:
    served = {} if ending == "申请人撤回" else {
        "signed_by": "李四", "served_by": "直接送达", "served_on": date(2020, 3, 9)
    }  # fmt: skip
    values = one(bureau, ended_on=date(2020, 3, 6), ending=ending, **served)
    assert (values["outcome"], values["row_2021"]) == (code, row)


def test_what_was_irregular_is_taken_as_it_happened_and_remarked(bureau: Bureau) -> None:
    late = {
        "ended_on": date(2020, 4, 2),
        "ending": "不予公开：属于四类过程性信息",
        "grounds": "16.2",
        "signed_by": "李四",
        "served_by": "直接送达",
        "served_on": date(2020, 4, 2),
        "due_on": date(2020, 3, 27),
    }
    found = checked(bureau, sheet([line(**late)]))
    assert found.faults == []
    assert found.lines[0].prepared.values["irregular"] == 1
    said = {one.cell: one.message for one in found.remarks}
    assert said[cell_of("ended_on")].startswith("答复期限已于2020-03-30届满")
    assert "系统按规定算出的是 2020-03-30" in said[cell_of("due_on")]


@pytest.mark.parametrize(
    ("cells", "key", "says"),
    [
        ({"number": None}, "number", "缺“台账编号”。请补填。"),
        ({"name": None}, "name", "缺“申请人姓名或者名称”。请补填。"),
        ({"channel": "飞鸽"}, "channel", "“飞鸽”不在可选的内容里。可以填：当面提交、"),
        ({"arrived_on": "三月二日"}, "arrived_on", "“三月二日”不是日期。请写成 2026-01-05"),
        ({"arrived_on": "2020-02-30"}, "arrived_on", "“2020-02-30”不是日期。"),
        ({"arrived_on": date(2026, 3, 21)}, "arrived_on", "2026-03-21 晚于今天（2026-03-20）。"),
        ({"arrived_on": 43892}, "arrived_on", "“43892”不是日期。"),
        ({"arrived_on": date(2018, 3, 5), "ended_on": date(2018, 3, 9), "ending": "予以公开（提供信息）", "signed_by": "李四"}, "arrived_on", "没有2018年的工作日历"),
        ({"arrived_on": date(2007, 3, 5)}, "arrived_on", "2008-05-01"),
        ({"identity": 11010519491231002, "identity_type": "居民身份证"}, "identity", "后几位已经丢失"),
        ({"identity": RESIDENT_ID[:-1] + "1", "identity_type": "居民身份证"}, "identity", "校验"),
        ({"identity": RESIDENT_ID}, "identity", "还要填“证件种类”。"),
        ({"email": "不是邮箱"}, "email", "电子邮箱写得不对"),
        ({"email": date(2020, 1, 1)}, "email", "Excel 把这里当成了日期"),
        ({"correction_on": date(2020, 3, 3)}, "correction_on", "还要填“补正期限工作日数”。"),
        ({"correction_days": 2.5, "correction_on": date(2020, 3, 3)}, "correction_days", "不是 1 以上的整数"),
        ({"ending": "申请人撤回"}, "ending", "还要填“答复日期”。"),
        ({"ending": "予以公开（提供信息）", "ended_on": date(2020, 3, 5)}, "ending", "还要填“签发人”"),
        ({"ending": "并案", "ended_on": date(2020, 3, 5)}, "ending", "还要填“并入或者转送到”。"),
        ({"confirmed_on": date(2020, 3, 3)}, "confirmed_on", "不需要双方确认"),
        ({"corrected_on": date(2020, 3, 9), "correction_on": date(2020, 3, 10), "correction_days": 5}, "corrected_on", "没有等待补正的告知"),
        ({"archived_on": date(2020, 3, 9)}, "archived_on", "申请还没有办结"),
        ({"office": "没有的处"}, "office", "系统里没有“没有的处”"),
        ({"asked": "长" * 301}, "asked", "最多 300 个字，现在有 301 个字"),
        ({"name": "王＊＊"}, "name", "这是隐去了身份信息的导出，不能导入"),
        ({"number": "N1" * 31}, "number", "最多 60 个字"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_with_what_to_do(
    bureau: Bureau, cells: dict[str, Any], key: str, says: str
) -> None:
    found = faults(bureau, **cells)
    assert list(found) == [cell_of(key)]
    assert says in found[cell_of(key)]


def test_no_fault_quotes_an_identity(bureau: Bureau) -> None:
    """A fault is kept and shown; it must not carry an identity number along."""
    wrong = "110105194912310021"
    found = faults(bureau, identity=wrong, identity_type="居民身份证", phone="x" * 40)
    assert len(found) == 2
    assert wrong not in "".join(found.values())


def test_every_fault_is_found_at_once(bureau: Bureau) -> None:
    found = checked(
        bureau,
        sheet(
            [
                line(number="a", channel="飞鸽", arrived_on="何时"),
                line(number="b"),
                line(number="b"),
                line(number="c", name=None),
            ]
        ),
    )
    assert [one.cell for one in found.faults] == [
        cell_of("arrived_on", 2),
        cell_of("channel", 2),
        cell_of("number", 4),
        cell_of("name", 5),
    ]
    assert "与第 3 行重复" in found.faults[2].message


def test_columns_may_be_moved_and_left_out(bureau: Bureau) -> None:
    keys = ["asked", "name", "applicant_kind", "channel", "arrived_on", "number"]
    found = checked(bureau, sheet([line(arrived_on="2020年3月2日")], keys=keys))
    assert found.faults == []
    assert found.lines[0].prepared.values["due_on"] == date(2020, 3, 30)


def test_a_missing_and_an_unknown_column_are_named(bureau: Bureau) -> None:
    keys = ["number", "name", "applicant_kind", "channel", "arrived_on", "备忘"]
    found = checked(bureau, sheet([line()], keys=keys))
    said = {one.cell: one.message for one in found.faults}
    assert "“备忘”不是模板里的列" in said["台账!F1"]
    assert "缺少“所需信息名称”这一列" in said["台账!A1"]
    assert found.lines == []


def test_an_open_request_goes_to_its_office_and_handler(bureau: Bureau) -> None:
    user = bureau.users[next(iter(bureau.users))]
    found = checked(bureau, sheet([line(office="市场处", handler=user.username)]))
    prepared = found.lines[0].prepared
    assert (prepared.office_id, prepared.handler_id) == (bureau.offices[1].pk, user.pk)
    assert prepared.values["state"] == "examined"


def test_a_closed_request_may_name_offices_long_gone(bureau: Bureau) -> None:
    values = one(bureau, office="旧处室", ended_on=date(2020, 3, 5), ending="申请人撤回")
    assert values["state"] == "withdrawn"


def test_the_story_told_in_detail_wins_and_must_agree(bureau: Bureau) -> None:
    detail = [
        ["公开2020-1", 1, "收到申请", date(2020, 3, 2), "渠道：当面提交\n申请人类别：自然人"],
        ["公开2020-1", 2, "征求第三方意见", date(2020, 3, 4), "对方收到日期：2020-03-05"],
        ["公开2020-1", 3, "征求其他机关意见", date(2020, 3, 5), ""],
        ["公开2020-1", 4, "收到意见", date(2020, 3, 9), "所指事件：2\n意见：同意公开"],
        ["公开2020-1", 5, "其他机关答复", date(2020, 3, 10), "所指事件：3"],
    ]
    found = checked(bureau, sheet([line(consulted="第三方")], detail))
    assert found.faults == []
    # Left out: 5 to 10 March, four working days; 30 March becomes 3 April.
    assert found.lines[0].prepared.values["due_on"] == date(2020, 4, 3)
    clash = checked(
        bureau, sheet([line(opinion="不同意公开", opinion_on=date(2020, 3, 9))], detail)
    )
    assert [(one.cell, one.message[:20]) for one in clash.faults] == [
        (cell_of("opinion"), "与“办理经过”里这一件不一致。请改成一致")
    ]


def test_an_open_request_of_a_year_without_holidays_has_no_date_and_says_so(
    bureau: Bureau,
) -> None:
    found = checked(bureau, sheet([line(arrived_on=date(2018, 3, 5))]))
    assert found.faults == []
    assert found.lines[0].prepared.values["due_on"] is None
    assert [(one.cell, one.message[:12]) for one in found.remarks] == [
        (cell_of("arrived_on"), "没有2018年的工作日历")
    ]


def test_years_laid_in_by_the_office_are_counted(bureau: Bureau, tmp_path: Path) -> None:
    """With a (made-up) year file of 2018 in var/calendars, a request of 2018 is counted."""
    folder = tmp_path / "calendars"
    folder.mkdir()
    year = (
        "year: 2018\nnotices:\n  - number: 示例〔2017〕1号\n    title: 示例安排\n"
        "    issued: 2017-11-30\n    verified: false\n    working_days: 260\n    days_off:\n"
        "      - {name: 劳动节, first: 2018-05-17, last: 2018-05-17}\n    days_worked: []\n"
    )
    (folder / "2018.yaml").write_text(year, "utf-8")
    values = one(bureau, arrived_on=date(2018, 5, 7))
    # Fifteen working days of the old law from 7 May, without the 17th: 28 May would be without it.
    assert values["due_on"] == date(2018, 5, 29)


@pytest.mark.parametrize(
    ("row", "cell", "says"),
    [
        (["公开2020-1", 2, "起飞", date(2020, 3, 4), ""], "办理经过!C3", "不是能登记的事项"),
        (["公开2020-1", 7, "归档", date(2020, 3, 4), ""], "办理经过!B3", "这里应当是 2"),
        (["公开2020-1", 2, "归档", "某日", ""], "办理经过!D3", "不是日期"),
        (["公开2020-1", 2, "送达", date(2020, 3, 4), "方式"], "办理经过!E3", "每行写“名称：内容”"),
        (["公开2020-1", 2, "归档", date(2020, 3, 4), ""], "办理经过!C3", "还没有办结"),
        (["别的", 1, "归档", date(2020, 3, 4), ""], "办理经过!A3", "没有编号“别的”"),
    ],
)
def test_a_bad_line_of_the_story_is_named(
    bureau: Bureau, row: list[Any], cell: str, says: str
) -> None:
    first = ["公开2020-1", 1, "收到申请", date(2020, 3, 2), "渠道：当面提交\n申请人类别：自然人"]
    found = checked(bureau, sheet([line()], [first, row]))
    assert [one.cell for one in found.faults] == [cell]
    assert says in found.faults[0].message

"""`restore`, `render`, `compare`, `roll-up`, `due`, `completion`, and misuse of any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from gongkai.annual_report.value import Report

type Make = Callable[..., Report]
type Write = Callable[..., Path]
type Run = Callable[..., Result]


def test_restored_text_keeps_its_lines(gongkai: Run) -> None:
    result = gongkai(
        "restore", "-", data="甲市商務(wù)局\n信息公開(kāi)办公室(室)\n\n第三行".encode()
    )
    assert result.exit_code == 0
    assert result.stdout == "甲市商务局\n信息公开办公室(室)\n\n第三行"


def test_restored_shape(gongkai: Run) -> None:
    shape = json.loads(
        gongkai("restore", "-", "--json", data="商務(wù)局".encode("gb18030")).stdout
    )
    assert (shape["raw"], shape["clean"]) == ("商務(wù)局", "商务局")
    assert [(c["kind"], c["start"], c["end"], c["removed"]) for c in shape["changes"]] == [
        ("traditional", 1, 2, "務"),
        ("gloss", 2, 6, "(wù)"),
    ]
    assert shape["encoding"] == "gb18030"
    assert (shape["warnings"], shape["quarantined"]) == ([], [])


def test_a_warning_names_its_line(gongkai: Run) -> None:
    result = gongkai("restore", "-", data="第一行\n政府信息公開工作年度日?qǐng)?bào)告。".encode())
    assert result.stderr.startswith("第 2 行：")
    assert "qǐng" in result.stderr


def test_text_of_a_page(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    text = gongkai("restore", "甲.html").stdout
    assert "甲市商务局2023年政府信息公开工作年度报告" in text
    assert "<" not in text


@pytest.mark.parametrize("kind", ["html", "docx", "pdf", "xlsx", "json", "markdown"])
def test_printed_and_read_again(kind: str, report: Make, write: Write, gongkai: Run) -> None:
    made = report(changed={"t4.review.other": None})
    write(made, "甲.json")
    name = f"乙.{kind}"
    assert gongkai("render", "甲.json", "--to", kind, "-o", name).exit_code == 0
    shape = json.loads(gongkai("read", name, "--json", "--jobs", "0").stdout)
    assert shape["cells"] == {a: cell.number for a, cell in made.cells.items()}


def test_printed_to_standard_output(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.json")
    result = gongkai("render", "甲.json", "--to", "json")
    assert result.stdout_bytes == Path("甲.json").read_bytes()


def test_printed_with_findings(report: Make, write: Write, gongkai: Run) -> None:
    write(report(changed={"t3.new_received.total": 13}), "甲.json")
    page = gongkai("render", "甲.json", "--to", "html", "--findings").stdout
    assert "T3-ROW-TOTAL" in page
    assert "T3-ROW-TOTAL" not in gongkai("render", "甲.json", "--to", "html").stdout


def test_two_years_compared(report: Make, write: Write, gongkai: Run) -> None:
    write(report(year=2022), "旧.html")
    write(report(year=2023, changed={"t2.art20_6.penalty.decisions": 15}), "新.html")
    result = gongkai("compare", "新.html", "旧.html", "--jobs", "0")
    assert result.exit_code == 0
    assert "1 格有变化，共比较 200 格" in result.stdout
    assert re.search(r"12 → 15 +\+3（\+25\.00%） +表二.*行政处罚", result.stdout)
    shape = json.loads(gongkai("compare", ".", "--json", "--jobs", "0").stdout)
    assert (shape["before"]["year"], shape["after"]["year"]) == (2022, 2023)
    row = next(r for r in shape["rows"] if r["address"] == "t2.art20_6.penalty.decisions")
    assert (row["before"], row["after"], row["change"], row["percent"]) == (12, 15, 3, 25)
    assert shape["sections"][0]["percent_kept"] == 100


def test_two_of_three_years(report: Make, write: Write, gongkai: Run) -> None:
    for year in (2021, 2022, 2023):
        write(report(year=year), f"{year}.html")
    latest = json.loads(gongkai("compare", ".", "--json", "--jobs", "0").stdout)
    assert (latest["before"]["year"], latest["after"]["year"]) == (2022, 2023)
    chosen = gongkai(
        "compare", ".", "--year", "2021", "--year", "2023", "--json", "--jobs", "0",
        "--xlsx", "比较.xlsx",
    )  # fmt: skip
    assert json.loads(chosen.stdout)["before"]["year"] == 2021
    book = openpyxl.load_workbook("比较.xlsx")
    assert book["比较"].max_row == 201
    book.close()


def test_bodies_rolled_up(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    blank = {f"t4.review.{c}": None for c in ("upheld", "corrected", "other", "pending", "total")}
    write(report(agency="乙市商务局", changed=blank), "乙.html")
    result = gongkai(
        "roll-up", ".", "--agency", "某省", "--json", "--jobs", "0", "--xlsx", "和.xlsx"
    )
    shape = json.loads(result.stdout)
    assert shape["agency"] == "某省"
    assert shape["cells"]["t3.new_received.total"] == 24
    parts = shape["parts"]["t4.review.total"]
    assert sorted((p["agency"], p["value"], p["state"]) for p in parts) == [
        ("乙市商务局", None, "blank"),
        ("甲市商务局", 0, "read"),
    ]
    book = openpyxl.load_workbook("和.xlsx")
    rows = {row[-1]: row for row in book["汇总"].iter_rows(values_only=True)}
    assert rows["t3.new_received.total"][1:4] == (24, 12, 12)
    book.close()


def test_a_body_not_read_is_not_in_the_sum(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    Path("乙.docx").write_bytes(b"")
    result = gongkai("roll-up", ".", "--jobs", "0")
    assert result.exit_code == 3
    assert "汇总了 1 份报告，另有 1 个文件没有读出，不在合计之内。" in result.stdout
    assert "乙.docx：文件是空的" in result.stderr


@pytest.mark.parametrize(
    ("kind", "due"),
    [("reply", "2021-03-04"), ("correction", "2021-02-09"), ("consultation", "2021-02-25")],
)
def test_due(kind: str, due: str, gongkai: Run) -> None:
    """Spring Festival 2021: 11–17 February off; Sunday 7 and Saturday 20 worked."""
    result = gongkai("due", "2021-02-01", "--kind", kind)
    assert (result.exit_code, result.stdout[:10]) == (0, due)
    shape = json.loads(gongkai("due", "2021年2月1日", "--kind", kind, "--json").stdout)
    assert shape["due"] == due
    assert "当日不计入" in shape["steps"][0]["why"]
    assert "周日调休上班（国办发明电〔2020〕27号），第5个工作日" in result.stdout


def test_due_extended(gongkai: Run) -> None:
    result = gongkai("due", "2025-09-22", "--extend", "20")
    assert result.stdout.startswith("2025-11-21（星期五）")
    refused = gongkai("due", "2025-09-22", "--extend", "21")
    assert refused.exit_code == 2
    assert "1至20个工作日，现为21个" in refused.stderr


@pytest.mark.parametrize("day", ["2026-12-30", "2027-03-01", "2001-01-05"])
def test_due_outside_what_is_loaded(day: str, gongkai: Run) -> None:
    result = gongkai("due", day)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("gongkai：")
    assert ("2027" in result.stderr) == (day > "2026")


CONSULTED = """\
events:
  - received: 2024-09-20
    channel: in_person
  - third_party_consulted: 2024-09-26
    对方收到日期: 2024-09-27
"""


def test_due_by_case_file_counts_everything_that_happened(gongkai: Run, tmp_path: Path) -> None:
    """E7: the third party silent, its fifteen days excluded, the twentieth day is 14 November."""
    file = tmp_path / "案.yaml"
    file.write_text(CONSULTED, encoding="utf-8")
    assert gongkai("due", "--case", str(file)).stdout.startswith("2024-11-14（星期四）")
    shown = json.loads(gongkai("due", "--case", str(file), "--json").stdout)
    assert shown["due"] == "2024-11-14"
    assert shown["steps"][0]["first"] == "2024-09-20"


def test_due_by_case_file_names_the_line_that_is_wrong(gongkai: Run, tmp_path: Path) -> None:
    file = tmp_path / "案.yaml"
    file.write_text("events:\n  - recieved: 2024-09-20\n", encoding="utf-8")
    result = gongkai("due", "--case", str(file))
    assert result.exit_code == 2
    assert "第2行：“recieved”不是事件" in result.stderr


def test_due_by_case_file_that_is_not_there(gongkai: Run) -> None:
    result = gongkai("due", "--case", "无此案.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "打不开“无此案.yaml”" in result.stderr


def test_due_beyond_the_calendar_with_a_year_file_of_ones_own(gongkai: Run, tmp_path: Path) -> None:
    """A made-up 2027 without holidays but 1 January: 261 weekdays less one are working days."""
    file = tmp_path / "2027.yaml"
    file.write_text(
        "year: 2027\nnotices:\n  - number: 示例〔2026〕1号\n    title: 示例安排\n"
        "    issued: 2026-11-01\n    verified: false\n    working_days: 260\n"
        "    days_off:\n      - {name: 元旦, first: 2027-01-01, last: 2027-01-01}\n"
        "    days_worked: []\n",
        encoding="utf-8",
    )
    # From Friday 1 January: the twenty weekdays from Monday 4 end on Friday 29.
    result = gongkai("due", "2027-01-01", "--calendar", str(file))
    assert result.stdout.startswith("2027-01-29（星期五）"), result.stderr


MISUSES = [
    (["reed"], "没有 reed 这个命令。是不是要写 read？"),
    (["read"], "缺少参数 路径…。"),
    (["read", "无此文件.html"], "找不到“无此文件.html”。"),
    (["read", "*.没有"], "找不到“*.没有”。"),
    (["read", ".", "--jason"], "没有 --jason 这个选项。是不是要写 --json？"),
    (["read", ".", "--xlsx"], "选项 --xlsx 的写法不对"),
    (["read", ".", "--json=1"], "选项 --json 的写法不对"),
    (["read", ".", "--jobs", "两个"], "--jobs：“两个”不对，这里要写不小于0的整数。"),
    (["read", ".", "--json", "--jsonl"], "--json 和 --jsonl 只能选一个。"),
    (["read", ".", "--xlsx", "无/此.xlsx"], "文件夹“无”不存在"),
    (
        ["check", ".", "--fail-on", "warning"],
        "--fail-on：“warning”不在可选的范围内。是不是要写 warn？",
    ),
    (["render", "甲.html"], "没有说明印成哪一种。"),
    (["render", "甲.html", "--to", "ppt"], "--to：“ppt”不在可选的范围内。"),
    (["restore", "甲.html", "多.html"], "多余的参数：多.html。"),
    (["due"], "缺少日期。"),
    (["due", "昨天"], "“昨天”不是日期。请写成 2021-02-01 这样。"),
    (["due", "2021-02-30"], "“2021-02-30”不是日期。"),
    (["due", "2021-02-01", "--kind", "答复"], "没有名为“答复”的期限。可以用：reply（答复期限）"),
    (["completion", "tcsh"], "“tcsh”不在可选的范围内。可以写：bash、zsh、fish。"),
]


@pytest.mark.parametrize(("arguments", "message"), MISUSES)
def test_misuse_is_told_in_chinese(
    arguments: list[str], message: str, report: Make, write: Write, gongkai: Run
) -> None:
    write(report(), "甲.html")
    result = gongkai(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", result.stderr)


def test_an_empty_folder_is_misuse(gongkai: Run, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    result = gongkai("check", "空")
    assert result.exit_code == 2
    assert "文件夹“空”里没有可以读取的文件。" in result.stderr


def test_no_verb_shows_help(gongkai: Run) -> None:
    result = gongkai()
    assert result.exit_code == 2
    assert result.stderr.startswith("用法：gongkai 命令")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, gongkai: Run) -> None:
    result = gongkai("completion", shell)
    assert result.exit_code == 0
    assert "_GONGKAI_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("gongkai re", ["plain,read", "plain,restore", "plain,render"]),
        ("gongkai check --fail", ["plain,--fail-on"]),
        ("gongkai check --fail-on w", ["plain,warn"]),
        ("gongkai check 甲", ["file,甲"]),
        ("gongkai render 甲.html -o 乙", ["file,乙"]),
    ],
)
def test_what_is_completed(
    words: str, answer: list[str], gongkai: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_GONGKAI_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert gongkai().stdout.splitlines() == answer

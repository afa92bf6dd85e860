"""`gongkai read`: every cell, in the documented shape, from any kind of file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from gongkai.annual_report.render import render
from gongkai.annual_report.value import Report

type Make = Callable[..., Report]
type Write = Callable[..., Path]
type Run = Callable[..., Result]

KEYS = """file agency year published format title state code message cells uncertain unreadable
restored remarks findings checked""".split()


def test_one_file_is_one_object(report: Make, write: Write, gongkai: Run) -> None:
    write(report(changed={"t4.review.other": None}), "甲.html")
    result = gongkai("read", "甲.html", "--json", "--jobs", "0")
    assert result.exit_code == 0, result.stderr
    shape = json.loads(result.stdout)
    assert sorted(shape) == sorted(KEYS)
    assert (shape["file"], shape["agency"], shape["year"]) == ("甲.html", "甲市商务局", 2023)
    assert (shape["format"], shape["state"], shape["published"]) == ("2021", "read", "2024-01-20")
    assert shape["cells"]["t3.new_received.natural_person"] == 10
    assert shape["cells"]["t3.carried_in.total"] == 0
    assert shape["cells"]["t4.review.other"] is None
    assert len(shape["cells"]) == 200
    assert (shape["uncertain"], shape["unreadable"], shape["findings"]) == ([], [], [])
    assert shape["checked"] is False


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf", ".xlsx", ".json", ".md"])
def test_every_kind_gives_the_same_cells(
    suffix: str, report: Make, write: Write, gongkai: Run
) -> None:
    made = report()
    name = write(made, f"年报{suffix}").name
    shape = json.loads(gongkai("read", name, "--json", "--jobs", "0").stdout)
    assert shape["cells"] == {address: cell.number for address, cell in made.cells.items()}


def test_a_folder_is_a_list_even_of_one(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "各局/甲.html")
    result = gongkai("read", "各局", "--json", "--jobs", "0")
    assert [one["agency"] for one in json.loads(result.stdout)] == ["甲市商务局"]


def test_many_files_are_a_list_in_their_order(report: Make, write: Write, gongkai: Run) -> None:
    for number in (10, 9, 2):
        write(report(agency=f"甲市第{number}局"), f"各局/{number}.html")
    (Path("各局") / ".hidden.html").write_text("x", "utf-8")
    (Path("各局") / "logo.bin").write_bytes(b"\0\1\2")
    result = gongkai("read", "各局", "--json", "--jobs", "2")
    assert result.exit_code == 0
    names = [Path(one["file"]).name for one in json.loads(result.stdout)]
    assert names == ["2.html", "9.html", "10.html"]
    assert "跳过 1 个不是文档的文件" in result.stderr
    assert "logo.bin" in result.stderr


def test_a_line_for_each_report(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    write(report(agency="乙市商务局"), "乙.html")
    result = gongkai("read", "甲.html", "乙.html", "--jsonl", "--jobs", "0")
    assert [json.loads(line)["agency"] for line in result.stdout.splitlines()] == [
        "甲市商务局",
        "乙市商务局",
    ]


def test_a_pattern_is_expanded(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "a/b/甲.html")
    write(report(agency="乙市商务局"), "a/乙.htm".replace(".htm", ".html"))
    result = gongkai("read", "a/**/*.html", "--jsonl", "--jobs", "0")
    assert len(result.stdout.splitlines()) == 2


def test_standard_input(report: Make, gongkai: Run) -> None:
    result = gongkai("read", "-", "--json", "--jobs", "0", data=render(report(), "html"))
    shape = json.loads(result.stdout)
    assert (shape["file"], shape["agency"]) == ("标准输入", "甲市商务局")


def test_the_same_file_named_twice_is_read_once(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    result = gongkai("read", "甲.html", "./甲.html", ".", "--jsonl", "--jobs", "0")
    assert len(result.stdout.splitlines()) == 1


def test_text_of_one_file_shows_its_tables(report: Make, write: Write, gongkai: Run) -> None:
    write(report(changed={"t4.review.other": None}), "甲.html")
    text = gongkai("read", "甲.html", "--jobs", "0").stdout
    assert "2023  2021年格式  已读出    199   1     0     0       甲市商务局，甲.html" in text
    row = next(line for line in text.splitlines() if "一、本年新收" in line)
    assert row.split()[1:] == ["10", "2", "0", "0", "0", "0", "12"]
    review = next(line for line in text.splitlines() if line.split()[:1] == ["行政复议"])
    assert review.split()[1:] == ["0", "0", "·", "0", "0"]


def test_a_file_that_is_no_report_does_not_stop_the_others(
    report: Make, write: Write, gongkai: Run
) -> None:
    write(report(), "甲.html")
    Path("信.txt").write_text("各位同事：下周三下午开会，请准时参加。", "utf-8")
    Path("空.docx").write_bytes(b"")
    result = gongkai("read", "空.docx", "信.txt", "甲.html", "--jsonl", "--jobs", "0")
    assert result.exit_code == 3
    shapes = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(s["state"], s["code"]) for s in shapes] == [
        ("unreadable", "empty"),
        ("unsupported", "not_a_report"),
        ("read", None),
    ]
    assert shapes[0]["cells"] == {}
    assert shapes[0]["message"] == "文件是空的（0 字节）。请重新下载或导出后再试。"


def test_a_workbook_holds_blank_apart_from_zero(
    report: Make, write: Write, gongkai: Run, tmp_path: Path
) -> None:
    write(report(changed={"t4.review.other": None}), "甲.html")
    Path("空.docx").write_bytes(b"")
    assert gongkai("read", ".", "--xlsx", "汇总.xlsx", "--jobs", "0").exit_code == 3
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    assert book.sheetnames == ["报告", "核对结果", "数据"]
    reports = [[cell.value for cell in row] for row in book["报告"].iter_rows(min_row=2)]
    assert reports[0][1:10] == [
        *("甲市商务局", 2023, "2024-01-20", "2021年格式", "已读出"),
        *(199, 1, 0, 0),
    ]
    assert reports[1][5] == "无法读取"
    numbers = list(book["数据"].iter_rows(min_row=2, values_only=True))
    column = numbers[0].index("t4.review.other")
    assert numbers[1][column] is None
    assert numbers[1][column + 1] == 0
    assert numbers[1][numbers[0].index("t3.new_received.total")] == 12
    book.close()


def test_what_we_write_is_not_read(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    for _ in range(2):
        result = gongkai("read", ".", "--html", "汇总.html", "--jsonl", "--jobs", "0")
        assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_a_formula_in_a_report_stays_text(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "=1+1.html")
    gongkai("read", "=1+1.html", "--xlsx", "汇总.xlsx", "--jobs", "0")
    book = openpyxl.load_workbook("汇总.xlsx")
    cell = book["报告"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1.html", "s")
    book.close()

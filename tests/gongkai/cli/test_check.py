"""`gongkai check`: findings, pairs of years, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gongkai.annual_report.value import Report

type Make = Callable[..., Report]
type Write = Callable[..., Path]
type Run = Callable[..., Result]

# Last year's report: one case carried over became none this year.
CARRIED_IN = {
    "t3.carried_in.natural_person": 1,
    "t3.carried_in.total": 1,
    "t3.res_granted.natural_person": 9,
    "t3.res_granted.total": 11,
    "t3.res_total.natural_person": 10,
    "t3.res_total.total": 12,
}
WRONG_TOTAL = {"t3.new_received.total": 13}


def codes(shape: dict) -> list[str]:
    return [finding["code"] for finding in shape["findings"]]


def test_a_clean_report(report: Make, write: Write, gongkai: Run) -> None:
    write(report(), "甲.html")
    result = gongkai("check", "甲.html", "--jobs", "0")
    assert result.stdout.splitlines() == [
        "■ 甲市商务局 2023年度　2021年格式　甲.html",
        "  读出 200 格，空白 0 格，存疑 0 格，读不出 0 格",
        "  没有发现问题。",
        "",
    ]
    assert result.exit_code == 0
    shape = json.loads(gongkai("check", "甲.html", "--json", "--jobs", "0").stdout)
    assert (shape["findings"], shape["checked"]) == ([], True)


def test_a_wrong_total_is_named(report: Make, write: Write, gongkai: Run) -> None:
    write(report(changed=WRONG_TOTAL), "甲.html")
    result = gongkai("check", "甲.html", "--jobs", "0")
    assert result.exit_code == 1
    assert "[错误] 表三" in result.stdout
    assert "应为 12，实为 13　依据：国办公开办函〔2021〕30号" in result.stdout
    shape = json.loads(gongkai("check", "甲.html", "--json", "--jobs", "0").stdout)
    finding = next(f for f in shape["findings"] if f["code"] == "T3-ROW-TOTAL")
    assert (finding["severity"], finding["expected"], finding["found"]) == ("error", "12", "13")
    assert "t3.new_received.total" in finding["cells"]
    assert finding["reference"].startswith("国办公开办函〔2021〕30号")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warn", 0), ("note", 1)], ids=["error", "warn", "note"]
)
def test_which_findings_count(
    fail_on: str, code: int, report: Make, write: Write, gongkai: Run
) -> None:
    blank = {f"t2.art20_1.rules.{column}": None for column in ("made", "repealed", "in_force")}
    write(report(changed=blank), "甲.html")
    shape = json.loads(gongkai("check", "甲.html", "--json", "--jobs", "0").stdout)
    assert [f["severity"] for f in shape["findings"]] == ["note"]
    assert gongkai("check", "甲.html", "--fail-on", fail_on, "--jobs", "0").exit_code == code


def test_last_year_in_the_batch_is_found(report: Make, write: Write, gongkai: Run) -> None:
    write(report(year=2022), "a.html")
    write(report(year=2023), "b.html")
    write(report(year=2023, agency="乙市商务局"), "c.html")
    shapes = json.loads(gongkai("check", ".", "--json", "--jobs", "0").stdout)
    assert [("T3-CARRY-OVER" in codes(s)) for s in shapes] == [False, True, False]
    alone = json.loads(gongkai("check", ".", "--json", "--no-pair", "--jobs", "0").stdout)
    assert not any("T3-CARRY-OVER" in codes(s) for s in alone)


def test_a_report_that_goes_on_from_last_year(report: Make, write: Write, gongkai: Run) -> None:
    write(report(year=2022), "a.html")
    write(report(year=2023, changed=CARRIED_IN), "b.html")
    shapes = json.loads(gongkai("check", ".", "--json", "--jobs", "0").stdout)
    assert "T3-CARRY-OVER" not in codes(shapes[1])


def test_last_year_given_by_name(report: Make, write: Write, gongkai: Run) -> None:
    write(report(year=2022, agency="甲市商业局"), "旧/a.html")
    write(report(year=2023), "b.html")
    result = gongkai("check", "b.html", "--previous", "旧", "--json", "--jobs", "0")
    assert {"T3-CARRY-OVER", "PREVIOUS-AGENCY"} <= set(codes(json.loads(result.stdout)))


def test_what_reading_remarked_is_not_lost(report: Make, write: Write, gongkai: Run) -> None:
    page = write(report(), "甲.md")
    page.write_bytes(page.read_text("utf-8").encode("gb18030") + b"\n\xff\xff\n")
    read, checked = (
        json.loads(gongkai(verb, "甲.md", "--json", "--jobs", "0").stdout)
        for verb in ("read", "check")
    )
    assert len(read["remarks"]) == 1
    assert checked["remarks"] == read["remarks"]


def test_not_read_outweighs_findings(report: Make, write: Write, gongkai: Run) -> None:
    write(report(changed=WRONG_TOTAL), "甲.html")
    Path("空.pdf").write_bytes(b"")
    result = gongkai("check", "甲.html", "空.pdf", "--jobs", "0")
    assert result.exit_code == 3
    assert "[错误] 表三" in result.stdout
    assert "■ 空.pdf　无法读取" in result.stdout
    assert "共 2 份，已读出 1 份，无法读取 1 份；错误 2 处" in result.stderr


def test_a_page_for_the_batch(report: Make, write: Write, gongkai: Run, tmp_path: Path) -> None:
    write(report(changed=WRONG_TOTAL), "<b>甲.html".replace("<b>", "b&"))
    Path("空.pdf").write_bytes(b"")
    gongkai("check", ".", "--html", "结果.html", "--jobs", "0")
    page = (tmp_path / "结果.html").read_text("utf-8")
    assert '<td class="n">2</td>' in page
    assert "b&amp;甲.html" in page
    assert "文件是空的（0 字节）。" in page
    assert page.count("<section ") == page.count("</section>") == 2
    assert "<script" not in page
    assert page.endswith("</html>\n")

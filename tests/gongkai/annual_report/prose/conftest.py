"""Reports for tests: cells by address, prose by section, all else plain and clean; and real ones."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gongkai.annual_report import BLANK, Cell, CellState, Report, Section
from gongkai.regulation.report_formats import report_format

_TITLES = {
    "overview": r"一、总体情况",
    "proactive": r"二、主动公开政府信息情况",
    "requests": r"三、收到和处理政府信息公开申请情况",
    "review_litigation": r"四、政府信息公开行政法?复议、行政诉讼情况",
    "problems": r"五、存在(?:的主要)?问题及(?:改进情况|整改措施)",
    "other": r"六、其他需要报告的事项",
}
_TABLE_STARTS = re.compile(
    r"第二十条\s*第|（本列数据的勾稽关系|行政复议\s*行政诉讼\s*结果维持|申请人情况|行政复议 +行政诉讼"
)

CLEAN = {
    "problems": "主要问题：一是政策解读形式单一；二是专职人员不足。下一步，将丰富解读形式，加强人员培训。",
    "other": "本机关未收取政府信息公开信息处理费。",
}


MakeReport = Callable[..., Report]


def make(
    cells: Mapping[str, float | int | None] | None = None,
    *,
    year: int | None = 2023,
    agency: str | None = "安平县商务局",
    form: str = "2021",
    **prose: str,
) -> Report:
    """A report whose cells are zero but for `cells`; a total given alone is in the first column too."""
    given = dict(cells or {})
    for address, value in list(given.items()):
        table, row, column = address.rsplit(".", 2) if address.count(".") == 2 else ("", "", "")
        siblings = [a for a in given if a.startswith(f"{table}.{row}.") and a != address]
        if column == "total" and not siblings and value is not None:
            given[f"{table}.{row}.{'natural_person' if table == 't3' else 'upheld'}"] = value
    addresses = report_format(form).addresses
    unknown = set(given) - set(addresses)
    assert not unknown, unknown
    sections = {"preamble": "", "overview": "", "proactive": "", "requests": ""}
    sections |= {"review_litigation": "", **CLEAN, **prose}
    return Report(
        agency,
        year,
        form,
        {a: _cell(given.get(a, 0)) for a in addresses},
        tuple(Section(key, "", text) for key, text in sections.items()),
    )


def _cell(value: float | int | None) -> Cell:
    return BLANK if value is None else Cell(CellState.READ, Decimal(str(value)), str(value))


@pytest.fixture(scope="session")
def prose_report() -> MakeReport:
    """Return the maker: `prose_report({"t3.new_received.total": 3}, overview="…", year=2023)`."""
    return make


@pytest.fixture(scope="session")
def real_reports(shared: Path, true_reports: dict[str, Report]) -> dict[str, Report]:
    """Return the six real reports: their right cells, their prose cut by hand; or skip."""
    return {
        name: replace(report, sections=tuple(_sections(_text(shared / "reports", name))))
        for name, report in true_reports.items()
    }


def _text(found: Path, name: str) -> str:
    if name == "huaian_city_2024":
        pdf = subprocess.run(
            ["pdftotext", "-layout", str(found / f"{name}.pdf"), "-"],
            capture_output=True,
            check=True,
        ).stdout.decode()
        pages = re.sub(r"\n\s*-\d-\s*\n|\f", "\n", pdf)
        return re.sub(r"\n(?! {2,})", "", pages)
    if name == "seed_gz_shangwu_2020":
        from opencc import OpenCC

        raw = (found / "guangzhou_commerce_2020.txt").read_text(encoding="utf-8")
        raw = re.split("[关關]注 ·", raw)[0]
        clean = re.sub(r"(?<=[一-鿿])\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü]+\s?\)", "", raw)
        return str(OpenCC("t2s").convert(clean))
    if (found / f"{name}.html").exists():
        from selectolax.lexbor import LexborHTMLParser

        page = LexborHTMLParser((found / f"{name}.html").read_text(encoding="utf-8"))
        for tag in page.css("script,style,table"):
            tag.decompose()
        blocks = [node.text() for node in page.css("p,h1,h2,h3")]
        return "\n".join("".join(block.split()) for block in blocks)
    return (found / f"{name}.txt").read_text(encoding="utf-8").split("正文 ====================")[1]


def _sections(text: str) -> Iterator[Section]:
    places = []
    for key, title in _TITLES.items():
        start = places[-1][2] if places else 0
        match = re.compile(title).search(text, start)
        if match:
            places.append((key, match.start(), match.end()))
    yield Section("preamble", "", text[: places[0][1]].strip())
    for index, (key, start, end) in enumerate(places):
        stop = places[index + 1][1] if index + 1 < len(places) else len(text)
        body = text[end:stop]
        if key in {"proactive", "requests", "review_litigation"}:
            table = _TABLE_STARTS.search(body)
            body = body[: table.start()] if table else body
        yield Section(key, text[start:end], body.strip())

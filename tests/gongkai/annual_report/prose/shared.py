"""Real published reports, where the folder that holds them is at hand: prose cut by hand, right cells."""

from __future__ import annotations

import json
import os
import re
import subprocess
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


def folder() -> Path:
    """The folder of published reports, or a skip that says why."""
    root = Path(__file__).resolve().parents[4]
    found = Path(os.environ.get("GONGKAI_SHARED", root.parent / "shared")) / "reports"
    if not found.is_dir():
        pytest.skip(f"no folder of published reports at {found}")
    return found


def shared_report(name: str) -> Report:
    """The report called `name`: its right cells, and its prose."""
    truth = json.loads((folder() / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    form = report_format(truth["format"])
    cells = {a: _cell(truth["cells"].get(a)) for a in form.addresses}
    sections = tuple(_sections(_text(name)))
    return Report(truth["agency"], truth["year"], truth["format"], cells, sections)


def _cell(value: float | int | None) -> Cell:
    return BLANK if value is None else Cell(CellState.READ, Decimal(str(value)), str(value))


def _text(name: str) -> str:
    found = folder()
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


def _sections(text: str) -> list[Section]:
    places = []
    for key, title in _TITLES.items():
        start = places[-1][2] if places else 0
        match = re.compile(title).search(text, start)
        if match:
            places.append((key, match.start(), match.end()))
    sections = [Section("preamble", "", text[: places[0][1]].strip())]
    for index, (key, start, end) in enumerate(places):
        stop = places[index + 1][1] if index + 1 < len(places) else len(text)
        body = text[end:stop]
        if key in {"proactive", "requests", "review_litigation"}:
            table = _TABLE_STARTS.search(body)
            body = body[: table.start()] if table else body
        sections.append(Section(key, text[start:end], body.strip()))
    return sections

"""Small reports of our own making, the command in this process, and the command as it is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.annual_report.render import KINDS, render
from gongkai.annual_report.value import Cell, CellState, Report, Section
from gongkai.cli.app import cli
from gongkai.regulation.report_formats import report_format

# Ten requests from people and two from businesses; one of the ten is carried over.
FIGURES = {
    "t2.art20_1.normative_docs.made": 3,
    "t2.art20_1.normative_docs.in_force": 21,
    "t2.art20_5.licensing.decisions": 415,
    "t2.art20_6.penalty.decisions": 12,
    "t3.new_received.natural_person": 10,
    "t3.new_received.legal_business": 2,
    "t3.new_received.total": 12,
    "t3.res_granted.natural_person": 8,
    "t3.res_granted.legal_business": 2,
    "t3.res_granted.total": 10,
    "t3.una_not_held.natural_person": 1,
    "t3.una_not_held.total": 1,
    "t3.res_total.natural_person": 9,
    "t3.res_total.legal_business": 2,
    "t3.res_total.total": 11,
    "t3.carried_out.natural_person": 1,
    "t3.carried_out.total": 1,
}
PROSE = {
    "overview": "（一）主动公开\n本年制发行政规范性文件3件，全部在政府网站公开，并配发解读。\n"
    "（二）依申请公开\n本年新收政府信息公开申请12件，办结11件，结转下年度继续办理1件。\n"
    "（三）政府信息管理\n修订公开目录，明确各科室的职责和公开时限。",
    "problems": "存在的主要问题：公开目录更新不够及时，政策解读的形式比较单一。\n"
    "改进措施：下一年将按月核查公开目录，增加图解和问答形式的解读，并组织两次业务培训。",
    "other": "本年度没有收取信息处理费，没有其他需要报告的事项。",
}


@pytest.fixture
def report() -> Callable[..., Report]:
    """Make a report that adds up: `report(year=2023, agency="甲市商务局", **{address: number})`."""

    def make(
        year: int = 2023, agency: str = "甲市商务局", changed: dict[str, int | None] | None = None
    ) -> Report:
        form = report_format("2021")
        figures = FIGURES | (changed or {})
        cells = {}
        for address in form.addresses:
            number = figures.get(address, 0)
            cells[address] = (
                Cell(CellState.BLANK) if number is None else Cell(CellState.READ, Decimal(number))
            )
        titles = {section.key: section.title for section in form.sections}
        return Report(
            agency=agency,
            year=year,
            format="2021",
            cells=cells,
            sections=tuple(Section(key, titles[key], text) for key, text in PROSE.items()),
            title=f"{agency}{year}年政府信息公开工作年度报告",
            published=date(year + 1, 1, 20),
        )

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Print a report into the test's folder: `write(report, "甲.html")`, by the name's end."""
    kinds = {kind.suffix: name for name, kind in KINDS.items()}

    def to(made: Report, name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render(made, kinds[path.suffix]))
        return path

    return to


@pytest.fixture
def gongkai(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Run the command in this process, in the test's folder."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(*arguments: str | Path, data: bytes | None = None) -> Result:
        return runner.invoke(cli, [str(a) for a in arguments], prog_name="gongkai", input=data)

    return run


type Started = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Started:
    """Start the command as a user does: another process, only its streams and exit code seen."""

    def run(
        *arguments: str | Path, data: bytes = b"", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command(arguments),
            input=data,
            capture_output=True,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | (env or {}),
            timeout=120,
        )

    return run


def command(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "gongkai.cli", *map(str, arguments)]

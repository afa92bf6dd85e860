"""Reports made by hand: every cell a printed nought, save what a test says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from gongkai.annual_report import BLANK, Cell, CellState, Report, Section
from gongkai.regulation.report_formats import report_format

MakeReport = Callable[..., Report]


def read(value: object, **more: Any) -> Cell:
    return Cell(CellState.READ, Decimal(str(value)), **more)


@pytest.fixture(scope="session")
def make_report() -> MakeReport:
    """Return the maker: `make_report("2021", {"t3.oth_other.total": 3}, blank=["t3.*.legal_*"])`.

    Values may be numbers, cells, or None for a blank; `blank`, `uncertain` and `unreadable` are
    addresses or patterns; `sections` are (key, heading, text).
    """

    def make(
        form: str = "2021",
        cells: Mapping[str, object] | None = None,
        *,
        blank: Sequence[str] = (),
        uncertain: Sequence[str] = (),
        unreadable: Sequence[str] = (),
        agency: str | None = "某市商务局",
        year: int | None = 2023,
        sections: Sequence[tuple[str, str, str]] = (),
        **more: Any,
    ) -> Report:
        made = dict.fromkeys(report_format(form).addresses, read(0))
        states = (
            (blank, BLANK),
            (uncertain, Cell(CellState.UNCERTAIN)),
            (unreadable, Cell(CellState.UNREADABLE, printed="？")),
        )
        for patterns, cell in states:
            for pattern in patterns:
                matching = [a for a in made if fnmatchcase(a, pattern)]
                assert matching, f"no cell of {form} is called {pattern}"
                made.update(dict.fromkeys(matching, cell))
        for address, value in (cells or {}).items():
            assert address in made, f"no cell of {form} is called {address}"
            if value is None:
                made[address] = BLANK
            else:
                made[address] = value if isinstance(value, Cell) else read(value)
        prose = tuple(Section(*section) for section in sections)
        return Report(agency, year, form, made, prose, **more)

    return make


@pytest.fixture(scope="session")
def true_reports(shared: Path, make_report: MakeReport) -> dict[str, Report]:
    """Return the six real reports as their right cells, by name, or skip."""
    reports = {}
    for path in sorted((shared / "reports" / "truth").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["cells"]:
            reports[data["name"]] = make_report(
                data["format"], data["cells"], agency=data["agency"], year=data["year"]
            )
    assert len(reports) == 6
    return reports

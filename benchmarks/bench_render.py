"""Milliseconds to print one report, for each kind of output.

Run: python benchmarks/bench_render.py [--reports 20]

Each report is a 2021 form with other numbers in every cell and a page of prose, so that nothing can
be kept from one to the next. `first` is the first report of a fresh process, with the libraries and
fonts to load; `then` is the median of the rest. For PDF the aim is at most 500 ms.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from decimal import Decimal
from statistics import median
from time import perf_counter

from gongkai.annual_report.render import KINDS, render
from gongkai.annual_report.value import Cell, CellState, Report, Section
from gongkai.regulation.report_formats import report_format

PARAGRAPH = "全年主动公开政府信息{}条，其中政策文件{}条；收到政府信息公开申请{}件，均按期答复。"


def report(seed: int) -> Report:
    """A full 2021 report with numbers of its own."""
    rng = random.Random(seed)
    form = report_format("2021")
    cells = {
        address: Cell(CellState.READ, Decimal(rng.randrange(10 ** rng.randint(1, 5))))
        for address in form.addresses
    }
    prose = "\n".join(PARAGRAPH.format(*rng.sample(range(9999), 3)) for _ in range(20))
    return Report(
        agency="示例市商务局",
        year=2023,
        format="2021",
        cells=cells,
        sections=tuple(Section(s.key, s.title, prose) for s in form.sections[::4]),
        title="示例市商务局2023年政府信息公开工作年度报告",
    )


def timed(kind: str, seed: int) -> float:
    """Milliseconds to print report `seed` as `kind`."""
    made = report(seed)
    began = perf_counter()
    render(made, kind)
    return 1000 * (perf_counter() - began)


def main() -> None:
    """Time every kind, each in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--reports", type=int, default=20)
    options.add_argument("--kind", choices=list(KINDS), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.kind:
        times = [timed(chosen.kind, seed) for seed in range(chosen.reports)]
        size = len(render(report(0), chosen.kind))
        print(f"{chosen.kind:9}{times[0]:9.1f}{median(times[1:]):9.1f}{size / 1024:9.0f}")
        return
    print(f"{'kind':9}{'first ms':>9}{'then ms':>9}{'KiB':>9}", flush=True)
    for kind in KINDS:
        command = [sys.executable, __file__, "--kind", kind, "--reports", str(chosen.reports)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()

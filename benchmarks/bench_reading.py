"""Reports read a second on one core, against the parser alone, in one run.

    python benchmarks/bench_reading.py [reports]

HTML and text: bytes to every cell and every paragraph, with and without all checks; beside it
selectolax, which only builds the page's tree. The reports are made up by us, each
different, and every cell read is compared with what was printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from made_reports import made_report

from gongkai.annual_report.render import render
from gongkai.annual_report.value import Report
from gongkai.annual_report.verify import verify
from gongkai.reading import read
from gongkai.reading.containers import open_document


def seconds(work: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """The better of two passes over all files."""
    best = float("inf")
    for _ in range(2):
        began = time.perf_counter()
        for data in files:
            work(data)
        best = min(best, time.perf_counter() - began)
    return best


def one_report(data: bytes) -> Report:
    (reading,) = read(data)
    assert reading.report, reading.message
    return reading.report


def prove(reports: Sequence[Report], files: Sequence[bytes]) -> None:
    """Every cell as printed, or the figures below are worth nothing."""
    for report, data in zip(reports, files, strict=True):
        found = one_report(data)
        assert {a: c.value for a, c in found.cells.items()} == {
            a: c.value for a, c in report.cells.items()
        }


def line(name: str, count: int, spent: float) -> None:
    print(f"{name:<52}{count / spent:10.1f} reports/s")


def main() -> None:
    from selectolax.lexbor import LexborHTMLParser

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    reports = [made_report(number) for number in range(count)]
    pages = [render(report, "html") for report in reports]
    texts = [open_document(page).text.encode() for page in pages]
    print(f"{count} reports, {sum(map(len, pages)) / count / 1000:.0f} kB of HTML each, one core")
    for name, files in (("HTML", pages), ("text, one cell a line", texts)):
        prove(reports, files)
        line(f"{name}: read", count, seconds(read, files))
        checked = seconds(lambda data: verify(one_report(data)), files)
        line(f"{name}: read and checked", count, checked)
    line("selectolax: HTML parsed, nothing read", count, seconds(LexborHTMLParser, pages))


if __name__ == "__main__":
    main()

"""PDF pages a second, against pdfplumber's bare table extraction on the same pages, in one run.

Run: python benchmarks/bench_pdf.py [--passes 5] [FILE.pdf …]

Ours gives paragraphs, headings and every table with its merged cells; theirs is
`page.extract_tables()` alone. Without files, it takes the published PDF under `GONGKAI_SHARED` (or
the sibling folder `shared`) if there is one, and always a report that our own renderer makes.
Ours must also find every figure that theirs finds.
"""

from __future__ import annotations

import argparse
import io
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pdfplumber

from gongkai.annual_report.render import render
from gongkai.annual_report.value import Cell, CellState, Report
from gongkai.reading.containers import open_document
from gongkai.reading.document import GridBlock
from gongkai.regulation.report_formats import report_format

SHARED = Path(os.environ.get("GONGKAI_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def made() -> bytes:
    """A report of the 2021 form, its n-th figure 1000 + n."""
    form = report_format("2021")
    cells = {a: Cell(CellState.READ, Decimal(1000 + n)) for n, a in enumerate(form.addresses)}
    return render(Report("示例市商务局", 2023, "2021", cells), "pdf")


def theirs(data: bytes) -> tuple[int, Counter[str]]:
    """Pages, and the figures in the tables pdfplumber extracts."""
    figures: Counter[str] = Counter()
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            for table in page.extract_tables():
                figures.update(cell for row in table for cell in row if cell and is_figure(cell))
        return len(document.pages), figures


def ours(data: bytes) -> Counter[str]:
    """The figures in the grids of the document we read."""
    document = open_document(data)
    return Counter(
        text
        for block in document.blocks
        if isinstance(block, GridBlock)
        for text in (document.text[c.start : c.end] for c in block.cells)
        if is_figure(text)
    )


def is_figure(text: str) -> bool:
    return re.fullmatch(r"[\d.]+", text) is not None


def main() -> None:
    """Check that ours finds what theirs finds, then time both, turn about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--passes", type=int, default=5)
    given = parser.parse_args()
    files: list[Path] = given.files or sorted((SHARED / "reports").glob("*.pdf"))
    samples = {path.name: path.read_bytes() for path in files}
    if not given.files:
        samples["our own print"] = made()
    for name, data in samples.items():
        pages, expected = theirs(data)
        found = ours(data)
        missing = expected - found
        assert not missing, missing
        spent = {"theirs": 0.0, "ours": 0.0}
        for _ in range(given.passes):
            for who, read in (("theirs", theirs), ("ours", ours)):
                began = perf_counter()
                read(data)
                spent[who] += perf_counter() - began
        rates = {who: pages * given.passes / seconds for who, seconds in spent.items()}
        print(
            f"{name}: {pages} pages, {sum(found.values())} figures; "
            f"pdfplumber extract_tables {rates['theirs']:.1f} pages/s, "
            f"open_document {rates['ours']:.1f} pages/s, "
            f"time {spent['ours'] / spent['theirs']:.2f}x"
        )


if __name__ == "__main__":
    main()

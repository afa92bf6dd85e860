"""Seconds to print a letter, as PDF and as Word: the aim is at most half a second each.

Run: python benchmarks/bench_papers.py [--rounds 3]

Every packaged template with made-up facts, drawn up, checked and printed. The first PDF of a
process also finds the fonts, so it is told apart; each is also printed with a text never seen
before, since typst remembers what it has set.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter

from gongkai.papers import Paper, check, preview, render_docx, render_pdf, templates

DAY = date(2026, 3, 30)
AIM = 0.5


def seconds(function: Callable[[], object]) -> float:
    """How long one call takes."""
    began = perf_counter()
    function()
    return perf_counter() - began


def main() -> None:
    """Print the figures; fail if a letter takes longer than the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each letter is printed")
    rounds: int = parser.parse_args().rounds
    forms = [held.on(DAY) for held in templates().values()]
    load = seconds(lambda: [preview(form, DAY) for form in forms]) / len(forms)
    papers = [preview(form, DAY) for form in forms]
    checked = seconds(lambda: [check(paper) for paper in papers]) / len(papers)
    print(f"draw up a letter   {load * 1e3:8.2f} ms    check it {checked * 1e3:8.2f} ms")
    for name, render in (("pdf", render_pdf), ("docx", render_docx)):
        first = seconds(lambda render=render: render(papers[0]))
        times = [
            seconds(lambda paper=paper, render=render, turn=turn: render(_anew(paper, turn)))
            for turn in range(rounds)
            for paper in papers
        ]
        worst = max(first, *times)
        print(
            f"{name:5} {len(times)} letters: median {median(times):.3f} s, slowest {max(times):.3f} s, "
            f"first of the process {first:.3f} s"
        )
        assert worst <= AIM, f"{name}: {worst:.3f} s is over {AIM} s"


def _anew(paper: Paper, turn: int) -> Paper:
    """The same letter with one more paragraph, so that nothing of it was set before."""
    return paper.edited([*paper.paragraphs, f"第{turn}次：" + paper.kind + "公开" * 60])


if __name__ == "__main__":
    main()

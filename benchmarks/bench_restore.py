"""How fast text is restored, against its two libraries used plainly, in one run.

    python benchmarks/bench_restore.py [megabytes]

Prints MB of UTF-8 a second for clean simplified text and for text polluted in every way the
example page is, then the same polluted text through OpenCC alone, and its glosses checked through
pypinyin's public function instead of its table. The text is ours.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PARAGRAPHS = (
    "一、总体情况",
    "县水务局认真贯彻落实党中央、国务院关于全面推进政务公开工作的决策部署，主动公开政府信息241条。",
    "受理政府信息公开申请15件，均按期答复，未发生因政府信息公开被申请行政复议、提起行政诉讼的情况。",
    "行政许可15(子项)，处理决定12250件；第二十条第(五)项要求公开的内容已在年度报告中列明。",
    "一是加强组织领导，二是完善工作机制，三是强化督促检查，四是优化办事流程(China Daily)。",
    "规章\n0\n0\n0\n规范性文件\n8\n8\n15",
)


def seconds(work: Callable[[], object]) -> float:
    """Return the best of three runs."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def strip_with_public_function(text: str) -> str:
    """Take the glosses out as one would with pypinyin's documented interface."""
    from pypinyin import Style, pinyin

    def verdict(match: re.Match[str]) -> str:
        readings = pinyin(match[1], style=Style.TONE, heteronym=True)[0]
        return match[1] if match[2] in readings else match[0]

    return re.sub(r"([\u4e00-\u9fff])\(([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+)\)", verdict, text)


def report(name: str, text: str, work: Callable[[], object]) -> None:
    size = len(text.encode()) / 1e6
    spent = seconds(work)
    print(f"{name:<58}{size:6.1f} MB {size / spent:8.1f} MB/s")


def main() -> None:
    import opencc
    from demo import pollute

    from gongkai.reading.restore import restore

    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    page = "\n".join(PARAGRAPHS)
    clean = "\n".join([page] * int(megabytes * 1e6 / len(page.encode())))
    dirty_page = pollute.gloss(pollute.traditional(page), "partial")
    dirty = "\n".join([dirty_page] * int(megabytes * 1e5 / len(dirty_page.encode())))
    polluted = pollute.add_spam(dirty)
    assert restore(clean).clean == clean
    restored = restore(polluted)
    assert restored.clean == "\n".join([page] * (dirty.count(dirty_page)))
    converter = opencc.OpenCC("t2s")

    report("restore, clean simplified text", clean, lambda: restore(clean))
    report("restore, polluted text", polluted, lambda: restore(polluted))
    print(f"{'  of which changes recorded':<58}{len(restored.changes):9,}")
    report("OpenCC t2s alone, polluted text", polluted, lambda: converter.convert(polluted))
    report(
        "glosses alone through pypinyin's public function",
        polluted,
        lambda: strip_with_public_function(polluted),
    )


if __name__ == "__main__":
    main()

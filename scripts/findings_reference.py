"""Write docs/reference/findings.md from the catalogues, or with --check say whether it is current.

Run: python scripts/findings_reference.py [--check]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from gongkai.annual_report.catalogue import FindingKind, finding_kinds
from gongkai.annual_report.prose.data import codes
from gongkai.regulation.references import law
from gongkai.regulation.report_formats import report_formats

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "findings.md"
WEIGHTS = {"error": "错误", "warn": "疑问", "note": "提示"}


def page() -> str:
    """Return the whole page."""
    return "\n".join([*_head(), *_tables(), *_prose()])


def _head() -> Iterator[str]:
    yield "# 核对发现的问题"
    yield ""
    yield "<!-- 由 scripts/findings_reference.py 生成，请改 src/gongkai/annual_report/data 后重新生成。 -->"
    yield ""
    yield "每个编码是一种问题。错误（error）：与格式规定的关系矛盾；疑问（warn）：需要确认；提示（note）：供参考。"
    yield "“……”处由程序填入所在的格和数。核对的办法见 [勾稽关系怎样核对](../explanation/relations.md)。"
    yield ""


def _tables() -> Iterator[str]:
    for group, kinds in groupby(finding_kinds().values(), key=lambda kind: kind.group):
        yield f"## {group}"
        yield ""
        for kind in kinds:
            yield f"### {kind.code}"
            yield ""
            yield f"**{kind.name}**（{WEIGHTS[kind.severity]}，{kind.severity}）"
            yield ""
            yield f"- 说的是：{_blanked(kind.message)}"
            yield f"- 怎么办：{kind.advice}"
            yield f"- 依据：{_reference(kind)}"
            yield ""


def _reference(kind: FindingKind) -> str:
    if kind.reference is not None:
        return str(law().resolve(kind.reference, kind.code))
    places: dict[str, dict[str, None]] = {}
    for form in report_formats().values():
        for relation in form.relations:
            if relation.code == kind.code:
                places.setdefault(relation.place, {})[relation.reference] = None
    cited = [f"{'、'.join(instruments)}，{place}" for place, instruments in places.items()]
    return "；".join(cited) or "年度报告格式"


def _prose() -> Iterator[str]:
    yield "## 正文"
    yield ""
    for code in codes().values():
        yield f"### {code.code}"
        yield ""
        yield f"（{WEIGHTS[code.severity]}，{code.severity}）"
        yield ""
        yield f"- 说的是：{_blanked(code.message)}"
        yield f"- 依据：{code.reference.format(form='年度报告格式')}"
        yield ""


def _blanked(message: str) -> str:
    return re.sub(r"\{\w+\}", "……", message)


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    current = page()
    if "--check" in arguments:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == current:
            return 0
        print(f"{PAGE.name} is not current: run python scripts/findings_reference.py")
        return 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

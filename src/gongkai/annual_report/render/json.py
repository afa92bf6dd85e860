"""A report as JSON that loses nothing, and back.

The form, `report/1` (keys without a value are left out, unless marked always)::

    {
      "gongkai": "report/1",                       always
      "format": "2019" | "2021" | "mixed",         always
      "agency": "…", "year": 2020, "title": "…", "published": "2021-01-30",
      "cells": {                                   always; every address of the format
        "t2.art20_9.procurement.amount": {
          "state": "read" | "blank" | "uncertain" | "unreadable",     always
          "value": "4763200",                      a decimal, as text; in the unit of the form
          "printed": "476.32万元", "note": "…", "unit": "万元",
          "candidates": ["64", "640"],
          "evidence": {"text": "…", "place": "…", "start": 0, "end": 9, "page": 1}
        }
      },
      "sections": [{"key": "overview", "heading": "一、总体情况", "text": "…\\n…"}],
      "label_numbers": {"t2.art20_1.rules.made": "-8"},
      "corrections": [{"address": "…", "before": {cell}, "after": {cell},
                       "who": "…", "why": "…", "when": "…"}],
      "findings": [{"code": "…", "severity": "error", "cells": ["…"], "expected": "…",
                    "found": "…", "message": "…", "reference": "…", "quote": "…",
                    "section": "…"}]
    }

Findings are written for the reader's convenience; `load_json` leaves them, since they follow from
the report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from gongkai.annual_report.value import (
    Cell,
    CellState,
    Correction,
    Evidence,
    Finding,
    Report,
    Section,
)
from gongkai.errors import GongkaiError, Unreadable, Unsupported

__all__ = ["VERSION", "load_json", "render"]

VERSION = "report/1"

_DECIMAL = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,20})?")


def render(report: Report, findings: Sequence[Finding] = ()) -> bytes:
    """The report as UTF-8 JSON, one cell a line."""
    head = {
        "gongkai": VERSION,
        "format": report.format,
        "agency": report.agency,
        "year": report.year,
        "title": report.title or None,
        "published": report.published.isoformat() if report.published else None,
    }
    lines = [f"  {_dump(key)}: {_dump(value)}" for key, value in _present(head).items()]
    cells = [
        f"    {_dump(address)}: {_dump(_cell(cell))}" for address, cell in report.cells.items()
    ]
    lines.append('  "cells": {\n' + ",\n".join(cells) + "\n  }")
    if report.label_numbers:
        lines.append(f'  "label_numbers": {_dump(dict(report.label_numbers))}')
    lists: dict[str, list[dict[str, Any]]] = {
        "sections": [asdict(section) for section in report.sections],
        "corrections": [_correction(correction) for correction in report.corrections],
        "findings": [_present(asdict(finding)) for finding in findings],
    }
    for key, items in lists.items():
        if items:
            rows = ",\n".join(f"    {_dump(item)}" for item in items)
            lines.append(f"  {_dump(key)}: [\n{rows}\n  ]")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")


def _dump(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 cannot hold
        return json.dumps(value)
    return text


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, (), [])}


def _cell(cell: Cell) -> dict[str, Any]:
    return _present(
        {
            "state": str(cell.state),
            "value": None if cell.value is None else f"{cell.value:f}",
            "printed": cell.printed or None,
            "note": cell.note,
            "unit": cell.unit,
            "candidates": [f"{value:f}" for value in cell.candidates],
            "evidence": _evidence(cell.evidence),
        }
    )


def _evidence(evidence: Evidence | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    values = {key: value for key, value in asdict(evidence).items() if value is not None}
    return {key: value for key, value in values.items() if value != "" or key == "text"}


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "address": correction.address,
        "before": _cell(correction.before),
        "after": _cell(correction.after),
        "who": correction.who,
        "why": correction.why,
        "when": correction.when,
    }


def load_json(data: bytes) -> Report:
    """The report that `render` wrote.

    Raises Unreadable (`not_json`, `bad_report`) if the bytes are damaged or contradict
    themselves, Unsupported (`not_report`) if they are some other JSON.
    """
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("not_json", "这个文件不是完整的 JSON，可能已损坏。请重新导出。") from None
    if not isinstance(raw, dict) or raw.get("gongkai") != VERSION:
        raise Unsupported(
            "not_report", f"这个 JSON 不是本系统的年度报告（缺少“gongkai: {VERSION}”）。"
        )
    try:
        return _report(raw)
    except (GongkaiError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(
            "bad_report", f"年度报告的 JSON 数据不完整或自相矛盾（{error}）。请重新导出。"
        ) from None


def _report(raw: dict[str, Any]) -> Report:
    published = _optional(raw.get("published"), str)
    return Report(
        agency=_optional(raw.get("agency"), str),
        year=_optional(raw.get("year"), int),
        format=_of(raw["format"], str),
        cells={address: _load_cell(cell) for address, cell in raw["cells"].items()},
        sections=tuple(
            Section(_of(s["key"], str), _of(s["heading"], str), _of(s["text"], str))
            for s in raw.get("sections", ())
        ),
        title=_of(raw.get("title", ""), str),
        published=date.fromisoformat(published) if published else None,
        corrections=tuple(_load_correction(c) for c in raw.get("corrections", ())),
        label_numbers={
            _of(a, str): _of(n, str) for a, n in _of(raw.get("label_numbers", {}), dict).items()
        },
    )


def _of[T](value: Any, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{value!r} 不是{kind.__name__}")
    return value


def _optional[T](value: Any, kind: type[T]) -> T | None:
    return None if value is None else _of(value, kind)


def _decimal(text: Any) -> Decimal:
    if not _DECIMAL.fullmatch(_of(text, str)):
        raise ValueError(f"{text!r} 不是数字")
    return Decimal(text)


def _load_cell(raw: dict[str, Any]) -> Cell:
    value, evidence = raw.get("value"), raw.get("evidence")
    return Cell(
        state=CellState(raw["state"]),
        value=None if value is None else _decimal(value),
        printed=_of(raw.get("printed", ""), str),
        note=_optional(raw.get("note"), str),
        unit=_optional(raw.get("unit"), str),
        candidates=tuple(_decimal(value) for value in raw.get("candidates", ())),
        evidence=None if evidence is None else _load_evidence(evidence),
    )


def _load_evidence(raw: dict[str, Any]) -> Evidence:
    return Evidence(
        text=_of(raw["text"], str),
        place=_of(raw.get("place", ""), str),
        start=_optional(raw.get("start"), int),
        end=_optional(raw.get("end"), int),
        page=_optional(raw.get("page"), int),
    )


def _load_correction(raw: dict[str, Any]) -> Correction:
    return Correction(
        address=_of(raw["address"], str),
        before=_load_cell(raw["before"]),
        after=_load_cell(raw["after"]),
        who=_of(raw["who"], str),
        why=_of(raw["why"], str),
        when=_of(raw["when"], str),
    )

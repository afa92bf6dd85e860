"""Every kind of finding, by the worked cases of `tests/cases/relations.yaml`."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.annual_report import Cell, CellState, Finding, Report
from gongkai.annual_report.catalogue import finding, finding_kind, finding_kinds
from gongkai.annual_report.cross_year import check_previous
from gongkai.annual_report.relations import check_relations
from gongkai.annual_report.roll_up import roll_up
from gongkai.annual_report.structure import check_structure
from gongkai.errors import LawDataInvalid
from gongkai.regulation.report_formats import report_format, report_formats

ROOT = Path(__file__).parents[3]
CASES = yaml.safe_load((ROOT / "tests" / "cases" / "relations.yaml").read_text(encoding="utf-8"))


def report_of(raw: Mapping[str, Any], make_report: Any) -> Report:
    more = dict(raw)
    form = more.pop("format", "2021")
    headings, text = more.pop("headings", ()), more.pop("text", {})
    specs = report_format(form).sections
    if headings == "all":
        headings = [spec.title for spec in specs]
    ordered = dict(zip(headings, _keys(headings, specs), strict=True))
    more["sections"] = [(key, h, text.get(key, "")) for h, key in ordered.items()]
    noted = {
        address: Cell(CellState.READ, value, f"{value}({note})", note)
        for address, (value, note) in more.pop("notes", {}).items()
    }
    more["cells"] = {**more.get("cells", {}), **noted}
    return make_report(form, **more)


def _keys(headings: Sequence[str], specs: Sequence[Any]) -> list[str]:
    """The section each heading names, by its words, else by its place."""
    words = {
        "总": "overview",
        "主动公开政府": "proactive",
        "收到": "requests",
        "复议": "review_litigation",
        "问题": "problems",
        "需要报告": "other",
    }
    keys = [next(key for word, key in words.items() if word in h) for h in headings]
    assert set(keys) <= {spec.key for spec in specs}
    return keys


def findings_of(case: Mapping[str, Any], make_report: Any) -> tuple[Report, list[Finding]]:
    if "bodies" in case:
        rolled = roll_up([report_of(raw, make_report) for raw in case["bodies"]])
        return rolled.report, list(rolled.findings)
    report = report_of(case["report"], make_report)
    found = [*check_relations(report), *check_structure(report)]
    if "previous" in case:
        found += check_previous(report, report_of(case["previous"], make_report))
    return report, found


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['code']}: {c['name']}")
def test_worked_case(case: Mapping[str, Any], make_report: Any) -> None:
    report, findings = findings_of(case, make_report)
    of_code = [f for f in findings if f.code == case["code"]]
    if case.get("clean"):
        assert of_code == []
        return
    assert len(of_code) == len(case["found"]), [f.message for f in findings]
    for found, expected in zip(of_code, case["found"], strict=True):
        if "line" in expected:
            pattern = expected["line"]
            terms = [a for a in report.cells if fnmatchcase(a, pattern)]
            skip_bookkeeping = case["code"] == "T3-RESULT-TOTAL"
            rest = {"new_received", "carried_in", "carried_out"} if skip_bookkeeping else set()
            terms = [a for a in terms if a.split(".")[1] not in rest]
            assert sorted(found.cells) == sorted(terms)
        else:
            assert list(found.cells) == expected["cells"]
        assert found.expected == expected.get("expected")
        assert found.found == expected.get("found")
        assert found.severity == expected["severity"]
        assert expected.get("says", "") in found.message
        assert "silent" not in expected or expected["silent"] not in found.message
        assert found.message.endswith(finding_kind(found.code).advice)
        assert found.reference
    if "others" in case:
        assert {f.code for f in findings} == {case["code"]}


def test_every_code_has_a_case_found_and_a_case_clean() -> None:
    found = Counter(case["code"] for case in CASES if not case.get("clean"))
    clean = Counter(case["code"] for case in CASES if case.get("clean"))
    codes = set(finding_kinds())
    assert len(codes) > 30
    assert codes - set(found) == set()
    assert codes - set(clean) == set()
    assert (set(found) | set(clean)) - codes == set()
    assert all(case["why"].strip() for case in CASES)


def test_every_relation_of_every_form_is_in_the_catalogue_with_its_severity() -> None:
    relations = {r.code: r.severity for f in report_formats().values() for r in f.relations}
    assert len(relations) == 9
    for code, severity in relations.items():
        assert finding_kind(code).severity == severity


def test_messages_are_sentences_that_say_what_to_do() -> None:
    for kind in finding_kinds().values():
        assert kind.message.endswith(("。", "？", "}")), kind.code
        assert kind.advice.endswith("。"), kind.code
        assert kind.name


def test_an_unknown_code_names_the_file_to_write_it_in() -> None:
    with pytest.raises(LawDataInvalid, match="findings.yaml 中没有编码 T9-NOTHING"):
        finding("T9-NOTHING")


def test_the_page_of_findings_is_current() -> None:
    run = subprocess.run(
        [sys.executable, "scripts/findings_reference.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stdout + run.stderr

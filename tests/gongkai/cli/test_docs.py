"""The pages say what the program does: every verb, key and word of it."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from gongkai.annual_report.render.outline import remarks
from gongkai.annual_report.value import Finding, Report, Severity
from gongkai.casework.kinds import Kind, Stage, State
from gongkai.cli.app import cli
from gongkai.cli.outputs.words import SEVERITIES, STATES
from gongkai.regulation.clocks import clock_kinds
from gongkai.regulation.report_formats import report_formats

ROOT = Path(__file__).parents[3]
GLOSSARY = (ROOT / "GLOSSARY.md").read_text("utf-8")
JSON_PAGE = (ROOT / "docs/reference/json.md").read_text("utf-8")
# Rooms whose words stand in the glossary.
ROOMS = ("annual_report", "casework", "cli", "reading", "regulation", "workdays")

type Run = Callable[..., Result]


def row(code: str, label: str) -> bool:
    """True if the glossary has a row that ties the two."""
    return any(line.startswith(f"| `{code}` |") and label in line for line in GLOSSARY.splitlines())


def enums() -> Iterator[type[StrEnum]]:
    for room in ROOMS:
        package = importlib.import_module(f"gongkai.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"gongkai.{room}."):
            if module.name.endswith("__main__"):
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum:
                    yield value


def test_the_page_of_the_command_line_is_current() -> None:
    run = subprocess.run(
        [sys.executable, "scripts/cli_reference.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stdout + run.stderr


def test_every_verb_and_option_is_explained_in_chinese() -> None:
    assert len(cli.commands) >= 8
    for name, command in cli.commands.items():
        texts = [command.short_help, command.help]
        texts += [p.help for p in command.params if isinstance(p, click.Option)]
        assert all(re.search("[\u4e00-\u9fff]", text or "") for text in texts), name


def test_every_word_of_every_enum_is_in_the_glossary() -> None:
    found = {(kind.__name__, member.value) for kind in enums() for member in kind}
    assert {("CellState", "uncertain"), ("ChangeKind", "gloss"), ("Status", "due")} <= found
    assert {one for one in found if f"| `{one[1]}` |" not in GLOSSARY} == set()


def test_the_words_printed_are_those_of_the_glossary() -> None:
    for code, label in [*SEVERITIES.items(), *STATES.items(), *clock_kinds().items()]:
        assert row(code, label), (code, label)
    for member in (*Kind, *Stage, *State):
        assert row(member.value, member.label), member
    for severity in Severity:
        (made,) = remarks([Finding("X", severity, (), None, None, "", "")])
        assert made.severity == SEVERITIES[severity]


def test_every_key_of_every_form_is_in_the_glossary() -> None:
    missing = set()
    for form in report_formats().values():
        for table in form.tables.values():
            blocks = [line for b in table.blocks for line in (b, *b.rows, *b.columns)]
            for line in (*table.rows, *table.columns, *table.groups, *blocks):
                if not row(line.key, line.label):
                    missing.add((line.key, line.label))
        missing |= {(s.key, s.title) for s in form.sections if not row(s.key, s.title)}
    assert missing == set()


def test_every_verb_is_in_the_glossary() -> None:
    assert [name for name in cli.commands if f"| `{name}` |" not in GLOSSARY] == []


def test_every_code_of_a_file_not_read_is_documented() -> None:
    told = re.compile(
        r'(?:(?:Unreadable|Unsupported|failure)\(\s*(?:job,\s*)?|\bcode = )"([a-z_0-9]+)"'
    )
    sources = (ROOT / "src/gongkai").rglob("*.py")
    codes = {code for path in sources for code in told.findall(path.read_text("utf-8"))}
    assert {"empty", "timeout", "before_2019", "rtf"} <= codes
    assert sorted(code for code in codes if f"`{code}`" not in JSON_PAGE) == []


def keys(value: Any, skip: tuple[str, ...] = ("cells", "parts", "counts")) -> Iterator[str]:
    """Every key of a value, but not the addresses used as keys."""
    if isinstance(value, list):
        for one in value:
            yield from keys(one)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key == "parts":
                yield from keys(list(inner.values()))
            elif key not in skip:
                yield from keys(inner)


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "a.html"],
        ["check", "a.html", "b.html"],
        ["restore", "a.txt"],
        ["compare", "a.html", "b.html"],
        ["roll-up", "b.html", "leer.docx"],
        ["due", "2021-02-01"],
    ],
    ids=lambda a: a[0],
)
def test_every_key_is_documented(
    arguments: list[str],
    report: Callable[..., Report],
    write: Callable[..., Path],
    gongkai: Run,
) -> None:
    write(report(year=2022), "a.html")
    write(report(changed={"t3.new_received.total": 13}), "b.html")
    Path("leer.docx").write_bytes(b"")
    Path("a.txt").write_text(
        "免费菠萝视频app下载\n\n信息公開(kāi)年度日?qǐng)?bào)告\n正文", "utf-8"
    )
    result = gongkai(*arguments, "--json")
    found = set(keys(json.loads(result.stdout)))
    assert len(found) > 7
    assert sorted(key for key in found if f"`{key}`" not in JSON_PAGE) == []

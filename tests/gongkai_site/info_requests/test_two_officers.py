"""Two officers at one time, each in a process of their own: the second is told, nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.gongkai_site.info_requests.running import (
    ROOT,
    RunningOffice,
    databases,
    scratch_database,
)

SCRIPT = Path(__file__).with_name("officer_process.py")


class Officer:
    """The process, and what to say to it."""

    def __init__(self, office: RunningOffice) -> None:
        office.var.mkdir(exist_ok=True)
        paths = f"{ROOT / 'src'}:{ROOT}"
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            env=office.environ | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._line()

    def tell(self, **told: Any) -> None:
        """Say what to do, without waiting for it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What came of it."""
        found: dict[str, Any] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the officer's process ended"
        return line


@contextmanager
def officer(office: RunningOffice) -> Iterator[Officer]:
    """An officer until the end of the test."""
    found = Officer(office)
    try:
        yield found
    finally:
        found.process.communicate()


@databases
def test_two_officers_on_one_file(database: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        office = RunningOffice(tmp_path / "var", stack.enter_context(scratch_database(database)))
        pair = [stack.enter_context(officer(office)) for _ in range(2)]
        pair[0].tell(do="set_up")
        made = pair[0].answer()
        names = made["officers"]
        for case, version in made["cases"]:
            answers = both(pair, names, [{"do": "organ"}, {"do": "withdrawn"}], case, version)
            won = [one["ok"] for one in answers].index(True)
            told = answers[1 - won]
            assert told["kind"] == "Stale"
            assert "您的操作没有保存，也没有覆盖任何内容" in told["said"]
            assert ("征求其他机关意见" if won == 0 else "申请人撤回") in told["said"]
            events = office.rows(
                f"SELECT kind FROM info_requests_caseevent WHERE case_id = {case} "  # noqa: S608
                f"AND sequence > {version}"
            )
            assert events == [("organ_consulted" if won == 0 else "withdrawn",)]
        for letter in made["letters"]:
            texts = [f"第{number}位承办人的一稿。" for number in (1, 2)]
            for one, who, text in zip(pair, names, texts, strict=True):
                one.tell(who=who, do="edit", letter=letter, text=text)
            answers = [one.answer() for one in pair]
            won = [one["ok"] for one in answers].index(True)
            assert answers[1 - won]["kind"] in ("Stale", "Impossible")
            kept = office.rows(
                f"SELECT version, paper FROM info_requests_letterversion WHERE letter_id = {letter} "  # noqa: S608
                "ORDER BY version"
            )
            assert [version for version, _ in kept] == [1, 2]
            paper = kept[-1][1]
            blocks = json.loads(paper)["blocks"] if isinstance(paper, str) else paper["blocks"]
            assert [block["text"] for block in blocks] == [texts[won]]


def both(
    pair: list[Officer], names: list[str], acts: list[dict[str, Any]], case: int, version: int
) -> list[dict[str, Any]]:
    """Both act on one case by the same page, at one time; one of them succeeds."""
    for one, who, act in zip(pair, names, acts, strict=True):
        one.tell(who=who, case=case, expected=version, **act)
    answers = [one.answer() for one in pair]
    assert sorted(one["ok"] for one in answers) == [False, True]
    return answers

"""Many files, one after another: nothing is kept in memory but what is being done.

`read_all` passes over the files once. `check_all` passes twice: a report can be held against last
year's only when all have been read; between the passes the readings lie on disk.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gongkai.cli import exits
from gongkai.cli.inputs import Source, Sources
from gongkai.cli.pool import DEFAULT_SECONDS, Pool, cores
from gongkai.cli.terminal import Progress
from gongkai.cli.work import Checked, Item, Job, Kept, Outcome

__all__ = ["Effort", "Tally", "check_all", "read_all", "run_one"]

_GOVERNMENT = re.compile(r"(?:管理委员会|管委会|人民政府)$")
_SEVERITIES = ("error", "warn", "note")


@dataclass(frozen=True, slots=True)
class Effort:
    """How many child processes, and how many seconds a file may take."""

    jobs: int | None = None
    seconds: float = DEFAULT_SECONDS

    def pool(self, files: int) -> Pool:
        """A pool for that many files."""
        jobs = min(cores(), files) if self.jobs is None else self.jobs
        return Pool(jobs, self.seconds)


@dataclass
class Tally:
    """What a batch came to, counted as it goes."""

    files: int = 0
    states: dict[str, int] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)
    doubtful: int = 0

    def count(self, item: Item) -> None:
        """Count one result."""
        state = item.result["state"]
        self.states[state] = self.states.get(state, 0) + 1
        self.doubtful += bool(item.result["uncertain"] or item.result["unreadable"])
        for finding in item.result["findings"]:
            severity = finding["severity"]
            self.severities[severity] = self.severities.get(severity, 0) + 1

    def exit_code(self, fail_on: str = "warn") -> int:
        """3 if anything was not read, else 1 if a finding weighs `fail_on` or more, else 0."""
        if self.states.get("unsupported") or self.states.get("unreadable"):
            return exits.NOT_READ
        grave = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
        return exits.FINDINGS if any(map(self.severities.get, grave)) else exits.CLEAN


def run_one(job: Job, effort: Effort) -> Outcome:
    """One job by itself, under the same protection as many."""
    with effort.pool(1) as pool:
        return next(iter(list(pool.run([job]))))


def read_all(
    files: Sources | Sequence[Source], effort: Effort, progress: Progress, *, report: bool = False
) -> Iterator[Item]:
    """The result of every report in every file, in order; with `report` the report itself too."""
    with effort.pool(len(files)) as pool:
        jobs = (Job(source, report=report) for source in files)
        for done, (source, outcome) in enumerate(zip(files, pool.run(jobs), strict=True), 1):
            progress.clear()
            yield from outcome.items
            progress.show(done, os.path.basename(source.name))
    progress.clear()


def check_all(
    files: Sources,
    before: Sources | None,
    effort: Effort,
    progress: Progress,
    *,
    pair: bool = True,
    report: bool = False,
) -> Iterator[Item]:
    """Every report with its findings, held against last year's where that is at hand.

    `before` are files of last year; with `pair` the batch itself is searched too.
    """
    with (
        tempfile.TemporaryDirectory(prefix="gongkai-") as folder,
        effort.pool(len(files) + len(before or ())) as pool,
    ):
        old = _keep_all(list(before or ()), pool, os.path.join(folder, "previous"), progress)
        new = _keep_all(list(files), pool, os.path.join(folder, "report"), progress)
        search = _Years([kept for group in [*old, *(new if pair else ())] for kept in group])
        alone = [one for group in old for one in group if one.year or one.agency]
        only = alone[0] if len(alone) == 1 and sum(map(len, new)) == 1 else None
        jobs = (
            Checked(
                source,
                group,
                tuple(search.before(kept) or only for kept in group),
                report,
            )
            for source, group in zip(files, new, strict=True)
        )
        for outcome in pool.run(jobs):
            progress.clear()
            yield from outcome.items


def _keep_all(
    files: Sequence[Source], pool: Pool, stem: str, progress: Progress
) -> list[tuple[Kept, ...]]:
    jobs = (Job(source, keep=f"{stem}-{n}") for n, source in enumerate(files))
    kept = []
    for source, outcome in zip(files, pool.run(jobs), strict=True):
        kept.append(outcome.kept)
        progress.show(len(kept), os.path.basename(source.name))
    progress.clear()
    return kept


class _Years:
    """Finds the same body's report of the year before."""

    def __init__(self, reports: Sequence[Kept]) -> None:
        self._of_year: dict[int, list[tuple[str, Kept]]] = {}
        for kept in reports:
            if kept.year is not None and kept.agency:
                self._of_year.setdefault(kept.year, []).append((_name(kept.agency), kept))

    def before(self, kept: Kept) -> Kept | None:
        """Last year's report of the body: one body's name may be printed with or without 人民政府."""
        if kept.year is None or not kept.agency:
            return None
        name = _name(kept.agency)
        earlier = self._of_year.get(kept.year - 1, [])
        return next((one for other, one in earlier if other == name), None)


def _name(agency: str) -> str:
    """What a body is called without spaces and without the words for its being a government."""
    return _GOVERNMENT.sub("", "".join(agency.split()))

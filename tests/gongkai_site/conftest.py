"""A report desk of one's own for each test."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.annual_report import Report

from .made import page_of  # noqa: TID252


@pytest.fixture(autouse=True)
def uploads_folder(settings: Any, tmp_path: Path) -> Path:
    """Keep uploads of a test in its own folder."""
    settings.UPLOADS = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def read_waiting() -> Callable[[], int]:
    """Do what the worker does: read every file that waits; return how many."""
    from gongkai_site.reporting import service
    from gongkai_site.reporting.models import FileState, ReportFile

    def read() -> int:
        waiting = list(ReportFile.objects.filter(state=FileState.QUEUED))
        for file in waiting:
            service.read_file(str(file.pk))
        return len(waiting)

    return read


@pytest.fixture
def take(db: None, read_waiting: Callable[[], int]) -> Callable[..., Any]:
    """Make a set of the reports given, read them, and return (set, records in order)."""
    from gongkai_site.reporting import queries, service

    def taken(*reports: Report) -> Any:
        report_set = service.create_set("测试批次")
        for number, report in enumerate(reports):
            name = f"{number}-{report.agency}{report.year}.html"
            service.add_files(report_set, [(name, io.BytesIO(page_of(report)))])
        read_waiting()
        return report_set, list(queries.active_records(report_set))

    return taken


@pytest.fixture
def corrections_may_go(db: None) -> Iterator[None]:
    """Let a test that clears the whole database clear kept corrections too.

    The database refuses to delete them; only this test's own scratch database gives way.
    """
    yield
    import importlib

    from django.db import connection

    laid = importlib.import_module("gongkai_site.reporting.migrations.0002_corrections_append_only")
    with connection.schema_editor() as editor:
        laid.lift(None, editor)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reporting_correction")
    with connection.schema_editor() as editor:
        laid.lay(None, editor)

"""The same tests on PostgreSQL, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.postgres
@pytest.mark.parametrize(
    "names",
    [
        ("test_models", "test_receive", "test_story"),
        ("test_concurrency", "test_queries", "test_columns", "test_stale"),
        ("redacting/test_redacting_service",),
    ],
)
def test_requests_work_on_postgresql(names: tuple[str, ...]) -> None:
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"),
            *("--create-db", *(str(HERE / f"{name}.py") for name in names)),
        ],
        env=os.environ | {"DATABASE_URL": _own(server, Path(names[0]).name)},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def _own(server: str, name: str) -> str:
    """The server with a database name of this run's own: the test database is named after it."""
    head, _, database = server.rpartition("/")
    return f"{head}/{database}_requests_{name}"

"""The same tests on PostgreSQL, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
_TESTS = (
    *("test_apply", "test_at_once", "test_track"),
    *("search/test_updating", "search/test_search_page", "api/test_api", "api/test_open_data"),
)


@pytest.mark.postgres
def test_the_publics_pages_work_on_postgresql() -> None:
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    head, _, database = server.rpartition("/")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"),
            "--create-db",
            *(str(HERE / f"{name}.py") for name in _TESTS),
        ],
        env=os.environ | {"DATABASE_URL": f"{head}/{database}_portal"},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

"""The same tests on PostgreSQL, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.postgres
def test_the_catalogue_works_on_postgresql() -> None:
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    head, _, database = server.rpartition("/")
    names = ("test_story", "test_numbers", "test_queries", "test_statistics", "test_adopting")
    names += ("imports/test_adopting_hands", "imports/test_adopting_workers")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"),
            *("--create-db", *(str(HERE / f"{name}.py") for name in names)),
        ],
        env=os.environ | {"DATABASE_URL": f"{head}/{database}_disclosures"},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

"""The same tests on PostgreSQL, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.postgres
def test_writing_works_on_postgresql() -> None:
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    head, _, database = server.rpartition("/")
    names = ("guard", "pictures", "pages")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"),
            *("--create-db", *(str(HERE / f"test_{name}.py") for name in names)),
        ],
        env=os.environ | {"DATABASE_URL": f"{head}/{database}_writing"},
        cwd=HERE.parents[3],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

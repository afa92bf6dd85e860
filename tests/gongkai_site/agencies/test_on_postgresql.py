"""The same tests on PostgreSQL, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.postgres
def test_organs_staff_and_audit_work_on_postgresql() -> None:
    """Run this room's tests, but for those in a browser, on the server named."""
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    names = ("audit", "commands", "pages", "roles", "rows", "service", "sign_in", "sign_on")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"),
            *("--create-db", *(str(HERE / f"test_{name}.py") for name in names)),
        ],
        # Under a name of its own: other rooms' tests use the server at the same time.
        env=os.environ | {"DATABASE_URL": f"{server}_agencies"},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

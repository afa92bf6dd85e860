"""What every test may ask for: real published reports where they are, and steady property tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# No deadline: the machines that run this are small and shared, and a slow example is not a fault.
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real published reports, or skip the test and say where it was sought.

    These reports belong to the bodies that published them and are no part of this repository:
    `GONGKAI_SHARED` names the folder, else it is `shared` beside the repository.
    """
    folder = Path(os.environ.get("GONGKAI_SHARED") or ROOT.parent / "shared")
    if not (folder / "reports").is_dir():
        pytest.skip(
            f"no published reports at {folder}/reports (set GONGKAI_SHARED to their folder)"
        )
    return folder

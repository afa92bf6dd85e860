"""A bureau of one's own for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.info_requests.factories import Bureau, make_bureau


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path) -> None:
    """Keep calendars away from the office's own."""
    settings.VAR = tmp_path


@pytest.fixture
def bureau(db: None) -> Bureau:
    """A body with one person for each role."""
    return make_bureau()

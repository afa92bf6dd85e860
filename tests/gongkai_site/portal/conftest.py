"""A bureau that can be asked, on a Monday of 2026, and a citizen who asks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests.gongkai_site.info_requests.factories import Bureau, make_bureau
from tests.gongkai_site.portal.citizen import Citizen

from gongkai.casework import CHINA

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path) -> None:
    """Keep calendars away from the office's own."""
    settings.VAR = tmp_path


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """It is Monday, 2 March 2026, nine o'clock; time goes on, and can be moved."""
    with time_machine.travel(MONDAY) as traveller:
        yield traveller


@pytest.fixture
def bureau(db: None) -> Bureau:
    """A body with one person for each role."""
    return make_bureau(office_hours="工作日9:00—12:00，14:00—17:00", fax="000-00000001")


@pytest.fixture
def citizen(bureau: Bureau) -> Citizen:
    """Somebody who asks it."""
    return Citizen(bureau.agency.pk)

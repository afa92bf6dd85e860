"""The numbers on the first page: hand-counted for a small desk."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai.casework import CHINA
from gongkai_site.agencies.links import links_for
from gongkai_site.info_requests.tallies import desk_tallies, notice_tallies
from gongkai_site.info_requests.templatetags.desk import masked_name

pytestmark = pytest.mark.django_db


def _told(tallies: Any) -> dict[str, int]:
    return {one.label: one.number for one in tallies}


@pytest.mark.parametrize(
    ("day", "due_today", "late"),
    [
        # Handed in on Monday 2 March 2026: the twentieth working day after it is 30 March.
        (date(2026, 3, 29), 0, 0),
        (date(2026, 3, 30), 1, 0),
        (date(2026, 3, 31), 0, 1),
    ],
)
def test_what_presses_is_told(bureau: Bureau, day: date, due_today: int, late: int) -> None:
    bureau.case()
    with time_machine.travel(datetime.combine(day, time(9), CHINA), tick=False):
        told = _told(desk_tallies(bureau.officer))
    assert (told["今天到期"], told["已经逾期"]) == (due_today, late)


def test_a_new_request_leaves_a_notice_for_its_officers(bureau: Bureau) -> None:
    assert _told(notice_tallies(bureau.officer)) == {"未读": 0}
    bureau.submitted()
    assert _told(notice_tallies(bureau.officer)) == {"未读": 1}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王××"), ("【示例】王小明", "【示例】王××"), ("", "—"), ("】", "】××")],
)
def test_a_name_is_masked_behind_its_mark(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_the_first_page_shows_what_is_not_zero(bureau: Bureau) -> None:
    bureau.submitted()
    with time_machine.travel(datetime.combine(bureau.clock.day, time(10), CHINA), tick=False):
        cards = [card for group in links_for(bureau.officer).values() for card in group]
    shown = {
        card.link.url_name: [(one.label, one.number) for one in card.tallies] for card in cards
    }
    assert shown["office:notices"] == [("未读", 1)]
    assert all(number for numbers in shown.values() for _, number in numbers)

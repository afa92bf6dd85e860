"""Many at once: one case per submission, numbers without gap, the second officer told.

Threads here, each with its own connection. On SQLite writers queue; on PostgreSQL rows are locked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from tests.gongkai_site.info_requests.factories import (
    REPLY_FACTS,
    Bureau,
    application,
    make_bureau,
)

from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.service import PUBLIC
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import RequestError, Stale
from gongkai_site.info_requests.models import Case, CaseEvent, NumberSeries, Submission

THREADS = 8


@pytest.fixture
def office(transactional_db: None, history_may_go: None) -> Iterator[Bureau]:
    """A bureau that other connections see too."""
    yield make_bureau()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do everything at one time; return what each gave, an error where it raised one."""
    gate = threading.Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        except RequestError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_one_form_sent_many_times_at_once_is_one_case(office: Bureau) -> None:
    key, now = service.new_key(), office.clock()
    receipts = at_once(
        [
            lambda: service.submit(PUBLIC, office.agency.pk, application(), key=key, now=now)
            for _ in range(THREADS)
        ]
    )
    assert len({(one.number, one.query_code) for one in receipts}) == 1
    assert sum(not one.repeated for one in receipts) == 1
    assert Case.objects.count() == Submission.objects.count() == CaseEvent.objects.count() == 1
    assert NumberSeries.objects.get().last == 1


def test_numbers_have_no_gap_however_many_come_and_fail_at_once(
    office: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai_site.info_requests.service import receive

    now, kept = office.clock(), receive.add_text

    def sometimes(case: Case, asked: Any, *args: Any, **kwargs: Any) -> Any:
        if asked.name == "失败":
            raise RequestError("made to fail")
        return kept(case, asked, *args, **kwargs)

    monkeypatch.setattr(receive, "add_text", sometimes)
    names = ["失败" if number % 3 == 0 else f"信息{number}" for number in range(3 * THREADS)]

    def send(name: str) -> Callable[[], Any]:
        return lambda: service.submit(
            PUBLIC, office.agency.pk, application(asked_name=name), key=service.new_key(), now=now
        )

    answers = at_once([send(name) for name in names])
    numbers = sorted(one.number for one in answers if isinstance(one, service.Receipt))
    assert numbers == [f"2026-{n:05d}" for n in range(1, 2 * THREADS + 1)]
    assert NumberSeries.objects.get().last == 2 * THREADS
    assert verify().sound


def test_of_many_officers_with_one_page_one_acts_and_the_others_are_told(office: Bureau) -> None:
    case, now = office.case(), office.clock()
    officer = office.officer
    answers = at_once(
        [
            lambda: service.consult_organ(
                officer, case.pk, organ="财政局", expected=case.version, now=now
            )
            for _ in range(THREADS)
        ]
    )
    assert sum(isinstance(one, Case) for one in answers) == 1
    assert sum(isinstance(one, Stale) for one in answers) == THREADS - 1
    assert case.events.count() == 2


def test_a_letter_is_issued_once_and_gets_one_number(office: Bureau) -> None:
    letter = office.signed(office.letter(office.case(), "G1", REPLY_FACTS["G1"]))
    now, officer = office.clock(), office.officer
    answers = at_once([lambda: service.issue_letter(officer, letter.pk, now=now) for _ in range(3)])
    assert sum(not isinstance(one, RequestError) for one in answers) == 1
    assert NumberSeries.objects.get(kind="公复").last == 1


def test_of_two_opposite_merges_one_stands(office: Bureau) -> None:
    one, other = office.case(), office.case()
    now, officer = office.clock(), office.officer
    answers = at_once(
        [
            lambda: service.merge(officer, one.pk, other.pk, now=now),
            lambda: service.merge(officer, other.pk, one.pk, now=now),
        ]
    )
    assert sum(isinstance(answer, Case) for answer in answers) == 1
    assert Case.objects.filter(closed_on=None).count() == 1

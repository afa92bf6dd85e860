"""The same form sent by several hands at the same moment is one case and one receipt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from tests.gongkai_site.info_requests.factories import make_bureau
from tests.gongkai_site.portal.citizen import Citizen, carried, receipt_in

from gongkai_site.info_requests.models import Case, NumberSeries, Submission

HANDS = 6


@pytest.mark.django_db(transaction=True)
def test_clicked_by_six_hands_at_once(history_may_go: None) -> None:
    citizen = Citizen(make_bureau().agency.pk)
    draft = citizen.filled()
    address = citizen.address(draft, "check")
    data = {"carried": carried(citizen.client.get(address))}
    start = Barrier(HANDS)

    def click(_: int) -> tuple[str, str]:
        hand = Client()
        hand.cookies = citizen.client.cookies.copy()
        start.wait()
        try:
            return receipt_in(hand.post(address, data, follow=True))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        receipts: set[Any] = set(hands.map(click, range(HANDS)))
    assert len(receipts) == 1
    assert Case.objects.count() == Submission.objects.count() == 1
    assert NumberSeries.objects.get(kind="case").last == 1

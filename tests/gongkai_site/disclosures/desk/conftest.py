"""The three people of an office at their pages, on the afternoon of 2 March 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from tests.gongkai_site.disclosures.factories import Desk

from gongkai.casework import CHINA
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor

HERE = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}
AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=CHINA)

Sit = Callable[..., Client]


@pytest.fixture
def sit(settings: Any, desk: Desk) -> Iterator[Sit]:
    """Return who opens a browser for somebody: `sit(desk.editor)`."""
    settings.DEMO = True
    cache.clear()

    def down(actor: Actor, **options: Any) -> Client:
        User.objects.update(is_demo=True)
        client = Client(**HERE, **options)
        name = User.objects.get(pk=actor.user_id).username
        assert client.post("/staff/demo", {"person": name}).status_code == 302
        return client

    with time_machine.travel(AFTERNOON, tick=True):
        yield down

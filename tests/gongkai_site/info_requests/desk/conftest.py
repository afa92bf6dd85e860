"""Somebody at the desk, signed in at one click, on the day of the bureau's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai.casework import CHINA
from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import Role

PASSWORD = "Lanshan-2026-Yun"
HERE = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}


@dataclass
class Desk:
    """The desk of a bureau, as one person after another sits down at it."""

    bureau: Bureau
    clock: Any

    def sits(self, role: Role) -> Client:
        """A browser in which the person of a role is signed in."""
        self.now()
        client = Client(**HERE)
        person = self.bureau.users[role].username
        answer = client.post("/staff/demo", {"person": person})
        assert answer.status_code == 302
        return client

    def signs_in(self, role: Role) -> tuple[Client, str]:
        """A browser signed in with password and code, and the secret of the authenticator."""
        self.now()
        user = self.bureau.users[role]
        user.set_password(PASSWORD)
        user.save()
        secret: str = generate_totp_secret()
        TOTP.activate(user, secret)
        client = Client(**HERE)
        client.post("/staff/sign-in/", {"login": user.username, "password": PASSWORD})
        answer = client.post("/staff/sign-in/code/", {"code": self.code_of(secret)})
        assert answer.status_code == 302
        return client, secret

    @staticmethod
    def code_of(secret: str) -> str:
        """What the authenticator shows now."""
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    def now(self) -> None:
        """Have it be the afternoon of the bureau's day."""
        self.clock.move_to(datetime.combine(self.bureau.clock.day, time(17, 0), CHINA))


@pytest.fixture
def desk(bureau: Bureau, settings: Any) -> Iterator[Desk]:
    """The desk on the bureau's day; the clock moves when `sits` is called."""
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    User.objects.update(is_demo=True)
    start = datetime.combine(bureau.clock.day, time(17, 0), CHINA)
    with time_machine.travel(start, tick=True) as clock:
        yield Desk(bureau, clock)


def words(response: Any) -> str:
    """The page's text, tags taken out and spaces run together."""
    html = response.content.decode()
    html = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())

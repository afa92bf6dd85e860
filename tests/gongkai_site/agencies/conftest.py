"""Somebody who signs in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

PASSWORD = "Lanshan-2026-Yun"


@pytest.fixture(autouse=True)
def quick_and_forgetful(settings: Any) -> None:
    """Passwords are hashed quickly in tests, and no code used in one counts as used in another."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def code_of(secret: str, at: float | None = None) -> str:
    """The six digits an authenticator shows (RFC 6238, 30 s, SHA-1)."""
    import base64
    import hashlib
    import hmac
    import struct

    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    value = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{value % 1_000_000:06}"


@pytest.fixture
def enrol() -> Callable[[Any], str]:
    """Give an account a password and an authenticator; return the authenticator's secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    def enrolled(user: Any) -> str:
        user.set_password(PASSWORD)
        user.save()
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        return secret

    return enrolled


@pytest.fixture
def signed_in(db: None, enrol: Callable[[Any], str]) -> Callable[[Any], Client]:
    """Return what signs an account in by password and code, and gives its client."""

    def sign_in(user: Any) -> Client:
        secret = enrol(user)
        client = Client()
        client.post("/staff/sign-in/", {"login": user.username, "password": PASSWORD})
        response = client.post("/staff/sign-in/code/", {"code": code_of(secret)})
        assert response.status_code == 302, words(response)
        return client

    return sign_in


def words(response: Any) -> str:
    """The page's text, tags taken out and spaces run together."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())

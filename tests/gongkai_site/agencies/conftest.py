"""Somebody who signs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests.gongkai_site.agencies.helpers import PASSWORD, code_of, words


@pytest.fixture(autouse=True)
def quick_and_forgetful(settings: Any) -> None:
    """Passwords are hashed quickly in tests, and no code used in one counts as used in another."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


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

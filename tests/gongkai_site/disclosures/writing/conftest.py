"""Somebody at the place to write in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor

CMS = "/staff/cms/snippets/disclosures/disclosure/"


@pytest.fixture
def client_of(db: None) -> Callable[[Actor], Client]:
    """Return what signs an actor in, past password and code."""
    from allauth.mfa.models import Authenticator

    def sign_in(actor: Actor) -> Client:
        user = User.objects.get(pk=actor.user_id)
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {}})
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def anyone_is_superuser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every account a superuser to whoever asks; the database itself allows none."""
    monkeypatch.setattr(User, "is_superuser", property(lambda _: True, lambda *_: None))


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """Return what makes the editor's form as a browser sends it: `form(title="…", body=[…])`."""

    def filled(**fields: Any) -> dict[str, Any]:
        blocks = fields.pop("paragraphs", ())
        sent: dict[str, Any] = {"title": "关于开展消费促进活动的通知", "kind": "news"}
        sent |= {"body-count": str(len(blocks))}
        for number, html in enumerate(blocks):
            sent |= {
                f"body-{number}-type": "paragraph",
                f"body-{number}-order": str(number),
                f"body-{number}-deleted": "",
                f"body-{number}-id": "",
                f"body-{number}-value": _draftail(html),
            }
        return sent | fields

    return filled


def _draftail(text: str) -> str:
    import json

    block = {
        "key": "a1b2c",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return json.dumps({"blocks": [block], "entityMap": {}})

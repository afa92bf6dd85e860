"""Signing in through a sign-on service (统一身份认证), with a small stand-in for one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.gongkai_site.agencies.helpers import code_of, words

from gongkai_site.agencies.models import AuditEntry, User
from gongkai_site.agencies.roles import Role
from gongkai_site.conf import environment

Make = Callable[..., Any]


class StandIn:
    """A service that knows one person, and remembers what it was asked."""

    def __init__(self) -> None:
        self.claims: dict[str, str] = {"sub": "8821", "preferred_username": "LiMou"}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes) -> None:
                stand_in.asked.append((self.path, parse_qs(body.decode())))
                data = json.dumps(stand_in.answer(urlsplit(self.path).path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path: str) -> dict[str, Any]:
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/token": {"access_token": "abc", "token_type": "Bearer", "expires_in": 300},
            "/userinfo": self.claims,
        }[path]


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[StandIn]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = StandIn()
    apps = environment.sign_on(
        {
            "GONGKAI_OIDC_SERVER": made.address,
            "GONGKAI_OIDC_CLIENT_ID": "gongkai",
            "GONGKAI_OIDC_SECRET": "s3cret",
        }
    )
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}
    }
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def go_round(client: Client) -> Any:
    """Go to the service and come back as it sends people back."""
    sent = client.get("/staff/oidc/sso/login/?next=/staff/account/")
    query = parse_qs(urlsplit(sent.url).query)
    return client.get(
        "/staff/oidc/sso/login/callback/", {"code": "xyz", "state": query["state"][0]}
    )


@pytest.fixture
def officer(service: StandIn, make_staff: Make) -> User:
    user: User = make_staff(Role.LEGAL, username="limou", name="李某")
    return user


def test_without_a_service_there_is_no_way_to_one(client: Client, db: None) -> None:
    assert "统一身份认证" not in words(client.get("/staff/sign-in/"))
    assert client.get("/staff/oidc/sso/login/").status_code == 404


def test_the_page_offers_the_service(client: Client, service: StandIn) -> None:
    page = client.get("/staff/sign-in/")
    assert "用统一身份认证登录" in words(page)
    assert 'href="/staff/oidc/sso/login/"' in page.content.decode()


def test_one_is_sent_there_with_a_proof_key(client: Client, service: StandIn) -> None:
    sent = client.get("/staff/oidc/sso/login/")
    assert sent.url.startswith(f"{service.address}/authorize?")
    query = {key: value[0] for key, value in parse_qs(urlsplit(sent.url).query).items()}
    assert query["client_id"] == "gongkai"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == "http://testserver/staff/oidc/sso/login/callback/"


def test_who_has_an_account_comes_in_and_enrols(
    client: Client, service: StandIn, officer: User
) -> None:
    assert go_round(client).url == "/staff/account/"
    assert client.get("/staff/account/").url == "/staff/account/authenticator/"
    assert dict(service.asked)["/token"]["code_verifier"]
    assert AuditEntry.objects.get().action == "sign_in"


def test_the_second_factor_is_asked_all_the_same(
    client: Client, officer: User, enrol: Make
) -> None:
    secret = enrol(officer)
    response = go_round(client)
    assert response.url.startswith("/staff/sign-in/code/")
    assert client.post(response.url, {"code": code_of(secret)}).url == "/staff/account/"


def test_who_has_none_is_told_so_and_gets_none(client: Client, service: StandIn) -> None:
    response = go_round(client)
    assert response.url == "/staff/sign-in/"
    assert "这里没有与你对应的账号。请联系系统管理员开通。" in words(client.get(response.url))
    assert not User.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_demo": True}])
def test_neither_a_closed_account_nor_a_made_up_person(
    client: Client, officer: User, change: dict[str, bool]
) -> None:
    User.objects.filter(pk=officer.pk).update(**change)
    assert go_round(client).url == "/staff/sign-in/"


def test_nobody_ties_a_second_identity_to_the_account_they_are_in(
    service: StandIn, officer: User, signed_in: Make
) -> None:
    from allauth.socialaccount.models import SocialAccount

    client = signed_in(officer)
    sent = client.get("/staff/oidc/sso/login/?process=connect")
    state = parse_qs(urlsplit(sent.url).query)["state"][0]
    back = client.get("/staff/oidc/sso/login/callback/", {"code": "xyz", "state": state})
    assert back.url == "/staff/account/"
    assert not SocialAccount.objects.exists()


def test_a_claim_that_is_empty_matches_nobody(
    client: Client, service: StandIn, officer: User
) -> None:
    service.claims = {"sub": "1", "preferred_username": ""}
    assert go_round(client).url == "/staff/sign-in/"


def test_a_forged_state_is_refused(client: Client, officer: User) -> None:
    page = client.get("/staff/oidc/sso/login/callback/", {"code": "xyz", "state": "forged"})
    assert "没有登录成功" in words(page)
    assert client.get("/staff/").status_code == 302

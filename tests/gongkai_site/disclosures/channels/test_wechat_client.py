"""The calls of the WeChat interface, against a stand-in: tokens, limits, faults."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.gongkai_site.disclosures.channels.wechat_stand_in import APP_ID, SECRET, StandIn

from gongkai_site.disclosures.channels.wechat import http as wechat_http
from gongkai_site.disclosures.channels.wechat.client import Account, Client, Status
from gongkai_site.disclosures.channels.wechat.contract import WeChatFailed, contract, failure

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
ARTICLE = {
    "title": "关于印发《云山县商务发展专项资金管理办法》的通知",
    "content": "<p>正文</p>",
    "content_source_url": "https://www.example.gov.cn/content/2020/1.html#v1",
    "thumb_media_id": "cover-1",
}


@pytest.fixture
def wechat() -> Iterator[StandIn]:
    held = StandIn()
    yield held
    held.close()


@pytest.fixture
def account(wechat: StandIn) -> Account:
    return Account(wechat.base, APP_ID, SECRET)


@pytest.fixture
def client(account: Account) -> Client:
    return Client(account)


def impatient(monkeypatch: Any, **changed: object) -> None:
    held = {**contract(), **changed}
    monkeypatch.setattr(wechat_http, "contract", lambda: held)


def test_an_article_goes_from_draft_to_published(wechat: StandIn, client: Client) -> None:
    assert client.add_cover(JPEG) == "cover-1"
    assert client.upload_picture(JPEG, "image/jpeg").startswith("http://mmbiz.qpic.cn/")
    draft = client.add_draft(ARTICLE)
    assert client.has_draft(draft) and client.find_draft(ARTICLE["content_source_url"]) == draft
    wechat.polls_until_done = 2
    task = client.submit(draft)
    assert client.status(task) == Status(1)
    done = client.status(task)
    assert done.code == 0 and done.url.startswith("https://mp.weixin.qq.com/s/")
    assert not client.has_draft(draft)
    assert client.find_published(ARTICLE["content_source_url"])[0] == "list-0"
    assert wechat.calls["stable_token"] == 1


def test_chinese_goes_out_as_it_is(wechat: StandIn, client: Client) -> None:
    client.add_cover(JPEG)
    client.add_draft(ARTICLE)
    assert wechat.drafts["draft-1"]["title"] == ARTICLE["title"]


def test_a_token_that_ended_is_fetched_anew_once(wechat: StandIn, client: Client) -> None:
    client.add_cover(JPEG)
    wechat.expire()
    assert client.add_draft(ARTICLE) == "draft-2"
    assert wechat.calls["stable_token"] == 2 and wechat.calls["draft/add"] == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_called_invalid_is_forced_anew(wechat: StandIn, client: Client, code: int) -> None:
    wechat.fail("material/add_material", code)
    assert client.add_cover(JPEG) == "cover-1"
    forced = [body["force_refresh"] for path, body in wechat.asked if path == "stable_token"]
    assert forced == [False, False, True]


def test_a_token_is_not_asked_for_without_end(wechat: StandIn, client: Client) -> None:
    wechat.fail("material/add_material", 42001, 42001, 42001)
    with pytest.raises(WeChatFailed) as caught:
        client.add_cover(JPEG)
    assert caught.value.does == "retry"
    assert wechat.calls["material/add_material"] == 2


def test_a_wrong_secret_stops_and_says_where_to_go(wechat: StandIn, account: Account) -> None:
    with pytest.raises(WeChatFailed, match="AppSecret 不对，请在渠道设置里重新填写") as caught:
        Client(replace(account, secret="wrong")).check()
    assert caught.value.does == "stop"
    with pytest.raises(WeChatFailed, match="AppID 不对"):
        Client(replace(account, app_id="wx")).check()


@pytest.mark.parametrize(
    ("code", "does"),
    [(-1, "retry"), (45009, "wait"), (45011, "wait"), (53501, "wait"), (48001, "stop")]
    + [(53500, "stop"), (53503, "stop"), (40164, "stop"), (99999, "stop")],
)
def test_each_error_code_has_its_consequence(
    wechat: StandIn, client: Client, code: int, does: str
) -> None:
    wechat.fail("material/add_material", code)
    with pytest.raises(WeChatFailed, match=f"错误码 {code}") as caught:
        client.add_cover(JPEG)
    assert caught.value.does == does and not caught.value.unsure


def test_a_call_not_answered_in_time_is_unsure(
    wechat: StandIn, client: Client, monkeypatch: Any
) -> None:
    client.check()
    impatient(monkeypatch, seconds=0.2)
    wechat.hang("material/add_material", 0.6)
    with pytest.raises(WeChatFailed, match="没有答复") as caught:
        client.add_cover(JPEG)
    assert caught.value.does == "retry" and caught.value.unsure


def test_a_call_cut_off_is_unsure(wechat: StandIn, client: Client) -> None:
    wechat.drop("material/add_material")
    with pytest.raises(WeChatFailed, match="没有答复") as caught:
        client.add_cover(JPEG)
    assert caught.value.unsure and wechat.covers


def test_a_machine_that_is_away_is_certain(account: Account) -> None:
    with pytest.raises(WeChatFailed, match="连不上微信接口") as caught:
        Client(replace(account, base="http://127.0.0.1:9")).check()
    assert caught.value.does == "retry" and not caught.value.unsure


def test_no_redirect_is_followed(wechat: StandIn, client: Client) -> None:
    wechat.http("stable_token", 302, f"{wechat.base}/cgi-bin/draft/add")
    with pytest.raises(WeChatFailed, match="HTTP 302"):
        client.check()
    assert wechat.calls["draft/add"] == 0


@pytest.mark.parametrize("text", [b"", b"<html>busy</html>", b"[]", b"null", b"\xff"])
def test_an_answer_that_is_none_is_unsure(wechat: StandIn, client: Client, text: bytes) -> None:
    wechat.garble("stable_token", text)
    with pytest.raises(WeChatFailed, match="读不懂"):
        client.check()


def test_an_answer_without_end_is_cut_off(
    wechat: StandIn, client: Client, monkeypatch: Any
) -> None:
    impatient(monkeypatch, most_bytes=1000)
    wechat.garble("stable_token", b'{"access_token": "' + b"x" * 5000 + b'"}')
    with pytest.raises(WeChatFailed, match="没有答复"):
        client.check()


@pytest.mark.parametrize(
    "base",
    ["https://evil.example", "http://api.weixin.qq.com", "https://api.weixin.qq.com.evil.cn"]
    + ["https://api.weixin.qq.com@evil.cn", "https://api.weixin.qq.com:8443", "file:///etc"]
    + ["http://127.0.0.1", "http://localhost:80", "https://api.weixin.qq.com/x", "", "//a"],
)
def test_calls_go_to_wechat_only(base: str) -> None:
    with pytest.raises(wechat_http.BaseRefused):
        wechat_http.checked_base(base)


def test_wechats_own_hosts_are_taken() -> None:
    assert wechat_http.checked_base("https://api.weixin.qq.com/") == "https://api.weixin.qq.com"


def test_neither_token_nor_secret_is_written_down(
    wechat: StandIn, client: Client, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.add_cover(JPEG)
    wechat.fail("draft/add", -1)
    with pytest.raises(WeChatFailed) as caught:
        client.add_draft(ARTICLE)
    told = caplog.text + str(caught.value) + repr(caught.value) + repr(account)
    assert "token-1" not in told and SECRET not in told


def test_every_error_code_says_something_and_what_follows() -> None:
    for code, known in contract()["errors"].items():
        assert known["does"] in {"token", "retry", "wait", "stop"}
        assert str(failure(code)) == f"{known['says']}（错误码 {code}）。"

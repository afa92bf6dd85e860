"""The calls we make, one method each, and the token they carry.

A token is asked for when first needed (`stable_token`, which gives the same one to everybody until
it ends). Where WeChat calls it invalid, it is asked for anew, once a call; if the same comes back, by
force, once a client: that is allowed a few times a day only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongkai_site.disclosures.channels.wechat.contract import WeChatFailed, failure
from gongkai_site.disclosures.channels.wechat.http import Upload, post

__all__ = ["Account", "Client", "Status"]


@dataclass(frozen=True, slots=True)
class Account:
    """An official account: where its interface is, and who we are to it. Never printed whole."""

    base: str
    app_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Account({self.base!r}, {self.app_id[:6]!r}…)"


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a publication: 0 done, 1 under way, else failed; `url` once it is done."""

    code: int
    article_id: str = ""
    url: str = ""


class Client:
    """One account's interface, for the length of one delivery. Every method may raise WeChatFailed."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._token = ""
        self._forced = False

    def check(self) -> None:
        """Find out whether id and secret are right."""
        self._fetch(force=False)

    def upload_picture(self, data: bytes, media_type: str) -> str:
        """Hand over a picture of a body; return the address to name it by."""
        suffix = "png" if media_type == "image/png" else "jpg"
        answer = self._call("media/uploadimg", Upload(f"picture.{suffix}", media_type, data))
        return _text(answer, "url")

    def add_cover(self, data: bytes) -> str:
        """Keep a cover for good; return its media id."""
        answer = self._call(
            "material/add_material", Upload("cover.jpg", "image/jpeg", data), type="thumb"
        )
        return _text(answer, "media_id")

    def add_draft(self, article: dict[str, Any]) -> str:
        """Put an article among the drafts; return the draft's media id."""
        return _text(self._call("draft/add", {"articles": [article]}), "media_id")

    def has_draft(self, media_id: str) -> bool:
        """Whether the draft is still there; one that was published is not."""
        try:
            self._call("draft/get", {"media_id": media_id})
        except WeChatFailed as failed:
            if failed.code == 40007:
                return False
            raise
        return True

    def find_draft(self, source_url: str) -> str:
        """Among the newest drafts, the media id of the one with that source address, or ""."""
        return self._find("draft/batchget", "media_id", source_url)[0]

    def find_published(self, source_url: str) -> tuple[str, str]:
        """Among what was published, (article id, address) of the one with that source address."""
        return self._find("freepublish/batchget", "article_id", source_url)

    def submit(self, media_id: str) -> str:
        """Have a draft published; return the id of that task, which is not over yet."""
        return _text(self._call("freepublish/submit", {"media_id": media_id}), "publish_id")

    def status(self, publish_id: str) -> Status:
        """What has become of a publication."""
        answer = self._call("freepublish/get", {"publish_id": publish_id})
        code = answer.get("publish_status")
        if not isinstance(code, int):
            raise WeChatFailed("微信没有说明发布的结果。", "retry")
        items = (answer.get("article_detail") or {}).get("item") or []
        url = str(items[0].get("article_url", "")) if items else ""
        return Status(code, str(answer.get("article_id", "")), url)

    def _find(self, path: str, key: str, source_url: str) -> tuple[str, str]:
        for offset in (0, 20, 40):
            answer = self._call(path, {"offset": offset, "count": 20, "no_content": 1})
            items = answer.get("item") or []
            for item in items:
                for news in (item.get("content") or {}).get("news_item") or []:
                    if news.get("content_source_url") == source_url:
                        return str(item.get(key, "")), str(news.get("url", ""))
            if len(items) < 20:
                break
        return "", ""

    def _call(self, path: str, body: dict[str, Any] | Upload, **query: str) -> dict[str, Any]:
        if not self._token:
            self._token = self._fetch(force=False)
        try:
            return self._once(path, body, query)
        except WeChatFailed as failed:
            if failed.does != "token":
                raise
        self._renew()
        try:
            return self._once(path, body, query)
        except WeChatFailed as failed:
            if failed.does == "token":
                raise WeChatFailed(str(failed), "retry", code=failed.code) from None
            raise

    def _once(
        self, path: str, body: dict[str, Any] | Upload, query: dict[str, str]
    ) -> dict[str, Any]:
        answer = post(self._account.base, path, {"access_token": self._token, **query}, body)
        code = answer.get("errcode", 0)
        if code:
            raise failure(int(code))
        return answer

    def _renew(self) -> None:
        before = self._token
        self._token = self._fetch(force=False)
        if self._token == before and not self._forced:
            self._forced = True
            self._token = self._fetch(force=True)

    def _fetch(self, *, force: bool) -> str:
        wanted = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        answer = post(self._account.base, "stable_token", {}, wanted)
        code = int(answer.get("errcode", 0) or 0)
        if code in {40001, 40125}:
            raise failure(40125)
        if code:
            raise failure(code)
        return _text(answer, "access_token")


def _text(answer: dict[str, Any], key: str) -> str:
    """What an answer must name. An answer without it was given, so the thing may be done."""
    value = str(answer.get(key) or "")
    if not value:
        raise WeChatFailed("微信的答复里缺少应有的编号。", "retry", unsure=True)
    return value

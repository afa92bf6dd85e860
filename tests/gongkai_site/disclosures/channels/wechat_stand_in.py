"""A stand-in for the WeChat interface on this machine, written from its documents.

It keeps drafts, pictures and publications, and can be told to behave badly: `fail` makes a call
answer an error code, `hang` lets the client wait, `drop` does what was asked and hangs up without a
word, so that the client cannot know.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

APP_ID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
_OWN_PICTURE = "http://mmbiz.qpic.cn/"


class StandIn:
    """One official account. `base` is where it listens."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.asked: list[tuple[str, Any]] = []
        self.pictures: list[bytes] = []
        self.covers: dict[str, bytes] = {}
        self.drafts: dict[str, dict[str, Any]] = {}
        self.tasks: dict[str, list[Any]] = {}
        self.published: list[dict[str, Any]] = []
        self.token, self._tokens = "token-1", 1
        self.polls_until_done = 1
        self.ends_with = 0
        self._faults: dict[str, deque[tuple[str, Any]]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fail(self, path: str, *codes: int) -> None:
        """The next calls of a path answer these error codes, one each."""
        self._faults.setdefault(path, deque()).extend(("code", code) for code in codes)

    def http(self, path: str, status: int, location: str = "") -> None:
        """The next call of a path answers an HTTP status."""
        self._faults.setdefault(path, deque()).append(("http", (status, location)))

    def hang(self, path: str, seconds: float) -> None:
        """The next call of a path is answered late."""
        self._faults.setdefault(path, deque()).append(("hang", seconds))

    def drop(self, path: str) -> None:
        """The next call of a path is carried out, and never answered."""
        self._faults.setdefault(path, deque()).append(("drop", None))

    def garble(self, path: str, text: bytes) -> None:
        """The next call of a path answers something else."""
        self._faults.setdefault(path, deque()).append(("text", text))

    def expire(self) -> None:
        """End the token that was given out."""
        self._tokens += 1
        self.token = f"token-{self._tokens}"

    def articles(self) -> list[dict[str, Any]]:
        return [item["content"]["news_item"][0] for item in self.published]

    # --- what each call does --------------------------------------------------------------------

    def fault(self, path: str) -> tuple[str, Any] | None:
        waiting = self._faults.get(path)
        return waiting.popleft() if waiting else None

    def answer(self, path: str, query: dict[str, str], body: Any) -> dict[str, Any]:
        with self._lock:
            if path == "stable_token":
                return self._stable_token(body)
            if query.get("access_token") != self.token:
                return _error(
                    42001 if query.get("access_token", "").startswith("token-") else 40014
                )
            return getattr(self, "_" + path.replace("/", "_"))(query, body)

    def _stable_token(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("grant_type") != "client_credential":
            return _error(40002)
        if body.get("appid") != APP_ID:
            return _error(40013)
        if body.get("secret") != SECRET:
            return _error(40125)
        if body.get("force_refresh"):
            self.expire()
        return {"access_token": self.token, "expires_in": 7200}

    def _media_uploadimg(self, query: dict[str, str], body: bytes) -> dict[str, Any]:
        if len(body) >= 1_000_000:
            return _error(40009)
        if not body.startswith((b"\xff\xd8", b"\x89PNG")):
            return _error(40137)
        self.pictures.append(body)
        return {"url": f"{_OWN_PICTURE}mmbiz/{len(self.pictures)}/0"}

    def _material_add_material(self, query: dict[str, str], body: bytes) -> dict[str, Any]:
        if query.get("type") != "thumb":
            return _error(40004)
        if len(body) > 64 * 1024 or not body.startswith(b"\xff\xd8"):
            return _error(40009)
        media_id = f"cover-{len(self.covers) + 1}"
        self.covers[media_id] = body
        return {"media_id": media_id, "item": []}

    def _draft_add(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        article = body["articles"][0]
        content = article.get("content", "")
        if len(article.get("title", "")) > 32 or not article.get("title"):
            return _error(45003)
        if len(article.get("author", "")) > 16:
            return _error(45110)
        if len(article.get("digest", "")) > 128:
            return _error(45004)
        if len(content) >= 20_000 or len(content.encode()) >= 1_000_000 or not content:
            return _error(45002)
        if article.get("thumb_media_id") not in self.covers:
            return _error(40007)
        if re.search(r"<script|<iframe|javascript:", content):
            return _error(45166)
        # Pictures from elsewhere are filtered without a word.
        keep = rf'<img(?![^>]*src="{re.escape(_OWN_PICTURE)})[^>]*>'
        article = {**article, "content": re.sub(keep, "", content)}
        media_id = f"draft-{self.calls['draft/add']}"
        self.drafts[media_id] = article
        return {"media_id": media_id, "item": []}

    def _draft_get(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        held = self.drafts.get(body["media_id"])
        return {"news_item": [held]} if held else _error(40007)

    def _draft_batchget(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        held = [
            {"media_id": media_id, "content": {"news_item": [_without_content(one)]}}
            for media_id, one in reversed(self.drafts.items())
        ]
        return _page(held, body)

    def _freepublish_submit(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        article = self.drafts.pop(body["media_id"], None)
        if article is None:
            return _error(40007)
        publish_id = str(100_000_000 + len(self.tasks))
        self.tasks[publish_id] = [self.polls_until_done, article]
        return {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": "1"}

    def _freepublish_get(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        task = self.tasks.get(body["publish_id"])
        if task is None:
            return _error(53502)
        task[0] -= 1
        if task[0] > 0:
            return {"publish_id": body["publish_id"], "publish_status": 1, "fail_idx": []}
        if self.ends_with:
            return {"publish_id": body["publish_id"], "publish_status": self.ends_with}
        self._finish(task)
        article_id = f"article-{body['publish_id']}"
        url = f"https://mp.weixin.qq.com/s/{article_id}"
        return {
            "publish_id": body["publish_id"],
            "publish_status": 0,
            "article_id": article_id,
            "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": url}]},
            "fail_idx": [],
        }

    def finish_all(self) -> None:
        """Every publication under way is over."""
        for task in self.tasks.values():
            self._finish(task)

    def _finish(self, task: list[Any]) -> None:
        if task[1] is None:
            return
        number = len(self.published)
        article = {**task[1], "url": f"https://mp.weixin.qq.com/s/list-{number}"}
        self.published.insert(
            0, {"article_id": f"list-{number}", "content": {"news_item": [article]}}
        )
        task[1] = None

    def _freepublish_batchget(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        return _page(self.published, body)


def _error(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": "stand-in hint: [x] rid: 1-2-3"}


def _without_content(article: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in article.items() if key != "content"}


def _page(held: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    part = held[body["offset"] : body["offset"] + body["count"]]
    return {"total_count": len(held), "item_count": len(part), "item": part}


def _handler(account: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:  # noqa: N802
            self._send(200, json.dumps(_error(43002)).encode())

        def do_POST(self) -> None:  # noqa: N802
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/cgi-bin/")
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            body = self._body()
            account.calls[path] += 1
            account.asked.append((path, body))
            fault = account.fault(path)
            kind, what = fault or ("", None)
            if kind == "code":
                self._send(200, json.dumps(_error(what)).encode())
                return
            if kind == "http":
                self._send(what[0], b"", location=what[1])
                return
            if kind == "text":
                self._send(200, what)
                return
            if kind == "hang":
                time.sleep(what)
            answer = account.answer(path, query, body)
            if kind == "drop":
                self.close_connection = True
                return
            self._send(200, json.dumps(answer, ensure_ascii=False).encode())

        def _body(self) -> Any:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.headers["Content-Type"]
            if not kind.startswith("multipart/"):
                assert rb"\u" not in data, "WeChat takes no \\u escapes"
                return json.loads(data)
            mark = kind.partition("boundary=")[2].encode()
            part = data.split(b"--" + mark)[1]
            head, _, content = part.partition(b"\r\n\r\n")
            assert b'name="media"' in head and b"filename=" in head
            return content.removesuffix(b"\r\n")

        def _send(self, status: int, data: bytes, location: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(data)))
            if location:
                self.send_header("Location", location)
            try:
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client did not wait

    return Handler

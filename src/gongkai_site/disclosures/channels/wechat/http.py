"""One call over HTTP: a deadline, a cap on what comes back, no redirects, nothing written down.

The standard library, since it follows no redirect, reads no proxy from the environment and keeps no
log of addresses, which here hold the token.
"""

from __future__ import annotations

import http.client
import json
import secrets
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from gongkai.errors import GongkaiError
from gongkai_site.disclosures.channels.wechat.contract import WeChatFailed, contract

__all__ = ["BaseRefused", "Upload", "checked_base", "post"]

_HERE = "127.0.0.1"


class BaseRefused(GongkaiError):
    """An address that is neither WeChat's own nor this machine's."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send as the form field `media`."""

    name: str
    media_type: str
    data: bytes


def checked_base(base: str) -> str:
    """Return where calls may go: https and a host of WeChat's own, or a stand-in on 127.0.0.1.

    Raises BaseRefused for anything else, with a path, a user or another port too.
    """
    parts = urlsplit(base)
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if plain and parts.scheme == "https" and parts.netloc in contract()["hosts"]:
        return f"https://{parts.netloc}"
    if plain and parts.scheme == "http" and parts.hostname == _HERE and parts.port:
        return f"http://{_HERE}:{parts.port}"
    raise BaseRefused("微信接口的地址只能是微信官方的域名。请在渠道设置里重新选择。")


def post(
    base: str, path: str, query: dict[str, str], body: dict[str, Any] | Upload
) -> dict[str, Any]:
    """Send one call and return the answer as JSON. Raises WeChatFailed.

    A call that was begun and not answered is `unsure`: it may have been carried out.
    """
    head, data = _packed(body)
    target = f"/cgi-bin/{path}" + (f"?{urlencode(query)}" if query else "")
    deadline = time.monotonic() + contract()["total_seconds"]
    connection = _connection(checked_base(base))
    begun = False
    try:
        connection.connect()
        begun = True
        connection.request("POST", target, body=data, headers=head)
        answer = connection.getresponse()
        text = _read(answer, deadline)
    except (OSError, http.client.HTTPException) as error:
        what = "微信接口没有答复" if begun else "连不上微信接口"
        raise WeChatFailed(
            f"{what}（{type(error).__name__}）。稍后会再试；请检查网络。", "retry", unsure=begun
        ) from None
    finally:
        connection.close()
    if answer.status != 200:
        unsure = answer.status >= 500
        raise WeChatFailed(f"微信接口答复 HTTP {answer.status}。", "retry", unsure=unsure)
    return _parsed(text)


def _connection(base: str) -> http.client.HTTPConnection:
    parts = urlsplit(base)
    seconds = contract()["seconds"]
    if parts.scheme == "https":
        return http.client.HTTPSConnection(
            parts.netloc, timeout=seconds, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(parts.netloc, timeout=seconds)


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    most: int = contract()["most_bytes"]
    held = bytearray()
    while chunk := answer.read1(65_536):
        held += chunk
        if len(held) > most or time.monotonic() > deadline:
            raise TimeoutError
    return bytes(held)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise WeChatFailed("微信接口的答复读不懂。", "retry", unsure=True)
    return answer


def _packed(body: dict[str, Any] | Upload) -> tuple[dict[str, str], bytes]:
    """The headers and bytes of a body. Chinese goes out as it is: WeChat takes no \\u escapes."""
    if isinstance(body, Upload):
        mark = secrets.token_hex(16)
        data = (
            f'--{mark}\r\nContent-Disposition: form-data; name="media"; filename="{body.name}"\r\n'
            f"Content-Type: {body.media_type}\r\n\r\n".encode()
            + body.data
            + f"\r\n--{mark}--\r\n".encode()
        )
        kind = f"multipart/form-data; boundary={mark}"
    else:
        data = json.dumps(body, ensure_ascii=False).encode()
        kind = "application/json; charset=utf-8"
    return {"Content-Type": kind, "Accept": "application/json"}, data

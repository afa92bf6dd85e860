"""What the official documents say of the interface: limits, error codes, hosts (`data/wechat.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

import yaml

from gongkai.errors import GongkaiError

__all__ = ["Does", "WeChatFailed", "contract", "failure"]

Does = Literal["token", "retry", "wait", "stop"]


@lru_cache(maxsize=1)
def contract() -> Mapping[str, Any]:
    """The file as plain values."""
    file = resources.files("gongkai_site.disclosures.channels") / "data" / "wechat.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


class WeChatFailed(GongkaiError):
    """A call did not do what it should.

    `does` says what comes next: get a new token, try again soon, try again much later, or stop and
    let a person see to it. `unsure`: the other side may have done it all the same. `code` is WeChat's
    own, 0 where it gave none. The message never holds a token, a secret or an address.
    """

    def __init__(self, message: str, does: Does, *, code: int = 0, unsure: bool = False) -> None:
        super().__init__(message)
        self.does: Does = does
        self.code = code
        self.unsure = unsure


def failure(code: int) -> WeChatFailed:
    """The failure behind an error code; one the documents do not name stops."""
    known = contract()["errors"].get(code)
    if known is None:
        return WeChatFailed(
            f"微信没有接受（错误码 {code}）。请按错误码查阅微信公众平台的说明。", "stop", code=code
        )
    return WeChatFailed(f"{known['says']}（错误码 {code}）。", known["does"], code=code)

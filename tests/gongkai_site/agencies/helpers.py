"""What the tests of this room share: a password, the codes of an authenticator, a page's words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

PASSWORD = "Lanshan-2026-Yun"


def code_of(secret: str) -> str:
    """The six digits an authenticator shows now (RFC 6238, 30 s, SHA-1)."""
    counter = int(time.time() // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    value = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{value % 1_000_000:06}"


def words(response: Any) -> str:
    """The page's text, tags taken out and spaces run together."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())

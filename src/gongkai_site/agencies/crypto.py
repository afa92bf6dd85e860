"""What must not lie open in the database: identity numbers, and whatever else a room says so.

AES-256-GCM under keys kept outside the database, in a file only its owner reads. A sealed value
names the key it was sealed with, so keys can change while old values stay readable. Each purpose
has keys of its own: a value sealed for one opens for no other. The key of blind indexes never
changes, else what was indexed could not be found again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gongkai.errors import GongkaiError

__all__ = [
    "CannotOpen",
    "blind_index",
    "decrypt",
    "encrypt",
    "ensure_keys",
    "is_current",
    "key_ids",
    "mask_identity",
    "rotate",
    "write_private",
]

_MARK = b"gk1"
_NONCE = 12
_KEY_IS_MISSING = "加密的内容打不开：缺少它的密钥。请从备份恢复密钥文件。"


class CannotOpen(GongkaiError):
    """A sealed value cannot be opened: its key is missing, or it was changed."""


@dataclass(frozen=True)
class _Keys:
    current: str
    index: bytes
    sealing: dict[str, bytes]


def encrypt(text: str, *, purpose: str) -> bytes:
    """Seal a text for one purpose, under the current key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    keys = _keys()
    nonce = secrets.token_bytes(_NONCE)
    key = _derived(keys.sealing[keys.current], purpose)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return b".".join((_MARK, keys.current.encode(), nonce + sealed))


def decrypt(sealed: bytes | memoryview, *, purpose: str) -> str:
    """Open what `encrypt` sealed for the same purpose. Raises CannotOpen."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key_id, body = _parted(bytes(sealed))
    key = _keys(make=False).sealing.get(key_id)
    if key is None:
        raise CannotOpen(_KEY_IS_MISSING)
    try:
        opened = AESGCM(_derived(key, purpose)).decrypt(
            body[:_NONCE], body[_NONCE:], purpose.encode()
        )
    except InvalidTag:
        raise CannotOpen("加密的内容打不开：它被改动过，或者密钥不对。请与备份比对。") from None
    return opened.decode()


def is_current(sealed: bytes | memoryview) -> bool:
    """Whether a value is sealed under the current key; after `rotate`, seal the others again."""
    return _parted(bytes(sealed))[0] == _keys().current


def blind_index(text: str, *, purpose: str) -> str:
    """Return a keyed digest by which equal texts can be found without opening them.

    Spaces and the case of letters do not count.
    """
    folded = "".join(text.split()).upper()
    key = _derived(_keys().index, f"index:{purpose}")
    return hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()


def key_ids(path: Path | None = None) -> frozenset[str]:
    """Return the ids of the keys in a key file, the office's own by default.

    Raises CannotOpen where there is none, or it cannot be read.
    """
    try:
        path = path or _path()
        return frozenset(_read(path, path.stat().st_mtime_ns).sealing)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CannotOpen("密钥文件读不出来。请从另存的密钥恢复。") from None


def write_private(path: Path, data: bytes, *, new: bool = False) -> None:
    """Write a file that its owner alone reads, whole or not at all.

    Args:
        new: leave one that is there alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if new:
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
        else:
            os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def mask_identity(text: str) -> str:
    """Return an identity number as it is shown: its first three and last four characters."""
    text = text.strip()
    if len(text) < 10:
        return f"{text[:1]}…" if text else ""
    return f"{text[:3]}…{text[-4:]}"


def ensure_keys() -> None:
    """Make the key file, readable by its owner only, unless there is one."""
    path = _path()
    if path.exists():
        return
    first = _new_id()
    _write(path, _Keys(first, secrets.token_bytes(32), {first: secrets.token_bytes(32)}), new=True)


def rotate() -> str:
    """Add a key and seal with it from now on; older keys still open. Returns the new key's id."""
    keys = _keys()
    fresh = _new_id()
    _write(
        _path(),
        _Keys(fresh, keys.index, keys.sealing | {fresh: secrets.token_bytes(32)}),
        new=False,
    )
    return fresh


def _path() -> Path:
    return Path(settings.KEYS_FILE)


def _new_id() -> str:
    return secrets.token_hex(4)


def _keys(*, make: bool = True) -> _Keys:
    path = _path()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        if not make:
            raise CannotOpen(_KEY_IS_MISSING) from None
    ensure_keys()
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> _Keys:
    held = json.loads(path.read_text("ascii"))
    sealing = {key_id: bytes.fromhex(key) for key_id, key in held["sealing"].items()}
    return _Keys(held["current"], bytes.fromhex(held["index"]), sealing)


def _write(path: Path, keys: _Keys, *, new: bool) -> None:
    held = {
        "current": keys.current,
        "index": keys.index.hex(),
        "sealing": {key_id: key.hex() for key_id, key in keys.sealing.items()},
    }
    write_private(path, json.dumps(held).encode("ascii"), new=new)


def _derived(key: bytes, purpose: str) -> bytes:
    """The key of one purpose (HKDF-SHA-256)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key)


def _parted(sealed: bytes) -> tuple[str, bytes]:
    mark, _, rest = sealed.partition(b".")
    key_id, _, body = rest.partition(b".")
    if mark != _MARK or len(body) <= _NONCE:
        raise CannotOpen("加密的内容打不开：它不是本系统加密的，或者已经损坏。")
    return key_id.decode("ascii", "replace"), body

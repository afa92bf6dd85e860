"""The public site's files before the application: what is no file is for Django.

nginx does this in production (`deploy/nginx`). Here it is a thin layer of WSGI, because the app
server's own static mount sets no security headers and holds on to the folder it found at start,
while a rebuilt site is swapped in by a link.
"""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.csp import build_policy

__all__ = ["LIVE", "PublicFiles", "headers_of"]

LIVE = ("request", "search", "api", "open-data", "staff", "reports", "static")
"""The first parts of addresses that Django answers."""

_CHUNK = 64 * 1024
_INLINE = {".pdf", ".jpg", ".jpeg", ".png", ".mp3", ".mp4"}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".ofd": "application/ofd",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
Start = Callable[..., Any]
Answer = Iterable[bytes]
Headers = list[tuple[str, str]]


def headers_of(path: str, csp: Mapping[str, Any], *, https: bool) -> Headers:
    """Return the headers of a file of the public site, but for its length and date."""
    suffix = os.path.splitext(path)[1].lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    if path.endswith("feed.json"):
        kind = "application/feed+json; charset=utf-8"
    attached = path.startswith("files/")
    lasting = attached or path.startswith(("assets/", "speech/"))
    policy = (
        "default-src 'none'; sandbox" if attached and suffix != ".pdf" else build_policy(dict(csp))
    )
    headers = [
        ("Content-Type", kind),
        ("Cache-Control", "public, max-age=31536000, immutable" if lasting else "no-cache"),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if attached and suffix not in _INLINE:
        headers.append(("Content-Disposition", "attachment"))
    if https:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


class PublicFiles:
    """The files of a folder, and behind them an application."""

    def __init__(
        self, application: Callable, folder: Path, csp: Mapping[str, Any], *, https: bool
    ) -> None:
        """`folder` may be a link that comes to lead elsewhere; it is followed at each request."""
        self._application, self._folder = application, str(folder)
        self._csp, self._https = csp, https

    def __call__(self, environ: dict[str, Any], start: Start) -> Answer:
        """Answer with a file, with the page that says there is none, or let Django answer."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._application(environ, start)
        path = _path(environ.get("PATH_INFO", "/"))
        if path is None or path.partition("/")[0] in LIVE:
            return self._application(environ, start)
        found = self._open(path)
        if found is not None:
            return self._file(environ, start, path, found)
        if os.path.isdir(os.path.join(self._folder, path)):
            headers = [
                ("Location", f"/{path}/".encode().decode("latin-1")),
                ("Content-Length", "0"),
            ]
            start("301 Moved Permanently", headers)
            return [b""]
        missing = self._open("404.html")
        if missing is None:
            return self._application(environ, start)
        with missing:
            data = missing.read()
        headers = headers_of("404.html", self._csp, https=self._https)
        start("404 Not Found", [*headers, ("Content-Length", str(len(data)))])
        return [data]

    def _open(self, path: str) -> BinaryIO | None:
        try:
            return open(os.path.join(self._folder, path), "rb")  # noqa: SIM115 - closed by who sends
        except (OSError, ValueError):
            return None

    def _file(self, environ: dict[str, Any], start: Start, path: str, file: BinaryIO) -> Answer:
        told = os.fstat(file.fileno())
        changed = datetime.fromtimestamp(int(told.st_mtime), UTC)
        tag = f'"{told.st_mtime_ns:x}-{told.st_size:x}"'
        headers = headers_of(path, self._csp, https=self._https)
        headers += [("Last-Modified", format_datetime(changed, usegmt=True)), ("ETag", tag)]
        if _unchanged(environ, tag, changed):
            file.close()
            start("304 Not Modified", headers)
            return []
        first, last = 0, told.st_size - 1
        status, span = "200 OK", _RANGE.fullmatch(environ.get("HTTP_RANGE", ""))
        if span and span.group(1) and int(span.group(1)) <= last:
            first = int(span.group(1))
            last = min(last, int(span.group(2) or last))
            status = "206 Partial Content"
            headers.append(("Content-Range", f"bytes {first}-{last}/{told.st_size}"))
        length = last - first + 1
        headers += [("Accept-Ranges", "bytes"), ("Content-Length", str(length))]
        start(status, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            file.close()
            return []
        if length <= _CHUNK * 4:
            with file:
                file.seek(first)
                return [file.read(length)]
        return _pieces(file, first, length)


def _path(address: str) -> str | None:
    """An address as a path within the folder; None for one that could lead out of it."""
    try:
        path = address.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    parts = path.removeprefix("/").split("/")
    if any(part in {".", ".."} or "\0" in part or "\\" in part for part in parts):
        return None
    if any(part == "" for part in parts[:-1]):
        return None
    return "/".join([*parts[:-1], parts[-1] or "index.html"])


def _unchanged(environ: dict[str, Any], tag: str, changed: datetime) -> bool:
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        return tag in known
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if not since:
        return False
    try:
        return parsedate_to_datetime(since) >= changed
    except (TypeError, ValueError):
        return False


def _pieces(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0:
            piece = file.read(min(_CHUNK, length))
            if not piece:
                return
            length -= len(piece)
            yield piece

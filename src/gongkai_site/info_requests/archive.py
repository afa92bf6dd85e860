"""A whole case file as one ZIP, readable without this system or any other.

It holds an index to read (HTML) and one for programs (JSON), the events in the form a case
file has, every letter that went out, every attachment, a manifest, and the SHA-256 of each file in the
form `sha256sum --check` takes. The ZIP is written as it is sent: a large file is never held whole.
What is missing or was changed on disk is told in the manifest, never passed over.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from gongkai.casework import CHINA
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.info_requests import store
from gongkai_site.info_requests.archive_content import as_json, content_of, events_of
from gongkai_site.info_requests.errors import UnknownCase
from gongkai_site.info_requests.models import Case, LetterState, ScanState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import case_for

__all__ = ["Archive", "Entry", "archive_of"]

FORMAT = "gongkai-case-archive/1"
_EXPORT = "request.export"
_CHUNK = 1 << 16
_SOUND, _CHANGED = "一致", "与登记的摘要不同，文件被改动过"
_TEXT = (".html", ".json", ".yaml", ".txt")


@dataclass(slots=True)
class Entry:
    """One file of the archive: its path in it, what it is, where its bytes lie, their digest.

    After sending, `sha256` and `size` are those of what was sent; `state` is 一致, or says what was
    wrong with the file on disk.
    """

    path: str
    what: str
    source: Path
    recorded: str
    sha256: str = ""
    size: int = 0
    state: str = ""


@dataclass(slots=True)
class Archive:
    """What an archive will hold: its files, and what stays out and why."""

    case: Case
    root: str
    entries: list[Entry]
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the ZIP is called."""
        return f"{self.root}.zip"

    def stream(self, actor: Actor, now: datetime) -> Iterator[bytes]:
        """Write it down in the audit log, then return the ZIP in pieces.

        Raises:
            Refused: the actor may not.
        """
        _require(actor, self.case)
        with transaction.atomic():
            audit(
                actor,
                _EXPORT,
                target=f"申请 {self.case.number}",
                agency_id=self.case.agency_id,
                details={"files": len(self.entries), "left_out": len(self.left_out)},
            )
        return _Zip(self, actor, now).pieces()


def archive_of(actor: Actor, case_id: int) -> Archive:
    """Plan the archive of a case.

    Raises:
        UnknownCase: no such case, or none the actor may see.
        Refused: the actor may not export files, or not see who the applicant is.
    """
    case = case_for(actor, case_id)
    if case is None:
        raise UnknownCase("没有这件申请，或者您没有办理它的权限。请从办理列表里重新打开。")
    _require(actor, case)
    root = store.clean_name(f"{case.agency.code}{case.number}案卷")
    found = Archive(case, root, [])
    _letters(found)
    _attachments(found)
    return found


def _require(actor: Actor, case: Case) -> None:
    require(actor, _EXPORT, agency_id=case.agency_id)
    require(actor, Permission.VIEW_IDENTITY, agency_id=case.agency_id)


def _letters(found: Archive) -> None:
    number = 0
    for letter in found.case.letters.order_by("issued_at", "pk"):
        named = f"《{letter.title}》{letter.number}"
        if letter.state != LetterState.ISSUED:
            found.left_out.append((named, f"没有发出（{letter.get_state_display()}）"))
            continue
        number += 1
        for digest, suffix in ((letter.pdf, "pdf"), (letter.docx, "docx")):
            if digest:
                name = store.clean_name(f"{number:02d} {letter.title}{letter.number}.{suffix}")
                _add(found, f"文书/{name}", named, digest)


def _attachments(found: Archive) -> None:
    for number, one in enumerate(found.case.attachments.all(), 1):
        named = f"{one.get_purpose_display()}：{one.name}"
        if one.scan == ScanState.INFECTED:
            found.left_out.append((named, "查出病毒，已隔离"))
            continue
        name = store.clean_name(f"{number:02d} {one.name}")
        _add(found, f"附件/{name}", named, one.digest)


def _add(found: Archive, path: str, what: str, digest: str) -> None:
    source = store.path_of(digest)
    if source.is_file():
        found.entries.append(Entry(f"{found.root}/{path}", what, source, digest))
    else:
        found.left_out.append((what, f"文件不在存储里（SHA-256 {digest}）。请从备份恢复"))


class _Pipe:
    """Takes what the ZIP writer writes, and hands it on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take bytes; as a file would, without a place to go back to."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data, self._parts = b"".join(self._parts), []
        return data


class _Zip:
    """One archive being written."""

    def __init__(self, archive: Archive, actor: Actor, now: datetime) -> None:
        self._archive, self._actor, self._now = archive, actor, now
        self._pipe = _Pipe()
        self._sums: list[tuple[str, int, str]] = []

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the ZIP, in order."""
        root = self._archive.root
        with zipfile.ZipFile(self._pipe, "w", allowZip64=True) as book:  # type: ignore[call-overload]
            for entry in self._archive.entries:
                yield from self._file(book, entry)
            case, files = self._archive.case, self._files()
            content = {"format": FORMAT, **content_of(case), **files}
            page = {**content, "now": self._now, "by": self._actor.name}
            index = render_to_string("info_requests/office/archive_index.html", page)
            yield from self._text(book, f"{root}/index.html", index)
            yield from self._text(book, f"{root}/index.json", as_json(content))
            yield from self._text(book, f"{root}/events.yaml", events_of(case))
            yield from self._text(book, f"{root}/manifest.json", as_json(self._manifest()))
            yield from self._text(book, f"{root}/SHA256SUMS.txt", self._digests())
        yield self._pipe.taken()

    def _file(self, book: zipfile.ZipFile, entry: Entry) -> Iterator[bytes]:
        hasher = hashlib.sha256()
        with entry.source.open("rb") as source, book.open(self._info(entry.path), "w") as goal:
            while chunk := source.read(_CHUNK):
                hasher.update(chunk)
                goal.write(chunk)
                yield self._pipe.taken()
        entry.sha256, entry.size = hasher.hexdigest(), entry.source.stat().st_size
        entry.state = _SOUND if entry.sha256 == entry.recorded else _CHANGED
        self._sums.append((entry.path, entry.size, entry.sha256))

    def _text(self, book: zipfile.ZipFile, path: str, text: str) -> Iterator[bytes]:
        data = text.encode()
        with book.open(self._info(path), "w") as goal:
            goal.write(data)
        self._sums.append((path, len(data), hashlib.sha256(data).hexdigest()))
        yield self._pipe.taken()

    def _info(self, path: str) -> zipfile.ZipInfo:
        moment = self._now.astimezone(CHINA)
        info = zipfile.ZipInfo(path, moment.timetuple()[:6])
        # Letters and pictures are packed already.
        text = path.endswith(_TEXT)
        info.compress_type = zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        return info

    def _files(self) -> dict[str, Any]:
        """The letters and attachments as the index lists them, by their place beside it."""
        skip = len(self._archive.root) + 1
        return {
            "files": [
                {
                    "path": one.path[skip:],
                    "what": one.what,
                    "bytes": one.size,
                    "sha256": one.sha256,
                    "state": one.state,
                }
                for one in self._archive.entries
            ],
            "left_out": [{"what": what, "why": why} for what, why in self._archive.left_out],
        }

    def _manifest(self) -> dict[str, Any]:
        case = self._archive.case
        return {
            "format": FORMAT,
            "made_at": self._now.astimezone(CHINA).isoformat(timespec="seconds"),
            "made_by": self._actor.name,
            "made_with": f"gongkai {settings.VERSION}",
            "agency": case.agency.name,
            "case": case.number,
            "events": case.version,
            "files": [
                {"path": path, "bytes": size, "sha256": digest} for path, size, digest in self._sums
            ],
            "damaged": [one.path for one in self._archive.entries if one.state != _SOUND],
            "left_out": self._files()["left_out"],
        }

    def _digests(self) -> str:
        """Relative to the folder, so that `sha256sum --check` is run inside it."""
        skip = len(self._archive.root) + 1
        return "".join(f"{digest}  {path[skip:]}\n" for path, _, digest in self._sums)

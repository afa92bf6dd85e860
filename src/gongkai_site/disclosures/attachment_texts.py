"""The text of attachments, read once for each file whatever it is attached to.

A file that cannot be read has an empty text, and is not tried again. Many files at a time are read by
a `Reader`, which does not begin anew for each.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gongkai_site.agencies.apart import Apart
from gongkai_site.disclosures.models import AttachmentText
from gongkai_site.disclosures.store import STORE

__all__ = ["Reader", "known", "read", "read_missing"]

_log = logging.getLogger(__name__)

_CHILD = "gongkai_site.disclosures.attachment_child"
_SECONDS = 40
_MOST_CHARACTERS = 500_000


def known(digests: Iterable[str]) -> dict[str, str]:
    """Digest → text, of those that were read."""
    wanted = AttachmentText.objects.filter(digest__in=set(digests))
    return dict(wanted.values_list("digest", "text"))


def read_missing(digests: Iterable[str]) -> set[str]:
    """Read the files that were not read yet; return the digests of those."""
    wanted = set(digests)
    done = AttachmentText.objects.filter(digest__in=wanted).values_list("digest", flat=True)
    missing = wanted - set(done)
    for digest in sorted(missing):
        text = read(STORE.path_of(digest))
        AttachmentText.objects.get_or_create(digest=digest, defaults={"text": text})
    return missing


def read(path: Path) -> str:
    """The text of one file, no more than half a million characters; empty if there is none."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with the path of our own file
            [
                *(sys.executable, "-m", _CHILD),
                *(str(path), str(_MOST_CHARACTERS)),
            ],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _log.warning("the file %s took too long to read", path.name)
        return ""
    if done.returncode:
        _log.warning("the file %s could not be read", path.name)
        return ""
    return _told(done.stdout)


class Reader:
    """Reads one file after another, each in a process of its own.

    with Reader() as reader:
        text = reader.read(path)
    """

    def __init__(self) -> None:
        self._apart = Apart(_CHILD, str(_MOST_CHARACTERS))

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *raised: Any) -> None:
        self._apart.__exit__(*raised)

    def read(self, path: Path) -> str:
        """The text of one file; see `read`."""
        if not self._apart.can(path):
            return read(path)
        answer = self._apart.ask(path)
        if answer is None:
            _log.warning("the file %s could not be read", path.name)
            return ""
        return _told(answer)


def _told(answer: bytes) -> str:
    # PostgreSQL takes no null character.
    return answer.decode("utf-8", "ignore").replace("\0", " ")[:_MOST_CHARACTERS]

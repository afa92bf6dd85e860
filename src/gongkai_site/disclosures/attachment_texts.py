"""The text of attachments, read once for each file whatever it is attached to.

A file that cannot be read has an empty text, and is not tried again.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from gongkai_site.disclosures.models import AttachmentText
from gongkai_site.disclosures.store import STORE

__all__ = ["known", "read", "read_missing"]

_log = logging.getLogger(__name__)

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
                *(sys.executable, "-m", "gongkai_site.disclosures.attachment_child"),
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
    # PostgreSQL takes no null character.
    return done.stdout.decode("utf-8", "ignore").replace("\0", " ")[:_MOST_CHARACTERS]

"""Where previews and new files lie until they are saved, and the process that makes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from gongkai.errors import RedactionError
from gongkai_site.info_requests import store
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Redaction
from gongkai_site.info_requests.redacting.child import RESULT, preview_name

__all__ = ["ask_child", "drop_made", "folder_of", "forget", "preview", "result_bytes"]

_SECRETS = ("DATABASE_URL", "GONGKAI_SECRET_KEY", "PGPASSWORD")


def folder_of(held: Redaction) -> Path:
    """The folder of one redaction."""
    return Path(settings.UPLOADS) / "redactions" / str(held.pk)


def preview(held: Redaction, page: int, *, made: bool = False) -> bytes | None:
    """A page's preview as PNG, of the original or of what was made; None where there is none."""
    try:
        return (folder_of(held) / preview_name(page, made=made)).read_bytes()
    except OSError:
        return None


def result_bytes(held: Redaction) -> bytes:
    """The file that was made. Raises OSError where it is gone."""
    return (folder_of(held) / RESULT).read_bytes()


def drop_made(held: Redaction) -> None:
    """Delete what was made, and keep the previews of the original."""
    folder = folder_of(held)
    (folder / RESULT).unlink(missing_ok=True)
    for one in folder.glob("made-*.png"):
        one.unlink(missing_ok=True)


def forget(held: Redaction) -> None:
    """Delete everything that lies on disk for a redaction."""
    shutil.rmtree(folder_of(held), ignore_errors=True)


def ask_child(held: Redaction, order: Mapping[str, Any]) -> dict[str, Any]:
    """Have the file opened or redacted in a process of its own; return its answer.

    Args:
        held: the redaction, with its source.
        order: `do` and what it needs beside paths and bounds; see `child`.

    Raises:
        RedactionError: it cannot be done, it took too long, or the process died.
    """
    folder, bounds = folder_of(held), house()["redaction"]
    folder.mkdir(parents=True, exist_ok=True)
    whole = {
        **order,
        "source": str(store.path_of(held.source.digest)),
        "folder": str(folder),
        "memory": bounds["memory"],
    }
    environment = {key: value for key, value in os.environ.items() if key not in _SECRETS}
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, its orders on standard input
            [sys.executable, "-m", "gongkai_site.info_requests.redacting.child"],
            input=json.dumps(whole),
            capture_output=True,
            text=True,
            timeout=bounds["seconds"],
            check=False,
            env=environment,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise RedactionError(
            "timeout", "处理这个文件超过了时间上限，已经停止。请把文件拆成几份，分别遮盖。"
        ) from None
    except json.JSONDecodeError:
        raise RedactionError(
            "crashed",
            "处理这个文件时程序意外停止，可能是文件损坏或者太大。"
            "请把原件打印为 PDF（或扫描），加入案卷后再遮盖。",
        ) from None
    if "code" in answer:
        raise RedactionError(answer["code"], answer["message"])
    return answer

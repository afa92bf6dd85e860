"""Open or redact one file in a process of its own, which may crash, swell or hang without harm.

One order comes as JSON on the standard input, one answer goes as JSON to the standard output:

    {"do": "open", "source", "folder", "memory"}
        → {"pages": [{"width", "height", "unit", "across", "down", "notes"}],
           "suggestions": [{"kind", "sure", "boxes": [place]}]}
    {"do": "make", "source", "folder", "memory", "boxes": [place with "ground", "note"],
     "every_page", "limit"}
        → {"size", "media_type", "log", "pages", "digest", "checks", "warnings",
           "elsewhere": [place with "box"], "previews"}
    → {"code", "message"} where it cannot be done

A place is {"page", "x0", "y0", "x1", "y1"} in fractions of its page from the top left. Previews and
the new file are written into the folder. No answer holds anything that stands in the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gongkai.errors import RedactionError
from gongkai.redaction import Box, Redacted, pages, redact, suggest

__all__ = ["RESULT", "main", "preview_name"]

RESULT = "result"
_LEAST_DPI = 150


def preview_name(number: int, *, made: bool = False) -> str:
    """What a page's preview is called in the folder."""
    return f"{'made' if made else 'page'}-{number}.png"


def main() -> None:
    """Read the order, write the answer."""
    order = json.load(sys.stdin)
    _bound(order["memory"])
    try:
        answer = _DOING[order["do"]](order)
    except RedactionError as refused:
        answer = {"code": refused.code, "message": str(refused)}
    json.dump(answer, sys.stdout, ensure_ascii=True)


def _open(order: Mapping[str, Any]) -> dict[str, Any]:
    data, folder = Path(order["source"]).read_bytes(), Path(order["folder"])
    sizes = _previewed(data, folder, made=False)
    return {"pages": sizes, "suggestions": [_suggestion(one, sizes) for one in suggest(data)]}


def _make(order: Mapping[str, Any]) -> dict[str, Any]:
    data, folder = Path(order["source"]).read_bytes(), Path(order["folder"])
    boxes = [Box(**one, unit="fraction") for one in order["boxes"]]
    made = redact(data, boxes, every_page=order["every_page"])
    if len(made.data) > order["limit"]:
        made = redact(data, boxes, every_page=order["every_page"], dpi=_LEAST_DPI)
    if len(made.data) > order["limit"]:
        most = order["limit"] >> 20
        raise RedactionError(
            "result_too_large",
            f"遮盖后的文件超过 {most} MB，放不进案卷。请把原件拆成几份，分别遮盖。",
        )
    (folder / RESULT).write_bytes(made.data)
    sizes = _previewed(made.data, folder, made=True)
    return {
        "size": len(made.data),
        "media_type": made.media_type,
        "log": [_logged(one) for one in made.log],
        "pages": [
            {"page": one.page, "made": one.made, "reason": one.reason, "words": one.words}
            for one in made.pages
        ],
        "digest": made.removed_text_digest,
        "checks": list(made.proof.checks),
        "warnings": list(made.warnings),
        "elsewhere": _elsewhere(made, sizes),
        "previews": sizes,
    }


_DOING = {"open": _open, "make": _make}


def _previewed(data: bytes, folder: Path, *, made: bool) -> list[dict[str, Any]]:
    """Write the preview of each page, and tell its size in points (or pixels) and as shown."""
    from io import BytesIO

    from PIL import Image

    told = []
    for one in pages(data):
        (folder / preview_name(one.number, made=made)).write_bytes(one.preview)
        with Image.open(BytesIO(one.preview)) as shown:
            across, down = shown.size
        told.append(
            {
                "width": one.width,
                "height": one.height,
                "unit": one.unit,
                "across": across,
                "down": down,
                "notes": list(one.notes),
            }
        )
    return told


def _suggestion(one: Any, sizes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "sure": one.sure,
        "boxes": [_place(box.page, box, sizes) for box in one.boxes],
    }


def _elsewhere(made: Redacted, sizes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each place once, with the first box whose words stand there."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in made.proof.elsewhere:
        place = _place(one.page, one.rect, sizes)
        found.setdefault(
            tuple(round(value, 3) for value in place.values()), {"box": one.box, **place}
        )
    return list(found.values())


def _place(page: int, rect: Any, sizes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    across, down = sizes[page - 1]["width"], sizes[page - 1]["height"]
    return {
        "page": page,
        "x0": rect.x0 / across,
        "y0": rect.y0 / down,
        "x1": rect.x1 / across,
        "y1": rect.y1 / down,
    }


def _logged(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "page": one.page,
        "ground": one.ground,
        "share": one.share,
        "words": one.words,
        "label": one.label,
        "note": one.note,
    }


def _bound(memory: int) -> None:
    """Bound the address space, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()

"""Text that a page says in place of what it shows (/ActualText) is taken away before it is read.

pdfium reads out the substitute. Nobody sees it, so nobody would draw a box over it.
"""

from __future__ import annotations

import warnings
from typing import Any

__all__ = ["lift_substitutes"]

_SUBSTITUTE = "/ActualText"
_MAX_DEPTH = 40


def lift_substitutes(document: Any) -> bool:
    """Remove every substitute from an open `pikepdf.Pdf`.

    Returns:
        Whether there was one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drawing commands that are none
        return _lifted(document)


def _lifted(document: Any) -> bool:
    import pikepdf

    found = False
    for held in document.objects:
        found |= _lift(held, 0)
        if isinstance(held, pikepdf.Stream) and held.get("/Subtype") == "/Form":
            content = _without(held)
            if content is not None:
                held.write(content)
                found = True
    for page in document.pages:
        content = _without(page)
        if content is not None:
            page.obj.Contents = pikepdf.Stream(document, content)
            found = True
    return found


def _lift(held: Any, depth: int) -> bool:
    """From the property lists that pages refer to by name."""
    import pikepdf

    if depth > _MAX_DEPTH:
        return False
    parts: list[Any] = []
    found = False
    if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        found = _SUBSTITUTE in held
        if found:
            del held[_SUBSTITUTE]
        parts = list(held.values())
    elif isinstance(held, pikepdf.Array):
        parts = list(held)
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            found |= _lift(part, depth + 1)
    return found


def _without(held: Any) -> bytes | None:
    """The drawing commands of a page or form without substitutes; None where there are none."""
    import pikepdf

    marks = pikepdf.parse_content_stream(held, "BDC")
    if not any(_substitutes(step.operands) for step in marks):
        return None
    kept = []
    for step in pikepdf.parse_content_stream(held):
        if str(step.operator) == "BDC" and _substitutes(step.operands):
            step = pikepdf.ContentStreamInstruction([step.operands[0]], pikepdf.Operator("BMC"))
        kept.append(step)
    content: bytes = pikepdf.unparse_content_stream(kept)
    return content


def _substitutes(operands: Any) -> bool:
    import pikepdf

    if len(operands) != 2 or not isinstance(operands[1], pikepdf.Dictionary):
        return False
    return _SUBSTITUTE in operands[1]

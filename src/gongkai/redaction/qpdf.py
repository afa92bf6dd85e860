"""A PDF opened with qpdf, object by object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from gongkai.redaction.limits import ensure_no_bomb
from gongkai.redaction.pdfium import damaged, encrypted
from gongkai.redaction.substitutes import lift_substitutes

__all__ = ["broken", "objects_of"]


def broken() -> tuple[type[Exception], ...]:
    """What qpdf and its Python face raise over an object that is not what it should be."""
    import pikepdf

    return (
        pikepdf.PdfError,
        RuntimeError,  # qpdf: a tree of pages that contradicts itself
        ValueError,  # a name in another encoding, a number that is none
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        UserWarning,  # where warnings of drawing commands are raised
    )


@contextmanager
def objects_of(data: bytes) -> Iterator[tuple[Any, bytes]]:
    """An open `pikepdf.Pdf` without text said in place of what is shown, and its bytes.

    Raises:
        RedactionError: `encrypted`, `bomb` or `damaged`.
    """
    import pikepdf

    try:
        held = pikepdf.open(BytesIO(data))
    except pikepdf.PasswordError as error:
        raise encrypted() from error
    except broken() as error:
        raise damaged() from error
    with held:
        if held.is_encrypted:
            raise encrypted()
        try:
            ensure_no_bomb(held)
            len(held.pages)
            if lift_substitutes(held):
                out = BytesIO()
                held.save(out)
                data = out.getvalue()
        except broken() as error:
            raise damaged() from error
        yield held, data

"""Look at one PDF in a process of its own: print its pages, or `locked`, `scripted`, `broken`.

python -m gongkai_site.agencies.pdf_child FILE

With `-` for FILE it looks at one after another (`agencies.apart`).
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["main", "many"]

_MEMORY = 1 << 30
_SECONDS = 15
_WAIT = 20
_PASSWORD_ERROR = 4


def main(path: str) -> str:
    """Return what is to be printed."""
    _bound()
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        locked = raw.FPDF_GetLastError() == _PASSWORD_ERROR
        return "locked" if locked else "broken"
    active = _count(raw.FPDFDoc_GetJavaScriptActionCount, document) or _count(
        raw.FPDFDoc_GetAttachmentCount, document
    )
    return "scripted" if active else str(len(document))


def many() -> None:
    """Look at whatever is asked for on standard input, until it ends."""
    import pypdfium2  # noqa: F401

    from gongkai_site.agencies.apart import serve

    serve(lambda path: main(path).encode(), seconds=_WAIT)


def _count(ask: Any, document: Any) -> bool:
    return int(ask(document.raw)) > 0


def _bound() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


if __name__ == "__main__":
    if sys.argv[1] == "-":
        many()
    else:
        print(main(sys.argv[1]))

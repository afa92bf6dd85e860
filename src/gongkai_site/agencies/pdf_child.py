"""Look at one PDF in a process of its own: print its pages, or `locked`, `scripted`, `broken`.

python -m gongkai_site.agencies.pdf_child FILE
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["main"]

_MEMORY = 1 << 30
_SECONDS = 15
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
    print(main(sys.argv[1]))

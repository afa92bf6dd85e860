"""Read the text of one file in a process of its own, and print it in UTF-8.

python -m gongkai_site.disclosures.attachment_child FILE MOST_CHARACTERS

Nothing is printed for a picture, a locked or damaged file, or a kind that is not read. A file may
have come from anybody: memory and time are bounded here, waiting by whoever asks.

With `-` for FILE it reads one after another (`agencies.apart`).
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["main", "many", "text_of"]

_MEMORY = 1 << 30
_SECONDS = 30
_WAIT = 40
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")


def main(path: str, most: int) -> bytes:
    """The text in UTF-8, no more than `most` characters of it."""
    _bound()
    return text_of(Path(path).read_bytes(), most)[:most].encode("utf-8", "ignore")


def many(most: int) -> None:
    """Read whatever is asked for on standard input, until it ends."""
    import pypdfium2  # noqa: F401

    from gongkai.reading.containers import open_document
    from gongkai_site.agencies.apart import serve

    # Loads what the common kinds need, once for all.
    open_document("字".encode())
    serve(lambda path: main(path, most), seconds=_WAIT)


def text_of(data: bytes, most: int) -> str:
    """The text of a file; empty where there is none to be had."""
    from gongkai.errors import GongkaiError
    from gongkai.reading.containers import open_document

    if b"%PDF-" in data[:1024]:
        return _pdf(data, most)
    # Recognising the letters of a picture takes longer than anybody should wait for.
    if data.startswith(_PICTURES):
        return ""
    try:
        return open_document(data).text
    except GongkaiError:
        return ""


def _pdf(data: bytes, most: int) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return ""
    pages: list[str] = []
    length = 0
    for page in document:
        try:
            text = page.get_textpage().get_text_bounded()
        except pypdfium2.PdfiumError:
            continue
        pages.append(text)
        length += len(text)
        if length > most:
            break
    return "\n".join(pages)


def _bound() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    if sys.argv[1] == "-":
        many(int(sys.argv[2]))
    else:
        sys.stdout.buffer.write(main(sys.argv[1], int(sys.argv[2])))

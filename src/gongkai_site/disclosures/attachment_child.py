"""Read the text of one file in a process of its own, and print it in UTF-8.

python -m gongkai_site.disclosures.attachment_child FILE MOST_CHARACTERS

Nothing is printed for a picture, a locked or damaged file, or a kind that is not read. A file may
have come from anybody: memory and time are bounded here, waiting by whoever asks.

With `-` for FILE it reads one after another, a path a line on standard input, each in a process forked
from this one, which has loaded already what reading needs. It answers each with a line, the number of
bytes or -1 where that process died, and the bytes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["main", "serve", "text_of"]

_MEMORY = 1 << 30
_SECONDS = 30
_WAIT = 40
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")


def main(path: str, most: int) -> None:
    """Print the text, no more than `most` characters of it."""
    _bound()
    text = text_of(Path(path).read_bytes(), most)
    sys.stdout.buffer.write(text[:most].encode("utf-8", "ignore"))


def serve(most: int) -> None:
    """Read whatever is asked for on standard input, until it ends."""
    import pypdfium2  # noqa: F401

    from gongkai.reading.containers import open_document

    # Loads what the common kinds need, once for all.
    open_document("字".encode())
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        text = _apart(os.fsdecode(line.rstrip(b"\n")), most)
        out.write(b"-1\n" if text is None else b"%d\n" % len(text) + text)
        out.flush()


def _apart(path: str, most: int) -> bytes | None:
    """The text, read in a fork that may die without harm; None where it did."""
    import signal

    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            signal.alarm(_WAIT)
            _bound()
            with os.fdopen(writing, "wb") as answer:
                text = text_of(Path(path).read_bytes(), most)
                answer.write(text[:most].encode("utf-8", "ignore"))
            status = 0
        finally:
            # Nothing of the parent's is to be run or written twice.
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        answered = told.read()
    return None if os.waitpid(child, 0)[1] else answered


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
        serve(int(sys.argv[2]))
    else:
        main(sys.argv[1], int(sys.argv[2]))

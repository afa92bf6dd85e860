"""How text looks in a terminal: Chinese takes two columns, colour only where somebody sees it."""

from __future__ import annotations

import io
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import TextIO

__all__ = ["Progress", "aligned", "can_say_chinese", "paint", "prepare", "say", "width", "wrap"]

_COLOURS = {"error": "31", "warn": "33", "note": "36", "good": "32", "bold": "1", "dim": "2"}
# A line does not begin with these, nor end with those.
_NOT_FIRST = "，。；：、）》”’！？…％%,.;:)]｜|"
_NOT_LAST = "（《“‘(["
# Unbreakable: a run of ASCII without spaces. All else may be broken after any character.
_WORDS = re.compile(r"[!-~]+|\s+|.", re.DOTALL)


def prepare() -> None:
    """Let standard output and error take any text: what the encoding lacks is printed as `\\uXXXX`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def can_say_chinese() -> bool:
    """False where standard output's encoding has no Chinese."""
    try:
        "公开".encode(sys.stdout.encoding or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line."""
    stream = sys.stderr if err else sys.stdout
    stream.write(text + "\n")


def paint(text: str, colour: str, *, err: bool = False) -> str:
    """`text` in a colour (error, warn, note, good, bold, dim) where a person reads it in colour."""
    stream: TextIO = sys.stderr if err else sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\033[{_COLOURS[colour]}m{text}\033[0m"


def width(text: str) -> int:
    """How many columns `text` takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WFA" else 1
        for c in text
    )


def aligned(text: str, columns: int, *, right: bool = False) -> str:
    """`text` filled up with spaces to `columns`; longer text stays whole."""
    space = " " * max(columns - width(text), 0)
    return space + text if right else text + space


def wrap(text: str, columns: int) -> Iterator[str]:
    """The lines of `text`, none wider than `columns` unless a single word is."""
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            full = width(line) + width(word) > columns
            if full and line and word[0] not in _NOT_FIRST:
                carried = line[-1] if line[-1] in _NOT_LAST else ""
                yield line.removesuffix(carried).rstrip() if carried else line.rstrip()
                line = carried
            if line or not word.isspace():
                line += word
        yield line.rstrip()


class Progress:
    """A line on standard error that says how far a batch is; silent unless somebody watches."""

    def __init__(self, total: int, what: str) -> None:
        self._total = total
        self._what = what
        self._shown = False
        self._active = total > 1 and sys.stderr.isatty()

    def show(self, done: int, name: str = "") -> None:
        """Say that `done` files are done, and which is the latest."""
        if not self._active:
            return
        filled = 20 * done // self._total
        bar = "█" * filled + "░" * (20 - filled)
        tail = f" {name}" if width(name) < 40 else f" …{name[-18:]}"
        sys.stderr.write(f"\r\033[K{self._what} {bar} {done}/{self._total}{tail}")
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away, before something else is printed or at the end."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
            self._shown = False

"""Results as JSON: one object, a list written as it grows, or an object a line."""

from __future__ import annotations

import json
from typing import Any

from gongkai.cli.terminal import can_say_chinese, say

__all__ = ["JsonList", "one_or_list", "show"]


def _text(value: Any, indent: int | None = None) -> str:
    """Without escapes for Chinese, unless standard output has none."""
    return json.dumps(value, ensure_ascii=not can_say_chinese(), indent=indent)


def show(value: Any) -> None:
    """One value, laid out for people."""
    say(_text(value, indent=2))


def one_or_list(values: list[Any]) -> None:
    """A value by itself, or several in a list."""
    show(values[0] if len(values) == 1 else values)


class JsonList:
    """Objects as they come: in a list, or with `lines` one a line."""

    def __init__(self, *, lines: bool) -> None:
        self._lines = lines
        self._count = 0

    def add(self, value: Any) -> None:
        """Write one object."""
        if self._lines:
            say(_text(value))
        else:
            say(("[" if self._count == 0 else ",") + _text(value))
        self._count += 1

    def end(self) -> None:
        """Close the list."""
        if not self._lines:
            say("]" if self._count else "[]")

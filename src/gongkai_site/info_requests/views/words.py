"""What the desk says of each verb and hint: `data/desk.yaml`, its references resolved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from gongkai.regulation.references import Reference, law

__all__ = ["Hint", "hint_of", "reminders"]

_FILE = "desk.yaml"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a verb does, and the article it serves, where there is one."""

    says: str
    reference: Reference | None


def hint_of(verb: str) -> Hint:
    """Return what the desk says of a verb; nothing for one it has no words for."""
    held = _words()["verbs"].get(verb)
    return Hint("", None) if held is None else _hint(verb, held)


def reminders() -> dict[str, Hint]:
    """Return what a case file reminds of, by key."""
    return {key: _hint(key, held) for key, held in _words()["hints"].items()}


def _hint(key: str, held: dict[str, Any]) -> Hint:
    raw = held.get("reference")
    found = None if raw is None else law().resolve(raw, f"{_FILE} {key}")
    return Hint(held["says"], found)


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    file = resources.files("gongkai_site.info_requests") / "data" / _FILE
    held: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return held

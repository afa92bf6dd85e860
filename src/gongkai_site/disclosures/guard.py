"""Who may write a document's row: only `service`, while it carries out a verb."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["in_service", "serving"]

_SERVING: ContextVar[bool] = ContextVar("disclosures_serving", default=False)


@contextmanager
def serving() -> Iterator[None]:
    """While inside, documents may be saved and published: a verb has asked who may."""
    token = _SERVING.set(True)
    try:
        yield
    finally:
        _SERVING.reset(token)


def in_service() -> bool:
    """Whether a verb is being carried out."""
    return _SERVING.get()

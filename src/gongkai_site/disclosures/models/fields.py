"""The field of the body."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField

__all__ = ["BodyField"]


class BodyField(StreamField):
    """A StreamField whose blocks are no part of the database: a new block needs no migration."""

    def deconstruct(self) -> Any:
        """Leave the blocks out."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs

"""An index of one's own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongkai_site.portal.search import index

BEGUN = datetime(2020, 1, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where the index of this test lies."""
    settings.VAR = tmp_path
    yield tmp_path / "search"
    index._opened.pop(tmp_path / "search", None)


def made(number: int, title: str, *texts: str, **fields: Any) -> index.Entry:
    """A document published on the n-th day."""
    moment = fields.pop("moment", BEGUN + timedelta(days=number))
    return index.Entry(number, moment, moment.year, title, texts=texts, **fields)


@pytest.fixture
def entry() -> Callable[..., index.Entry]:
    """Return the maker of documents: `entry(id, title, *texts, **fields)`."""
    return made

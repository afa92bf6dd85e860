"""A small catalogue to read by program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.gongkai_site.portal import catalogue

from gongkai_site.disclosures.models import Column
from gongkai_site.portal import pace


@pytest.fixture(autouse=True)
def at_leisure() -> None:
    """Nobody has asked anything yet."""
    pace.clear()


@pytest.fixture
def news(db: None, make_agency: Callable[..., Any]) -> Column:
    """A column to publish in."""
    return catalogue.column("news", agency=make_agency())

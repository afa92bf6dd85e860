"""Built sites of one's own."""

from __future__ import annotations

import pytest

from gongkai_site.portal.build import files, run


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not flush a whole shared machine for each site of a test."""
    monkeypatch.setattr(run, "flush", lambda: None)
    monkeypatch.setattr(files.os, "fsync", lambda handle: None)

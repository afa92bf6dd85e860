"""The desk's people at the office's pages."""

from __future__ import annotations

from tests.gongkai_site.info_requests.desk.conftest import Desk, desk, words

__all__ = ["Desk", "desk", "words"]

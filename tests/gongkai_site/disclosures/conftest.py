"""An office that publishes, for each test."""

from __future__ import annotations

import pytest
from tests.gongkai_site.disclosures.factories import Desk, make_desk


@pytest.fixture
def desk(db: None) -> Desk:
    """An organ with an editor, a reviewer, an issuer and a column."""
    return make_desk()

"""The glossary ties every word the site keeps to what people read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.models import TextChoices

from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures import models as publishing
from gongkai_site.disclosures.channels import models as channels
from gongkai_site.disclosures.imports import models as imports

LINES = (Path(__file__).parents[2] / "GLOSSARY.md").read_text("utf-8").splitlines()
KINDS = (
    *(publishing.Kind, publishing.Nature, publishing.State, publishing.Stage),
    *(publishing.Validity, publishing.EventKind, publishing.ChangeKind),
    *(channels.ChannelKind, channels.DeliveryState),
    *(imports.BatchKind, imports.BatchState),
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_word_of_publishing_is_in_the_glossary(kind: type[TextChoices]) -> None:
    told = [(value, str(label)) for value, label in kind.choices if value]
    assert [one for one in told if f"| `{one[0]}` | {one[1]} |" not in LINES] == []


def test_every_role_is_in_the_glossary() -> None:
    assert [role for role in Role if f"| `{role.value}` | {role.label} |" not in LINES] == []

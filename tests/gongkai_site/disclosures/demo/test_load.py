"""The demonstration of publishing as it is loaded."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.gongkai_site.disclosures.factories import make_agency, make_person

from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.models import Agency, Office, User
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures import published
from gongkai_site.disclosures.demo.load import Loaded, load
from gongkai_site.disclosures.models import Column, Disclosure

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parents[4] / "demo" / "disclosures"
# A Tuesday, with no day off for weeks around it.
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def agency() -> Agency:
    agency = make_agency("示例市商务局", code="示商务")
    for role in (Role.EDITOR, Role.REVIEWER, Role.ISSUER):
        make_person(agency, role)
    User.objects.update(is_demo=True)
    Office.objects.create(agency=agency, name="法规处", valid_from=agency.valid_from)
    return agency


def test_the_year_and_what_stands_at_its_end(agency: Agency) -> None:
    assert load(FOLDER, now=NOW) == Loaded(agency, year=2411, standing=16, present=14)
    of_2020 = Disclosure.objects.filter(year=2020)
    kinds = Counter(of_2020.values_list("kind", flat=True))
    assert kinds == {"normative": 8, "other_document": 135, "news": 76, "budget": 2, "other": 2190}
    # Table 2 of the published report: 8 new, 15 in force at the end of the year.
    valid = Disclosure.objects.filter(kind="normative", validity="valid", year__lte=2020)
    assert valid.count() == 15
    gone = Disclosure.objects.filter(kind="normative", year__lte=2020).exclude(validity="valid")
    assert Counter(gone.values_list("validity", flat=True)) == {"repealed": 2, "expired": 1}
    assert of_2020.filter(interprets__isnull=False).distinct().count() == 21
    assert published.column_length("permits") == 1096
    assert verify().broken is None


def test_every_stage_is_there_today(agency: Agency) -> None:
    load(FOLDER, now=NOW)
    present = Disclosure.objects.filter(imported=False)
    assert Counter(present.values_list("state", flat=True)) == {
        "draft": 6,
        "submitted": 1,
        "reviewed": 1,
        "scheduled": 1,
        "published": 4,
        "withdrawn": 1,
    }
    today = NOW.date()
    assert present.filter(stage="draft", due_on__lt=today).exists()
    assert present.filter(stage="draft", due_on__gte=today).exists()
    assert present.filter(nature="withheld", re_review_on__gt=today).count() == 1
    assert present.filter(urgent=True, state="published").count() == 1


def test_it_is_loaded_once_and_only_where_its_people_are(agency: Agency) -> None:
    assert load(FOLDER / "none", now=NOW) is None
    User.objects.update(is_demo=False)
    assert load(FOLDER, now=NOW) is None
    assert not Column.objects.exists()
    User.objects.update(is_demo=True)
    assert load(FOLDER, now=NOW) is not None
    assert load(FOLDER, now=NOW) is None

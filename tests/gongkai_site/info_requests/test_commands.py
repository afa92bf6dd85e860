"""Columns written anew by command, and an amended calendar."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai_site.agencies import calendars
from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Case

pytestmark = pytest.mark.django_db

PACKAGED = Path(calendars.__file__).parents[2] / "gongkai/workdays/data/2026.yaml"


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """The year 2026 with two more days off, 26 and 27 March (made up)."""
    text = PACKAGED.read_text("utf-8")
    spring = "      - {name: 春节, first: 2026-02-15, last: 2026-02-23}\n"
    assert spring in text
    more = "      - {name: 虚构假期, first: 2026-03-26, last: 2026-03-27}\n"
    text = text.replace(spring, spring + more).replace("working_days: 248", "working_days: 246")
    file = tmp_path / "new" / "2026.yaml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    return file


def test_columns_are_rebuilt_from_the_events(bureau: Bureau) -> None:
    good, bad = bureau.case(), bureau.case()
    service.assign(bureau.officer, bad.pk, office_id=bureau.offices[1].pk, now=bureau.clock())
    Case.objects.filter(pk=bad.pk).update(
        state="served", due_on=date(2030, 1, 1), office=bureau.offices[0]
    )
    said = run("rebuild_cases")
    assert "共核对 2 件，重写 1 件，0 件不能重算。" in said
    assert bad.number in said
    assert good.number not in said
    bad.refresh_from_db()
    assert (bad.state, bad.due_on, bad.office_id) == (
        "examined",
        date(2026, 3, 30),
        bureau.offices[1].pk,
    )
    assert "重写 0 件" in run("rebuild_cases", "--open")


def test_an_amended_calendar_is_looked_at_and_then_used(bureau: Bureau, amended: Path) -> None:
    case, closed = bureau.case(), bureau.closed(bureau.case())
    assert case.due_on == date(2026, 3, 30)
    said = run("recalculate", "--calendar", str(amended))
    # Two of its working days are off now.
    assert f"{case.number}  2026-03-30 → 2026-04-01" in said
    assert closed.number not in said
    assert "1 件的到期日有变化（没有写入" in said
    case.refresh_from_db()
    assert case.due_on == date(2026, 3, 30)

    run("recalculate", "--calendar", str(amended), "--write")
    case.refresh_from_db()
    assert case.due_on == date(2026, 4, 1)
    # From now on the office counts by it.
    assert bureau.case().due_on == date(2026, 4, 1)
    assert "0 件的到期日有变化" in run("recalculate")


def test_a_file_that_is_no_calendar_is_refused(db: None, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("year: 2026\n", "utf-8")
    with pytest.raises(CommandError, match="年度文件不能用"):
        run("recalculate", "--calendar", str(file))
    with pytest.raises(CommandError, match="年度文件不能用"):
        run("recalculate", "--calendar", str(tmp_path / "none.yaml"))

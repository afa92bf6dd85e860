"""The checks at work: a draft of the catalogue, its organ's own numbers, its attachments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.disclosures.factories import Desk, body

from gongkai_site.disclosures import attachment_texts, service
from gongkai_site.disclosures.checks.drafts import content_of, findings
from gongkai_site.disclosures.checks.published import file
from gongkai_site.disclosures.checks.reading import read_attached
from gongkai_site.disclosures.errors import ChecksFailed, Impossible
from gongkai_site.disclosures.files import keep
from gongkai_site.disclosures.models import DisclosureEvent, EventKind

NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def codes(draft: Any) -> list[str]:
    return [one.code for one in findings(draft)]


def test_a_sound_draft_passes(desk: Desk) -> None:
    found = [one.code for one in findings(desk.draft()) if one.severity != "note"]
    # The desk's day is in March 2026; the checks ask the clock.
    assert set(found) <= {"past_due"}


def test_personal_data_stops_a_draft_and_is_not_written_down(desk: Desk) -> None:
    row = desk.draft(body=body(f"经办人身份证号{NUMBER}。"))
    with pytest.raises(ChecksFailed, match="身份号码") as refused:
        service.submit(desk.editor, row.pk, confirmed=True, now=desk.now)
    assert NUMBER not in str(refused.value) + repr(refused.value.findings)
    row = desk.draft(body=body("电话13912345678。"))
    with pytest.raises(ChecksFailed):
        service.submit(desk.editor, row.pk, now=desk.now)
    service.submit(desk.editor, row.pk, confirmed=True, now=desk.now)
    event = DisclosureEvent.objects.get(disclosure=row, kind=EventKind.CHECKED)
    assert "mobile" in [one["code"] for one in event.data["findings"]]
    assert "13912345678" not in str(event.data)


def test_hostile_markup_is_seen_before_it_is_sieved(desk: Desk) -> None:
    row = desk.draft(
        body=body("一<script>alert(1)</script>", '<a href="https://evil.example/">二</a>')
    )
    assert {"markup_active", "link_unknown_host"} <= set(codes(row))


def test_what_the_body_publishes_of_itself_passes(desk: Desk) -> None:
    desk.agency.phone = "020-81234567"
    desk.agency.save()
    row = desk.draft(
        body=body("电话（020）81234567、13912345678，见<a href='https://m.example/'>此</a>。")
    )
    assert {"mobile", "link_unknown_host"} <= set(codes(row)) and "landline" not in codes(row)
    file().write_text(
        f"{desk.agency.code}: {{numbers: [13912345678], hosts: [m.example]}}", "utf-8"
    )
    assert not {"mobile", "landline", "link_unknown_host"} & set(codes(row))
    file().write_text(f"{desk.agency.code}: {{telephones: [1]}}", "utf-8")
    with pytest.raises(Impossible, match="没有“telephones”"):
        codes(row)


def test_links_into_the_catalogue_and_titles(desk: Desk) -> None:
    public = desk.published(title="已经公开的通知")
    good = f'<a href="/content/{public.year}/{public.pk}.html">甲</a><a href="/search/">乙</a>'
    dead = f'<a href="/content/2026/{public.pk + 99}.html">丙</a><a href="/column/none/">丁</a>'
    row = desk.draft(title="已经公开的通知", body=body(good, dead))
    assert codes(row).count("link_dead") == 2
    told = [one.message for one in findings(row) if one.code == "title_duplicate"]
    assert told == [f"已经有同名的文件（{public.index_number}）。"]


def test_attachments_are_read_and_checked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = desk.draft()
    kept = keep("公示名单.txt", [f"王某 {NUMBER}".encode()])
    service.attach(desk.editor, row.pk, kept, now=desk.now)
    row = desk.again(row)
    assert "attachment_unread" in codes(row)
    monkeypatch.setattr(attachment_texts, "read", lambda path: path.read_text("utf-8"))
    read_attached.func(row.pk)
    assert "attachment_unread" not in codes(row)
    found = [one for one in findings(row) if one.code == "identity_number"]
    assert [one.place.label for one in found] == ["附件“公示名单.txt”第1行"]
    assert content_of(row).attachments[0].name == "公示名单.txt"

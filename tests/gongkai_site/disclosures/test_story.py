"""A document from its first word to its tombstone."""

from __future__ import annotations

from datetime import date

from tests.gongkai_site.disclosures.factories import Desk

from gongkai_site.agencies.models import AuditEntry
from gongkai_site.disclosures import published
from gongkai_site.disclosures.models import Disclosure


def kinds(row: Disclosure) -> list[str]:
    return list(row.events.values_list("kind", flat=True))


def test_a_document_goes_through_three_hands(desk: Desk) -> None:
    row = desk.published(title="关于夜间经济的通知")
    assert (row.state, row.stage, row.live) == ("published", "", True)
    assert row.index_number == f"{desk.agency.credit_code[8:17]}/2026-00001"
    assert row.due_on == date(2026, 3, 26)
    assert kinds(row) == [
        *("created", "nature_decided", "checked", "submitted", "reviewed", "issued", "published")
    ]
    assert row.version == max(row.events.values_list("sequence", flat=True))
    assert "<p>活动定于三月举行。</p>" in row.body_html
    assert row.text == "活动定于三月举行。\n欢迎各商户参加。"
    seen = published.document(row.pk)
    assert seen is not None
    assert (seen.title, seen.year, seen.kind_label) == ("关于夜间经济的通知", 2026, "动态")
    assert (seen.topic, seen.genre, seen.keywords) == ("商贸、海关、旅游", "通知", ("消费", "促进"))
    assert published.column_length(desk.column.slug) == 1
    assert [one.kind for one in published.pending_changes()] == ["published"]
    acts = list(AuditEntry.objects.values_list("action", flat=True))
    assert acts[-4:] == [
        *("disclosure.nature", "disclosure.submit", "disclosure.review", "disclosure.issue")
    ]

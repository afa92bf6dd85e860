"""Nothing is published past the service: not by Wagtail's buttons, not by whoever sends their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.gongkai_site.disclosures.factories import Desk, make_person
from tests.gongkai_site.disclosures.writing.conftest import CMS

from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.errors import OnlyByService
from gongkai_site.disclosures.models import Disclosure, DisclosureEvent

ClientOf = Callable[[Actor], Client]
Form = Callable[..., dict[str, Any]]
ACTIONS = (
    *("action-publish", "action-unpublish", "action-submit", "action-schedule"),
    *("action-workflow-action", "action-restart-workflow", "action-cancel-workflow"),
)


def sent(row: Disclosure, form: Form) -> list[tuple[str, dict[str, Any]]]:
    """Every request by which Wagtail would change what is public."""
    revision = row.latest_revision_id
    to_wagtail = f"{CMS}edit/{row.pk}/"
    found = [
        (to_wagtail, form(**{action: action, "workflow-action-name": "approve"}))
        for action in ACTIONS
    ]
    found += [
        (
            to_wagtail,
            form(**{"action-publish": "1", "go_live_at": "2026-01-01 00:00", "live": "1"}),
        ),
        (f"{CMS}add/", form(**{"action-publish": "1"})),
        (f"{CMS}history/{row.pk}/revisions/{revision}/revert/", form(**{"action-publish": "1"})),
    ]
    found += [
        (f"{CMS}{path}", {})
        for path in (
            *(f"unpublish/{row.pk}/", f"delete/{row.pk}/", f"copy/{row.pk}/"),
            f"history/{row.pk}/revisions/{revision}/unschedule/",
            f"workflow/action/{row.pk}/approve/1/",
            f"workflow/confirm_cancellation/{row.pk}/",
        )
    ]
    found += [
        (f"/staff/cms/bulk/disclosures/disclosure/{action}/?id={row.pk}", {})
        for action in ("publish", "unpublish", "delete")
    ]
    return found


def state(pk: int) -> Any:
    fields = ("state", "stage", "live", "published_at", "index_number", "publish_at", "body_html")
    return Disclosure.objects.values_list(*fields).get(pk=pk)


@pytest.mark.parametrize("role", [*Role, "superuser"])
def test_nobody_publishes_or_takes_back_through_wagtail(
    role: Any, desk: Desk, client_of: ClientOf, form: Form, request: pytest.FixtureRequest
) -> None:
    draft, public = desk.draft(), desk.published()
    before = {row.pk: state(row.pk) for row in (draft, public)}
    if role == "superuser":
        request.getfixturevalue("anyone_is_superuser")
        client = client_of(desk.editor)
    else:
        client = client_of(make_person(desk.agency, role))
    for row in (draft, public):
        for path, data in sent(row, form):
            response = client.post(path, data)
            assert response.status_code in (200, 302, 400, 403, 404), (path, data)
    assert {row.pk: state(row.pk) for row in (draft, public)} == before
    assert not Disclosure.objects.exclude(pk=public.pk).filter(live=True).exists()
    assert Disclosure.objects.filter(published_at__isnull=False).count() == 1


def test_the_model_itself_refuses(desk: Desk) -> None:
    row = desk.draft()
    for attempt in (
        lambda: row.publish(row.latest_revision),
        lambda: row.latest_revision.publish(skip_permission_checks=True),
        row.unpublish,
        row.delete,
    ):
        with pytest.raises(OnlyByService):
            attempt()


def test_a_submitted_draft_cannot_be_written_on_behind_the_reviewers_back(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    row = desk.submitted(title="送审的名称")
    client_of(desk.editor).post(f"{CMS}edit/{row.pk}/", form(title="送审后改的名称"))
    again = desk.again(row)
    assert again.title == "送审的名称" and again.latest_revision_id == row.latest_revision_id


def test_each_save_is_an_event_or_a_version_with_its_audit(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    client = client_of(desk.editor)
    audited = AuditEntry.objects.filter(action="disclosure.draft")
    response = client.post(f"{CMS}add/", form(title="一份通知", paragraphs=["第一段。"]))
    assert response.status_code == 302, response.content.decode()[:2000]
    row = Disclosure.objects.get(title="一份通知")
    assert row.agency_id == desk.agency.pk and row.written_by == [desk.editor.user_id]
    assert list(DisclosureEvent.objects.filter(disclosure=row).values_list("kind", flat=True)) == [
        "created"
    ]
    assert audited.count() == 1
    client.post(f"{CMS}edit/{row.pk}/", form(title="一份通知", paragraphs=["第一段。", "第二段。"]))
    again = desk.again(row)
    assert audited.count() == 2 and again.version > row.version
    assert again.revisions.count() == 2
    assert [one["value"] for one in again.body.get_prep_value()] == [
        '<p data-block-key="a1b2c">第一段。</p>',
        '<p data-block-key="a1b2c">第二段。</p>',
    ]


def test_a_new_document_sent_twice_is_one(desk: Desk, client_of: ClientOf, form: Form) -> None:
    client, key = client_of(desk.editor), "6f1c2b9e-3f0a-4c57-9d42-0a4c55e0a1b7"
    for title in ("自动保存的", "按钮保存的"):
        answer = client.post(f"{CMS}add/", form(title=title, sending=key))
        assert answer.status_code == 302
    assert Disclosure.objects.get().title == "按钮保存的"
    client.post(f"{CMS}add/", form(title="另一份", sending="0" * 31 + "1"))
    client_of(make_person(desk.agency, Role.EDITOR)).post(f"{CMS}add/", form(sending=key))
    assert Disclosure.objects.count() == 3


def test_what_the_button_sent_stands_though_an_older_autosave_arrives_after_it(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    client, key = client_of(desk.editor), "6f1c2b9e-3f0a-4c57-9d42-0a4c55e0a1b7"
    by_itself = {"Accept": "application/json"}
    client.post(f"{CMS}add/", form(title="先自动保存的", sending=key), headers=by_itself)
    client.post(f"{CMS}add/", form(title="按钮保存的", sending=key))
    late = client.post(f"{CMS}add/", form(title="迟到的", sending=key), headers=by_itself)
    assert late.status_code == 400 and not late.json()["success"]
    row = Disclosure.objects.get()
    assert row.title == "按钮保存的"
    # So it is where the button's form was the first to arrive.
    client.post(f"{CMS}add/", form(title="按钮先到的", sending=key.replace("6", "7")))
    late = client.post(
        f"{CMS}add/", form(title="迟到的", sending=key.replace("6", "7")), headers=by_itself
    )
    assert late.status_code == 400
    assert set(Disclosure.objects.values_list("title", flat=True)) == {"按钮保存的", "按钮先到的"}
    # And on the page of a document that was begun: the button keeps a version of its own.
    written_on = autosaved(client, row, form(title="接着写的")).json()["revision_id"]
    client.post(f"{CMS}edit/{row.pk}/", form(title="按钮又保存的"))
    late = autosaved(client, row, form(title="又迟到的", overwrite_revision_id=written_on))
    assert late.status_code == 400 and Disclosure.objects.get(pk=row.pk).title == "按钮又保存的"


def autosaved(client: Client, row: Disclosure, data: dict[str, Any]) -> Any:
    """Send the form as the editor's autosave does."""
    return client.post(f"{CMS}edit/{row.pk}/", data, headers={"Accept": "application/json"})


def test_autosave_goes_on_in_one_version_and_one_audit_entry(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    row = desk.draft()
    client, audited = client_of(desk.editor), AuditEntry.objects.filter(action="disclosure.draft")
    told = audited.count()
    loaded = {
        "loaded_revision_id": str(row.latest_revision_id),
        "loaded_revision_created_at": row.latest_revision.created_at.isoformat(),
    }
    first = autosaved(client, row, form(title="第一稿", **loaded)).json()
    assert first["success"] is True
    on = {"overwrite_revision_id": str(first["revision_id"])}
    for title in ("第二稿", "第三稿"):
        again = autosaved(client, row, form(title=title, **loaded, **on)).json()
        assert again["revision_id"] == first["revision_id"]
    assert audited.count() == told + 1
    assert desk.again(row).title == "第三稿"


def test_autosave_never_writes_over_somebody_elses_newer_draft(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    row = desk.draft()
    colleague = make_person(desk.agency, Role.EDITOR)
    mine, theirs = client_of(desk.editor), client_of(colleague)
    loaded = {
        "loaded_revision_id": str(row.latest_revision_id),
        "loaded_revision_created_at": row.latest_revision.created_at.isoformat(),
    }
    first = autosaved(mine, row, form(title="我的", **loaded)).json()
    theirs.post(f"{CMS}edit/{row.pk}/", form(title="同事的"))
    late = autosaved(
        mine, row, form(title="我又改", overwrite_revision_id=str(first["revision_id"]), **loaded)
    )
    assert late.status_code == 400 and "已有更新的稿子" in late.json()["error_message"]
    assert desk.again(row).title == "同事的"
    assert set(desk.again(row).written_by) == {desk.editor.user_id, colleague.user_id}


def test_what_the_service_refuses_is_said_at_the_field(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    row = desk.draft()
    page = client_of(desk.editor).post(f"{CMS}edit/{row.pk}/", form(related="没有这份文件"))
    assert page.status_code == 200
    assert "没有找到“没有这份文件”" in page.content.decode()


def test_relations_and_the_end_of_validity_are_carried_over(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    policy, row = desk.published(doc_number="云商〔2026〕5号"), desk.draft()
    client = client_of(desk.editor)
    client.post(
        f"{CMS}edit/{row.pk}/",
        form(interprets="云商〔2026〕5号", valid_until="2030-12-31", column=str(desk.column.pk)),
    )
    again = desk.again(row)
    assert [one.pk for one in again.interprets.all()] == [policy.pk]
    assert again.expire_at is not None
    assert again.expire_at.isoformat() == "2030-12-31T16:00:00+00:00"
    page = client.get(f"{CMS}edit/{row.pk}/").content.decode()
    assert 'value="2030-12-31"' in page and "云商〔2026〕5号" in page

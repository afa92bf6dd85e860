"""Who may enter, what they may do there, and what is not there for anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.gongkai_site.disclosures.factories import Desk, make_agency, make_desk, make_person
from tests.gongkai_site.disclosures.writing.conftest import CMS

from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures import service
from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.writing import gate
from gongkai_site.disclosures.writing.rights import permissions_of

ClientOf = Callable[[Actor], Client]
INSIDE = {Role.EDITOR, Role.REVIEWER, Role.ISSUER, Role.DISCLOSURE_HEAD, Role.BUSINESS_OFFICE}


def test_an_editor_may_write_and_never_publish(desk: Desk) -> None:
    found = permissions_of(desk.editor)
    assert "disclosures.change_disclosure" in found and "wagtailadmin.access_admin" in found
    assert not [one for one in found if "publish" in one or "delete" in one]


@pytest.mark.parametrize("who", ["reviewer", "issuer"])
def test_who_reviews_and_issues_may_look_and_not_write(desk: Desk, who: str) -> None:
    assert permissions_of(getattr(desk, who)) == {
        "wagtailadmin.access_admin",
        "disclosures.view_disclosure",
    }


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_the_door_open_or_shut(role: Role, client_of: ClientOf) -> None:
    client = client_of(make_person(make_agency(), role))
    assert client.get(CMS).status_code == (200 if role in INSIDE else 403)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_has_a_right_over_people_settings_or_publishing(role: Role, db: None) -> None:
    user = User.objects.get(pk=make_person(make_agency(), role).user_id)
    for code in (
        *("agencies.add_user", "agencies.change_user", "auth.change_group"),
        *("wagtailcore.change_site", "wagtailcore.add_workflow", "wagtailcore.publish_page"),
        *("disclosures.publish_disclosure", "disclosures.delete_disclosure"),
        *("pictures.delete_picture", "pictures.change_picture", "wagtailcore.add_collection"),
    ):
        assert not user.has_perm(code), code


def test_a_stranger_is_sent_to_our_sign_in(client: Client, db: None) -> None:
    for path in ("/staff/cms/", CMS, f"{CMS}add/", "/staff/cms/login/", "/staff/cms/images/"):
        response = client.get(path)
        assert response.status_code == 302 and response["Location"].startswith("/staff/sign-in/")


def test_without_a_second_factor_nothing_opens(desk: Desk, client: Client) -> None:
    user = User.objects.get(pk=desk.editor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert get_user(client).is_authenticated  # type: ignore[arg-type]
    assert client.get(CMS)["Location"].startswith("/staff/account/authenticator/")


def test_another_bodys_documents_are_not_there(desk: Desk, client_of: ClientOf) -> None:
    other = make_desk(make_agency("云山县财政局"))
    theirs = other.draft()
    client = client_of(desk.editor)
    assert theirs.title not in client.get(CMS).content.decode()
    for path in (
        *(f"edit/{theirs.pk}/", f"history/{theirs.pk}/", f"lock/{theirs.pk}/"),
        *(f"preview/{theirs.pk}/", f"unlock/{theirs.pk}/"),
    ):
        assert client.get(CMS + path).status_code == 404, path
        assert client.post(CMS + path).status_code == 404, path
    assert client.get(f"/staff/cms/attachments/{theirs.pk}/").status_code == 404
    ping = f"/staff/cms/editing-sessions/ping/disclosures/disclosure/{theirs.pk}/1/"
    assert client.post(ping).status_code == 404


def test_what_is_no_draft_is_looked_at_on_our_page(desk: Desk, client_of: ClientOf) -> None:
    for row in (desk.submitted(), desk.published()):
        response = client_of(desk.editor).get(f"{CMS}edit/{row.pk}/")
        assert response["Location"] == f"/staff/disclosures/{row.pk}/"


def test_a_reviewer_reads_versions_and_cannot_write(
    desk: Desk, client_of: ClientOf, form: Callable[..., dict[str, Any]]
) -> None:
    row = desk.draft(title="原来的名称")
    service.save_draft(desk.editor, row.pk, {"title": "新的名称"}, now=desk.now)
    first, last = Disclosure.objects.get(pk=row.pk).revisions.order_by("pk")[:2]
    client = client_of(desk.reviewer)
    assert client.get(f"{CMS}history/{row.pk}/").status_code == 200
    compared = client.get(f"{CMS}history/{row.pk}/revisions/compare/{first.pk}...{last.pk}/")
    assert compared.status_code == 200
    assert client.get(f"{CMS}history/{row.pk}/revisions/{first.pk}/view/").status_code == 200
    refused = client.post(f"{CMS}edit/{row.pk}/", form(title="由审核人改"))
    assert refused.status_code in (302, 403)
    assert Disclosure.objects.get(pk=row.pk).title == "新的名称"
    assert client.post(f"{CMS}add/", form()).status_code in (302, 403)
    assert client.post(f"{CMS}lock/{row.pk}/").status_code in (302, 403)
    assert not Disclosure.objects.get(pk=row.pk).locked


def _named(patterns: Any, spaces: tuple[str, ...] = ()) -> set[str]:
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            found |= _named(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            found.add(":".join((*spaces, one.name or "")))
    return found


def test_every_page_let_in_is_there_and_the_rest_is_hidden(desk: Desk, client_of: ClientOf) -> None:
    cms = next(
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and str(one.pattern) == "staff/cms/"
    )
    there = _named(cms.url_patterns)
    assert gate.pages() - there == set()
    hidden = there - gate.pages()
    assert {"wagtailadmin_login", "wagtailadmin_account", "wagtailadmin_workflows:index"} <= hidden
    assert not [
        one
        for one in gate.pages()
        if re.search(r"publish|delete|schedule|workflow|users|groups|collection|report", one)
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("users/", "groups/", "sites/", "workflows/list/", "collections/", "reports/locked/"),
        *("pages/", "images/", "images/add/", "snippets/", "account/avatar/", "api/main/images/"),
        *("password_reset/", "test404/", "failwhale/", "locales/", "choose-page/"),
        *("bulk/disclosures/disclosure/delete/", "block-preview/", "site-history/"),
    ],
)
def test_what_is_not_for_writing_is_not_found(
    path: str, desk: Desk, client_of: ClientOf, anyone_is_superuser: None
) -> None:
    assert client_of(desk.editor).get(f"/staff/cms/{path}").status_code == 404

"""Every kind of page is valid HTML: each address without a number, and pages about one thing.

The pages for writing are Wagtail's own and are not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.gongkai_site.disclosures.factories import make_desk
from tests.gongkai_site.html_checker import html_faults, require_checker
from tests.gongkai_site.info_requests.factories import make_bureau

from gongkai_site.agencies.models import User
from gongkai_site.portal.search import updating

HERE = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}

pytestmark = pytest.mark.django_db


def addresses(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the site that asks for no number or name."""
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, here)
        elif isinstance(one, URLPattern) and not set("<(\\^") & set(here):
            yield f"/{here}"


def test_pages_of_the_office_are_valid_html(settings: Any, tmp_path: Path) -> None:
    require_checker()
    settings.DEMO, settings.VAR = True, tmp_path / "var"
    bureau = make_bureau()
    desk = make_desk(bureau.agency)
    about = [
        *(
            f"/request/to/{bureau.agency.pk}/",
            f"/request/to/{bureau.agency.pk}/new/",
            f"/search/?q={quote('通知')}",
        ),
        *(f"/staff/requests/{one.pk}/" for one in (bureau.case(), bureau.closed(bureau.case()))),
        *(f"/staff/disclosures/{one.pk}/" for one in (desk.draft(), desk.submitted())),
        *(f"/staff/disclosures/{one.pk}/" for one in (desk.reviewed(), desk.published())),
    ]
    updating.update()
    User.objects.update(is_demo=True)
    pages: dict[str, bytes] = {}
    for user in [None, *User.objects.order_by("pk")]:
        client = Client(**HERE)
        if user is not None:
            assert client.post("/staff/demo", {"person": user.username}).status_code == 302
        for address in (*addresses(), *about):
            if "/cms/" in address or "sign-out" in address:
                continue
            answer = client.get(address)
            html = answer.get("Content-Type", "").startswith("text/html")
            if html and not answer.streaming and answer.status_code in (200, 403, 404):
                pages.setdefault(
                    f"{address} {answer.status_code} {len(answer.content)}", answer.content
                )
    whole = {name.split()[0] for name in pages if name.split()[1] == "200"}
    assert whole >= {"/reports/", "/staff/", "/staff/requests/", *about}
    (tmp_path / "html").mkdir()
    assert html_faults(pages, tmp_path / "html") == {}

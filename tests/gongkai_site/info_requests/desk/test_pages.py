"""The pages of the desk: what they show, to whom, and what they keep back."""

from __future__ import annotations

import pytest
from tests.gongkai_site.info_requests.desk.conftest import Desk, words
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, RESIDENT_ID

from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests.models import Letter

pytestmark = pytest.mark.django_db


def test_every_page_opens(desk: Desk) -> None:
    bureau = desk.bureau
    case = bureau.case()
    letter = bureau.letter(case, "N6", REPLY_FACTS["N6"], grounds=["16.2"])
    client = desk.sits(Role.CASE_OFFICER)
    base = "/staff/requests/"
    for path in (
        "",
        "?bucket=all&q=夜间",
        "list.csv",
        "queue/mine/",
        "queue/serve/",
        "register/",
        f"{case.pk}/",
        f"{case.pk}/registered/",
        f"{case.pk}/forms/registration.pdf",
        f"{case.pk}/outcomes/",
        f"{case.pk}/letters/new/correction_notice/",
        f"{case.pk}/letters/new/P1/",
        f"{case.pk}/do/assign/",
        f"{case.pk}/do/confirm/",
        f"{case.pk}/sent/fee_notice/",
        f"letters/{letter.pk}/",
        f"letters/{letter.pk}/file.pdf",
        f"letters/{letter.pk}/file.docx",
    ):
        response = client.get(base + path)
        assert response.status_code == 200, (path, words(response)[:400])
    head = desk.sits(Role.DISCLOSURE_HEAD)
    for path in ("queue/sign/", "wording/", "wording/N6/"):
        assert head.get(base + path).status_code == 200, path
    assert Letter.objects.count() == 1
    assert RESIDENT_ID not in client.get(f"{base}{case.pk}/").content.decode()

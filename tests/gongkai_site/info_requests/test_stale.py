"""Two officers on one file: the second is told what the first did, and nothing is overwritten."""

from __future__ import annotations

import pytest
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, Bureau, second

from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import Stale
from gongkai_site.info_requests.models import Case

pytestmark = pytest.mark.django_db


def test_the_second_officer_is_told(bureau: Bureau) -> None:
    case = bureau.case()
    zhang = second(bureau, Role.CASE_OFFICER)
    service.consult_organ(zhang, case.pk, organ="财政局", expected=1, now=bureau.clock())
    with pytest.raises(Stale) as caught:
        service.record_withdrawal(
            bureau.officer, case.pk, on=bureau.clock.day, expected=1, now=bureau.clock()
        )
    assert str(caught.value) == (
        "张三在09:02登记了“征求其他机关意见”。您的操作没有保存，也没有覆盖任何内容，请刷新页面后再办。"
    )
    kept = Case.objects.get(pk=case.pk)
    assert (kept.version, kept.state) == (2, "awaiting_organ")
    service.record_withdrawal(
        bureau.officer, case.pk, on=bureau.clock.day, expected=2, now=bureau.clock()
    )


def test_two_editors_of_a_letter(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.letter(case, "G1", REPLY_FACTS["G1"])
    zhang = second(bureau, Role.CASE_OFFICER)
    service.edit_letter(zhang, letter.pk, ["张三的一稿。"], expected_version=1, now=bureau.clock())
    with pytest.raises(Stale, match="张三已经把这份文书改成第2稿"):
        service.edit_letter(
            bureau.officer, letter.pk, ["另一稿。"], expected_version=1, now=bureau.clock()
        )
    letter.refresh_from_db()
    assert service.paper_of(letter).paragraphs == ("张三的一稿。",)


def test_a_signer_signs_what_they_read(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.letter(case, "G1", REPLY_FACTS["G1"])
    texts = [*service.paper_of(letter).paragraphs, "另告知：可以电话联系。"]
    service.edit_letter(bureau.officer, letter.pk, texts, now=bureau.clock())
    with pytest.raises(Stale, match="第2稿"):
        service.approve_letter(bureau.head, letter.pk, expected_version=1, now=bureau.clock())

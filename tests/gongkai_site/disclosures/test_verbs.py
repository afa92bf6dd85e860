"""Each verb against each role, and against the people who had a hand in the document before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from tests.gongkai_site.disclosures.factories import NOW, Desk, make_person

from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import PUBLIC, Actor, Refused
from gongkai_site.disclosures import service
from gongkai_site.disclosures.errors import DisclosureError, FourEyes
from gongkai_site.disclosures.files import Kept
from gongkai_site.disclosures.models import Disclosure

KEPT = Kept("表.pdf", "0" * 64, 10, "application/pdf")
LATER = NOW + timedelta(days=2)

Verb = Callable[[Desk, Actor, Disclosure], Any]

VERBS: dict[str, tuple[str, set[Role], Verb]] = {
    "create": ("draft", {Role.EDITOR}, lambda d, a, r: service.create(a, d.facts())),
    "clarify": ("draft", {Role.EDITOR}, lambda d, a, r: service.clarify(a, d.facts())),
    "save_draft": (
        "draft",
        {Role.EDITOR},
        lambda d, a, r: service.save_draft(a, r.pk, {"title": "新的名称"}),
    ),
    "decide_nature": (
        "draft",
        {Role.EDITOR},
        lambda d, a, r: service.decide_nature(a, r.pk, "proactive"),
    ),
    "attach": ("draft", {Role.EDITOR}, lambda d, a, r: service.attach(a, r.pk, KEPT)),
    "submit": ("draft", {Role.EDITOR}, lambda d, a, r: service.submit(a, r.pk, confirmed=True)),
    "review_approve": (
        "submitted",
        {Role.REVIEWER},
        lambda d, a, r: service.review_approve(a, r.pk),
    ),
    "issue": ("reviewed", {Role.ISSUER}, lambda d, a, r: service.issue(a, r.pk, now=d.now)),
    "schedule": (
        "reviewed",
        {Role.ISSUER},
        lambda d, a, r: service.schedule(a, r.pk, LATER, now=d.now),
    ),
    "withdraw": ("published", {Role.ISSUER}, lambda d, a, r: service.withdraw(a, r.pk, "有误")),
    "amend": (
        "published",
        {Role.EDITOR},
        lambda d, a, r: service.amend(a, r.pk, changed_on=date(2026, 3, 2), now=d.now),
    ),
    "repeal": (
        "published",
        {Role.ISSUER},
        lambda d, a, r: service.repeal(a, r.pk, on=date(2026, 3, 2), note="云商规〔2026〕9号"),
    ),
    "record_channel": (
        "published",
        {Role.EDITOR, Role.ISSUER, Role.DISCLOSURE_HEAD},
        lambda d, a, r: service.record_channel(a, r.pk, "gazette"),
    ),
    "set_re_review": (
        "withheld",
        {Role.EDITOR, Role.DISCLOSURE_HEAD},
        lambda d, a, r: service.set_re_review(a, r.pk, date(2026, 9, 1), now=d.now),
    ),
    "re_review": (
        "withheld",
        {Role.EDITOR, Role.DISCLOSURE_HEAD},
        lambda d, a, r: service.re_review(
            a, r.pk, open_now=False, note="仍不宜公开", next_on=date(2027, 1, 1), now=d.now
        ),
    ),
    "adopt": (
        "draft",
        {Role.ISSUER},
        lambda d, a, r: service.adopt(
            a, d.facts(), published_at=NOW, prepared_by=d.editor.user_id, now=d.now
        ),
    ),
    "add_column": (
        "draft",
        {Role.EDITOR, Role.DISCLOSURE_HEAD},
        lambda d, a, r: service.add_column(a, {"slug": "zcwj", "name": "政策文件"}),
    ),
    "set_index_pattern": (
        "draft",
        {Role.DISCLOSURE_HEAD},
        lambda d, a, r: service.set_index_pattern(
            a, d.agency.pk, "{code}-{year}-{serial:4}", date(2026, 3, 2)
        ),
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_for_its_roles_and_for_nobody_else(desk: Desk, verb: str) -> None:
    stage, roles, act = VERBS[verb]
    facts = {"kind": "normative", "doc_number": "云商规〔2026〕3号"} if stage != "withheld" else {}
    row = getattr(desk, stage)(**facts)
    before = (row.version, Disclosure.objects.count(), list(row.events.values_list("pk")))
    for role in Role:
        if role not in roles:
            with pytest.raises(Refused):
                act(desk, make_person(desk.agency, role), row)
    for stranger in (PUBLIC, Actor(999, "外人", desk.agency.pk + 1, roles=frozenset(Role))):
        with pytest.raises((Refused, DisclosureError)):
            act(desk, stranger, row)
    row = desk.again(row)
    assert (row.version, Disclosure.objects.count(), list(row.events.values_list("pk"))) == before
    act(desk, make_person(desk.agency, sorted(roles)[0]), row)


PEOPLE = "甲乙丙"


@pytest.mark.parametrize("hands", list(product(PEOPLE, repeat=3)), ids="".join)
def test_no_one_takes_two_of_the_three_steps(desk: Desk, hands: tuple[str, ...]) -> None:
    """Everybody here holds every role; only who did what before counts."""
    everybody = {
        name: make_person(desk.agency, Role.EDITOR, Role.REVIEWER, Role.ISSUER, name=name)
        for name in PEOPLE
    }
    editor, reviewer, issuer = (everybody[name] for name in hands)
    desk.editor = editor
    row = desk.submitted()
    if reviewer == editor:
        with pytest.raises(FourEyes, match="由你起草或者修改，不能再由你审核"):
            service.review_approve(reviewer, row.pk, now=desk.now)
        return
    service.review_approve(reviewer, row.pk, now=desk.now)
    for publish in (
        lambda: service.schedule(issuer, row.pk, LATER, now=desk.now),
        lambda: service.issue(issuer, row.pk, now=desk.now),
    ):
        if issuer in (editor, reviewer):
            with pytest.raises(FourEyes, match="不能再由你签发"):
                publish()
        else:
            publish()
    assert (desk.again(row).state == "published") is (len(set(hands)) == 3)


def test_whoever_wrote_a_word_of_it_neither_reviews_nor_issues(desk: Desk) -> None:
    both = make_person(desk.agency, Role.EDITOR, Role.REVIEWER, Role.ISSUER)
    row = desk.draft()
    service.save_draft(both, row.pk, {"summary": "改一个字。"}, now=desk.now)
    service.submit(desk.editor, row.pk, confirmed=True, now=desk.now)
    with pytest.raises(FourEyes):
        service.review_approve(both, row.pk, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    with pytest.raises(FourEyes):
        service.issue(both, row.pk, now=desk.now)


def test_whoever_only_submitted_it_neither_reviews_nor_issues(desk: Desk) -> None:
    both = make_person(desk.agency, Role.EDITOR, Role.REVIEWER, Role.ISSUER)
    row = desk.draft()
    service.submit(both, row.pk, confirmed=True, now=desk.now)
    with pytest.raises(FourEyes):
        service.review_approve(both, row.pk, now=desk.now)


def test_an_amendment_needs_three_people_again(desk: Desk) -> None:
    everything = (Role.EDITOR, Role.REVIEWER, Role.ISSUER)
    first, second, third = (make_person(desk.agency, *everything) for _ in range(3))
    desk.editor, desk.reviewer, desk.issuer = first, second, third
    row = desk.published()
    desk.editor, desk.reviewer, desk.issuer = third, first, second
    assert desk.amended(row, title="修订后的名称").title == "修订后的名称"
    desk.editor, desk.reviewer = first, first
    with pytest.raises(FourEyes):
        desk.amended(row, title="再修订的名称")


def test_an_adoption_needs_another_than_who_prepared_it(desk: Desk) -> None:
    both = make_person(desk.agency, Role.EDITOR, Role.ISSUER)
    with pytest.raises(FourEyes):
        service.adopt(both, desk.facts(), published_at=NOW, prepared_by=both.user_id, now=desk.now)
    assert Disclosure.objects.count() == 0


def test_an_editor_of_another_organ_is_told_nothing(desk: Desk) -> None:
    row = desk.draft()
    from tests.gongkai_site.disclosures.factories import make_agency

    other = make_person(make_agency("云山县教育局"), Role.EDITOR)
    with pytest.raises(Refused):
        service.save_draft(other, row.pk, {"title": "别人的"})
    with pytest.raises(DisclosureError):
        service.save_draft(other, row.pk + 1000, {"title": "没有的"})

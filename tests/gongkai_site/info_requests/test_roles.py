"""Every role against every verb, as a table; and what no role may do: act alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.gongkai_site.info_requests.factories import (
    REPLY_FACTS,
    Bureau,
    application,
    make_bureau,
    second,
)

from gongkai.casework import Kind
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import Role, permissions
from gongkai_site.agencies.service import PUBLIC, Actor, Refused
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import FourEyes, NotAllowedNow, RequestError, UnknownCase
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.models import Case, Letter
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import case_file, case_for
from gongkai_site.info_requests.verbs import VERBS

pytestmark = pytest.mark.django_db

OFFICER, WINDOW, OFFICE = Role.CASE_OFFICER, Role.WINDOW, Role.BUSINESS_OFFICE
LEGAL, HEAD = Role.LEGAL, Role.DISCLOSURE_HEAD

type Act = Callable[[Actor, Bureau, Case], Any]


def _letter(bureau: Bureau, case: Case) -> int:
    return bureau.letter(case, "N6", REPLY_FACTS["N6"], grounds=["16.2"]).pk


def _reviewed(bureau: Bureau, case: Case) -> int:
    pk = _letter(bureau, case)
    service.legal_review(bureau.legal, pk, agreed=True, now=bureau.clock())
    return pk


def _approved(bureau: Bureau, case: Case) -> int:
    return bureau.signed(Letter.objects.get(pk=_letter(bureau, case))).pk


def _proposed(bureau: Bureau, case: Case) -> int:
    return service.propose_extension(
        bureau.officer, case.pk, days=5, reason="检索量大", now=bureau.clock()
    ).pk


def _asked_correction(bureau: Bureau, case: Case) -> str:
    bureau.corrected_asked(case)
    return Letter.objects.get(case=case).event


def _consulted(bureau: Bureau, case: Case) -> str:
    service.record_sent(
        bureau.officer, case.pk, Kind.THIRD_PARTY_CONSULTED, {}, on=bureau.clock.day,
        party="某公司", now=bureau.clock(),
    )  # fmt: skip
    return "e00002"


def _organ(bureau: Bureau, case: Case) -> str:
    service.consult_organ(bureau.officer, case.pk, organ="示例市财政局", now=bureau.clock())
    return "e00002"


def _reviewed_case(bureau: Bureau, case: Case) -> None:
    bureau.closed(case, "N6", grounds=["16.2"])
    service.record_dispute_opened(
        bureau.legal, case.pk, what="review", on=bureau.clock.day, now=bureau.clock()
    )


def _assistance(bureau: Bureau, case: Case) -> int:
    return service.ask_assistance(
        bureau.officer, case.pk, office_id=bureau.offices[1].pk, what="请检索",
        due_on=bureau.clock.day, now=bureau.clock(),
    ).pk  # fmt: skip


# verb: (roles that may, what has to be so first, the act with what that gave)
TABLE: dict[str, tuple[set[Role], Callable[[Bureau, Case], Any] | None, Callable[..., Any]]] = {
    "register": (
        {WINDOW, OFFICER},
        None,
        lambda a, b, c, _: service.register(
            a, b.agency.pk, application(), channel="fax", arrived_on=b.clock.day, now=b.clock()
        ),
    ),
    "confirm": (
        {WINDOW, OFFICER},
        lambda b, c: b.submitted().case_id,
        lambda a, b, c, pk: service.confirm(a, pk, now=b.clock()),
    ),
    "new_query_code": (
        {WINDOW, OFFICER},
        None,
        lambda a, b, c, _: service.new_query_code(a, c.pk, now=b.clock()),
    ),
    "assign": (
        {OFFICER, HEAD},
        None,
        lambda a, b, c, _: service.assign(a, c.pk, office_id=b.offices[1].pk, now=b.clock()),
    ),
    "ask_assistance": (
        {OFFICER, HEAD},
        None,
        lambda a, b, c, _: service.ask_assistance(
            a, c.pk, office_id=b.offices[1].pk, what="检索", due_on=b.clock.day, now=b.clock()
        ),
    ),
    "answer_assistance": (
        {OFFICE},
        _assistance,
        lambda a, b, c, pk: service.answer_assistance(a, pk, answer="没有", now=b.clock()),
    ),
    "cancel_assistance": (
        {OFFICER, HEAD},
        _assistance,
        lambda a, b, c, pk: service.cancel_assistance(a, pk, now=b.clock()),
    ),
    "note": (
        {WINDOW, OFFICER, OFFICE, LEGAL, HEAD},
        _assistance,
        lambda a, b, c, _: service.note(a, c.pk, "备注", now=b.clock()),
    ),
    "examine": ({OFFICER}, None, lambda a, b, c, _: service.examine(a, c.pk, now=b.clock())),
    "split": (
        {OFFICER},
        None,
        lambda a, b, c, _: service.split(
            a, c.pk, first=Asked(name="甲"), others=[Asked(name="乙")], now=b.clock()
        ),
    ),
    "merge": (
        {OFFICER},
        lambda b, c: b.case().pk,
        lambda a, b, c, pk: service.merge(a, c.pk, pk, now=b.clock()),
    ),
    "record_corrected": (
        {WINDOW, OFFICER},
        _asked_correction,
        lambda a, b, c, _: service.record_corrected(
            a, c.pk, Asked(name="补正"), on=b.clock.day, now=b.clock()
        ),
    ),
    "deliver": (
        {WINDOW, OFFICER},
        _consulted,
        lambda a, b, c, of: service.deliver(a, c.pk, of=of, on=b.clock.day, now=b.clock()),
    ),
    "record_sent": (
        {OFFICER},
        None,
        lambda a, b, c, _: service.record_sent(
            a, c.pk, Kind.CORRECTION_REQUESTED, {"days": 10}, on=b.clock.day, now=b.clock()
        ),
    ),
    "consult_organ": (
        {OFFICER},
        None,
        lambda a, b, c, _: service.consult_organ(a, c.pk, organ="财政局", now=b.clock()),
    ),
    "record_opinion": (
        {WINDOW, OFFICER},
        _consulted,
        lambda a, b, c, of: service.record_opinion(
            a, c.pk, of=of, on=b.clock.day, answer="agrees", as_happened=True, now=b.clock()
        ),
    ),
    "record_organ_answer": (
        {WINDOW, OFFICER},
        _organ,
        lambda a, b, c, of: service.record_organ_answer(
            a, c.pk, of=of, on=b.clock.day, now=b.clock()
        ),
    ),
    "propose_extension": (
        {OFFICER},
        None,
        lambda a, b, c, _: service.propose_extension(
            a, c.pk, days=5, reason="检索量大", now=b.clock()
        ),
    ),
    "extend": (
        {HEAD},
        _proposed,
        lambda a, b, c, pk: service.extend(a, pk, now=b.clock()),
    ),
    "draft_letter": (
        {OFFICER},
        None,
        lambda a, b, c, _: service.draft_letter(a, c.pk, "G1", REPLY_FACTS["G1"], now=b.clock()),
    ),
    "edit_letter": (
        {OFFICER},
        _letter,
        lambda a, b, c, pk: service.edit_letter(a, pk, ["改过的一段。"], now=b.clock()),
    ),
    "discard_letter": (
        {OFFICER},
        _letter,
        lambda a, b, c, pk: service.discard_letter(a, pk, reason="重写", now=b.clock()),
    ),
    "legal_review": (
        {LEGAL},
        _letter,
        lambda a, b, c, pk: service.legal_review(a, pk, agreed=True, now=b.clock()),
    ),
    "approve_letter": (
        {HEAD},
        _reviewed,
        lambda a, b, c, pk: service.approve_letter(a, pk, now=b.clock()),
    ),
    "issue_letter": (
        {OFFICER},
        _approved,
        lambda a, b, c, pk: service.issue_letter(a, pk, now=b.clock()),
    ),
    "serve": (
        {WINDOW, OFFICER},
        lambda b, c: b.replied(c),
        lambda a, b, c, _: service.serve(a, c.pk, method="direct", now=b.clock()),
    ),
    "lapse": (
        {HEAD},
        lambda b, c: (b.corrected_asked(c, 3), b.clock.go(4)),
        lambda a, b, c, _: service.lapse(a, c.pk, of="correction", now=b.clock()),
    ),
    "record_withdrawal": (
        {WINDOW, OFFICER},
        None,
        lambda a, b, c, _: service.record_withdrawal(a, c.pk, on=b.clock.day, now=b.clock()),
    ),
    "transfer": (
        {OFFICER, HEAD},
        None,
        lambda a, b, c, _: service.transfer(a, c.pk, to="示例市财政局", now=b.clock()),
    ),
    "record_dispute_opened": (
        {LEGAL, OFFICER},
        lambda b, c: b.closed(c, "N6", grounds=["16.2"]),
        lambda a, b, c, _: service.record_dispute_opened(
            a, c.pk, what="review", on=b.clock.day, now=b.clock()
        ),
    ),
    "record_dispute_decided": (
        {LEGAL, OFFICER},
        _reviewed_case,
        lambda a, b, c, _: service.record_dispute_decided(
            a, c.pk, what="review", result="upheld", on=b.clock.day, now=b.clock()
        ),
    ),
    "reopen": (
        {OFFICER, HEAD},
        lambda b, c: b.closed(c),
        lambda a, b, c, _: service.reopen(
            a, c.pk, ordered_by="self", on=b.clock.day, now=b.clock()
        ),
    ),
    "archive": (
        {OFFICER},
        lambda b, c: b.closed(c),
        lambda a, b, c, _: service.archive(a, c.pk, now=b.clock()),
    ),
    "void": (
        {OFFICER, HEAD},
        _organ,
        lambda a, b, c, of: service.void(a, c.pk, event=of, reason="登记错了", now=b.clock()),
    ),
}

CALLERS: list[Role | None] = [*sorted(Role), None]


@pytest.mark.parametrize("verb", TABLE)
@pytest.mark.parametrize("role", CALLERS, ids=lambda role: role or "public")
def test_role_by_verb(bureau: Bureau, verb: str, role: Role | None) -> None:
    may, before, act = TABLE[verb]
    case = bureau.case()
    if role is OFFICE or (may == {OFFICE} and role is None):
        _assistance(bureau, case)
    given = before(bureau, case) if before is not None else None
    events = AuditEntry.objects.count()
    actor = PUBLIC if role is None else Actor(
        bureau.users[role].pk if role in bureau.users else 10**6,
        role.label,
        bureau.agency.pk,
        bureau.offices[1 if role is OFFICE else 0].pk,
        frozenset({role}),
    )  # fmt: skip
    if role in may:
        act(actor, bureau, case, given)
        assert AuditEntry.objects.count() > events
    else:
        with pytest.raises((Refused, UnknownCase)):
            act(actor, bureau, case, given)
        assert AuditEntry.objects.count() == events


def test_every_staff_verb_of_the_service_stands_in_the_table() -> None:
    elsewhere = {
        # With number and code, by the applicant.
        *("Access", "correct", "look_up", "new_key", "offer_payment", "rate", "read_letter"),
        *("submit", "withdraw"),
        # Tested in their own files.
        *("adopt", "attach", "mark_scanned", "judge_reasons", "record_payment"),
        *("save_template", "approve_template", "retire_template", "rebuild", "recalculate"),
        # Not verbs.
        *("Changed", "NotKept", "Receipt", "Told", "paper_of", "problems_of"),
    }
    assert set(service.__all__) - elsewhere == set(TABLE)


def test_every_permission_asked_for_is_in_the_table_of_permissions() -> None:
    assert {one.value for one in Permission} <= set(permissions())


def test_another_body_reaches_nothing(bureau: Bureau) -> None:
    case, other = bureau.case(), make_bureau("云商", "云山县商务局")
    for role in (OFFICER, WINDOW, LEGAL, HEAD, OFFICE):
        assert case_for(other.actor(role), case.pk) is None
    with pytest.raises(Refused):
        service.examine(other.officer, case.pk, now=bureau.clock())


def test_a_business_office_sees_only_what_was_given_to_it(bureau: Bureau) -> None:
    mine, others = bureau.case(), bureau.case()
    office = bureau.actor(OFFICE)
    _assistance(bureau, mine)
    assert case_for(office, mine.pk) is not None
    assert case_for(office, others.pk) is None
    with pytest.raises(UnknownCase):
        service.note(office, others.pk, "看看", now=bureau.clock())


def test_who_drafts_does_not_sign(bureau: Bureau) -> None:
    from dataclasses import replace

    case = bureau.case()
    letter = bureau.letter(case, "G1", REPLY_FACTS["G1"])
    both = replace(bureau.officer, roles=frozenset({OFFICER, HEAD, LEGAL}))
    with pytest.raises(FourEyes, match="换人"):
        service.approve_letter(both, letter.pk, now=bureau.clock())
    with pytest.raises(FourEyes):
        service.legal_review(both, letter.pk, agreed=True, now=bureau.clock())
    service.approve_letter(bureau.head, letter.pk, now=bureau.clock())


def test_who_only_changed_a_word_does_not_sign_either(bureau: Bureau) -> None:
    from dataclasses import replace

    case = bureau.case()
    letter = bureau.letter(case, "G1", REPLY_FACTS["G1"])
    head = replace(second(bureau, HEAD), roles=frozenset({OFFICER, HEAD}))
    texts = [*service.paper_of(letter).paragraphs, "另告知：可以电话联系。"]
    service.edit_letter(head, letter.pk, texts, now=bureau.clock())
    with pytest.raises(FourEyes):
        service.approve_letter(head, letter.pk, now=bureau.clock())


def test_who_proposes_an_extension_does_not_consent_to_it(bureau: Bureau) -> None:
    from dataclasses import replace

    case = bureau.case()
    pk = _proposed(bureau, case)
    both = replace(bureau.officer, roles=frozenset({OFFICER, HEAD}))
    with pytest.raises(FourEyes):
        service.extend(both, pk, now=bureau.clock())
    assert not case.events.filter(kind="extended").exists()


def test_a_refusal_is_not_signed_before_legal_has_seen_it(bureau: Bureau) -> None:
    case = bureau.case()
    pk = _letter(bureau, case)
    with pytest.raises(NotAllowedNow, match="法制审核"):
        service.approve_letter(bureau.head, pk, now=bureau.clock())
    service.legal_review(bureau.legal, pk, agreed=False, words="依据不足", now=bureau.clock())
    with pytest.raises(NotAllowedNow, match="不同意"):
        service.approve_letter(bureau.head, pk, now=bureau.clock())


def test_a_head_cannot_consent_too_late(bureau: Bureau) -> None:
    case = bureau.case()
    pk = _proposed(bureau, case)
    bureau.clock.go(21)
    with pytest.raises(NotAllowedNow):
        service.extend(bureau.head, pk, now=bureau.clock())
    assert Case.objects.get(pk=case.pk).due_on == case.due_on


def test_the_page_greys_a_verb_with_the_reason(bureau: Bureau) -> None:
    case = bureau.case()
    page = case_file(bureau.window, case.pk, bureau.clock.day)
    assert page is not None
    found = {one.spec.key: one for one in page.verbs}
    assert list(found) == [spec.key for spec in VERBS]
    assert found["note"].allowed
    assert (found["sign"].allowed, found["sign"].why_not) == (False, "由公开机构负责人办理")
    assert "当日" not in found["confirm"].why_not
    assert "不需要双方确认（" in found["confirm"].why_not
    assert not found["serve"].allowed


def test_nothing_half_done_remains_of_a_refused_verb(bureau: Bureau) -> None:
    case = bureau.case()
    with pytest.raises(RequestError):
        service.assign(bureau.officer, case.pk, office_id=10**6, now=bureau.clock())
    assert not case.assignments.exists()

"""What the pages offer is what the verbs do: at every stage, for everybody, each verb is tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from tests.gongkai_site.disclosures.factories import NOW, Desk, make_person

from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor, Refused
from gongkai_site.disclosures import service
from gongkai_site.disclosures.desk.actions import VERBS, why_not
from gongkai_site.disclosures.errors import FourEyes, NotAllowedNow
from gongkai_site.disclosures.models import Disclosure

LATER = NOW + timedelta(days=30)
NEXT = date(2027, 6, 1)


def tries(actor: Actor, row: Disclosure) -> dict[str, Callable[[], Any]]:
    """Each verb with facts that are in order."""
    on: dict[str, Any] = {"now": LATER}
    pk = row.pk
    withheld = {"ground": "条例第十四条", "re_review_on": NEXT}
    return {
        "edit": lambda: service.save_draft(actor, pk, {"keywords": "消费"}, **on),
        "nature": lambda: service.decide_nature(actor, pk, "proactive", **on),
        "withhold": lambda: service.decide_nature(actor, pk, "withheld", **withheld, **on),
        "submit": lambda: service.submit(actor, pk, confirmed=True, **on),
        "review": lambda: service.review_approve(actor, pk, **on),
        "return": lambda: service.return_to_editor(actor, pk, "要改。", **on),
        "issue": lambda: service.issue(actor, pk, **on),
        "amend": lambda: service.amend(actor, pk, changed_on=LATER.date(), **on),
        "drop": lambda: service.drop_amendment(actor, pk, **on),
        "repeal": lambda: service.repeal(actor, pk, on=NEXT, note="某文。", **on),
        "withdraw": lambda: service.withdraw(actor, pk, "有误。", **on),
        "clarify": lambda: service.clarify(actor, {"title": "澄清"}, clarifies=pk, **on),
        "re_review": lambda: service.re_review(
            actor, pk, open_now=False, note="理由还在。", next_on=NEXT, **on
        ),
        "re_review_set": lambda: service.set_re_review(actor, pk, NEXT, **on),
    }


class _BackError(Exception):
    """Everything is put back."""


def done(act: Callable[[], Any]) -> bool:
    """Whether a verb is carried out; nothing of it is left."""
    try:
        with transaction.atomic():
            act()
            raise _BackError
    except _BackError:
        return True
    except (Refused, NotAllowedNow, FourEyes):
        return False
    except Exception as error:
        # A clarification of what was never public is impossible: the pages say so beforehand.
        return error.__class__.__name__ != "Impossible" and not isinstance(error, ValueError)


def test_the_offers_are_what_the_service_does(desk: Desk) -> None:
    document = {"kind": "normative", "doc_number": "云商规〔2026〕1号"}
    repealed = desk.published(kind="normative", doc_number="云商规〔2026〕2号")
    service.repeal(desk.issuer, repealed.pk, on=NEXT, note="某文。", now=desk.now)
    amending = desk.published(kind="normative", doc_number="云商规〔2026〕3号")
    service.amend(desk.editor, amending.pk, changed_on=NOW.date(), now=desk.now)
    sent = desk.published()
    service.amend(desk.editor, sent.pk, changed_on=NOW.date(), now=desk.now)
    service.submit(desk.editor, sent.pk, confirmed=True, now=desk.now)
    rows = {
        "draft": desk.draft(),
        "withheld draft": desk.draft(nature="withheld"),
        "submitted": desk.submitted(),
        "withheld submitted": desk.submitted(nature="withheld"),
        "reviewed": desk.reviewed(),
        "withheld": desk.withheld(),
        "scheduled": desk.scheduled(LATER + timedelta(days=9)),
        "published": desk.published(),
        "document": desk.published(**document),
        "repealed": desk.again(repealed),
        "amending": desk.again(amending),
        "amendment submitted": desk.again(sent),
        "withdrawn": desk.withdrawn(),
    }
    everything = (Role.EDITOR, Role.REVIEWER, Role.ISSUER)
    people = {
        "editor": desk.editor,
        "reviewer": desk.reviewer,
        "issuer": desk.issuer,
        "stranger with every role": make_person(desk.agency, *everything),
        "head": make_person(desk.agency, Role.DISCLOSURE_HEAD),
        "office": make_person(desk.agency, Role.BUSINESS_OFFICE),
        "window": make_person(desk.agency, Role.WINDOW),
    }
    wrong = []
    for stage, row in rows.items():
        for name, actor in people.items():
            verbs = tries(actor, row)
            assert set(verbs) == {verb.key for verb in VERBS}
            for key, act in verbs.items():
                if (why_not(actor, row, key) == "") != done(act):
                    wrong.append((stage, name, key, why_not(actor, row, key)))
    assert wrong == []

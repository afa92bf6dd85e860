"""An office that publishes: organ, columns, people, and documents brought to any stage.

    desk = make_desk()                       # organ, editor, reviewer, issuer, columns
    row = desk.published(title="…")          # by three people, through the verbs
    row = desk.draft(kind="normative", doc_number="云商规〔2026〕3号")
    desk.submitted(…), desk.reviewed(…), desk.scheduled(…), desk.withdrawn(…), desk.withheld(…)

`lay` puts many rows down at once, past the verbs, for measuring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from gongkai_site.agencies.models import Agency, Membership, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor, staff_actor
from gongkai_site.disclosures import service
from gongkai_site.disclosures.models import Column, Disclosure

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""9:00 on Monday 2 March 2026 in China."""

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""A PDF of one page; what is added to it makes another file, as good."""

_NUMBERS = count(1)


def body(*paragraphs: str) -> list[dict[str, Any]]:
    """A body of paragraphs."""
    return [{"type": "paragraph", "value": f"<p>{one}</p>"} for one in paragraphs]


def make_agency(name: str = "云山县商务局", **fields: Any) -> Agency:
    """An organ with a 统一社会信用代码."""
    number = Agency.objects.count()
    defaults = {
        "code": f"云商{number or ''}",
        "credit_code": f"114401000070{number:05d}K",
        "valid_from": date(2019, 1, 1),
    }
    return Agency.objects.create(name=name, **defaults | fields)


def make_person(agency: Agency, *roles: Role, name: str = "") -> Actor:
    """Somebody of an organ with these roles, as an actor."""
    number = next(_NUMBERS)
    user = User(username=f"writer{number}", display_name=name or f"职员{number}", agency=agency)
    user.set_unusable_password()
    user.save()
    for role in roles:
        Membership.objects.create(user=user, agency=agency, role=role, valid_from=date(2019, 1, 1))
    return staff_actor(user, agency.pk)


def make_column(agency: Agency, slug: str = "tzgg", **fields: Any) -> Column:
    """A column."""
    return Column.objects.create(agency=agency, slug=slug, **{"name": "通知公告"} | fields)


@dataclass
class Desk:
    """An organ with one editor, one reviewer, one issuer, and a column."""

    agency: Agency
    editor: Actor
    reviewer: Actor
    issuer: Actor
    column: Column
    moment: datetime = NOW
    clock: Iterator[int] = field(default_factory=lambda: count(0))

    @property
    def now(self) -> datetime:
        """A moment a minute after the last."""
        return self.moment + timedelta(minutes=next(self.clock))

    def facts(self, **fields: Any) -> dict[str, Any]:
        """What an editor fills in; whatever is given instead."""
        given = {
            "title": f"关于云山县第{next(_NUMBERS)}次消费促进活动的通知",
            "publisher": self.agency.name,
            "maker": self.agency.name,
            "source": self.agency.name,
            "summary": "明确活动的时间、地点和参加办法。",
            "written_on": date(2026, 2, 27),
            "formed_on": date(2026, 2, 27),
            "kind": "news",
            "topic": "07",
            "genre": "08",
            "keywords": "消费 促进",
            "column": self.column,
            "body": body("活动定于三月举行。", "欢迎各商户参加。"),
        }
        return given | fields

    def draft(self, *, nature: str = "proactive", **fields: Any) -> Disclosure:
        """A draft, its nature decided."""
        row = service.create(self.editor, self.facts(**fields), now=self.now)
        if nature:
            ground = "" if nature == "proactive" else "条例第十六条"
            later = None if nature == "proactive" else date(2027, 3, 1)
            service.decide_nature(
                self.editor, row.pk, nature, ground=ground, re_review_on=later, now=self.now
            )
        return self.again(row)

    def submitted(self, **fields: Any) -> Disclosure:
        """One that waits for its reviewer."""
        row = self.draft(**fields)
        service.submit(self.editor, row.pk, confirmed=True, now=self.now)
        return self.again(row)

    def reviewed(self, **fields: Any) -> Disclosure:
        """One that waits for its issuer."""
        row = self.submitted(**fields)
        service.review_approve(self.reviewer, row.pk, now=self.now)
        return self.again(row)

    def withheld(self, **fields: Any) -> Disclosure:
        """One that was found not to be public."""
        return self.reviewed(nature="withheld", **fields)

    def scheduled(self, publish_at: datetime, **fields: Any) -> Disclosure:
        """One that will be public at a set time."""
        row = self.reviewed(**fields)
        service.schedule(self.issuer, row.pk, publish_at, now=self.now)
        return self.again(row)

    def published(self, **fields: Any) -> Disclosure:
        """One that is public."""
        row = self.reviewed(**fields)
        service.issue(self.issuer, row.pk, now=self.now)
        return self.again(row)

    def withdrawn(self, reason: str = "内容有误，已另行发布。", **fields: Any) -> Disclosure:
        """One that was public."""
        row = self.published(**fields)
        service.withdraw(self.issuer, row.pk, reason, now=self.now)
        return self.again(row)

    def amended(self, row: Disclosure, **fields: Any) -> Disclosure:
        """A new version of a public one, by the same three people."""
        service.amend(self.editor, row.pk, changed_on=date(2026, 3, 2), now=self.now)
        service.save_draft(self.editor, row.pk, fields, now=self.now)
        service.submit(self.editor, row.pk, confirmed=True, now=self.now)
        service.review_approve(self.reviewer, row.pk, now=self.now)
        service.issue(self.issuer, row.pk, now=self.now)
        return self.again(row)

    @staticmethod
    def again(row: Disclosure) -> Disclosure:
        """The row as it is in the database now."""
        return Disclosure.objects.get(pk=row.pk)


def make_desk(agency: Agency | None = None, slug: str = "") -> Desk:
    """An organ that publishes; a second one needs a `slug` of its own for its column."""
    organ = agency or make_agency()
    return Desk(
        organ,
        make_person(organ, Role.EDITOR, name="编辑甲"),
        make_person(organ, Role.REVIEWER, name="审核乙"),
        make_person(organ, Role.ISSUER, name="签发丙"),
        make_column(organ, slug or f"tzgg{next(_NUMBERS)}"),
    )

"""A bureau with one person for each role, and cases brought to a state by the verbs themselves.

Nothing here writes a case's columns: a state that the law does not have cannot be made. Every moment
is given; the year is 2026, whose holidays are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gongkai.casework import CHINA
from gongkai.workdays import Calendar
from gongkai_site.agencies.models import Agency, Membership, Office, User
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.agencies.service import PUBLIC, Actor, staff_actor
from gongkai_site.info_requests import service
from gongkai_site.info_requests.intake import Application, Asked
from gongkai_site.info_requests.models import Case, Details, Letter

__all__ = [
    "CREDIT_CODE",
    "RESIDENT_ID",
    "Bureau",
    "Clock",
    "application",
    "make_bureau",
    "workday",
]

# Made-up numbers with right check characters.
RESIDENT_ID = "11010519491231002X"
CREDIT_CODE = "91350100M000100Y43"

START = date(2026, 3, 2)
FAR_BACK = date(2000, 1, 1)


def application(**changes: Any) -> Application:
    """A complete application of a natural person; `changes` go to where their name stands."""
    details = {
        "name": "王小明",
        "identity_type": "resident_id",
        "identity": RESIDENT_ID,
        "phone": "010-12345678",
        "email": "xiaoming@example.cn",
        "address": "示例市示例路1号",
        "postcode": "100000",
    }
    asked = {
        "name": "2025年夜间经济扶持资金分配方案",
        "description": "各区的分配金额",
        "form_wanted": "electronic",
        "way": "email",
    }
    whole = {"applicant_kind": "natural_person"}
    for key, value in changes.items():
        where = details if key in Details.__dataclass_fields__ and key != "name" else whole
        if key in Asked.__dataclass_fields__ and key != "name":
            where = asked
        if key == "applicant_name":
            details["name"] = value
        elif key == "asked_name":
            asked["name"] = value
        else:
            where[key] = value
    return Application(details=Details(**details), asked=Asked(**asked), **whole)


def workday(start: date, days: int) -> date:
    """The working day that many working days after `start`."""
    calendar, day = Calendar.load(), start
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


@dataclass
class Clock:
    """The moment it is; every look moves it by a minute, so that no two events share one."""

    day: date = START
    minutes: int = 0

    def __call__(self) -> datetime:
        self.minutes += 1
        return datetime.combine(self.day, time(9, 0), CHINA) + timedelta(minutes=self.minutes)

    def go(self, days: int) -> date:
        """Move on by working days."""
        self.day, self.minutes = workday(self.day, days), 0
        return self.day


@dataclass
class Bureau:
    """A body, its people by role, and its clock."""

    agency: Agency
    offices: list[Office]
    users: dict[Role, User]
    clock: Clock = field(default_factory=Clock)
    keys: Iterator[str] = field(
        default_factory=lambda: (f"key-of-a-form-{n:08d}" for n in range(10**6))
    )

    def actor(self, role: Role) -> Actor:
        """The person of a role, as they act."""
        return staff_actor(self.users[role], self.agency.pk, on=self.clock.day)

    @property
    def officer(self) -> Actor:
        return self.actor(Role.CASE_OFFICER)

    @property
    def head(self) -> Actor:
        return self.actor(Role.DISCLOSURE_HEAD)

    @property
    def legal(self) -> Actor:
        return self.actor(Role.LEGAL)

    @property
    def window(self) -> Actor:
        return self.actor(Role.WINDOW)

    # Cases

    def submitted(self, **changes: Any) -> service.Receipt:
        """An application from the web, not confirmed yet."""
        return service.submit(
            PUBLIC,
            self.agency.pk,
            application(**changes),
            key=next(self.keys),
            now=self.clock(),
        )

    def case(self, **changes: Any) -> Case:
        """An application handed in at the counter: received on the clock's day."""
        changes.setdefault("channel", "in_person")
        channel = changes.pop("channel")
        receipt = service.register(
            self.window,
            self.agency.pk,
            application(**changes),
            channel=channel,
            arrived_on=self.clock.day,
            now=self.clock(),
        )
        return Case.objects.get(pk=receipt.case_id)

    def letter(self, case: Case, kind: str, facts: dict[str, Any], **given: Any) -> Letter:
        """A draft by the officer."""
        return service.draft_letter(
            self.officer, case.pk, kind, facts, given=given, now=self.clock()
        )

    def signed(self, letter: Letter) -> Letter:
        """A letter that legal agreed to and the head signed."""
        service.legal_review(self.legal, letter.pk, agreed=True, now=self.clock())
        return service.approve_letter(self.head, letter.pk, now=self.clock())

    def issued(self, letter: Letter, **how: Any) -> Letter:
        """A letter signed and sent out."""
        self.signed(letter)
        return service.issue_letter(self.officer, letter.pk, now=self.clock(), **how)

    def replied(self, case: Case, outcome: str = "G1", **given: Any) -> Case:
        """The case with a reply issued, not served yet."""
        self.issued(self.letter(case, outcome, REPLY_FACTS[outcome], **given))
        return Case.objects.get(pk=case.pk)

    def closed(self, case: Case, outcome: str = "G1", **given: Any) -> Case:
        """The case with its reply served in person."""
        self.replied(case, outcome, **given)
        return service.serve(self.officer, case.pk, method="direct", now=self.clock())

    def corrected_asked(self, case: Case, days: int = 10) -> Case:
        """The case with a correction notice issued and received."""
        facts = {
            "correction_items": ["所需信息的名称"],
            "correction_guidance": "可以在公开目录中查得名称",
            "correction_days": days,
        }
        letter = self.issued(self.letter(case, "correction_notice", facts))
        return service.deliver(
            self.officer, case.pk, of=letter.event, on=self.clock.day, now=self.clock()
        )


REPLY_FACTS: dict[str, dict[str, Any]] = {
    "G1": {"supplied": ["《分配方案》"], "supplied_form": "电子文档"},
    "G2": {"obtain_where": "本机关网站“财政资金”栏目"},
    "N6": {"reason": "该信息是讨论过程中的记录", "process_kind": "讨论记录"},
    "U1": {"search_scope": "档案室电子档案", "search_method": "关键词检索"},
}


def make_bureau(code: str = "示商", name: str = "示例市商务局", **changes: Any) -> Bureau:
    """A body with two offices and one person for each business role."""
    particulars = {
        "review_organ": "示例市人民政府",
        "court": "示例铁路运输法院",
        "office_name": "办公室",
        "phone": "000-00000000",
        "address": "示例市示例路2号",
        "postcode": "100001",
        **changes,
    }
    agency = Agency.objects.create(code=code, name=name, valid_from=FAR_BACK, **particulars)
    offices = [
        Office.objects.create(agency=agency, name=office, valid_from=FAR_BACK)
        for office in ("办公室", "市场处")
    ]
    users = {}
    for number, role in enumerate(sorted(BUSINESS_ROLES)):
        office = offices[1] if role is Role.BUSINESS_OFFICE else offices[0]
        user = User.objects.create(
            username=f"{role.value}-{agency.pk}",
            display_name=f"{role.label}{'甲乙丙丁'[number % 4]}",
            agency=agency,
            office=office,
        )
        Membership.objects.create(
            user=user, agency=agency, office=office, role=role.value, valid_from=FAR_BACK
        )
        users[role] = user
    return Bureau(agency, offices, users)


def second(bureau: Bureau, role: Role) -> Actor:
    """A colleague in the same role."""
    user = User.objects.create(
        username=f"second-{role.value}-{bureau.agency.pk}",
        display_name="张三",
        agency=bureau.agency,
        office=bureau.offices[0],
    )
    Membership.objects.create(
        user=user,
        agency=bureau.agency,
        office=bureau.offices[0],
        role=role.value,
        valid_from=FAR_BACK,
    )
    return replace(staff_actor(user, bureau.agency.pk, on=bureau.clock.day))

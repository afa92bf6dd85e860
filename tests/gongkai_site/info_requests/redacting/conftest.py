"""A case with a file in which somebody's numbers stand, and the desk to redact it at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.gongkai.redaction.made import typeset
from tests.gongkai_site.info_requests.desk.conftest import desk
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service as requests
from gongkai_site.info_requests.attachments import keep
from gongkai_site.info_requests.models import Attachment, Case, Redaction
from gongkai_site.info_requests.redacting import making, service
from gongkai_site.info_requests.redacting.boxes import Place

__all__ = ["desk"]

NAME, PHONE = "欧阳示例", "13800138000"
FIRST = f"分配方案\n联系人 {NAME}\n电话 {PHONE}\n金额 示例企业三十万元"
SECOND = f"附件\n经办 {NAME}\n合计三十万元"


@dataclass
class Room:
    """A case with one file, and what a test does with it again and again."""

    bureau: Bureau
    case: Case
    file: Attachment

    def begun(self) -> Redaction:
        """The file opened by the worker."""
        held, _ = service.begin(self.bureau.officer, self.file.pk)
        making.run_open(held.pk)
        held.refresh_from_db()
        return held

    def made(self, *places: Place) -> Redaction:
        """A file made with boxes over these places (ground N4), suggestions taken up."""
        held, officer = self.begun(), self.bureau.officer
        groups = set(held.boxes.values_list("group", flat=True))
        if groups:
            service.decide(officer, held.pk, groups, accept=True)
        for place in places:
            service.add_box(officer, held.pk, place, "N4", "姓名")
        service.make(officer, held.pk)
        making.run_make(held.pk)
        held.refresh_from_db()
        return held

    def checked(self, held: Redaction) -> Redaction:
        """What was made, after another person looked at it."""
        service.check(self.bureau.head, held.pk, agreed=True)
        held.refresh_from_db()
        return held


def kept(bureau: Bureau, case: Case, data: bytes, name: str, **how: Any) -> Attachment:
    """A file of a case."""
    [added] = requests.attach(bureau.officer, case.pk, [keep(name, [data])], "office", **how)
    return added


@pytest.fixture
def room(bureau: Bureau) -> Room:
    """A case handed in at the counter, with a file of two pages."""
    case = bureau.case()
    requests.assign(
        bureau.officer, case.pk, assignee_id=bureau.users[Role.CASE_OFFICER].pk, now=bureau.clock()
    )
    return Room(bureau, case, kept(bureau, case, typeset(FIRST, SECOND), "分配方案.pdf"))

"""The desk as its people walk it in a browser: shared by the tests of the desk and of the portal."""

from __future__ import annotations

import re
from typing import Any

from tests.gongkai_site.browser import Visitor
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai_site.agencies.roles import Role

OFFICER, LEGAL, HEAD = Role.CASE_OFFICER, Role.LEGAL, Role.DISCLOSURE_HEAD


class People:
    """Everybody of a bureau, each at a browser of their own."""

    def __init__(self, visitor: Visitor, bureau: Bureau) -> None:
        self._visitor, self.bureau = visitor, bureau
        self._pages: dict[tuple[Role, int], Any] = {}

    def at(self, role: Role, width: int = 1440, **options: Any) -> Any:
        """The page in front of the person of a role, signed in at one click."""
        if (role, width) not in self._pages:
            page = self._visitor.page(width, **options)
            page.goto("/staff/sign-in/")
            name = self.bureau.users[role].display_name
            page.get_by_role("button", name=re.compile(name)).click()
            page.get_by_role("heading", name="工作台").wait_for()
            self._pages[role, width] = page
        return self._pages[role, width]


def letter_out(people: People, kind: str) -> None:
    """Have the head sign the letter that waits, and the officer send it out."""
    head, officer = people.at(HEAD), people.at(OFFICER)
    head.goto("/staff/requests/queue/sign/")
    head.get_by_role("link", name=re.compile(kind)).click()
    head.get_by_role("button", name="签发").click()
    head.get_by_text("已经签发，由承办人编号发出。").wait_for()
    officer.goto("/staff/requests/queue/mine/")
    officer.get_by_role("link", name=re.compile(kind)).click()
    officer.get_by_role("button", name="编号发出").click()
    officer.get_by_text(re.compile("已经发出，文号 示商公")).wait_for()


def ask_for_correction(people: People, case: str) -> None:
    """Draft a correction notice, have it signed, and send it out."""
    officer = people.at(OFFICER)
    officer.goto(case)
    officer.get_by_role("link", name="告知补正").click()
    officer.get_by_label("需要补正的事项").fill("所需材料的名称或者文号")
    officer.get_by_label("补正指导").fill("可以在公开目录中查得名称")
    officer.get_by_label("补正期限").fill("10")
    officer.get_by_role("button", name="先看一看").click()
    officer.get_by_text("要素齐全，没有发现问题。").wait_for()
    officer.get_by_role("button", name="生成草稿").click()
    officer.get_by_text("已经拟稿，请核对后送审或者送签。").wait_for()
    letter_out(people, "补正告知书")


def refuse(people: People, case: str) -> None:
    """Draft a refusal; legal objects, the officer rewrites, legal agrees, the head signs."""
    officer, legal = people.at(OFFICER), people.at(LEGAL)
    officer.goto(case)
    officer.get_by_role("link", name="起草答复书").click()
    officer.get_by_role("link", name="不予公开：属于四类过程性信息").click()
    officer.get_by_label("过程性信息类型").select_option("讨论记录")
    officer.get_by_label("理由").fill("该信息是讨论过程中的记录")
    officer.get_by_role("button", name="生成草稿").click()
    officer.get_by_text("已经拟稿").wait_for()
    for agreed in (False, True):
        legal.goto("/staff/requests/queue/review/")
        legal.get_by_role("link", name=re.compile("答复书")).click()
        assert "王小明" not in legal.content()
        if agreed:
            legal.get_by_label("同意", exact=True).check()
        else:
            legal.get_by_label("不同意，退回修改").check()
            legal.get_by_label(re.compile("审核意见")).fill("理由要写得具体")
        legal.get_by_role("button", name="提交审核意见").click()
        legal.get_by_text("送负责人签发" if agreed else "已经退回修改").wait_for()
        if not agreed:
            officer.goto("/staff/requests/queue/mine/")
            officer.get_by_role("link", name=re.compile("答复书")).click()
            officer.get_by_text("理由要写得具体").wait_for()
            officer.get_by_text("修改文字").first.click()
            text = officer.get_by_role("textbox", name="正文")
            text.fill(text.input_value().replace("的记录。", "的记录，会议尚未作出决定。"))
            officer.get_by_role("button", name="保存为新的一稿").click()
            officer.get_by_text("已经保存为第2稿。").wait_for()
    letter_out(people, "答复书")

"""Publishing in a browser: one document through the hands of three people, and axe on every page."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.disclosures.desk.conftest import AFTERNOON
from tests.gongkai_site.disclosures.factories import Desk, body, make_desk, make_person

from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures import files, service
from gongkai_site.disclosures.models import Column, Disclosure, State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BASE = "/staff/disclosures/"


class People:
    """Everybody of an office, each at a browser of their own."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._pages: dict[tuple[int | None, int], Any] = {}

    def at(self, actor: Actor, width: int = 1440, **options: Any) -> Any:
        """The page in front of somebody, signed in at one click."""
        key = (actor.user_id, width)
        if key not in self._pages:
            page = self._visitor.page(width, **options)
            page.goto("/staff/sign-in/")
            page.get_by_role("button", name=re.compile(actor.name)).click()
            page.get_by_role("heading", name="工作台").wait_for()
            self._pages[key] = page
        return self._pages[key]


@pytest.fixture
def office(visitor: Visitor, settings: Any) -> Iterator[tuple[Desk, People]]:
    """An office on the afternoon of its day."""
    settings.DEMO = True
    cache.clear()
    desk = make_desk()
    with time_machine.travel(AFTERNOON, tick=True):
        User.objects.update(is_demo=True)
        yield desk, People(visitor)


def test_three_people_publish_a_document(office: tuple[Desk, People]) -> None:
    desk, people = office
    row = desk.draft(nature="", title="关于举办云山县夜间消费节的通知")
    editor, reviewer, issuer = (
        people.at(one, java_script_enabled=False)
        for one in (desk.editor, desk.reviewer, desk.issuer)
    )

    def submit() -> None:
        editor.goto(f"{BASE}{row.pk}/")
        editor.get_by_role("link", name="送审", exact=True).click()
        editor.get_by_label("主动公开", exact=True).check()
        if editor.locator("#id_confirmed").count():
            editor.locator("#id_confirmed").check()
        editor.get_by_role("button", name="送审").click()
        assert "已经送审，等另一个人审核。" in editor.inner_text("main")

    submit()
    editor.goto(f"{BASE}{row.pk}/do/review")
    assert "这件事由审核办理" in editor.inner_text("main")
    reviewer.goto("/staff/")
    reviewer.get_by_role("link", name=re.compile("我的待办")).click()
    reviewer.get_by_role("link", name=row.title).click()
    reviewer.get_by_role("link", name="退回修改").click()
    reviewer.get_by_role("button", name="退回").click()
    assert "请填写要改什么。" in reviewer.get_by_role("alert").inner_text()
    reviewer.get_by_label("要改什么").fill("写明举办的地点。")
    reviewer.get_by_role("button", name="退回").click()
    editor.goto(BASE)
    assert "退回给我改的" in editor.inner_text("main")
    service.save_draft(desk.editor, row.pk, {"body": body("消费节在云山广场举办。")})
    submit()
    reviewer.goto(f"{BASE}{row.pk}/")
    reviewer.get_by_role("link", name="审核通过").click()
    reviewer.get_by_role("button", name="审核通过").click()
    assert "等签发人签发" in reviewer.inner_text("main")
    issuer.goto(BASE)
    issuer.get_by_role("link", name=row.title).click()
    issuer.get_by_role("link", name="签发", exact=True).click()
    issuer.get_by_role("button", name="签发").click()
    assert "已经公开，索引号" in issuer.inner_text("main")
    row = desk.again(row)
    assert (row.state, row.text) == (State.PUBLISHED, "消费节在云山广场举办。")
    hands = (row.written_by, row.submitted_by_id, row.reviewed_by_id, row.issued_by_id)
    editor_id = desk.editor.user_id
    assert hands == ([editor_id], editor_id, desk.reviewer.user_id, desk.issuer.user_id)


def test_the_lists_are_walked_by_keyboard(office: tuple[Desk, People]) -> None:
    desk, people = office
    older, newer = desk.draft(title="较早的文件"), desk.draft(title="较新的文件")
    page = people.at(desk.editor)
    page.goto(f"{BASE}catalogue/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{BASE}{older.pk}/")
    page.goto(f"{BASE}catalogue/?stage=draft")
    page.keyboard.press("/")
    page.keyboard.type("较新")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/?q=*")
    assert page.locator("[data-row]").all_inner_texts() == [newer.title]
    page.reload()
    assert page.locator("#id_q").input_value() == "较新"
    assert page.locator("#id_stage").input_value() == "draft"


def full(desk: Desk) -> dict[str, Disclosure]:
    """A document at each stage, with something on every page."""
    Column.objects.create(
        agency=desk.agency, slug="jd", name="政策解读", parent=desk.column, item=1
    )
    Column.objects.create(agency=desk.agency, slug="old", name="旧栏目", order=9, open=False)
    rows = {
        "draft": desk.draft(
            body=body("联系人身份证号：110101199003077715，电话 13800138000。"), nature=""
        ),
        "late": desk.draft(formed_on=date(2026, 1, 5)),
        "submitted": desk.submitted(),
        "reviewed": desk.reviewed(),
        "scheduled": desk.scheduled(AFTERNOON + timedelta(days=2)),
        "document": desk.published(kind="normative", doc_number="云商规〔2026〕1号"),
        "held": desk.withheld(),
        "withdrawn": desk.withdrawn(),
    }
    kept = files.keep("活动方案.txt", ["第一条".encode()])
    service.attach(desk.editor, rows["draft"].pk, kept)
    changed = {"body": body("联系人身份证号：110101199003077715。"), "keywords": "夜间 消费"}
    service.save_draft(desk.editor, rows["draft"].pk, changed)
    returned = desk.submitted()
    service.return_to_editor(desk.reviewer, returned.pk, "写明地点。", now=desk.now)
    by = desk.published(kind="normative", doc_number="云商规〔2026〕2号")
    desk.published(interprets=[by.pk], kind="other", title="《办法》解读")
    rows["repealed"] = desk.published(kind="normative", doc_number="云商规〔2025〕9号")
    service.repeal(
        desk.issuer, rows["repealed"].pk, on=date(2026, 3, 1), acting=by.pk, now=desk.now
    )
    return {name: desk.again(row) for name, row in rows.items()}


def pages_of(desk: Desk, rows: dict[str, Disclosure]) -> list[tuple[Actor, str]]:
    """Every page, in front of whoever may open it."""

    def do(name: str, key: str) -> str:
        return f"{rows[name].pk}/do/{key}"

    return [
        *((desk.editor, page) for page in ("", "?group=drafts", "catalogue/", "clarify")),
        *((desk.editor, page) for page in ("catalogue/?q=没有的", "columns/", "columns/add")),
        *((desk.editor, page) for page in (f"columns/{desk.column.slug}/", "columns/old/")),
        *(
            (desk.editor, f"{rows[name].pk}/")
            for name in ("draft", "document", "repealed", "withdrawn")
        ),
        (desk.editor, f"{rows['draft'].pk}/compare"),
        *((desk.editor, do("draft", key)) for key in ("submit", "nature", "withhold")),
        *((desk.editor, do("held", key)) for key in ("re_review", "re_review_set")),
        (desk.editor, do("document", "amend")),
        *((desk.reviewer, page) for page in ("", do("submitted", "review"))),
        (desk.reviewer, do("submitted", "return")),
        *((desk.issuer, page) for page in ("", do("reviewed", "issue"), do("document", "repeal"))),
        (desk.issuer, do("document", "withdraw")),
        *((desk.issuer, page) for page in ("statistics/", "statistics/?year=2019")),
        (desk.issuer, "statistics/counted?what=late"),
        (desk.issuer, "statistics/counted?what=published&kind=normative"),
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_without_fault(office: tuple[Desk, People], width: int) -> None:
    desk, people = office
    rows = full(desk)
    make_person(desk.agency, Role.BUSINESS_OFFICE, name="业务丁")
    User.objects.update(is_demo=True)
    found: dict[str, object] = {}
    shots = os.environ.get("GONGKAI_SHOTS")
    for actor, address in pages_of(desk, rows):
        page = people.at(actor, width)
        assert page.goto(BASE + address).status == 200, address
        if shots:
            name = re.sub(r"[^\w=]+", "_", f"{actor.name}_{address}_{width}")
            page.screenshot(path=str(Path(shots) / f"{name}.png"), full_page=True)
        if faults := axe_faults(page):
            found[f"{actor.name} {address}"] = faults
        if elements := too_wide(page, width):
            found[f"{actor.name} {address} is too wide"] = elements
    page = people.at(desk.reviewer, width)
    page.goto(f"{BASE}{rows['submitted'].pk}/do/return")
    page.get_by_role("button", name="退回").click()
    assert page.get_by_role("alert").is_visible()
    if faults := axe_faults(page):
        found["a form with a fault"] = faults
    assert found == {}

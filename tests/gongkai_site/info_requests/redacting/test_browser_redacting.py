"""Redaction in a browser: with the mouse, without a script, wide and narrow, read by axe."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as site_settings
from PIL import Image
from tests.gongkai.redaction.made import texts
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.info_requests.redacting.conftest import NAME, PHONE, Room

from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import store
from gongkai_site.info_requests.models import Redaction, RedactionState
from gongkai_site.info_requests.redacting import making

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def work(page: Any = None) -> None:
    """Do what the worker does, once the page says that somebody waits for it."""
    if page is not None:
        page.locator(".progress").wait_for()
    for held in Redaction.objects.filter(state=RedactionState.WAITING):
        making.run_open(held.pk)
    for held in Redaction.objects.filter(state=RedactionState.QUEUED):
        making.run_make(held.pk)


def as_officer(visitor: Visitor, desk: Any, width: int = 1440, **options: Any) -> Any:
    """A page in which the officer is signed in."""
    return signed_in(visitor, desk, Role.CASE_OFFICER, width, **options)


def signed_in(visitor: Visitor, desk: Any, role: Role, width: int = 1440, **options: Any) -> Any:
    """A page in which the person of a role is signed in."""
    client = desk.sits(role)
    page = visitor.page(width, **options)
    name = site_settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": visitor.base}]
    )
    return page


def on(page: Any, across: float, down: float) -> tuple[float, float]:
    """A point on the screen, from fractions of the page that is shown."""
    page.wait_for_load_state()
    box = page.locator(".page-image").bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def opened(page: Any, room: Room) -> None:
    """Press the button beside the file, and wait for its pages."""
    page.goto(f"/staff/requests/{room.case.pk}/")
    page.get_by_role("button", name="遮盖“分配方案.pdf”").click()
    work(page)


def test_boxes_are_drawn_with_the_mouse_and_the_file_keeps_nothing(
    visitor: Visitor, desk: Any, room: Room
) -> None:
    page = as_officer(visitor, desk)
    opened(page, room)
    # The page looks for itself, and goes on once the worker is done.
    page.get_by_role("button", name=re.compile("全部接受：手机号码")).click()
    page.get_by_text("已经接受 1 处。").wait_for()
    page.get_by_role("button", name="不需要遮盖：建1").click()
    page.get_by_text("1 处不遮盖。").wait_for()
    # The name, by dragging.
    page.get_by_label("不予公开的理由").select_option("N4")
    page.get_by_label("遮去的是什么").fill("姓名")
    page.mouse.move(*on(page, 0.18, 0.18))
    page.mouse.down()
    page.mouse.move(*on(page, 0.2, 0.19))
    page.mouse.move(*on(page, 0.28, 0.2))
    page.mouse.up()
    page.get_by_role("heading", name="已经画的框（2）").wait_for()
    assert page.locator("#marks .standing").count() == 2
    page.get_by_role("button", name="制作并核对").click()
    work(page)
    page.get_by_role("heading", name="核对了什么").wait_for()
    assert "第 2 个框遮去的文字，在第 2 页别处还有" in page.inner_text("main")
    page.get_by_role("button", name="补画勾选的框").click()
    page.get_by_role("heading", name="已经画的框（3）").wait_for()
    page.get_by_role("button", name="制作并核对").click()
    work(page)
    page.get_by_role("heading", name="核对了什么").wait_for()
    assert "请留意" not in page.inner_text("main")
    assert "等待复核" in page.inner_text("main")
    assert page.get_by_role("button", name="存为答复附件").count() == 0
    # Another person compares, page by page, and lets it pass.
    other = signed_in(visitor, desk, Role.DISCLOSURE_HEAD)
    other.goto(f"/staff/requests/{room.case.pk}/")
    other.get_by_role("link", name="遮盖件等待存入：分配方案.pdf").click()
    other.get_by_role("link", name="原件和框").click()
    assert other.locator("#marks .standing").count() == 2
    other.get_by_role("link", name="遮盖以后").click()
    other.get_by_role("button", name="复核通过").click()
    other.get_by_text("复核通过，可以存入案卷了。").wait_for()
    page.reload()
    page.get_by_role("button", name="存为答复附件").click()
    page.get_by_text("已经存入案卷").wait_for()
    held = Redaction.objects.get()
    assert held.result is not None
    data = store.path_of(held.result.digest).read_bytes()
    for text in texts(data):
        assert NAME not in text
        assert PHONE not in text


def test_boxes_are_drawn_without_a_script(visitor: Visitor, desk: Any, room: Room) -> None:
    page = as_officer(visitor, desk, java_script_enabled=False)
    opened(page, room)
    page.get_by_role("link", name="刷新").click()
    page.get_by_role("button", name="接受建1").click()
    page.get_by_role("button", name="不需要遮盖：建1").click()
    page.get_by_label("不予公开的理由").select_option("N6")
    page.mouse.click(*on(page, 0.16, 0.16))
    page.get_by_text("左上角记下了，请再点右下角。").wait_for()
    assert page.get_by_label("不予公开的理由").input_value() == "N6"
    page.mouse.click(*on(page, 0.31, 0.22))
    page.get_by_role("heading", name="已经画的框（2）").wait_for()
    box = Redaction.objects.get().boxes.get(kind="", state="standing")
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((0.16, 0.16, 0.31, 0.22), abs=0.004)
    # By numbers, on the second page; without a ground first.
    page.get_by_role("link", name="2", exact=True).click()
    page.get_by_label("不予公开的理由").select_option("")
    for name, value in {"左边": "10", "上边": "16", "右边": "40", "下边": "22"}.items():
        page.get_by_label(name).fill(value)
    page.get_by_role("button", name="加这个框").click()
    assert "请选择不予公开的理由。" in page.inner_text("[role=alert]")
    assert page.get_by_label("右边").input_value() == "40"
    page.get_by_label("不予公开的理由").select_option("N4")
    page.get_by_role("button", name="加这个框").click()
    assert "已经画的框（3）" in page.inner_text("main")
    page.get_by_role("button", name="退回上一步：画框").click()
    assert "已经画的框（2）" in page.inner_text("main")
    page.get_by_role("button", name="制作并核对").click()
    work(page)
    page.get_by_role("link", name="刷新").click()
    page.get_by_role("heading", name="核对了什么").wait_for()
    page.wait_for_load_state()
    picture = page.locator(".page-image")
    assert picture.evaluate("image => image.naturalWidth") == 534
    room.checked(Redaction.objects.get())
    page.reload()
    page.get_by_role("button", name="存为答复附件").click()
    assert "已经存入案卷" in page.inner_text("main")


def test_a_click_hits_what_was_meant_at_any_size(visitor: Visitor, desk: Any, room: Room) -> None:
    held = room.begun()
    page = as_officer(visitor, desk, java_script_enabled=False)
    page.goto(f"/staff/redaction/{held.pk}/?zoom=50&ground=N4")
    page.mouse.click(*on(page, 0.2, 0.4))
    page.get_by_text("左上角记下了，请再点右下角。").wait_for()
    page.mouse.click(*on(page, 0.8, 0.6))
    page.get_by_role("heading", name="已经画的框（1）").wait_for()
    box = held.boxes.get(state="standing")
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((0.2, 0.4, 0.8, 0.6), abs=0.006)
    overlay = page.locator("#marks .standing rect").bounding_box()
    shown = page.locator(".page-image").bounding_box()
    assert overlay["x"] == pytest.approx(shown["x"] + 0.2 * shown["width"], abs=2)
    assert overlay["height"] == pytest.approx(0.2 * shown["height"], abs=4)


def test_the_keyboard_alone_is_enough(visitor: Visitor, desk: Any, room: Room) -> None:
    held = room.begun()
    page = as_officer(visitor, desk)
    page.goto(f"/staff/redaction/{held.pk}/")

    def tab_to(what: str) -> None:
        """Press Tab until a control with that name or words has the focus."""
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(
                """what => { const e = document.activeElement; return [e.ariaLabel, e.name,
                e.innerText].some((one) => (one || "").startsWith(what)); }""",
                what,
            ):
                return
        raise AssertionError(f"{what} cannot be reached")

    tab_to("ground")
    page.keyboard.press("ArrowDown")
    for name, value in {"left": "15", "top": "25", "right": "45", "bottom": "33"}.items():
        tab_to(name)
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="已经画的框（1）").wait_for()
    box = held.boxes.get(kind="", state="standing")
    assert (box.ground, box.x0, box.y1) == ("N1", 0.15, 0.33)
    # Whoever was in the form goes on there.
    assert page.evaluate("document.activeElement.name") == "left"
    tab_to("接受建1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="已经画的框（2）").wait_for()
    assert page.evaluate("document.activeElement !== document.body")
    tab_to("改第 2 个框")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="保存修改").wait_for()
    tab_to("删除第 1 个框")
    page.keyboard.press("Space")
    page.get_by_role("heading", name="已经画的框（1）").wait_for()
    tab_to("退回上一步")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="已经画的框（2）").wait_for()
    tab_to("制作并核对")
    page.keyboard.press("Enter")
    work(page)
    page.get_by_role("heading", name="核对了什么").wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_without_fault(visitor: Visitor, desk: Any, room: Room, width: int) -> None:
    page = as_officer(visitor, desk, width)
    found: dict[str, object] = {}

    def look(name: str, seen: Any = page) -> None:
        seen.wait_for_load_state()
        faults, elements = axe_faults(seen), too_wide(seen, width)
        if faults or elements:
            found[name] = (faults, elements)

    page.goto(f"/staff/redaction/case/{room.case.pk}/")
    look("choose")
    page.get_by_role("button", name="遮盖“分配方案.pdf”").click()
    look("waiting")
    work(page)
    held = Redaction.objects.get()
    address = f"/staff/redaction/{held.pk}/"
    page.goto(address)
    look("drawing")
    page.get_by_role("button", name="加这个框").click()
    page.get_by_role("alert").wait_for()
    look("faults")
    page.get_by_role("button", name=re.compile("全部接受：姓名")).click()
    page.get_by_text("已经接受 1 处。").wait_for()
    page.get_by_role("button", name=re.compile("全部接受：手机号码")).click()
    page.get_by_role("heading", name="已经画的框（2）").wait_for()
    page.get_by_role("link", name="改第 1 个框").click()
    look("changing")
    page.get_by_role("button", name="制作并核对").click()
    work(page)
    page.goto(address)
    look("made")
    page.goto(f"{address}?look=original")
    look("original")
    head = signed_in(visitor, desk, Role.DISCLOSURE_HEAD, width)
    head.goto(address)
    look("checking", head)
    head.get_by_role("button", name="复核通过").click()
    head.get_by_text("复核通过，可以存入案卷了。").wait_for()
    page.goto(address)
    look("checked")
    page.get_by_role("button", name="存为答复附件").click()
    look("saved")
    page.goto(f"/staff/requests/{room.case.pk}/")
    look("case")
    assert found == {}


def test_the_preview_is_of_the_page(history_may_go: None, room: Room) -> None:
    from gongkai_site.info_requests.redacting import folders

    held = room.begun()
    data = folders.preview(held, 2)
    assert data is not None
    with Image.open(BytesIO(data)) as image:
        assert image.size == (held.pages[1]["across"], held.pages[1]["down"])

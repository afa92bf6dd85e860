"""A request from the web in one browser: asked, corrected, objected to, signed, downloaded."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from tests.gongkai_site.browser import Visitor
from tests.gongkai_site.info_requests.desk.walk import (
    OFFICER,
    People,
    ask_for_correction,
    refuse,
)
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, make_bureau
from tests.gongkai_site.portal.test_browser_portal import fill_in, follow, look_up, press

from gongkai_site.agencies.models import User
from gongkai_site.info_requests.models import Case

pytestmark = pytest.mark.browser


def _sent(page: Any) -> tuple[str, str]:
    press(page, "提交申请")
    number, code = page.locator(".big").all_inner_texts()
    return number, code


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_asked_corrected_objected_signed_downloaded(
    visitor: Visitor, settings: Any, script: bool
) -> None:
    settings.DEMO = True
    bureau = make_bureau()
    User.objects.update(is_demo=True)
    people, page = People(visitor, bureau), visitor.page(390, java_script_enabled=script)
    fill_in(page, bureau, what="扶持资金的有关材料")
    number, code = _sent(page)

    officer = people.at(OFFICER)
    officer.goto("/staff/requests/")
    follow(officer, number)
    case = officer.url
    officer.get_by_role("link", name="双方确认收到").click()
    officer.get_by_role("button", name="登记", exact=True).click()
    officer.get_by_text("收到申请之日为2026-03-02").wait_for()
    ask_for_correction(people, case)

    look_up(page, number, code)
    assert page.locator(".todo").is_visible()
    page.locator(".todo .button").first.click()
    press(page, page.get_by_role("main").get_by_role("button").first.inner_text())
    assert "补正" in page.locator("article.letter").inner_text()
    follow(page, "‹ 办理进度")
    follow(page, "提交补正")
    page.fill("#f-what", "2025年扶持资金分配方案讨论记录")
    press(page, "提交补正")
    assert "2026年3月30日" in page.locator(".due").first.inner_text()

    refuse(people, case)
    officer.goto(case)
    officer.get_by_role("link", name="登记送达").click()
    officer.get_by_label("送达方式").select_option("online")
    officer.get_by_role("button", name="登记", exact=True).click()
    officer.get_by_text("已经登记送达，这件申请办结。").wait_for()

    page.goto("/request/case/")
    follow(page, "示例市商务局政府信息公开申请答复书")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    text = "".join(
        one.get_textpage().get_text_bounded() for one in PdfDocument(download.value.path())
    )
    plain = re.sub(r"\s", "", text)
    assert "示商公复〔2026〕1号" in plain
    assert "会议尚未作出决定" in plain
    assert "自收到本答复书之日起60日内先向示例市人民政府申请行政复议" in plain
    assert RESIDENT_ID not in plain

    held = Case.objects.get()
    assert (held.number, held.channel, held.outcome, held.irregular) == (number, "online", "N6", 0)
    assert held.state == "served"

"""The search and the pages for programs in a browser: by keyboard, without a script, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.portal import catalogue
from tests.gongkai_site.portal.catalogue import attach, publish

from gongkai_site.portal import pace
from gongkai_site.portal.search import updating

pytestmark = pytest.mark.browser

_PAGES = (
    "/search/",
    "/search/?q=夜间经济",
    "/search/?q=夜间经济&column=rules&year=2020&validity=valid&sort=new",
    "/search/?q=没有这样的文件&year=2020",
    "/search/?q=通知&sort=new&page=2",
    "/search/?q=" + "商务" * 80,
    "/api/v1/",
    "/open-data/",
)


@pytest.fixture
def full(visitor: Visitor, folder: Path, make_agency: Callable[..., Any]) -> Visitor:
    """A visitor of a site with documents of every look."""
    pace.clear()
    agency = make_agency()
    news = catalogue.column("news", agency=agency)
    rules = catalogue.column("rules", "行政规范性文件", agency=agency)
    law = publish(
        "云山县商务局关于印发《夜间经济扶持资金管理办法》的通知",
        "各有关单位：现将办法印发给你们，请遵照执行。第一条　为了发展夜间经济，规范资金使用，制定本办法。"
        * 3,
        at=rules,
        kind="normative",
        validity="valid",
        doc_number="云商务规〔2020〕3号",
    )
    attach(law, "申报名单（第一批）.pdf", b"one", "第一批申报夜间经济扶持资金的街区名单。")
    publish("旧的夜间经济办法", "已经废止的内容", at=rules, kind="normative", validity="repealed")
    publish("长" * 180 + "夜间经济", "https://example.cn/" + "a" * 200, at=news)
    for number in range(24):
        publish(f"关于第{number}期夜市活动的通知", "欢迎参加，夜间经济更有活力。", at=news)
    updating.update()
    return visitor


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_page_is_within_reach_of_everybody(full: Visitor, width: int) -> None:
    page = full.page(width)
    for address in _PAGES:
        page.goto(address)
        assert axe_faults(page) == "", address
        assert too_wide(page, width) == [], address


def test_a_search_by_keyboard_without_a_script(full: Visitor) -> None:
    page = full.page(java_script_enabled=False)
    page.goto("/search/")
    page.locator("#f-q").focus()
    page.keyboard.type("夜间经济")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h2").first.inner_text() == "找到 27 件"
    page.get_by_text("缩小范围").click()
    page.select_option("#f-column", "rules")
    page.select_option("#f-validity", "repealed")
    with page.expect_navigation():
        page.get_by_role("button", name="检索", exact=True).click()
    assert page.locator(".hits h3").all_inner_texts() == ["旧的夜间经济办法"]
    page.reload()
    assert page.input_value("#f-column") == "rules"
    assert page.input_value("#f-q") == "夜间经济"
    with page.expect_navigation():
        page.get_by_role("link", name="去掉“废止”").click()
    assert page.locator(".hits > li").count() == 2

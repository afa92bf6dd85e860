"""The pages of channels in a browser: without a script, wide and narrow, by keyboard, read by axe."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.urls import reverse
from django.utils import timezone
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide

from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures.channels import outbox, places, service

pytestmark = pytest.mark.browser


def as_member(visitor: Visitor, client: Any, width: int = 1280, **options: Any) -> Any:
    """A page in which somebody is signed in already."""
    page = visitor.page(width, **options)
    value = client.cookies[site_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": site_settings.SESSION_COOKIE_NAME, "value": value, "url": visitor.base}]
    )
    return page


@pytest.fixture
def full(history_may_go: None, office: SimpleNamespace, publish: Any) -> SimpleNamespace:
    """Something on each page: sent, failed, waiting, recorded, handed over."""
    now = timezone.now()
    wechat = office.channels["wechat"]
    service.follow([office.document], now)
    service.queue(office.actor, office.document.pk, wechat)
    outbox.run(timezone.now())
    office.wechat.fail("draft/add", 48001)
    failed = publish(office.agency, "云山县商务局关于印发促进外经贸高质量发展若干措施的通知")
    service.queue(office.actor, failed.pk, wechat)
    outbox.run(timezone.now())
    waiting = publish(office.agency, "会议纪要")
    service.queue(office.actor, waiting.pk, wechat)
    paper = service.add_channel(office.actor, office.agency.pk, "press", "云山日报")
    service.record_by_hand(office.actor, office.document.pk, paper, date(2020, 3, 2), "第2版")
    facts = {"name": "云山县档案馆", "kind": "archive", "address": "人民路2号"}
    place = places.save_place(office.actor, office.agency.pk, facts)
    made = places.make_transfer(office.actor, place, date(2020, 1, 1), date(2020, 3, 31))
    office.place, office.transfer, office.failed = place, made, failed
    return office


def pages(full: SimpleNamespace) -> dict[str, str]:
    return {
        "list": reverse("channels:list"),
        "nothing": reverse("channels:list") + "?q=没有这份文件",
        "registry": reverse("channels:registry"),
        "document": reverse("channels:document", args=[full.document.pk]),
        "unsent": reverse("channels:document", args=[full.failed.pk]),
        "preview": reverse("channels:preview", args=[full.failed.pk]),
        "places": reverse("channels:places"),
        "place": reverse("channels:place", args=[full.place.pk]),
        "transfer": reverse("channels:transfer", args=[full.transfer.pk]),
    }


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_whole_and_has_no_fault(
    visitor: Visitor, full: SimpleNamespace, signed_in: Any, make_staff: Any, width: int
) -> None:
    page = as_member(visitor, signed_in(full.editor), width)
    shots = os.environ.get("GONGKAI_SHOTS")
    admin = signed_in(make_staff(Role.SYSTEM_ADMIN, agency=full.agency))
    looked = [(page, name, address) for name, address in pages(full).items()]
    looked.append((as_member(visitor, admin, width), "settings", reverse("channels:settings")))
    for seen, name, address in looked:
        seen.goto(address)
        assert seen.locator("h1").count() == 1, name
        if shots:
            seen.screenshot(path=str(Path(shots) / f"{name}-{width}.png"), full_page=True)
        assert axe_faults(seen) == "", name
        assert too_wide(seen, width) == [], name


def test_a_failed_delivery_is_found_and_sent_again_without_a_script(
    visitor: Visitor, full: SimpleNamespace, signed_in: Any
) -> None:
    page = as_member(visitor, signed_in(full.editor), java_script_enabled=False)
    page.goto(reverse("channels:list"))
    page.get_by_role("link", name="没有成功 1").click()
    page.get_by_label("文件").fill("外经贸")
    page.get_by_role("button", name="筛选").click()
    page.reload()
    assert page.get_by_label("文件").input_value() == "外经贸"
    assert "没有这个接口的权限" in page.inner_text("main")
    page.get_by_role("button", name="重新发送").click()
    assert "已经重新排队" in page.inner_text("main")


def test_the_list_is_walked_by_keyboard(
    visitor: Visitor, full: SimpleNamespace, signed_in: Any
) -> None:
    page = as_member(visitor, signed_in(full.editor))
    page.goto(reverse("channels:list"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/*/")
    assert page.get_by_role("heading", level=1).inner_text() == first

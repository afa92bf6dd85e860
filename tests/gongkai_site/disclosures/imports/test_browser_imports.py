"""The import's pages in a browser: wide and narrow, by axe, and through the whole of an import."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.disclosures.factories import make_desk

from gongkai_site.agencies.models import User
from gongkai_site.disclosures.imports import importing
from gongkai_site.disclosures.imports.models import Batch

pytestmark = pytest.mark.browser

PAGE = (
    "<html><head><title>关于举办消费节的通知</title></head><body>"
    "<p>亚洲最大中文字幕无码网站|澳门皇冠赌场开户|在线观看免费视频</p><p>發(fā)布時(shí)間：2020-05-06</p>"
    "<p>現(xiàn)就消費(fèi)節(jié)有關(guān)事項(xiàng)通知如下。</p><p><a href='方案.pdf'>方案</a></p></body></html>"
)


def seen(page: Any, name: str) -> None:
    """Hold the page to axe and to its width, wide and narrow; keep a picture where one is asked."""
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe_faults(page) == ""
        assert too_wide(page, width) == []
        if folder := os.environ.get("GONGKAI_PICTURES"):
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def signed_in(visitor: Visitor, actor: Any, **options: Any) -> Any:
    from allauth.mfa.models import Authenticator
    from django.test import Client

    user = User.objects.get(pk=actor.user_id)
    Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {}})
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page = visitor.page(**options)
    cookie = client.cookies["gongkai_session"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.base}])
    return page


def test_an_import_from_upload_to_undo(
    visitor: Visitor, tmp_path: Path, workbook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai_site.disclosures.imports.views.queue", lambda batch: None)
    desk = make_desk()
    page = signed_in(visitor, desk.editor)
    page.goto(reverse("imports:home"))
    seen(page, "home")

    old = tmp_path / "old.html"
    old.write_text(PAGE, "utf-8")
    page.set_input_files("#page-files", [str(old)])
    page.select_option("#column", label=desk.column.name)
    page.select_option("#document-kind", label="动态")
    page.locator("form:has(#page-files) button").click()
    page.wait_for_selector("progress")
    seen(page, "waiting")
    batch = Batch.objects.get()
    importing.run_check(batch.pk)
    page.goto(reverse("imports:one", args=[batch.pk]))
    page.click("summary")
    assert "亚洲最大中文字幕" in page.inner_text(".removed")
    assert page.inner_text("main").count("附件“方案.pdf”不在上传的文件里") == 1
    seen(page, "preview")
    page.get_by_role("button", name="确认导入 1 份草稿").click()
    importing.run_import(batch.pk)
    page.goto(reverse("imports:one", args=[batch.pk]))
    seen(page, "done")
    page.get_by_role("button", name="撤销这次导入的 1 份草稿").click()
    page.wait_for_selector("text=已整批撤销")

    sheet = tmp_path / "目录.xlsx"
    sheet.write_bytes(workbook([["甲", "乙〔2O20〕1号", "通知", "无", "昨天"]]).getvalue())
    page.goto(reverse("imports:home"))
    page.set_input_files("#catalogue-files", [str(sheet)])
    page.locator("form:has(#catalogue-files) button").click()
    page.wait_for_selector("progress")
    importing.run_check(Batch.objects.latest("pk").pk)
    page.reload()
    assert "有 4 处错误，一份都没有导入" in page.inner_text("main")
    seen(page, "faults")
    assert visitor.complaints == []

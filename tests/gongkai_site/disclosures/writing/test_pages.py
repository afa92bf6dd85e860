"""The pages of the editor: their policy, their face, their words."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.gongkai_site.disclosures.factories import PDF, Desk, make_desk, make_person
from tests.gongkai_site.disclosures.writing.conftest import CMS

from gongkai_site.agencies.models import Role
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures import service
from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.writing import preview

ClientOf = Callable[[Actor], Client]
Form = Callable[..., dict[str, Any]]
LOCALE = Path(preview.__file__).parent.parent / "locale" / "zh_Hans" / "LC_MESSAGES"


class _Words(HTMLParser):
    """Reads a page and keeps what is shown or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in {"script", "style"}
        self.found += [
            value or "" for name, value in attrs if name in {"aria-label", "title", "placeholder"}
        ]

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(data)


def words_in(page: str) -> list[str]:
    reader = _Words()
    reader.feed(page)
    return [word for word in (" ".join(one.split()) for one in reader.found) if word]


def policy(response: object) -> dict[str, str]:
    header = response["Content-Security-Policy"]  # type: ignore[index]
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: value for name, _, value in parts}


def test_the_editor_runs_only_the_sites_own_files(desk: Desk, client_of: ClientOf) -> None:
    client, row = client_of(desk.editor), desk.draft()
    for path in ("", "add/", f"edit/{row.pk}/", f"history/{row.pk}/"):
        response = client.get(CMS + path)
        assert response.status_code == 200
        told = policy(response)
        assert told["script-src"] == "'self'" and told["default-src"] == "'none'"
        assert told["style-src"] == "'self' 'unsafe-inline'"
        assert told["frame-ancestors"] == "'none'" and told["base-uri"] == "'none'"
        page = response.content.decode()
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
        assert [
            one for one in inline if "application/json" not in one and "template" not in one
        ] == []
        assert (
            re.findall(r"\son[a-z]+=", re.sub(r"<script.*?</script>", "", page, flags=re.S)) == []
        )
        assert set(re.findall(r"(?:src|href)=\"(https?://[^\"]*)", page)) == set()


def test_everywhere_else_the_policy_is_as_strict_as_before(desk: Desk, client_of: ClientOf) -> None:
    response = client_of(desk.editor).get("/staff/")
    assert policy(response)["style-src"] == "'self'"
    assert "frame-src" not in policy(response)


def test_a_preview_runs_nothing_of_its_own_and_only_the_editor_frames_it(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    row, client = desk.draft(), client_of(desk.editor)
    assert client.post(f"{CMS}preview/{row.pk}/", form(title="预览的名称")).json()["is_valid"]
    response = client.get(f"{CMS}preview/{row.pk}/?mode=page")
    assert "预览的名称" in response.content.decode()
    told = policy(response)
    assert told["script-src"] == "'self'" and told["style-src"] == "'self'"
    assert told["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    both = client.get(f"{CMS}preview/{row.pk}/?mode=both").content.decode()
    assert both.count(f'src="{CMS}preview/{row.pk}/?mode=page"') == 2


def test_a_room_above_lays_out_the_preview(
    desk: Desk, client_of: ClientOf, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_RENDERERS", [])
    preview.register_article(lambda one: f"<h1>{one.title}</h1>{one.body_html}{one.column}")
    row, client = desk.draft(), client_of(desk.editor)
    column = str(desk.column.pk)
    written = form(title="排好的名称", column=column, paragraphs=["活动定于三月举行。"])
    client.post(f"{CMS}preview/{row.pk}/", written)
    page = client.get(f"{CMS}preview/{row.pk}/?mode=page").content.decode()
    assert page == "<h1>排好的名称</h1><p>活动定于三月举行。</p>" + desk.column.slug


def test_a_draft_is_shown_as_the_public_site_will_show_it(
    desk: Desk, client_of: ClientOf, form: Form
) -> None:
    row, client = desk.draft(), client_of(desk.editor)
    client.post(f"{CMS}preview/{row.pk}/", form(title="将要公开的名称", column=str(desk.column.pk)))
    page = client.get(f"{CMS}preview/{row.pk}/?mode=page").content.decode()
    assert "将要公开的名称" in page and "发布日期" in page and desk.column.name in page
    used = re.findall(r'"(/staff/site/assets/[^"]+)"', page)
    assert len(used) >= 2 and '"/assets/' not in page
    for address in used:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(("text/css", "text/javascript", "image/svg"))
    assert client.get("/staff/site/assets/none.css").status_code == 404


def test_the_face_is_ours(desk: Desk, client_of: ClientOf) -> None:
    client, row = client_of(desk.editor), desk.draft()
    for path in ("", f"edit/{row.pk}/", "add/"):
        page = client.get(CMS + path).content.decode()
        assert "wagtail" not in "\n".join(words_in(page)).lower()
        assert "公开</title>" in page and "gongkai/writing.css" in page
        assert "wagtail-sidebar" not in page and "whats-new" not in page


def test_a_clerk_finds_the_parts_in_their_order_and_the_way_to_review(
    desk: Desk, client_of: ClientOf
) -> None:
    row = desk.draft()
    page = client_of(desk.editor).get(f"{CMS}edit/{row.pk}/").content.decode()
    headings = re.findall(r'<h2 class="w-panel__heading[^>]*>(.*?)</h2>', page, flags=re.S)
    words = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in headings]
    parts = ["文件是什么", "正文", "附件", "分类", "公开属性", "关系"]
    assert [one for one in words if one in parts] == parts
    assert f'href="/staff/disclosures/{row.pk}/"' in page and "送审…" in page
    assert 'name="action-publish"' not in page and 'name="action-submit"' not in page
    assert "go_live_at" not in page and "unpublish" not in page


ENGLISH = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z']{2,})+")


def test_staff_read_chinese(desk: Desk, client_of: ClientOf) -> None:
    client, row = client_of(desk.editor), desk.draft(title="中文名称")
    for path in ("", "add/", f"edit/{row.pk}/", f"history/{row.pk}/"):
        page = client.get(CMS + path).content.decode()
        assert ENGLISH.findall("\n".join(words_in(page))) == [], path


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_the_catalogue_is_compiled_from_its_source(name: str, tmp_path: Path) -> None:
    made = tmp_path / "made.mo"
    try:
        subprocess.run(["msgfmt", "-o", made, LOCALE / f"{name}.po"], check=True)
    except FileNotFoundError:
        pytest.skip("msgfmt is not here")
    assert made.read_bytes() == (LOCALE / f"{name}.mo").read_bytes()


def test_our_words_reach_the_scripts(desk: Desk, client_of: ClientOf) -> None:
    words = client_of(desk.editor).get("/staff/cms/jsi18n/").content.decode()
    assert "已自动保存。" in words or json.dumps("已自动保存。") in words


def test_nothing_asks_another_machine() -> None:
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert settings.WAGTAIL_WORKFLOW_ENABLED is False


def test_attachments_come_and_go_on_their_page(desk: Desk, client_of: ClientOf) -> None:
    row, client = desk.draft(), client_of(desk.editor)
    page = f"/staff/cms/attachments/{row.pk}/"
    good = SimpleUploadedFile("申请表.pdf", PDF)
    bad = SimpleUploadedFile("图.svg", b"<svg onload=alert(1)>")
    told = client.post(page, {"files": [good, bad]}, follow=True).content.decode()
    assert "已加入“申请表.pdf”" in told and "图.svg" in told and "不能作附件" in told
    draft = Disclosure.objects.get(pk=row.pk).get_latest_revision_as_object()
    kept = draft.attachments.get()
    assert "已移除" in client.post(page, {"digest": kept.digest}, follow=True).content.decode()
    assert (
        not Disclosure.objects.get(pk=row.pk).get_latest_revision_as_object().attachments.exists()
    )
    assert client_of(desk.reviewer).post(page, {"digest": kept.digest}).status_code == 302


WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body><!--StartFragment-->"
    "<h2 style='mso-outline-level:2'>一、总则</h2><p class=MsoNormal style='color:red'>第一条"
    "<b>为了</b>促进消费。<span style='display:none'>内部</span></p><script>alert(1)</script>"
    "<table><tr><td>镇</td><td>件数</td></tr><tr><td>城关</td><td>3</td></tr></table>"
    "</body></html>"
)


def test_a_whole_text_from_word_comes_in_as_clean_blocks(desk: Desk, client_of: ClientOf) -> None:
    row, client = desk.draft(), client_of(desk.editor)
    page = f"/staff/cms/paste/{row.pk}/"
    assert "粘贴到这里" in client.get(page).content.decode()
    answer = client.post(page, {"html": WORD, "how": "append"}, follow=True).content.decode()
    assert "已贴入 3 段" in answer
    blocks = desk.again(row).body.get_prep_value()
    kinds = [one["type"] for one in blocks]
    assert kinds == ["paragraph", "paragraph", "heading", "paragraph", "table"]
    assert "style" not in str(blocks) and "script" not in str(blocks)
    client.post(page, {"html": WORD, "how": "replace"})
    again = desk.again(row).body.get_prep_value()
    assert [one["type"] for one in again] == ["heading", "paragraph", "table"]
    assert len({one["id"] for one in (*blocks, *again)}) == 8
    empty = client.post(page, {"html": "<p> </p>"}).content.decode()
    assert "没有可以贴入的内容" in empty
    assert client_of(desk.reviewer).post(page, {"html": WORD}).status_code == 200
    assert len(desk.again(row).body.get_prep_value()) == 3


def test_what_came_in_meanwhile_is_not_lost_and_neither_is_what_was_pasted(
    desk: Desk, client_of: ClientOf
) -> None:
    row, client = desk.draft(), client_of(desk.editor)
    page = f"/staff/cms/paste/{row.pk}/"
    sent = {"html": WORD, "how": "replace", "expected": str(desk.again(row).version)}
    service.save_draft(desk.editor, row.pk, {"title": "同事刚改的名称"}, now=desk.now)
    told = client.post(page, sent).content.decode()
    assert "没有覆盖任何内容" in told and "&lt;h2" in told
    assert 'value="replace" checked' in told
    assert desk.again(row).body.get_prep_value()[0]["type"] == "paragraph"
    (version,) = re.findall(r'name="expected" value="(\d+)"', told)
    client.post(page, sent | {"expected": version})
    assert desk.again(row).body.get_prep_value()[0]["type"] == "heading"
    assert desk.again(row).title == "同事刚改的名称"


def test_too_much_at_once_a_picture_and_who_may_not(desk: Desk, client_of: ClientOf) -> None:
    row, client = desk.draft(), client_of(desk.editor)
    page = f"/staff/cms/paste/{row.pk}/"
    much = client.post(page, {"html": "<p>" + "字" * 666_666}).content.decode()
    assert "一次最多 2 MB" in much and 'name="html" value=""' in much
    shown = "<p>会场：</p><img src='https://example.org/a.png' alt='会场'>"
    told = client.post(page, {"html": shown}, follow=True).content.decode()
    assert "已贴入 1 段" in told and "1 张图片没有带过来" in told
    assert "不由你起草" in client_of(desk.reviewer).get(page).content.decode()
    before = desk.again(row).body.get_prep_value()
    client_of(desk.reviewer).post(page, {"html": WORD})
    assert desk.again(row).body.get_prep_value() == before
    other = make_desk()
    assert client_of(other.editor).get(page).status_code == 404
    assert client_of(other.editor).post(page, {"html": WORD}).status_code == 404


def test_a_draft_a_colleague_has_locked_is_changed_by_no_other_way(
    desk: Desk, client_of: ClientOf
) -> None:
    row, colleague = desk.draft(), make_person(desk.agency, Role.EDITOR, name="编辑丁")
    assert client_of(colleague).post(f"{CMS}lock/{row.pk}/").status_code == 302
    version = desk.again(row).version
    paste, files = f"/staff/cms/paste/{row.pk}/", f"/staff/cms/attachments/{row.pk}/"
    assert "锁定，现在不能改" in client_of(desk.editor).post(paste, {"html": WORD}).content.decode()
    sent = {"files": SimpleUploadedFile("表.pdf", PDF)}
    told = client_of(desk.editor).post(files, sent, follow=True).content.decode()
    assert "锁定，现在不能改" in told and desk.again(row).version == version
    assert client_of(colleague).post(paste, {"html": WORD}).status_code == 302
    assert desk.again(row).version > version

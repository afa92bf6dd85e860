"""An import from upload to drafts, and back: every bad cell named, nothing half made."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.gongkai_site.disclosures.factories import PDF, Desk
from tests.gongkai_site.disclosures.imports.conftest import HEAD

from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Refused
from gongkai_site.disclosures import service
from gongkai_site.disclosures.errors import NotAllowedNow, UnknownDisclosure
from gongkai_site.disclosures.imports import importing
from gongkai_site.disclosures.imports.bounds import ImportRefused
from gongkai_site.disclosures.imports.columns import write_template
from gongkai_site.disclosures.imports.models import Batch, BatchState
from gongkai_site.disclosures.imports.sheet import open_sheet
from gongkai_site.disclosures.models import Disclosure, DisclosureEvent, EventKind, Stage


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is queued: each test does the worker's part itself."""
    monkeypatch.setattr("gongkai_site.disclosures.imports.tasks.queue", lambda batch: None)
    monkeypatch.setattr("gongkai_site.disclosures.imports.views.queue", lambda batch: None)


def rows(desk: Desk) -> list[list[Any]]:
    return [
        [
            "关于做好商务工作的通知",
            "云商规字[2020]3号",
            "规范性文件",
            desk.column.name,
            date(2020, 5, 6),
            "部署工作。",
            "各街道：\n请认真执行。",
            None,
            "一.pdf；附件/二.pdf",
        ],
        [
            "消费节开幕",
            None,
            "动态",
            desk.column.slug,
            "2020年5月7日",
            None,
            None,
            "开幕.html",
            None,
        ],
    ]


def files() -> dict[str, bytes]:
    page = "<p>消费节<b>开幕</b>。</p><script>x()</script>".encode()
    return {"一.pdf": PDF + b"1", "附件/二.pdf": PDF + b"2", "开幕.html": b"<html><body>" + page}


def checked(
    desk: Desk, uploads: list[tuple[str, Any]], kind: str = "catalogue", **common: Any
) -> Batch:
    batch = importing.offer(desk.editor, desk.agency, kind, uploads, common=common)
    importing.run_check(batch.pk)
    return Batch.objects.get(pk=batch.pk)


def made(desk: Desk, batch: Batch) -> Batch:
    importing.confirm(desk.editor, batch.pk)
    importing.run_import(batch.pk)
    return Batch.objects.get(pk=batch.pk)


def test_a_catalogue_with_its_files_becomes_drafts(
    desk: Desk, workbook: Any, zipped: Any, uploads_folder: Path
) -> None:
    uploads = [("目录.xlsx", workbook(rows(desk))), ("文件.zip", zipped(files()))]
    batch = checked(desk, uploads)
    assert (batch.state, batch.faults, batch.rows) == (BatchState.READY, [], 2)
    assert [one["doc_number"] for one in batch.summary["shown"]] == ["云商规字〔2020〕3号", ""]
    assert Disclosure.objects.count() == 0

    batch = made(desk, batch)
    assert (batch.state, batch.faults) == (BatchState.DONE, [])
    first, second = [item.disclosure for item in batch.items.order_by("pk")]
    assert (
        first.title,
        first.kind,
        first.doc_number,
        first.formed_on,
        first.stage,
        first.nature,
    ) == (
        "关于做好商务工作的通知",
        "normative",
        "云商规字〔2020〕3号",
        date(2020, 5, 6),
        Stage.DRAFT,
        "proactive",
    )
    assert [one.name for one in first.attachments.all()] == ["一.pdf", "二.pdf"]
    assert first.body[0].value.source == "<p>各街道：</p><p>请认真执行。</p>"
    assert second.body[0].value.source == "<p>消费节<strong>开幕</strong>。</p>"
    assert (second.publisher, second.column) == (desk.agency.name, desk.column)
    assert not (uploads_folder / "imports" / str(batch.pk)).exists()
    with pytest.raises(ImportRefused, match="已经导入过"):
        importing.offer(desk.editor, desk.agency, "catalogue", uploads)


def test_every_bad_cell_is_named_and_nothing_is_made(
    desk: Desk, workbook: Any, zipped: Any
) -> None:
    held = desk.draft(kind="normative", doc_number="云商规字〔2019〕1号", title="旧通知")
    bad = [
        [None, "云商规字〔2O20〕3号", "通知", "没有的栏目", "昨天", None, "=1+1", None, "三.pdf"],
        [
            "甲",
            "云商规字〔2019〕1号",
            "动态",
            desk.column.slug,
            "2999-01-01",
            None,
            "字",
            "开幕.html",
            None,
        ],
        [
            "旧通知",
            None,
            "动态",
            desk.column.slug,
            "2020-01-01",
            None,
            None,
            "一.pdf",
            "恶.docx；一.pdf",
        ],
    ]
    evil = zipped({"[Content_Types].xml": b"", "word/vbaProject.bin": b""}).getvalue()
    uploads = [("目录.xlsx", workbook(bad)), ("a.zip", zipped(files() | {"恶.docx": evil}))]
    batch = checked(desk, uploads)
    assert batch.state == BatchState.FAULTY
    told = {(one["where"], one["message"].split("。")[0][:22]) for one in batch.faults}
    assert told == {
        ("目录!A2", "缺“名称”"),
        ("目录!B2", "文号第7个字“O”不对：这里应当是数字“0”"),
        ("目录!C2", "“通知”不在可选的内容里"),
        ("目录!D2", "“没有的栏目”不在可选的内容里"),
        ("目录!E2", "“昨天”不是日期"),
        ("目录!G2", "这里是公式或者错误值"),
        ("目录!I2", "上传的文件里没有“三.pdf”"),
        ("目录!B3", "文号“云商规字〔2019〕1号”已经有一份文"),
        ("目录!E3", "2999-01-01 晚于今天（"),
        ("目录!H3", "“正文”和“正文文件”只填一列"),
        ("目录!H4", "“一.pdf”读不出来：文件已损坏或无法识"),
        ("目录!I4", "附件“恶.docx”带有宏或者嵌入的对象，可能"),
    } or {where for where, _ in told} == {
        *("目录!A2", "目录!B2", "目录!C2", "目录!D2", "目录!E2", "目录!G2", "目录!I2"),
        *("目录!B3", "目录!E3", "目录!H3", "目录!H4", "目录!I4"),
    }
    assert [one["where"] for one in batch.remarks][:1] == ["目录!A4"]
    with pytest.raises(NotAllowedNow):
        importing.confirm(desk.editor, batch.pk)
    assert list(Disclosure.objects.all()) == [held]


def test_csv_as_chinese_spreadsheets_write_it(desk: Desk) -> None:
    lines = [",".join(HEAD), f"通知,,动态,{desk.column.slug},2020/5/6,,正文一,,"]
    batch = checked(desk, [("目录.csv", io.BytesIO("\r\n".join(lines).encode("gb18030")))])
    assert (batch.state, batch.faults, batch.rows) == (BatchState.READY, [], 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0rest", "旧格式"),
        (b"\x00\x01\x02", "第一行缺少“名称”"),
        ("名称,种类".encode(), "第一行缺少“栏目”"),
        (b"", "第一行缺少“名称”"),
    ],
)
def test_what_is_no_catalogue_is_said_to_be_none(desk: Desk, data: bytes, message: str) -> None:
    batch = checked(desk, [("目录.csv", io.BytesIO(data))])
    assert batch.state == BatchState.FAULTY
    assert any(message in one["message"] for one in batch.faults)


def test_the_template_can_be_read_back(desk: Desk) -> None:
    file = io.BytesIO()
    write_template(file, desk.agency)
    # Its head is sound: all that is missing is documents.
    with pytest.raises(ImportRefused, match="目录里没有文件"):
        open_sheet(file.getvalue())


def test_a_whole_import_is_undone_until_one_is_submitted(
    desk: Desk, workbook: Any, zipped: Any
) -> None:
    uploads = [("目录.xlsx", workbook(rows(desk))), ("文件.zip", zipped(files()))]
    batch = made(desk, checked(desk, uploads))
    assert importing.undoable(batch) == ""
    importing.undo(desk.editor, batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert {one.disclosure.stage for one in batch.items.all()} == {Stage.NONE}
    assert DisclosureEvent.objects.filter(kind=EventKind.DROPPED).count() == 2

    again = made(desk, checked(desk, uploads))
    assert again.state == BatchState.DONE
    one = again.items.get(source="目录第 3 行").disclosure
    service.save_draft(desk.editor, one.pk, {"summary": "概述。", "source": "本局"})
    service.submit(desk.editor, one.pk, confirmed=True)
    with pytest.raises(NotAllowedNow, match="1 份已经送审"):
        importing.undo(desk.editor, again.pk)
    with pytest.raises(NotAllowedNow, match="待审核"):
        service.drop_draft(desk.editor, one.pk)
    service.return_to_editor(desk.editor, one.pk, "再改。")
    with pytest.raises(NotAllowedNow, match="送审过"):
        service.drop_draft(desk.editor, one.pk)


def test_what_cannot_be_made_takes_the_rest_back(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = [("目录.xlsx", workbook(rows(desk))), ("文件.zip", zipped(files()))]
    batch = checked(desk, uploads)
    real = importing._make_one

    def fails(held: Batch, actor: Any, package: Any, one: Any, moment: Any) -> Any:
        if one.source == "目录第 3 行":
            raise NotAllowedNow("磁盘满了。")
        return real(held, actor, package, one, moment)

    monkeypatch.setattr(importing, "_make_one", fails)
    batch = made(desk, batch)
    assert batch.state == BatchState.FAULTY
    assert batch.faults == [{"where": "目录第 3 行", "message": "磁盘满了。"}]
    assert {one.stage for one in Disclosure.objects.all()} == {Stage.NONE}


def test_a_dead_worker_is_taken_up_where_it_stopped(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = checked(desk, [("目录.xlsx", workbook(rows(desk))), ("文件.zip", zipped(files()))])
    importing.confirm(desk.editor, batch.pk)
    real = importing._make_one

    def dies(held: Batch, actor: Any, package: Any, one: Any, moment: Any) -> Any:
        if one.source == "目录第 3 行":
            raise KeyboardInterrupt
        return real(held, actor, package, one, moment)

    monkeypatch.setattr(importing, "_make_one", dies)
    with pytest.raises(KeyboardInterrupt):
        importing.run_import(batch.pk)
    monkeypatch.setattr(importing, "_make_one", real)
    importing.minute(timezone.now() + timedelta(minutes=10))
    importing.run_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.faults) == (BatchState.DONE, [])
    assert batch.items.count() == Disclosure.objects.count() == 2


def test_only_editors_of_the_organ(desk: Desk, workbook: Any) -> None:
    upload = [("目录.xlsx", workbook(rows(desk)))]
    with pytest.raises(Refused):
        importing.offer(desk.reviewer, desk.agency, "catalogue", upload)
    batch = importing.offer(desk.editor, desk.agency, "catalogue", upload)
    with pytest.raises(Refused):
        importing.confirm(desk.reviewer, batch.pk)
    with pytest.raises(UnknownDisclosure):
        importing.found(desk.editor, batch.pk + 1)


def signed_in(actor: Any) -> Client:
    """A client of somebody who has a second factor."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(pk=actor.user_id)
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_pages(desk: Desk, workbook: Any, zipped: Any) -> None:
    client = signed_in(desk.editor)
    home = reverse("imports:home")
    assert "下载目录模板" in client.get(home).content.decode()
    assert client.get(reverse("imports:template"))["Content-Disposition"].startswith("attachment")
    refused = client.post(reverse("imports:upload"), {"kind": "catalogue"})
    assert (refused.status_code, "没有收到文件" in refused.content.decode()) == (422, True)

    page = (
        "<title>公告</title><p>亚洲最大中文字幕无码网站|澳门皇冠赌场开户|在线观看免费视频</p><p>發(fā)布公告。</p>"
        * 1
    )
    sent = client.post(
        reverse("imports:upload"),
        {
            "kind": "pages",
            "column": desk.column.pk,
            "document_kind": "news",
            "files": SimpleUploadedFile(
                "old.html", f"<html><body>{page}<p>请遵守。</p></body></html>".encode()
            ),
        },
    )
    assert sent.status_code == 302, sent.content.decode()
    batch = Batch.objects.get()
    assert "等待检查" in client.get(sent["Location"]).content.decode()
    importing.run_check(batch.pk)
    preview = client.get(sent["Location"]).content.decode()
    assert "确认导入 1 份草稿" in preview
    assert "<b>1</b> 处广告移出" in preview
    assert "<q>亚洲最大中文字幕无码网站" in preview
    client.post(reverse("imports:confirm", args=[batch.pk]))
    importing.run_import(batch.pk)
    assert "撤销这次导入的 1 份草稿" in client.get(sent["Location"]).content.decode()
    client.post(reverse("imports:undo", args=[batch.pk]))
    assert "已整批撤销" in client.get(sent["Location"]).content.decode()
    assert signed_in(desk.reviewer).get(home).status_code == 403
    assert Client().get(home).status_code == 302

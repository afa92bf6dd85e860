"""What the public had already: prepared by an editor, adopted by an issuer, all or none."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.gongkai_site.disclosures.factories import PDF, Desk, make_person
from tests.gongkai_site.disclosures.imports.test_importing import signed_in

from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.links import links_for
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import Role, details_in_words
from gongkai_site.agencies.service import Refused
from gongkai_site.disclosures import published, service, store
from gongkai_site.disclosures.errors import FourEyes, Impossible, NotAllowedNow, Stale
from gongkai_site.disclosures.imports import adopting, importing, preparing
from gongkai_site.disclosures.imports.bounds import ImportRefused
from gongkai_site.disclosures.imports.models import Batch, BatchState
from gongkai_site.disclosures.models import AttachmentText, Change, Disclosure, EventKind

HEAD = [
    *("名称*", "种类*", "栏目*", "文号", "制作机关", "来源", "成文日期", "形成或变更日期*"),
    *("公开日期", "索引号", "有效性", "内容概述", "正文", "附件"),
]
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is queued: each test does the worker's part itself."""
    for module in ("tasks", "views", "adopting_views"):
        monkeypatch.setattr(f"gongkai_site.disclosures.imports.{module}.queue", lambda batch: None)


def rows(desk: Desk) -> list[list[Any]]:
    column, agency = desk.column.name, desk.agency.name
    return [
        [
            *("关于促进消费的通知", "规范性文件", column, "云商规字〔2020〕3号", agency, agency),
            *(date(2020, 5, 1), date(2020, 5, 1), date(2020, 5, 6), "A01/2020-00007", "废止"),
            *("部署促进消费。", "各街道：\n请认真执行。", "一.pdf"),
        ],
        [
            *("消费节开幕", "动态", column, None, None, agency, None, "2019-04-30"),
            *("2019年5月1日", None, None, None, "消费节今天开幕。欢迎参加！", None),
        ],
    ]


def uploads(workbook: Any, zipped: Any, lines: list[list[Any]]) -> list[tuple[str, Any]]:
    return [("目录.xlsx", workbook(lines, HEAD)), ("文件.zip", zipped({"一.pdf": PDF}))]


def prepared(
    desk: Desk, files: list[tuple[str, Any]], way: str = "catalogue", **common: Any
) -> Batch:
    batch = importing.offer(desk.editor, desk.agency, way, files, common=common)
    importing.run_check(batch.pk)
    assert Batch.objects.get(pk=batch.pk).faults == []
    adopting.choose(desk.editor, batch.pk)
    preparing.run_prepare(batch.pk)
    return Batch.objects.get(pk=batch.pk)


def offered(desk: Desk, files: list[tuple[str, Any]]) -> Batch:
    batch = prepared(desk, files)
    assert (batch.state, batch.faults) == (BatchState.PREPARED, [])
    adopting.hand_over(desk.editor, batch.pk)
    return Batch.objects.get(pk=batch.pk)


def agreed(desk: Desk, batch: Batch) -> Batch:
    assert batch.offered_at is not None
    adopting.adopt(desk.issuer, batch.pk, batch.offered_at.isoformat())
    adopting.run_adopt(batch.pk)
    return Batch.objects.get(pk=batch.pk)


def test_documents_come_in_with_date_number_validity_and_files(
    desk: Desk, workbook: Any, zipped: Any, uploads_folder: Path
) -> None:
    sent = uploads(workbook, zipped, rows(desk))
    batch = offered(desk, sent)
    assert [(one.title, one.blocks, one.validity) for one in batch.prepared.all()] == [
        ("关于促进消费的通知", 0, "repealed"),
        ("消费节开幕", 0, ""),
    ]
    assert Disclosure.objects.count() == 0
    batch = agreed(desk, batch)
    assert (batch.state, batch.rows_done) == (BatchState.ADOPTED, 2)
    older, law = [published.documents([one.disclosure_id])[0] for one in batch.items.order_by("pk")]
    org = desk.agency.credit_code[8:17]
    assert (law.index_number, older.index_number) == ("A01/2020-00007", f"{org}/2019-00001")
    assert law.published_at == datetime(2020, 5, 6, tzinfo=CHINA)
    assert (law.validity, older.validity) == ("repealed", "")
    assert law.body_html.startswith("<p>各街道：</p><p>请认真执行。</p>")
    # The second had no summary: the beginning of its body is taken.
    assert older.summary == "消费节今天开幕。欢迎参加！"
    [link] = law.attachments
    assert (link.name, store.path_of(link.digest).read_bytes()) == ("一.pdf", PDF)
    # In the column they stand by their own dates.
    entries = published.column_entries(desk.column.slug, 1, 9)
    assert [one.link and one.link.title for one in entries] == ["消费节开幕", "关于促进消费的通知"]
    history = law_row(batch, "关于促进消费的通知").events.order_by("sequence")
    assert [one.kind for one in history] == [EventKind.IMPORTED, EventKind.PUBLISHED]
    assert "目录.xlsx，目录第 2 行" in history[0].note
    assert history[0].data["prepared_by"] == desk.editor.user_id
    assert not (uploads_folder / "imports" / str(batch.pk)).exists()
    assert {one.facts == {} for one in batch.prepared.all()} == {True}
    told = [details_in_words(one.details) for one in AuditEntry.objects.order_by("number")]
    assert [one.partition("做了什么：")[2] for one in told if "做了什么" in one] == [
        *("上传", "选择采用", "准备采用", "交签发人", "同意采用", "采用"),
    ]
    assert told[-1].startswith("份数：2；SHA-256：")
    assert verify().broken is None
    with pytest.raises(ImportRefused, match="已经导入过"):
        importing.offer(desk.editor, desk.agency, "catalogue", sent)


def law_row(batch: Batch, title: str) -> Disclosure:
    found: Disclosure = batch.items.get(disclosure__title=title).disclosure
    return found


def test_every_bad_cell_is_named(desk: Desk, workbook: Any, zipped: Any) -> None:
    held = service.adopt(
        desk.issuer,
        desk.facts(),
        published_at=datetime(2018, 1, 1, tzinfo=CHINA),
        prepared_by=desk.editor.user_id,
        index_number="B/1",
    )
    first, second = rows(desk)
    first[8], first[9] = "2020-04-01", "B/1"
    second[8], second[10] = None, "有效"
    third = [*second[:8], "2999-01-01", "C/1", None, "概述。", "正文。", None]
    fourth = [*second[:8], "2019-05-02", "C/1", None, "概述。", "正文。", None]
    batch = prepared(desk, uploads(workbook, zipped, [first, second, third, fourth]))
    assert batch.state == BatchState.UNFIT
    assert [(one["where"], one["message"].split("。")[0]) for one in batch.faults] == [
        ("目录!G2", "成文日期晚于公开日期"),
        ("目录!J2", "索引号“B/1”已经有文件在用"),
        ("目录!I3", "缺“公开日期”"),
        ("目录!K3", "只有规章、规范性文件、其他文件有有效性"),
        ("目录!I4", f"2999-01-01 晚于今天（{timezone.localdate()}）"),
        ("目录!J5", "索引号“C/1”与第 4 行重复"),
    ]
    assert not batch.prepared.exists()
    # As drafts they still come in: those columns are then not needed.
    importing.confirm(desk.editor, batch.pk)
    importing.run_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.items.count()) == (BatchState.DONE, 4)
    assert Disclosure.objects.exclude(pk=held.pk).filter(published_at=None).count() == 4


def test_what_the_template_cannot_hold_is_named_at_once(desk: Desk, workbook: Any) -> None:
    first, _ = rows(desk)
    first[8], first[10], first[13] = "去年", "作废", None
    upload = [("目录.xlsx", workbook([first], HEAD))]
    batch = importing.offer(desk.editor, desk.agency, "catalogue", upload)
    importing.run_check(batch.pk)
    batch.refresh_from_db()
    assert [(one["where"], one["message"]) for one in batch.faults] == [
        ("目录!I2", "“去年”不是日期。请写成 2026-01-05 的样子。"),
        ("目录!K2", "“作废”不在可选的内容里。可以填：有效、废止、失效。"),
    ]


def test_what_the_checks_block_is_left_out_with_a_reason(
    desk: Desk, workbook: Any, zipped: Any
) -> None:
    lines = rows(desk)
    lines[1][12] = "获奖者张某，身份证号码11010519491231002X。"
    batch = prepared(desk, uploads(workbook, zipped, lines))
    bad = batch.prepared.get(blocks__gt=0)
    assert bad.title == "消费节开幕"
    assert any("身份证" in one["message"] or "身份号码" in one["message"] for one in bad.findings)
    assert "11010519491231002X" not in str(bad.findings)
    with pytest.raises(NotAllowedNow, match="还有 1 份"):
        adopting.hand_over(desk.editor, batch.pk)
    with pytest.raises(Impossible, match="请写明不采用的原因"):
        adopting.leave_out(desk.editor, batch.pk, [bad.place], "  ")
    with pytest.raises(Impossible, match="请先选择"):
        adopting.leave_out(desk.editor, batch.pk, [99], "原因")
    assert adopting.leave_out(desk.editor, batch.pk, [bad.place], "有身份证号码") == 1
    assert adopting.put_back(desk.editor, batch.pk, [bad.place]) == 1
    adopting.leave_out(desk.editor, batch.pk, [1, 2], "以后再说")
    with pytest.raises(NotAllowedNow, match="没有要采用的"):
        adopting.hand_over(desk.editor, batch.pk)
    adopting.put_back(desk.editor, batch.pk, [1])
    batch = adopting.hand_over(desk.editor, batch.pk)
    batch = agreed(desk, batch)
    assert [one.disclosure.title for one in batch.items.all()] == ["关于促进消费的通知"]
    assert batch.prepared.get(place=2).left_out == "以后再说"


def test_an_attachment_is_checked_by_its_text(desk: Desk, workbook: Any, zipped: Any) -> None:
    lines = rows(desk)
    lines[0][13] = "名单.txt"
    names = "张某 11010519491231002X".encode()
    files = [("目录.xlsx", workbook(lines, HEAD)), ("a.zip", zipped({"名单.txt": names}))]
    batch = prepared(desk, files)
    [bad] = batch.prepared.filter(blocks__gt=0)
    assert any("名单.txt" in one["where"] for one in bad.findings)
    assert AttachmentText.objects.get(digest=bad.files[0]["digest"]).text.startswith("张某")


def test_four_eyes_and_roles(desk: Desk, workbook: Any, zipped: Any) -> None:
    both = make_person(desk.agency, Role.EDITOR, Role.ISSUER)
    second = make_person(desk.agency, Role.EDITOR, Role.ISSUER)
    batch = prepared(desk, uploads(workbook, zipped, rows(desk)))
    adopting.leave_out(second, batch.pk, [2], "重复")
    adopting.put_back(second, batch.pk, [2])
    batch = adopting.hand_over(both, batch.pk)
    seen = batch.offered_at.isoformat() if batch.offered_at else ""
    assert adopting.hands(batch) == {one.user_id for one in (desk.editor, both, second)}
    for one in (both, second):
        with pytest.raises(FourEyes):
            adopting.adopt(one, batch.pk, seen)
    for one in (desk.editor, desk.reviewer):
        with pytest.raises(Refused):
            adopting.adopt(one, batch.pk, seen)
        with pytest.raises(Refused):
            adopting.send_back(one, batch.pk, "改。")
    with pytest.raises(NotAllowedNow, match="先收回"):
        adopting.leave_out(desk.editor, batch.pk, [1], "改主意")
    for verb in (adopting.choose, adopting.hand_over, adopting.take_back):
        with pytest.raises(Refused):
            verb(desk.issuer, batch.pk)
    for verb in (importing.confirm, importing.discard):
        with pytest.raises(Refused):
            verb(desk.issuer, batch.pk)
    # What was taken back and handed over anew is not what the issuer saw.
    adopting.take_back(desk.editor, batch.pk)
    adopting.hand_over(desk.editor, batch.pk)
    with pytest.raises(Stale):
        adopting.adopt(desk.issuer, batch.pk, seen)
    assert not Disclosure.objects.exists()


def test_it_is_returned_with_words_and_handed_over_again(
    desk: Desk, workbook: Any, zipped: Any
) -> None:
    batch = offered(desk, uploads(workbook, zipped, rows(desk)))
    with pytest.raises(Impossible, match="请写明退回的原因"):
        adopting.send_back(desk.issuer, batch.pk, " ")
    adopting.send_back(desk.issuer, batch.pk, "第二份不是本局的。")
    batch.refresh_from_db()
    assert (batch.state, batch.words) == (BatchState.RETURNED, "第二份不是本局的。")
    adopting.leave_out(desk.editor, batch.pk, [2], "不是本局的")
    batch = adopting.hand_over(desk.editor, batch.pk)
    assert batch.words == ""
    assert agreed(desk, batch).items.count() == 1


def test_all_or_none_where_something_happened_meanwhile(
    desk: Desk, workbook: Any, zipped: Any
) -> None:
    batch = offered(desk, uploads(workbook, zipped, rows(desk)))
    desk.published(kind="normative", doc_number="云商规字〔2020〕3号")
    before = AuditEntry.objects.filter(action="disclosure.adopt").count()
    changes = Change.objects.count()
    batch = agreed(desk, batch)
    assert batch.state == BatchState.RETURNED
    assert "一份都没有采用" in batch.words
    assert (Disclosure.objects.count(), Change.objects.count()) == (1, changes)
    # The agreement stands in the log; no document does.
    assert AuditEntry.objects.filter(action="disclosure.adopt").count() == before + 1
    assert batch.prepared.filter(facts={}).count() == 0


OLD = """<html><head><title>关于举办消费节的通知</title></head><body>
<p>索引号：YS/2018-12</p><p>发布日期：2018-05-06</p><p>云山县定于五月举办消费节。请各商户参加。</p></body></html>"""


def test_old_pages_are_adopted_by_their_own_dates(desk: Desk, zipped: Any) -> None:
    pages = {"a.html": OLD.encode(), "b.html": OLD.replace("2018-12", "2018-13").encode()}
    batch = prepared(
        desk, [("旧站.zip", zipped(pages))], "pages", column=desk.column.pk, kind="news"
    )
    assert batch.state == BatchState.PREPARED
    assert [
        (one.index_number, str(one.published_on), one.blocks) for one in batch.prepared.all()
    ] == [
        ("YS/2018-12", "2018-05-06", 0),
        ("YS/2018-13", "2018-05-06", 0),
    ]
    undated = {
        "c.html": OLD.replace("2018-05-06", "").encode(),
        "d.html": OLD.encode(),
        "e.html": OLD.encode(),
    }
    batch = prepared(
        desk, [("旧.zip", zipped(undated))], "pages", column=desk.column.pk, kind="news"
    )
    assert [(one["where"], one["message"][:9]) for one in batch.faults] == [
        ("c.html", "没有找到公开日期。"),
        ("e.html", "索引号“YS/20"),
    ]


def test_a_column_with_documents_already_is_remarked(
    desk: Desk, workbook: Any, zipped: Any
) -> None:
    desk.published()
    batch = prepared(desk, uploads(workbook, zipped, rows(desk)))
    told = {one["where"]: one["message"] for one in batch.remarks}
    assert told[f"栏目“{desk.column.name}”"].startswith("已经有 1 份文件")
    assert told["内容概述"] == "1 份没有内容概述，取了正文开头。"


def test_the_pages_and_the_cards(desk: Desk, workbook: Any, zipped: Any) -> None:
    lines = rows(desk)
    lines[1][12] = "获奖者张某，身份证号码11010519491231002X。"
    batch = importing.offer(desk.editor, desk.agency, "catalogue", uploads(workbook, zipped, lines))
    importing.run_check(batch.pk)
    editor, issuer = signed_in(desk.editor), signed_in(desk.issuer)
    page = reverse("imports:one", args=[batch.pk])

    def post(client: Client, verb: str, **data: Any) -> str:
        answer = client.post(reverse(f"imports:{verb}", args=[batch.pk]), data, follow=True)
        return answer.content.decode()

    assert "准备采用 2 份" in editor.get(page).content.decode()
    assert issuer.get(page).status_code == 403
    assert "等待准备采用" in post(editor, "choose")
    preparing.run_prepare(batch.pk)
    shown = editor.get(page).content.decode()
    assert "有 1 份被自动检查拦住" in shown and "交签发人采用" not in shown
    assert "必须改正：" in editor.get(f"{page}?show=blocked").content.decode()
    assert "请写明不采用的原因" in post(editor, "leave_out", row=[2], reason="")
    assert "已定 1 份不采用" in post(editor, "leave_out", row=[2], reason="有身份证号码")
    assert tallies(desk.editor, "imports:home") == {"待确认": 1}
    assert "已交签发人" in post(editor, "hand_over")
    assert tallies(desk.issuer, "imports:waiting") == {"待采用": 1}
    assert "目录.xlsx" in issuer.get(reverse("imports:waiting")).content.decode()
    shown = issuer.get(page).content.decode()
    assert "采用并公开 1 份" in shown and "不采用（编辑甲）：有身份证号码" in shown
    assert "采用并公开" not in editor.get(page).content.decode()
    one = issuer.get(reverse("imports:row", args=[batch.pk, 1])).content.decode()
    assert "<p>请认真执行。</p>" in one and "A01/2020-00007" in one
    saved = issuer.get(reverse("imports:file", args=[batch.pk, 1, 0]))
    assert b"".join(saved) == PDF and saved["Content-Disposition"].startswith("attachment")
    assert issuer.get(reverse("imports:file", args=[batch.pk, 1, 9])).status_code == 404
    assert "已把“目录.xlsx”退回编辑" in post(issuer, "send_back", words="再看看。")
    assert tallies(desk.editor, "imports:home") == {"退回": 1}
    assert "再看看。" in editor.get(page).content.decode()
    post(editor, "hand_over")
    batch.refresh_from_db()
    assert "内容可能变了" in post(issuer, "adopt", seen="")
    seen = batch.offered_at.isoformat() if batch.offered_at else ""
    assert "等待采用" in post(issuer, "adopt", seen=seen)
    adopting.run_adopt(batch.pk)
    for client in (editor, issuer):
        assert "全部采用：1 份已经公开，1 份没有采用" in client.get(page).content.decode()
    assert signed_in(desk.reviewer).get(page).status_code == 403
    assert editor.get(reverse("imports:waiting")).status_code == 403


def tallies(actor: Any, name: str) -> dict[str, int]:
    cards = [card for group in links_for(actor).values() for card in group]
    [card] = [card for card in cards if card.link.url_name == name]
    return {one.label: one.number for one in card.tallies}

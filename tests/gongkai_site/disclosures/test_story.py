"""A document from its first word to its tombstone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from tests.gongkai_site.disclosures.factories import NOW, PDF, Desk, body, make_column

from gongkai.workdays import Calendar
from gongkai_site.agencies.append_only import HistoryIsFinal
from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.service import SYSTEM
from gongkai_site.disclosures import files, hooks, published, service, store
from gongkai_site.disclosures.errors import (
    ChecksFailed,
    DocNumberInvalid,
    Impossible,
    NotAllowedNow,
    OnlyByService,
    Stale,
)
from gongkai_site.disclosures.hooks import Finding, Severity
from gongkai_site.disclosures.models import Change, Disclosure, DisclosureEvent

CHINA = ZoneInfo("Asia/Shanghai")


def kinds(row: Disclosure) -> list[str]:
    return list(row.events.values_list("kind", flat=True))


def seen(row: Disclosure) -> published.Published:
    found = published.document(row.pk)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def only_our_checks(monkeypatch: pytest.MonkeyPatch) -> list[hooks.Check]:
    checks: list[hooks.Check] = []
    monkeypatch.setattr(hooks, "_CHECKS", checks)
    return checks


def test_a_document_goes_through_three_hands(desk: Desk) -> None:
    row = desk.published(title="关于夜间经济的通知")
    assert (row.state, row.stage, row.live) == ("published", "", True)
    assert row.index_number == f"{desk.agency.credit_code[8:17]}/2026-00001"
    # 27 February is a Friday, the Saturday after it is worked: 28(1), 2 March(2) … 26 March(20).
    assert row.due_on == date(2026, 3, 26)
    assert kinds(row) == [
        *("created", "nature_decided", "checked", "submitted", "reviewed", "issued", "published")
    ]
    assert row.version == max(row.events.values_list("sequence", flat=True))
    assert "<p>活动定于三月举行。</p>" in row.body_html
    assert row.text == "活动定于三月举行。\n欢迎各商户参加。"
    page = seen(row)
    assert (page.title, page.year, page.kind_label) == ("关于夜间经济的通知", 2026, "动态")
    assert (page.topic, page.genre, page.keywords) == ("商贸、海关、旅游", "通知", ("消费", "促进"))
    assert published.column_length(desk.column.slug) == 1
    assert [one.kind for one in published.pending_changes()] == ["published"]
    acts = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert acts[-4:] == [
        *("disclosure.nature", "disclosure.submit", "disclosure.review", "disclosure.issue")
    ]
    assert verify().sound


def test_what_is_public_stays_while_a_new_version_is_made(desk: Desk) -> None:
    row = desk.published(title="原来的名称", body=body("原文。"))
    service.amend(desk.editor, row.pk, changed_on=date(2026, 3, 2), now=desk.now)
    service.save_draft(
        desk.editor, row.pk, {"title": "新的名称", "body": body("新文。")}, now=desk.now
    )
    held = desk.again(row)
    assert (held.state, held.stage, held.title, held.text) == (
        *("published", "draft", "原来的名称", "原文。"),
    )
    assert held.due_on == date(2026, 3, 30)
    assert seen(row).title == "原来的名称"
    service.submit(desk.editor, row.pk, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    service.issue(desk.issuer, row.pk, now=desk.now)
    page = seen(row)
    assert (page.title, page.text) == ("新的名称", "新文。")
    assert (page.published_at, page.index_number) == (row.published_at, row.index_number)
    assert page.changed_at is not None
    assert kinds(desk.again(row))[-1] == "amended"
    assert published.column_length(desk.column.slug) == 1


def test_a_new_version_given_up_leaves_the_old_one(desk: Desk) -> None:
    row = desk.published()
    service.amend(desk.editor, row.pk, changed_on=date(2026, 3, 2), now=desk.now)
    service.save_draft(desk.editor, row.pk, {"title": "不要的"}, now=desk.now)
    service.drop_amendment(desk.editor, row.pk, now=desk.now)
    service.amend(desk.editor, row.pk, changed_on=date(2026, 3, 2), now=desk.now)
    held = desk.again(row)
    assert held.get_latest_revision_as_object().title == row.title


def test_it_is_published_at_its_time_and_once(desk: Desk) -> None:
    when = datetime(2026, 3, 4, 9, 0, tzinfo=CHINA)
    row = desk.scheduled(when)
    assert row.state == "scheduled"
    assert service.publish_due(when - timedelta(seconds=1)) == []
    assert service.publish_due(when) == [row.pk]
    assert service.publish_due(when) == []
    held = desk.again(row)
    assert (held.state, held.published_at) == ("published", when)
    assert row.index_number is None
    assert held.index_number.endswith("/2026-00001")


def test_a_scheduled_one_can_be_called_back(desk: Desk) -> None:
    row = desk.scheduled(NOW + timedelta(days=1))
    service.return_to_editor(desk.issuer, row.pk, "时间不对", now=desk.now)
    assert service.publish_due(NOW + timedelta(days=2)) == []
    assert desk.again(row).state == "draft"


def test_the_log_names_as_what_it_was_sent_back(desk: Desk) -> None:
    def logged() -> str:
        return str(AuditEntry.objects.latest("number").action)

    row = desk.submitted()
    service.return_to_editor(desk.editor, row.pk, "发现漏了附件", now=desk.now)
    assert logged() == "disclosure.submit"
    row = desk.submitted()
    service.return_to_editor(desk.reviewer, row.pk, "第二段有误", now=desk.now)
    assert logged() == "disclosure.review"
    row = desk.reviewed()
    service.return_to_editor(desk.issuer, row.pk, "日期有误", now=desk.now)
    assert logged() == "disclosure.issue"


def test_withdrawn_it_leaves_a_tombstone_and_can_come_back_as_a_new_version(desk: Desk) -> None:
    order = desk.published(title="关于撤回有关文件的通知")
    row = desk.published(title="有误的通知")
    service.withdraw(desk.issuer, row.pk, "内容有误。", acting=order.pk, now=desk.now)
    page = seen(row)
    assert page.tombstone is not None
    assert (page.tombstone.reason, page.tombstone.acting) == ("内容有误。", seen(order).link)
    assert (page.title, page.body_html, page.text, page.summary) == ("有误的通知", "", "", "")
    assert row.pk not in [one.id for one in published.newest(desk.agency.pk, 10)]
    [entry] = published.column_entries(desk.column.slug, 2, 2)
    assert entry.link is not None and entry.link.withdrawn
    back = desk.amended(row, title="改正的通知")
    assert (back.state, back.index_number) == ("published", row.index_number)
    assert seen(row).tombstone is None


def test_a_document_is_repealed_by_another_and_both_say_so(desk: Desk) -> None:
    old = desk.published(kind="normative", doc_number="云商规〔2020〕3号", title="旧办法")
    new = desk.published(kind="normative", doc_number="云商规〔2026〕1号", title="新办法")
    published.mark_built([one.id for one in published.pending_changes()])
    service.repeal(desk.issuer, old.pk, on=date(2026, 4, 1), acting=new.pk, now=desk.now)
    page = seen(old)
    assert (page.validity, page.validity_label) == ("repealed", "废止")
    assert page.validity_note == "自2026年4月1日起废止"
    assert page.acting == seen(new).link
    assert seen(new).repeals == (page.link,)
    assert {(one.disclosure, one.kind) for one in published.pending_changes()} == {
        *((old.pk, "validity"), (new.pk, "touched")),
    }
    with pytest.raises(NotAllowedNow, match="已经登记废止"):
        service.repeal(desk.issuer, old.pk, on=date(2026, 4, 1), acting=new.pk, now=desk.now)


def test_validity_ends_by_itself(desk: Desk) -> None:
    end = datetime(2026, 12, 31, 23, 59, tzinfo=CHINA)
    row = desk.published(kind="normative", doc_number="云商规〔2026〕2号", expire_at=end)
    assert service.expire_due(end - timedelta(minutes=1)) == []
    assert service.expire_due(end) == [row.pk]
    assert service.expire_due(end) == []
    assert seen(row).validity_note == "自2026年12月31日起有效期届满，失效"


def test_an_interpretation_is_known_on_both_sides(desk: Desk) -> None:
    rule = desk.published(kind="normative", doc_number="云商规〔2026〕3号")
    published.mark_built([one.id for one in published.pending_changes()])
    told = desk.published(title="《办法》解读", interprets=[rule.pk])
    assert seen(told).interprets == (seen(rule).link,)
    assert seen(rule).interpreted_by == (seen(told).link,)
    assert [(one.disclosure, one.kind) for one in published.pending_changes()] == [
        *((told.pk, "published"), (rule.pk, "touched")),
    ]


def test_a_clarification_goes_first_and_is_named_by_what_it_puts_right(desk: Desk) -> None:
    wrong = desk.published(title="说得不全的消息")
    row = service.clarify(
        desk.editor, desk.facts(title="情况说明"), clarifies=wrong.pk, now=desk.now
    )
    service.decide_nature(desk.editor, row.pk, "proactive", now=desk.now)
    service.submit(desk.editor, row.pk, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    service.issue(desk.issuer, row.pk, now=desk.now)
    assert seen(wrong).clarified_by == (seen(row).link,)
    assert kinds(wrong)[-1] == "clarified"


def test_what_is_withheld_is_never_public_and_is_looked_at_again(desk: Desk) -> None:
    row = desk.withheld()
    assert row.re_review_on == date(2027, 3, 1)
    assert row.due_on is None
    with pytest.raises(NotAllowedNow, match="不属于主动公开"):
        service.issue(desk.issuer, row.pk, now=desk.now)
    assert published.document(row.pk) is None
    service.re_review(desk.editor, row.pk, open_now=True, note="期限已过", now=desk.now)
    held = desk.again(row)
    assert (held.stage, held.nature, held.re_review_on) == ("draft", "proactive", None)
    assert held.due_on == date(2026, 3, 30)
    service.submit(desk.editor, row.pk, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    service.issue(desk.issuer, row.pk, now=desk.now)
    assert seen(row).tombstone is None


@pytest.mark.parametrize(
    ("nature", "ground", "later", "field"),
    [
        ("", "", None, "nature"),
        ("secret", "", None, "nature"),
        ("withheld", "", date(2027, 1, 1), "ground"),
        ("withheld", "条例第十四条", None, "re_review_on"),
        ("withheld", "条例第十四条", date(2026, 3, 2), "re_review_on"),
    ],
)
def test_a_nature_has_its_ground_and_its_date(
    desk: Desk, nature: str, ground: str, later: date | None, field: str
) -> None:
    row = desk.draft(nature="")
    with pytest.raises(Impossible) as refused:
        service.decide_nature(
            desk.editor, row.pk, nature, ground=ground, re_review_on=later, now=desk.now
        )
    assert refused.value.field == field


@pytest.mark.parametrize("missing", ["column", "publisher", "formed_on", "summary"])
def test_what_the_catalogue_needs_is_asked_for(desk: Desk, missing: str) -> None:
    row = desk.draft(**{missing: None if missing in ("column", "formed_on") else ""})
    with pytest.raises(Impossible, match="还没有填写") as refused:
        service.submit(desk.editor, row.pk, now=desk.now)
    assert refused.value.field == missing


def test_a_nature_must_be_decided_before_review(desk: Desk) -> None:
    row = desk.draft(nature="")
    with pytest.raises(NotAllowedNow, match="公开属性"):
        service.submit(desk.editor, row.pk, now=desk.now)


def test_checks_block_or_ask(desk: Desk, only_our_checks: list[hooks.Check]) -> None:
    row = desk.draft()
    blocks = Finding("id", Severity.BLOCK, "第1段有身份证号码，请遮盖。")
    asks = Finding("host", Severity.CONFIRM, "有一个外部链接，请核对。")
    only_our_checks[:] = [lambda draft: [asks, blocks]]
    with pytest.raises(ChecksFailed, match="身份证") as failed:
        service.submit(desk.editor, row.pk, confirmed=True, now=desk.now)
    assert failed.value.findings == (blocks, asks)
    only_our_checks[:] = [lambda draft: [asks]]
    with pytest.raises(ChecksFailed, match="请你核对"):
        service.submit(desk.editor, row.pk, now=desk.now)
    service.submit(desk.editor, row.pk, confirmed=True, now=desk.now)
    told = row.events.get(kind="checked").data["findings"]
    assert [one["code"] for one in told] == ["host"]


def test_a_number_wrongly_typed_is_kept_for_the_editor_and_refused_at_review(desk: Desk) -> None:
    row = desk.draft(kind="normative", doc_number="云商规[2O26]3号")
    assert row.doc_number == "云商规[2O26]3号"
    with pytest.raises(DocNumberInvalid, match="第6个字“O”"):
        service.submit(desk.editor, row.pk, now=desk.now)
    service.save_draft(desk.editor, row.pk, {"doc_number": "云商规[２026] 3号"}, now=desk.now)
    assert desk.again(row).doc_number == "云商规〔2026〕3号"
    service.submit(desk.editor, row.pk, now=desk.now)


def test_a_number_is_used_once_in_an_organ(desk: Desk) -> None:
    desk.published(kind="normative", doc_number="云商规〔2026〕3号")
    row = desk.draft(kind="normative", doc_number="云商规(2026)3号")
    with pytest.raises(Impossible, match="已经用在") as refused:
        service.submit(desk.editor, row.pk, now=desk.now)
    assert refused.value.field == "doc_number"


def test_the_parts_of_a_number_stand_beside_it(desk: Desk) -> None:
    row = desk.published(kind="normative", doc_number="云商规〔2026〕12号")
    assert (row.doc_issuer, row.doc_year, row.doc_serial) == ("云商规", 2026, 12)


def test_an_old_page_is_refused_and_told_what_happened(desk: Desk) -> None:
    row = desk.submitted()
    seen_version = row.version
    service.return_to_editor(desk.reviewer, row.pk, "补充附件", now=desk.now)
    with pytest.raises(Stale, match="审核乙在09:0.办理了“退回修改”"):
        service.submit(desk.editor, row.pk, expected=seen_version, now=desk.now)
    assert desk.again(row).stage == "draft"
    now_version = desk.again(row).version
    service.save_draft(desk.editor, row.pk, {"title": "改过"}, expected=now_version, now=desk.now)
    with pytest.raises(Stale, match="新的稿子"):
        service.save_draft(desk.editor, row.pk, {"title": "又改"}, expected=now_version)


def test_a_draft_cannot_change_under_review_by_any_way(desk: Desk) -> None:
    row = desk.submitted()
    with pytest.raises(NotAllowedNow):
        service.save_draft(desk.editor, row.pk, {"title": "偷改"}, now=desk.now)
    held = desk.again(row)
    held.title = "偷改"
    for act in (held.save, held.save_revision, held.delete, held.unpublish):
        with pytest.raises(OnlyByService):
            act()
    with pytest.raises(OnlyByService):
        held.publish(held.latest_revision)
    assert desk.again(row).title == row.title


def test_a_revision_changed_behind_the_review_is_not_issued(desk: Desk) -> None:
    row = desk.reviewed()
    revision = row.submitted_revision
    revision.content["title"] = "换了的名称"
    revision.save()
    with pytest.raises(NotAllowedNow, match="被改动过"):
        service.issue(desk.issuer, row.pk, now=desk.now)


def test_what_wagtail_saves_is_content_alone(desk: Desk) -> None:
    row = desk.draft()
    held = desk.again(row)
    held.title, held.state, held.nature = "编辑器里改的", "published", "withheld"
    held.save()
    held.save_revision()
    again = desk.again(row)
    assert (again.title, again.state, again.nature) == ("编辑器里改的", "draft", "proactive")
    assert again.version == row.version + 1


def test_events_cannot_be_changed(desk: Desk) -> None:
    row = desk.draft()
    event = row.events.first()
    event.note = "改写"
    for act in (
        event.save,
        event.delete,
        DisclosureEvent.objects.all().delete,
        lambda: DisclosureEvent.objects.update(note="改写"),
    ):
        with pytest.raises(HistoryIsFinal):
            act()
    for statement in (
        "UPDATE disclosures_disclosureevent SET note = 'x'",
        "DELETE FROM disclosures_disclosureevent",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_attachments_go_with_the_version_that_has_them(desk: Desk) -> None:
    row = desk.draft()
    kept = files.keep("../../目录/附件.pdf", [PDF])
    assert kept.name == "附件.pdf"
    service.attach(desk.editor, row.pk, kept, now=desk.now)
    service.submit(desk.editor, row.pk, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    service.issue(desk.issuer, row.pk, now=desk.now)
    [link] = seen(row).attachments
    assert (link.name, link.size, link.digest) == ("附件.pdf", len(PDF), kept.digest)
    assert store.path_of(link.digest).read_bytes() == PDF
    service.amend(desk.editor, row.pk, changed_on=date(2026, 3, 2), now=desk.now)
    service.detach(desk.editor, row.pk, kept.digest, now=desk.now)
    assert len(seen(row).attachments) == 1
    service.submit(desk.editor, row.pk, now=desk.now)
    service.review_approve(desk.reviewer, row.pk, now=desk.now)
    service.issue(desk.issuer, row.pk, now=desk.now)
    assert seen(row).attachments == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("网页.html", b"<html>"),
        ("图.svg", b"<svg>"),
        ("假.pdf", b"MZ..."),
        ("假.txt", b"<script>alert(1)</script>"),
        ("空.txt", b""),
        ("程序", b"\x7fELF"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_not_kept(name: str, data: bytes) -> None:
    with pytest.raises(Impossible):
        files.keep(name, [data])
    assert [one for one in store.folder().rglob("*") if one.is_file()] == []


def test_a_document_that_moves_leaves_its_place_empty(desk: Desk) -> None:
    other = make_column(desk.agency, "zcjd", name="政策解读")
    first, second = desk.published(), desk.published()
    desk.amended(first, column=other)
    assert [
        one.link and one.link.id for one in published.column_entries(desk.column.slug, 1, 9)
    ] == [
        *(None, second.pk),
    ]
    assert [one.link and one.link.id for one in published.column_entries("zcjd", 1, 9)] == [
        first.pk
    ]
    desk.amended(first, column=desk.column)
    assert published.column_length(desk.column.slug) == 2


def test_neighbours_pass_over_what_is_gone(desk: Desk) -> None:
    rows = [desk.published() for _ in range(4)]
    service.withdraw(desk.issuer, rows[1].pk, "有误", now=desk.now)
    beside = published.neighbours(rows[2].pk)
    assert (beside.older and beside.older.id, beside.newer and beside.newer.id) == (
        *(rows[0].pk, rows[3].pk),
    )


def test_what_others_published_is_adopted_with_its_date_and_number(desk: Desk) -> None:
    then = datetime(2020, 5, 6, 10, 0, tzinfo=CHINA)
    row = service.adopt(
        desk.issuer,
        desk.facts(kind="normative", doc_number="云商规[2020]1号", written_on=date(2020, 5, 1)),
        published_at=then,
        prepared_by=desk.editor.user_id,
        index_number="000014349/2020-00007",
        validity="repealed",
        validity_on=date(2024, 1, 1),
        origin="旧网站目录.xlsx 第3行",
        now=desk.now,
    )
    page = seen(row)
    assert (page.published_at, page.year, page.index_number) == (then, 2020, "000014349/2020-00007")
    assert page.validity_note == "自2024年1月1日起废止"
    assert kinds(row) == ["imported", "published"]
    with pytest.raises(Impossible, match="索引号"):
        service.adopt(
            desk.issuer,
            desk.facts(),
            published_at=then,
            prepared_by=desk.editor.user_id,
            index_number="000014349/2020-00007",
            now=desk.now,
        )


def test_an_amended_calendar_moves_open_clocks_only(desk: Desk) -> None:
    open_one, done = desk.draft(), desk.published()
    amended = Calendar.from_yaml_texts([_with_an_extra_day_off()])
    for write in (False, True):
        [moved] = service.recalculate(SYSTEM, amended, write=write)
        assert (moved.id, moved.before, moved.after) == (
            *(open_one.pk, date(2026, 3, 26), date(2026, 3, 27)),
        )
    assert service.recalculate(SYSTEM, amended) == []
    assert desk.again(done).due_on == date(2026, 3, 26)


def test_the_command_tells_first_and_writes_when_asked(
    desk: Desk, tmp_path: Path, settings: Any
) -> None:
    settings.VAR = tmp_path
    row = desk.draft()
    file = tmp_path / "2026.yaml"
    file.write_text(_with_an_extra_day_off(), "utf-8")
    for extra, due in (((), date(2026, 3, 26)), (("--write",), date(2026, 3, 27))):
        said = StringIO()
        call_command("recalculate_disclosures", f"--calendar={file}", *extra, stdout=said)
        assert f"{row.pk}  2026-03-26 → 2026-03-27" in said.getvalue()
        assert desk.again(row).due_on == due


def _with_an_extra_day_off() -> str:
    """The notice of 2026 with Monday 9 March off as well."""
    from importlib import resources

    import yaml

    text = (resources.files("gongkai.workdays") / "data" / "2026.yaml").read_text("utf-8")
    loaded = yaml.safe_load(text)
    newest = loaded["notices"][-1]
    day = date(2026, 3, 9)
    newest["days_off"].append({"name": "清明节", "first": day, "last": day})
    newest["working_days"] -= 1
    return yaml.safe_dump(loaded, allow_unicode=True)


def test_the_hook_is_called_after_commit_with_the_changes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    told: list[tuple[int, ...]] = []

    def broken(ids: tuple[int, ...]) -> None:
        raise ValueError("a hook")

    monkeypatch.setattr(hooks, "_CHANGES", [broken, told.append])
    row = desk.reviewed()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        service.issue(desk.issuer, row.pk, now=desk.now)
    assert told == [tuple(Change.objects.values_list("pk", flat=True))]

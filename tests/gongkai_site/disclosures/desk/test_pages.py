"""The pages of publishing: who may open them, what they show, what their forms do and keep."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.gongkai_site.disclosures.desk.conftest import HERE, Sit
from tests.gongkai_site.disclosures.factories import Desk, body, make_desk, make_person

from gongkai.casework import CHINA
from gongkai_site.agencies.models import Office
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures import service
from gongkai_site.disclosures.models import Column, Disclosure, Stage, State

BASE = "/staff/disclosures/"


def words(response: Any) -> str:
    """The page's text, tags taken out and spaces run together."""
    text = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def at(row: Disclosure, key: str) -> str:
    return f"{BASE}{row.pk}/do/{key}"


def seen(row: Disclosure) -> int:
    return Disclosure.objects.values_list("version", flat=True).get(pk=row.pk)


# --- who may ------------------------------------------------------------------------------------

PAGES = (
    "",
    "catalogue/",
    "columns/",
    "statistics/",
    "statistics/counted",
    "statistics/tables.xlsx",
)


@pytest.mark.parametrize("role", list(Role))
def test_each_page_opens_for_whom_it_should(sit: Sit, desk: Desk, role: Role) -> None:
    row = desk.submitted()
    client = sit(make_person(desk.agency, role))
    viewers = {Role.EDITOR, Role.REVIEWER, Role.ISSUER, Role.DISCLOSURE_HEAD, Role.BUSINESS_OFFICE}
    counters = viewers - {Role.BUSINESS_OFFICE}
    writers = {Role.EDITOR}
    builders = {Role.EDITOR, Role.DISCLOSURE_HEAD}
    allowed = {
        "": viewers,
        "catalogue/": viewers,
        "catalogue/export.csv": viewers,
        "columns/": viewers,
        f"{row.pk}/": viewers,
        f"{row.pk}/compare": viewers,
        f"{row.pk}/do/return": viewers,
        "statistics/": counters,
        "statistics/counted": counters,
        "statistics/tables.xlsx": counters,
        "clarify": writers,
        f"{row.pk}/do/submit": writers,
        f"{row.pk}/do/nature": writers,
        f"{row.pk}/do/review": {Role.REVIEWER},
        f"{row.pk}/do/issue": {Role.ISSUER},
        f"{row.pk}/do/withdraw": {Role.ISSUER},
        f"{row.pk}/do/repeal": {Role.ISSUER},
        "columns/add": builders,
        f"columns/{desk.column.slug}/": builders,
    }
    got = {page: client.get(BASE + page).status_code for page in allowed}
    assert got == {page: 200 if role in who else 403 for page, who in allowed.items()}


def test_strangers_are_sent_to_sign_in(sit: Sit, desk: Desk) -> None:
    row = desk.draft()
    client = Client(**HERE)
    for page in (*PAGES, f"{row.pk}/", f"{row.pk}/do/submit", "clarify", "columns/add"):
        answer = client.get(BASE + page)
        assert answer.status_code == 302, page
        assert "/staff/sign-in/" in answer["Location"], page


def test_another_organs_document_is_not_found(sit: Sit, desk: Desk) -> None:
    from tests.gongkai_site.disclosures.factories import make_agency

    other = make_desk(make_agency("云山县财政局"), "cz")
    row = other.draft()
    client = sit(desk.editor)
    for page in (f"{row.pk}/", f"{row.pk}/do/submit", f"{row.pk}/compare", "999999/"):
        assert client.get(BASE + page).status_code == 404, page
    assert client.get(f"{BASE}columns/cz/").status_code == 404
    assert client.post(f"{BASE}columns/cz/up").status_code == 404
    assert row.title not in words(client.get(f"{BASE}catalogue/"))


def test_every_form_needs_its_token(sit: Sit, desk: Desk) -> None:
    row = desk.draft()
    client = sit(desk.editor)
    client.handler.enforce_csrf_checks = True
    for page in (f"{row.pk}/do/submit", "clarify", "columns/add", f"columns/{desk.column.slug}/up"):
        assert client.post(BASE + page, {}).status_code == 403, page
    assert desk.again(row).stage == Stage.DRAFT


# --- four eyes ----------------------------------------------------------------------------------


def test_three_people_publish_a_document_through_the_pages(sit: Sit, desk: Desk) -> None:
    row = desk.draft()
    editor, reviewer, issuer = sit(desk.editor), sit(desk.reviewer), sit(desk.issuer)
    page = editor.get(at(row, "submit"))
    assert "公开属性" in words(page)
    told = {"expected": seen(row), "nature": "proactive", "confirmed": "on"}
    assert editor.post(at(row, "submit"), told).status_code == 302
    assert row.title in words(reviewer.get(BASE))
    reason = {"expected": seen(row), "reason": "第二段的“商户”改为“经营者”。"}
    assert reviewer.post(at(row, "return"), reason).status_code == 302
    mine = words(editor.get(BASE))
    assert "退回给我改的" in mine
    assert row.title in mine
    assert "第二段的“商户”改为“经营者”。" in words(editor.get(f"{BASE}{row.pk}/"))
    service.save_draft(
        desk.editor, row.pk, {"body": body("活动定于三月举行。", "欢迎各经营者参加。")}
    )
    told["expected"] = seen(row)
    assert editor.post(at(row, "submit"), told).status_code == 302
    assert reviewer.post(at(row, "review"), {"expected": seen(row)}).status_code == 302
    assert row.title in words(issuer.get(BASE))
    answer = issuer.post(at(row, "issue"), {"expected": seen(row), "when": "now"}, follow=True)
    row = desk.again(row)
    assert row.state == State.PUBLISHED
    assert f"索引号 {row.index_number}" in words(answer)


@pytest.mark.parametrize("key", ["review", "issue"])
def test_nobody_takes_their_own_work_further_whatever_roles_they_hold(
    sit: Sit, desk: Desk, key: str
) -> None:
    everything = make_person(desk.agency, Role.EDITOR, Role.REVIEWER, Role.ISSUER, name="万能丁")
    desk.editor = everything
    row = desk.submitted() if key == "review" else desk.reviewed()
    client = sit(everything)
    assert "由你起草或者修改，要换一个人办理。" in words(client.get(f"{BASE}{row.pk}/"))
    answer = client.post(at(row, key), {"expected": seen(row), "when": "now"})
    assert answer.status_code == 422
    assert "请换一个人办理" in words(answer)
    assert desk.again(row).stage == row.stage


def test_who_reviewed_does_not_issue(sit: Sit, desk: Desk) -> None:
    both = make_person(desk.agency, Role.REVIEWER, Role.ISSUER)
    desk.reviewer = both
    row = desk.reviewed()
    answer = sit(both).post(at(row, "issue"), {"expected": seen(row), "when": "now"})
    assert answer.status_code == 422
    assert "这份文件由你审核，不能再由你签发。" in words(answer)


# --- forms --------------------------------------------------------------------------------------


def test_a_stale_page_is_refused_and_nothing_is_lost(sit: Sit, desk: Desk) -> None:
    row = desk.submitted()
    client = sit(desk.reviewer)
    opened = seen(row)
    service.return_to_editor(desk.editor, row.pk, "想起一处要改。")
    service.submit(desk.editor, row.pk, confirmed=True)
    answer = client.post(at(row, "return"), {"expected": opened, "reason": "标题缺“县”字。"})
    assert answer.status_code == 409
    assert "别人刚刚办过这份文件" in words(answer)
    assert "编辑甲在15:00办理了“退回修改”" in words(answer)
    assert "标题缺“县”字。" in answer.content.decode()
    assert f'name="expected" value="{seen(row)}"' in answer.content.decode()
    assert desk.again(row).stage == Stage.SUBMITTED


@pytest.mark.parametrize(
    ("key", "make", "sent", "said"),
    [
        ("return", "submitted", {"reason": ""}, "请填写要改什么。"),
        ("issue", "reviewed", {"when": "at", "publish_at": ""}, "请填写公开时间。"),
        ("issue", "reviewed", {"when": "at", "publish_at": "2026-03-01T09:00"}, "应当在现在以后"),
        ("withdraw", "published", {"reason": "", "acting": ""}, "请填写公众看到的说明。"),
        ("withdraw", "published", {"reason": "有误。", "acting": "无此文"}, "没有找到“无此文”。"),
        ("amend", "published", {"changed_on": "2026-03-09"}, "变更日期不能在今天以后"),
        (
            "repeal",
            "document",
            {"how": "repealed", "on": "2026-03-02", "note": ""},
            "请选择废止它的文件",
        ),
        ("repeal", "document", {"how": "repealed", "on": "去年"}, "2026-03-05 这样的日期"),
        ("re_review", "withheld", {"decision": "keep", "note": ""}, "请填写复查的结论和理由。"),
        ("re_review", "withheld", {"decision": "keep", "note": "理由还在。"}, "下一次复查的日期"),
        ("withhold", "draft", {"ground": "条例第十四条", "nature": "withheld"}, "请填写复查日期"),
        ("nature", "draft", {"nature": ""}, "请选择公开属性。"),
    ],
)
def test_a_fault_is_told_where_it_is_and_the_words_stay(
    sit: Sit, desk: Desk, key: str, make: str, sent: dict[str, str], said: str
) -> None:
    made = {"document": lambda: desk.published(kind="normative", doc_number="云商规〔2026〕1号")}
    row = made.get(make, lambda: getattr(desk, make)())()
    editor_keys = {"amend", "re_review", "withhold", "nature"}
    actor = desk.editor if key in editor_keys else desk.issuer if key != "return" else desk.reviewer
    before = seen(row)
    answer = sit(actor).post(at(row, key), {"expected": before, "note": "留着的话", **sent})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    for value in sent.values():
        assert value in page
    if "note" in answer.context["form"].fields:
        assert sent.get("note", "留着的话") in page
    assert seen(row) == before


def test_what_the_checks_block_is_not_submitted_and_the_page_says_what(
    sit: Sit, desk: Desk
) -> None:
    row = desk.draft(body=body("联系人身份证号：110101199003077715。"))
    client = sit(desk.editor)
    page = words(client.get(at(row, "submit")))
    assert "必须改正" in page
    assert "110101199003077715" not in page
    answer = client.post(at(row, "submit"), {"expected": seen(row), "nature": "proactive"})
    assert answer.status_code == 422
    assert desk.again(row).stage == Stage.DRAFT


def test_submitting_decides_the_nature_too_or_does_neither(sit: Sit, desk: Desk) -> None:
    row = desk.draft(nature="")
    client = sit(desk.editor)
    told = {"expected": seen(row), "nature": "withheld", "ground": "条例第十六条第一款"}
    answer = client.post(at(row, "submit"), told)
    assert answer.status_code == 422
    assert desk.again(row).nature == ""
    told |= {"re_review_on": "2027-03-02", "note": "内部会议安排。", "confirmed": "on"}
    assert client.post(at(row, "submit"), told).status_code == 302
    row = desk.again(row)
    assert (row.nature, row.ground, row.stage) == (
        "withheld",
        "条例第十六条第一款",
        Stage.SUBMITTED,
    )
    blank = desk.draft(nature="", summary="")
    told["expected"] = seen(blank)
    assert client.post(at(blank, "submit"), told).status_code == 422
    assert desk.again(blank).nature == ""


def test_issue_at_a_set_time_then_withdraw_repeal_amend_and_re_review(sit: Sit, desk: Desk) -> None:
    editor, issuer = sit(desk.editor), sit(desk.issuer)
    row = desk.reviewed()
    sent = {"expected": seen(row), "when": "at", "publish_at": "2026-03-05T09:00"}
    assert issuer.post(at(row, "issue"), sent).status_code == 302
    assert desk.again(row).publish_at == datetime(2026, 3, 5, 9, tzinfo=CHINA)
    old = desk.published(kind="normative", doc_number="云商规〔2025〕1号")
    new = desk.published(kind="normative", doc_number="云商规〔2026〕1号")
    sent = {"expected": seen(old), "how": "expired", "on": "2026-03-02"}
    sent |= {"acting": "云商规〔2026〕1号"}
    assert issuer.post(at(old, "repeal"), sent).status_code == 302
    old = desk.again(old)
    assert (old.validity, old.validity_on, old.acting_id) == ("expired", date(2026, 3, 2), new.pk)
    assert editor.post(at(new, "amend"), {"expected": seen(new), "changed_on": "2026-03-02"}).url
    assert desk.again(new).stage == Stage.DRAFT
    assert editor.post(at(new, "drop"), {"expected": seen(new)}).status_code == 302
    assert desk.again(new).stage == Stage.NONE
    assert issuer.post(at(new, "withdraw"), {"expected": seen(new), "reason": "有误。"}).url
    assert desk.again(new).state == State.WITHDRAWN
    held = desk.withheld()
    kept = {"expected": seen(held), "decision": "keep", "note": "仍在。", "next_on": "2027-01-04"}
    assert editor.post(at(held, "re_review"), kept).status_code == 302
    assert desk.again(held).re_review_on == date(2027, 1, 4)
    assert editor.post(at(held, "re_review_set"), {"expected": seen(held), "on": "2026-09-01"}).url
    opened = {"expected": seen(held), "decision": "open", "note": "理由已经不在。"}
    assert editor.post(at(held, "re_review"), opened).status_code == 302
    held = desk.again(held)
    assert (held.stage, held.nature) == (Stage.DRAFT, "proactive")


def test_an_urgent_clarification_stands_first(sit: Sit, desk: Desk) -> None:
    desk.draft()
    about = desk.published()
    client = sit(desk.editor)
    address = f"{BASE}clarify?of={about.pk}"
    assert about.title in words(client.get(address))
    assert client.post(address, {"title": "关于不实信息的澄清"}).status_code == 422
    sent = {"title": "关于不实信息的澄清", "summary": "活动没有取消。", "column": desk.column.pk}
    assert client.post(address, sent).status_code == 302
    made = Disclosure.objects.get(title="关于不实信息的澄清")
    assert (made.urgent, made.clarifies_id) == (True, about.pk)
    page = words(client.get(BASE))
    assert page.index("关于不实信息的澄清") < page.index("消费促进活动")


# --- the catalogue ------------------------------------------------------------------------------


def test_the_filters_stand_in_the_address(sit: Sit, desk: Desk) -> None:
    office = Office.objects.create(agency=desk.agency, name="法规科", valid_from=date(2020, 1, 1))
    other = Column.objects.create(agency=desk.agency, slug="zcwj", name="政策文件")
    wanted = desk.published(
        kind="normative", doc_number="云商规〔2026〕3号", column=other, office=office
    )
    late = desk.draft(formed_on=date(2026, 1, 5))
    client = sit(desk.reviewer)
    for query, shown in (
        ("state=published", wanted),
        ("stage=draft", late),
        (f"column={other.pk}", wanted),
        (f"office={office.pk}", wanted),
        ("kind=normative", wanted),
        ("year=2026&state=published", wanted),
        ("due=overdue", late),
        ("validity=valid", wanted),
        ("q=云商规", wanted),
    ):
        answer = client.get(f"{BASE}catalogue/?{query}")
        assert [row.id for row, _ in answer.context["rows"]] == [shown.pk], query
    page = client.get(f"{BASE}catalogue/?kind=normative&q=云商规").content.decode()
    assert 'value="云商规"' in page
    assert '<option value="normative" selected>' in page
    assert client.get(f"{BASE}catalogue/?kind=nonsense&year=x&column=z").status_code == 200
    assert client.get(f"{BASE}catalogue/?after=nonsense").status_code == 404


def test_the_catalogue_is_paged_by_key(sit: Sit, desk: Desk) -> None:
    rows = [service.create(desk.editor, {"title": f"文件{n}"}) for n in range(52)]
    client = sit(desk.editor)
    first = client.get(f"{BASE}catalogue/?stage=draft")
    assert len(first.context["rows"]) == 50
    second = client.get(f"{BASE}catalogue/?{first.context['next_query']}")
    assert [row.id for row, _ in second.context["rows"]] == [rows[1].pk, rows[0].pk]
    assert second.context["next_query"] == ""


def test_the_list_is_exported_as_it_was_asked_for(sit: Sit, desk: Desk) -> None:
    row = desk.published(title="=HYPERLINK(1)")
    desk.draft()
    client = sit(desk.editor)
    answer = client.get(f"{BASE}catalogue/export.csv?state=published")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[2] for line in table] == ["名称", "'=HYPERLINK(1)"]
    assert table[1][1] == row.index_number
    answer = client.get(f"{BASE}catalogue/export.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [sheet.max_row, sheet["C3"].value, sheet["C3"].data_type] == [3, "=HYPERLINK(1)", "s"]
    assert client.get(f"{BASE}catalogue/export.exe").status_code == 404


# --- one document -------------------------------------------------------------------------------


def test_the_item_page_tells_the_clock_the_people_and_the_story(sit: Sit, desk: Desk) -> None:
    row = desk.submitted()
    page = words(sit(desk.reviewer).get(f"{BASE}{row.pk}/"))
    # Friday 27 February starts the clock; Saturday 28 is worked; the twentieth is Thursday 26 March.
    assert "最后一天 2026年3月26日 周四" in page
    assert "还有 18 个工作日" in page
    assert "起草、修改 编辑甲" in page
    assert "审核通过" in page
    assert "现在不能办的" in page
    assert "这件事由签发办理" in page
    assert page.index("自动检查") < page.index("经过")


def test_versions_are_compared(sit: Sit, desk: Desk) -> None:
    row = desk.draft(body=body("活动定于三月举行。", "欢迎各商户参加。"))
    words_after = {"body": body("活动定于四月举行。", "欢迎各商户参加。"), "title": "新的名称"}
    service.save_draft(desk.editor, row.pk, words_after)
    client = sit(desk.reviewer)
    page = client.get(f"{BASE}{row.pk}/compare").content.decode()
    assert "活动定于<del>三</del><ins>四</ins>月举行。" in page
    assert "<p>欢迎各商户参加。</p>" in page
    assert f"<del>{row.title}</del>" in page
    assert client.get(f"{BASE}{row.pk}/compare?before=1&after=999999").status_code == 404


def test_an_attachment_is_downloaded_by_its_digest(sit: Sit, desk: Desk) -> None:
    from gongkai_site.disclosures import files

    row = desk.draft()
    kept = files.keep("名单.txt", [b"abc"])
    service.attach(desk.editor, row.pk, kept)
    client = sit(desk.reviewer)
    answer = client.get(f"{BASE}{row.pk}/files/{kept.digest}")
    assert answer.content == b"abc"
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"{BASE}{row.pk}/files/{'0' * 64}").status_code == 404


# --- columns ------------------------------------------------------------------------------------


def test_columns_are_added_changed_moved_and_closed(sit: Sit, desk: Desk) -> None:
    client = sit(desk.editor)
    new = {"name": "政策文件", "slug": "zcwj", "kind": "list", "item": "1"}
    assert client.post(f"{BASE}columns/add", new | {"slug": "政策"}).status_code == 422
    assert client.post(f"{BASE}columns/add", new | {"item": "16"}).status_code == 422
    assert client.post(f"{BASE}columns/add", new).status_code == 302
    made = Column.objects.get(slug="zcwj")
    assert (made.item, made.parent) == (1, None)
    assert client.post(f"{BASE}columns/zcwj/up").status_code == 302
    assert list(Column.objects.order_by("order").values_list("slug", flat=True)) == [
        "zcwj",
        desk.column.slug,
    ]
    below = {"name": "解读", "slug": "jd", "kind": "list", "parent": str(made.pk)}
    assert client.post(f"{BASE}columns/add", below).status_code == 302
    # A column cannot lie below itself, however long the way round.
    looped = {"name": "政策文件", "kind": "list", "parent": Column.objects.get(slug="jd").pk}
    assert client.post(f"{BASE}columns/zcwj/", looped).status_code == 422
    changed = {"name": "政策法规", "kind": "list", "open": ""}
    assert client.post(f"{BASE}columns/zcwj/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.open) == ("政策法规", False)
    page = words(client.get(f"{BASE}columns/"))
    assert "政策法规 已停用" in page
    looking = words(sit(desk.reviewer).get(f"{BASE}columns/"))
    assert "栏目由" in looking
    assert "新建栏目" not in looking
    assert sit(desk.reviewer).post(f"{BASE}columns/zcwj/down").status_code == 403

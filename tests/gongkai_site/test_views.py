"""What a visitor of the report desk sees and can do, without a script."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongkai_site.reporting import service
from gongkai_site.reporting.models import Correction, ReportSet

Make = Callable[..., Any]
NEW_TOTAL = "t3.new_received.total"


@pytest.fixture
def client(db: None) -> Client:
    return Client(enforce_csrf_checks=False)


def words(response: Any) -> str:
    """The page's text, tags taken out and spaces run together."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


# --- sets -------------------------------------------------------------------------------------


def test_the_empty_desk_says_what_it_is_for(client: Client) -> None:
    page = words(client.get("/reports/"))
    assert "还没有报告。" in page
    assert "读不准的格子会标“存疑”，不会猜。" in page


def test_files_are_sent_read_and_listed(
    client: Client, make_report: Make, page_of: Make, read_waiting: Callable[[], int]
) -> None:
    files = [
        sent("教育局.html", page_of(make_report("云山县教育局"))),
        sent("卫健局.html", page_of(make_report("云山县卫生健康局", changed={NEW_TOTAL: 9}))),
        sent("说明.txt", "这不是年报".encode()),
    ]
    response = client.post("/reports/sets/new", {"name": "2023 年度", "files": files}, follow=True)
    page = words(response)
    assert "收下 3 个文件，正在读取。" in page
    assert "已读 0 / 3 个文件" in page
    assert read_waiting() == 3
    page = words(client.get(response.redirect_chain[-1][0]))
    assert "2 份报告" in page
    assert "1 个文件没有读成" in page
    assert "云山县教育局" in page
    assert "已读 " not in page


def test_sending_nothing_says_what_to_do(client: Client) -> None:
    page = words(client.post("/reports/sets/new", {"name": "空"}, follow=True))
    assert "没有选文件。请先选择要检查的年报文件" in page
    assert not ReportSet.objects.exists()


def test_refreshing_is_the_readers_choice(client: Client, take: Make, make_report: Make) -> None:
    report_set, _ = take(make_report())
    address = reverse("reporting:set", args=[report_set.pk])
    service.add_files(report_set, [("还没读.html", io.BytesIO(b"x"))])
    assert b"http-equiv" not in client.get(address).content
    assert b'http-equiv="refresh" content="5"' in client.get(f"{address}?auto=1").content


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["甲局", "乙局", "丙局"]),
        ("q=乙", ["乙局"]),
        ("level=error", ["乙局"]),
        ("level=clean&state=read", ["甲局", "丙局"]),
        ("year=2022", ["丙局"]),
        ("sort=-errors", ["乙局", "甲局", "丙局"]),
        ("sort=year", ["丙局", "甲局", "乙局"]),
        ("state=unreadable", []),
        ("level=nonsense&sort=nonsense&state=nonsense&year=abc", ["甲局", "乙局", "丙局"]),
    ],
)
def test_the_table_is_narrowed_and_sorted_by_the_address(
    client: Client, take: Make, make_report: Make, query: str, shown: list[str]
) -> None:
    report_set, records = take(
        make_report("甲局", 2023),
        make_report("乙局", 2023, changed={NEW_TOTAL: 9}),
        make_report("丙局", 2022),
    )
    for record in records:  # the made-up prose may be remarked on; only numbers count here
        type(record).objects.filter(pk=record.pk).update(warns=0)
    page = client.get(f"/reports/sets/{report_set.pk}/?{query}").content.decode()
    assert re.findall(r'<th scope="row" class="name">\s*<a [^>]*>([^<]+)</a>', page) == shown
    if not shown:
        assert "没有符合条件的报告" in page


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_the_table_is_exported_as_filtered(
    client: Client, take: Make, make_report: Make, kind: str
) -> None:
    report_set, _ = take(make_report("甲局"), make_report("乙局", received=8))
    service.rename_set(report_set, "二〇二三年：汇总/核对")
    response = client.get(f"/reports/sets/{report_set.pk}/table.{kind}?q=乙")
    assert (
        f"filename*=utf-8''{quote('二〇二三年：汇总_核对')}.{kind}"
        in response["Content-Disposition"]
    )
    data = response.content
    if kind == "xlsx":
        lines = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)
        assert lines[1][:2] == ("乙局", 2023)
        assert dict(zip(lines[0], lines[1], strict=True))["本年新收"] == 8
    elif kind == "csv":
        lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        assert [(line["机关"], line["本年新收"]) for line in lines] == [("乙局", "8")]
    else:
        [result] = json.loads(data)
        assert (result["agency"], result["state"], result["cells"][NEW_TOTAL]) == (
            "乙局",
            "read",
            8,
        )


def test_an_agency_named_like_a_formula_stays_text(
    client: Client, take: Make, make_report: Make
) -> None:
    report_set, [record] = take(make_report())
    type(record).objects.filter(pk=record.pk).update(agency="=cmd|'/c calc'!A1")
    data = client.get(f"/reports/sets/{report_set.pk}/table.csv").content.decode("utf-8-sig")
    assert "'=cmd|" in data
    book = client.get(f"/reports/sets/{report_set.pk}/table.xlsx").content
    cell = openpyxl.load_workbook(io.BytesIO(book)).active["A2"]
    assert (cell.value, cell.data_type) == ("=cmd|'/c calc'!A1", "s")


def test_a_removed_file_can_be_put_back_and_filters_stay(
    client: Client, take: Make, make_report: Make
) -> None:
    report_set, [record, _] = take(make_report("甲局"), make_report("乙局"))
    response = client.post(
        f"/reports/files/{record.file_id}/remove", {"query": "year=2023&sort=agency"}, follow=True
    )
    address = response.redirect_chain[-1][0]
    assert "year=2023&sort=agency&removed=" in address
    assert "文件已经移出这一批，没有删除。" in words(response)
    assert "甲局" not in re.findall(r">([^<]+)</a>", response.content.decode())
    response = client.post(
        f"/reports/files/{record.file_id}/restore", {"query": "year=2023"}, follow=True
    )
    assert "已经放回" in words(response)
    assert "甲局" in re.findall(r">([^<]+)</a>", response.content.decode())


def test_a_removed_set_can_be_put_back(client: Client, take: Make, make_report: Make) -> None:
    report_set, _ = take(make_report())
    page = words(client.post(f"/reports/sets/{report_set.pk}/remove", follow=True))
    assert "这一批已经移出列表，内容没有删除。" in page
    page = words(client.post(f"/reports/sets/{report_set.pk}/restore", follow=True))
    assert "“测试批次”已经放回。" in page


def test_a_query_sent_back_cannot_lead_elsewhere(
    client: Client, take: Make, make_report: Make
) -> None:
    report_set, [record] = take(make_report())
    response = client.post(
        f"/reports/files/{record.file_id}/read-again", {"query": "//evil.example/?a=b"}
    )
    assert response.status_code == 302
    assert response["Location"].startswith(f"/reports/sets/{report_set.pk}/?")


# --- a report ---------------------------------------------------------------------------------


def test_a_report_shows_its_three_states_and_findings(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [record] = take(make_report(changed={NEW_TOTAL: 9}))
    page = client.get(f"/reports/{record.pk}/").content.decode()
    for heading in ("原样", "还原", "读出", "核对结果", "单元格依据", "更正记录"):
        assert re.search(rf"<h2[^>]*>{heading}", page)
    assert f'href="?cell={NEW_TOTAL}#evidence"' in page
    assert '<li class="finding error' in page


def test_a_cell_shows_where_it_was_read(client: Client, take: Make, make_report: Make) -> None:
    _, [record] = take(make_report(received=4321))
    page = client.get(f"/reports/{record.pk}/?cell={NEW_TOTAL}").content.decode()
    assert "一、本年新收政府信息公开申请数量 › 总计" in page
    assert '<mark class="here" id="here-found">4321</mark>' in page
    assert '<mark class="here" id="here-restored">4321</mark>' in page
    assert '<td id="cell-t3.new_received.total" class="read selected"' in page


def test_an_address_the_form_lacks_is_said_so(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [record] = take(make_report())
    page = words(client.get(f"/reports/{record.pk}/?cell=t9.<b>x</b>"))
    assert "这份报告里没有单元格“t9.&lt;b&gt;x&lt;/b&gt;”。" in page


def test_what_restoring_did_is_marked(
    client: Client, db: None, read_waiting: Callable[[], int], make_report: Make, page_of: Make
) -> None:
    page = page_of(make_report()).decode().replace("信息公开工作", "信息公開(kāi)工作")
    report_set = service.create_set("一批")
    service.add_files(report_set, [("被改.html", io.BytesIO(page.encode()))])
    read_waiting()
    record = report_set.files.get().records.get()
    shown = client.get(f"/reports/{record.pk}/").content.decode()
    assert re.search(r'<del title="删去注音：[^"]+">\(kāi\)</del>', shown)
    assert re.search(r'<mark class="changed" title="繁体改简体：[^"]*">開</mark>', shown)
    assert "删去注音" in words(client.get(f"/reports/{record.pk}/"))


def test_a_cell_is_corrected_and_the_correction_undone(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [record] = take(make_report(changed={NEW_TOTAL: 9}))
    form = {"address": NEW_TOTAL, "printed": "5", "who": "张三", "why": "与原件核对"}
    page = words(client.post(f"/reports/{record.pk}/correct", form, follow=True))
    assert "已更正，问题已经重新核对。" in page
    assert "9 改为 5" in page
    assert "张三，" in page
    kept = Correction.objects.get()
    form = {"who": "李四", "why": "看错了"}
    page = words(client.post(f"/reports/{record.pk}/undo/{kept.pk}", form, follow=True))
    assert "已撤销这条更正" in page
    assert "撤销更正， 5 改为 9" in page
    page = words(client.post(f"/reports/{record.pk}/undo/{kept.pk}", form, follow=True))
    assert "没有撤销：这一条更正已经撤销过了。" in page


def test_a_faulty_correction_keeps_what_was_typed(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [record] = take(make_report())
    form = {"address": NEW_TOTAL, "printed": "五六", "who": "张三", "why": "与原件<核对>"}
    response = client.post(f"/reports/{record.pk}/correct", form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "“五六”不能读成一个数。" in page
    assert 'value="五六"' in page
    assert 'value="与原件&lt;核对&gt;"' in page
    assert re.search(r'id="printed"[^>]*aria-invalid="true"', page)


def test_leaving_a_correction_empty_is_not_blank(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [record] = take(make_report())
    form = {"address": NEW_TOTAL, "printed": " ", "who": "张三", "why": "核对"}
    response = client.post(f"/reports/{record.pk}/correct", form)
    assert "请勾选“这一格是空白”" in words(response)
    response = client.post(f"/reports/{record.pk}/correct", {**form, "blank": "1"}, follow=True)
    assert "5 改为 空白" in words(response)


def test_the_body_and_year_are_corrected(client: Client, take: Make, make_report: Make) -> None:
    _, [record] = take(make_report())
    form = {"agency": "云山县教委", "year": "20x3", "who": "张三", "why": "看封面"}
    response = client.post(f"/reports/{record.pk}/identity", form)
    assert response.status_code == 422
    assert "年度请填四位数字，例如 2023。" in words(response)
    form["year"] = ""
    page = words(client.post(f"/reports/{record.pk}/identity", form, follow=True))
    assert "机关 云山县教委 年度 不明" in page
    assert "机关 ： 云山县教育局 改为 云山县教委" in page.replace("机关：", "机关 ：")
    kept = Correction.objects.get(address="year")
    page = words(client.post(f"/reports/{record.pk}/undo/{kept.pk}", form, follow=True))
    assert "机关 云山县教委 年度 2023" in page


def test_last_year_is_chosen_by_hand(client: Client, take: Make, make_report: Make) -> None:
    _, [record, other] = take(make_report("云山县教委", 2023), make_report("云山县教育局", 2022))
    assert "上一年度：没有比对" in words(client.get(f"/reports/{record.pk}/"))
    form = {"previous": str(other.pk)}
    page = words(client.post(f"/reports/{record.pk}/previous", form, follow=True))
    assert "上一年度：云山县教育局 2022（手工选定）" in page
    page = words(client.post(f"/reports/{record.pk}/previous", {"previous": "x"}, follow=True))
    assert "请从列表里选。" in page


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("html", b"<!DOCTYPE html>"),
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("json", b"{"),
        ("markdown", "# 云山县教育局2023年".encode()),
    ],
)
def test_a_report_is_downloaded_as_it_stands(
    client: Client, take: Make, make_report: Make, kind: str, begins: bytes
) -> None:
    _, [record] = take(make_report())
    service.correct_cell(record, "t2.art20_1.rules.made", "3", "张三", "核对")
    response = client.get(f"/reports/{record.pk}/file/{kind}")
    assert response.content.startswith(begins)
    name = quote("云山县教育局2023年政府信息公开工作年度报告")
    assert response["Content-Disposition"].startswith(f"attachment; filename*=utf-8''{name}.")
    if kind == "json":
        data = json.loads(response.content)
        assert data["cells"]["t2.art20_1.rules.made"]["value"] == "3"
        assert data["corrections"][0]["who"] == "张三"


def test_the_original_is_never_shown_in_place(
    client: Client, take: Make, make_report: Make, page_of: Make
) -> None:
    report = make_report()
    _, [record] = take(report)
    response = client.get(f"/reports/files/{record.file_id}/original")
    assert response.content == page_of(report)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")


# --- years and bodies -------------------------------------------------------------------------


def test_two_years_are_compared(client: Client, take: Make, make_report: Make) -> None:
    _, [after, before] = take(
        make_report(year=2023, received=6), make_report(year=2022, received=4)
    )
    page = words(client.get(f"/reports/{after.pk}/compare"))
    assert "2022 年度 → 2023 年度" in page
    assert "一、本年新收政府信息公开申请数量 › 总计 4 6 +2 +50.00%" in page
    assert page.count("100%") > 0  # the prose did not change
    assert "2022 年度 → 2023 年度" in words(
        client.get(f"/reports/{before.pk}/compare?with={after.pk}")
    )


def test_two_bodies_in_two_years_are_not_compared(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [one, other] = take(make_report("甲局", 2023), make_report("乙局", 2022))
    page = words(client.get(f"/reports/{one.pk}/compare?with={other.pk}"))
    assert "不能比较。" in page
    assert "请选同一单位的两年" in page


def test_a_set_is_rolled_up_and_a_sum_opens(client: Client, take: Make, make_report: Make) -> None:
    report_set, _ = take(
        make_report("甲局", received=3), make_report("乙局", received=4), make_report("丙局", 2022)
    )
    page = words(client.get(f"/reports/sets/{report_set.pk}/roll-up?cell={NEW_TOTAL}"))
    assert "汇总：2023 年度" in page
    assert "计入 2 份 其他年度 1 份" in page
    assert "合计 7 机关 数 甲局 3 乙局 4" in page
    assert "丙局：2022 年度" in page


def test_a_body_can_be_left_out_of_a_sum(client: Client, take: Make, make_report: Make) -> None:
    report_set, [first, second] = take(
        make_report("甲局", received=3), make_report("甲局", received=4)
    )
    page = words(client.get(f"/reports/sets/{report_set.pk}/roll-up"))
    assert "不能汇总。 “甲局”有不止一份报告" in page
    page = words(
        client.get(f"/reports/sets/{report_set.pk}/roll-up?skip={first.pk}&cell={NEW_TOTAL}")
    )
    assert "计入 1 份 手工排除 1 份" in page
    assert "合计 4" in page


def test_the_sum_is_downloaded(client: Client, take: Make, make_report: Make) -> None:
    report_set, _ = take(make_report("甲局", received=3), make_report("乙局", received=4))
    response = client.get(f"/reports/sets/{report_set.pk}/roll-up/json?agency=云山县")
    assert json.loads(response.content)["cells"][NEW_TOTAL]["value"] == "7"
    assert quote("云山县 2023年度汇总") in response["Content-Disposition"]
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/reports/sets/{report_set.pk}/roll-up/parts").content)
    ).active
    lines = {line[0]: line[1:] for line in book.values}
    assert lines["单元格"] == ("合计", "甲局", "乙局")
    assert lines["一、本年新收政府信息公开申请数量 › 总计"] == (7, 3, 4)


def test_an_empty_set_explains_itself(client: Client) -> None:
    made = service.create_set("空")
    assert "这一批里还没有文件。" in words(client.get(f"/reports/sets/{made.pk}/"))
    assert "这一批里还没有读好的报告。" in words(client.get(f"/reports/sets/{made.pk}/roll-up"))


# --- errors and headers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/reports/sets/00000000-0000-4000-8000-000000000000/",
        "/reports/00000000-0000-4000-8000-000000000000/",
        "/reports/files/00000000-0000-4000-8000-000000000000/original",
    ],
)
def test_what_is_not_there_is_said_in_words(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    page = words(response)
    assert "找不到这个页面" in page
    assert "怎么办： 请回到首页" in page


def test_a_form_without_its_token_is_refused(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/reports/sets/new", {"name": "x"})
    assert response.status_code == 403
    assert "表单已经过期" in words(response)


def test_a_fault_of_ours_is_owned_up_to(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**kwargs: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("gongkai_site.reporting.queries.sets", broken)
    client.raise_request_exception = False
    response = client.get("/reports/")
    assert response.status_code == 500
    assert "不是你的操作有问题。" in words(response)
    assert "boom" not in words(response)


def test_another_host_is_turned_away(client: Client) -> None:
    response = client.get("/reports/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "地址不对" in words(response)


def test_every_page_forbids_what_it_does_not_need(
    client: Client, take: Make, make_report: Make
) -> None:
    _, [record] = take(make_report())
    for address in ("/reports/", f"/reports/{record.pk}/", "/nowhere"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
    cookie = client.get("/reports/").cookies["gongkai_csrf"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("address", ["/reports/", "/nowhere"])
def test_no_page_carries_script_or_style_of_its_own(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)

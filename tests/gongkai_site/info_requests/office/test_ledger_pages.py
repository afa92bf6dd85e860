"""The ledger's pages: template, upload, preview, confirmation, export."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.gongkai_site.info_requests.factories import make_bureau
from tests.gongkai_site.info_requests.office.conftest import Desk, words
from tests.gongkai_site.info_requests.office.sheets import line, sheet, taken, values_in

from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.info_requests.ledger import importing
from gongkai_site.info_requests.models import Case, LedgerImport

pytestmark = pytest.mark.django_db

OFFICER, HEAD = Role.CASE_OFFICER, Role.DISCLOSURE_HEAD


def sent(client: Client, data: bytes, name: str = "2020台账.xlsx") -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post("/staff/office/ledger/upload", {"ledger": file}, follow=True)


def test_from_upload_to_the_list_of_cases(desk: Desk) -> None:
    client = desk.sits(OFFICER)
    page = sent(client, sheet([line(number="a"), line(number="b")]))
    assert "等待检查" in words(page)
    held = LedgerImport.objects.get()
    importing.run_check(held.pk)
    page = client.get(f"/staff/office/ledger/{held.pk}/")
    assert "检查通过，等待确认" in words(page)
    assert "2 件新的可以导入" in words(page)
    assert Case.objects.count() == 0
    page = client.post(f"/staff/office/ledger/{held.pk}/confirm", follow=True)
    assert "已确认，等待导入" in words(page)
    importing.run_import(held.pk)
    page = client.get(f"/staff/office/ledger/{held.pk}/")
    assert "2 件新的已经导入" in words(page)
    assert "2020-00002" in words(page)
    assert "2020台账.xlsx" in words(client.get("/staff/office/ledger/"))


def test_every_bad_cell_stands_on_the_page(desk: Desk) -> None:
    client = desk.sits(OFFICER)
    sent(client, sheet([line(number="a", channel="飞鸽"), line(number="b", name=None)]))
    held = LedgerImport.objects.get()
    importing.run_check(held.pk)
    said = words(client.get(f"/staff/office/ledger/{held.pk}/"))
    assert "有 2 处错误，一件都没有导入" in said
    assert "台账!C2 “飞鸽”不在可选的内容里" in said
    assert "台账!H3 缺“申请人姓名或者名称”。请补填。" in said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"no workbook", "“2020台账.xlsx”没有收下：这不是 Excel 文件"),
        (None, "请选择要导入的台账文件"),
    ],
)
def test_a_refused_file_says_why(desk: Desk, data: bytes | None, says: str) -> None:
    client = desk.sits(OFFICER)
    page = sent(client, data) if data else client.post("/staff/office/ledger/upload", {})
    assert page.status_code == 422
    assert says in words(page)


def test_the_same_file_again_says_when_it_came(desk: Desk) -> None:
    client, data = desk.sits(OFFICER), sheet([line()])
    sent(client, data)
    held = LedgerImport.objects.get()
    importing.run_check(held.pk)
    client.post(f"/staff/office/ledger/{held.pk}/confirm")
    importing.run_import(held.pk)
    assert "同一份文件已经在 2026-03-02 导入过（1 件）" in words(sent(client, data))


def test_giving_up(desk: Desk) -> None:
    client = desk.sits(OFFICER)
    sent(client, sheet([line()]))
    held = LedgerImport.objects.get()
    page = client.post(f"/staff/office/ledger/{held.pk}/discard", follow=True)
    assert "上传的文件已经删除" in words(page)
    page = client.post(f"/staff/office/ledger/{held.pk}/confirm", follow=True)
    assert "现在不能导入" in words(page)


def test_the_template_is_offered(desk: Desk) -> None:
    answer = desk.sits(OFFICER).get("/staff/office/ledger/template.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert values_in(taken(answer)) == []


def test_an_export_hides_people_unless_asked(desk: Desk) -> None:
    desk.bureau.case(applicant_name="独一无二", description="独一无二的补充说明")
    client = desk.sits(OFFICER)
    answer = client.post("/staff/office/ledger/export", {"year": "2026"})
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    (row,) = values_in(taken(answer))
    assert (row["申请人姓名或者名称*"], row["其他特征描述"]) == ("独＊＊", "×××的补充说明")
    answer = client.post("/staff/office/ledger/export", {"year": "", "identities": "1"})
    (row,) = values_in(taken(answer))
    assert row["申请人姓名或者名称*"] == "独一无二"


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES))
def test_who_may_open_it(desk: Desk, role: Role) -> None:
    client = desk.sits(role)
    allowed = role in (OFFICER, HEAD)
    answers = [
        client.get("/staff/office/ledger/"),
        client.get("/staff/office/ledger/template.xlsx"),
        client.post("/staff/office/ledger/export", {"year": ""}),
    ]
    assert [one.status_code for one in answers] == [200 if allowed else 403] * 3
    for one in answers:
        taken(one)
    uploaded = sent(client, sheet([line()])).status_code
    assert uploaded == (200 if role is OFFICER else 403)


def test_nobody_signed_out_sees_it(desk: Desk) -> None:
    for path in ("", "template.xlsx", "1/"):
        answer = Client().get(f"/staff/office/ledger/{path}")
        assert answer.status_code == 302
        assert "/staff/sign-in/" in answer["Location"]


def test_another_bodys_import_is_not_found(desk: Desk) -> None:
    other = make_bureau("邻商", "邻市商务局")
    User.objects.update(is_demo=True)
    sent(desk.sits(OFFICER), sheet([line()]))
    held = LedgerImport.objects.get()
    stranger = Desk(other, desk.clock).sits(OFFICER)
    assert stranger.get(f"/staff/office/ledger/{held.pk}/").status_code == 404
    assert stranger.post(f"/staff/office/ledger/{held.pk}/confirm").status_code == 404

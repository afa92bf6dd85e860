"""The form, step by step: what each takes, what each refuses, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.urls import reverse
from tests.gongkai_site.info_requests.factories import CREDIT_CODE, RESIDENT_ID, Bureau
from tests.gongkai_site.portal.citizen import (
    ANSWERS,
    Citizen,
    carried,
    draft_of,
    errors_in,
    receipt_in,
    text_of,
    trouble_in,
)

from gongkai.casework import choices
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.info_requests.models import Case, Submission
from gongkai_site.portal import drafts
from gongkai_site.portal.models import ClientWindow, Draft
from gongkai_site.portal.views import apply

pytestmark = pytest.mark.django_db


def down(*args: object, **kwargs: object) -> Any:
    raise OperationalError("attempt to write a readonly database: 王小明")


# --- the whole way ------------------------------------------------------------------------------


def test_the_whole_form_is_one_case_as_typed(citizen: Citizen, bureau: Bureau) -> None:
    number, code = citizen.receipt()
    assert number == "2026-00001"
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", code)
    case = Case.objects.get()
    assert (case.agency, case.channel, case.kind) == (bureau.agency, "online", "request")
    assert (case.state, case.assistance) == (
        "awaiting_confirmation",
        "大字版文书；请把字印大一些",
    )
    details, text = case.applicant.details, case.texts.get()
    assert (details.name, details.identity, details.email) == (
        "王小明",
        RESIDENT_ID,
        "xiaoming@example.cn",
    )
    assert text.name == ANSWERS["what"]["what"]
    assert text.description == "各区的分配金额\n以及评审的打分表"
    assert (text.form_wanted, text.way) == ("electronic", "online")
    assert AuditEntry.objects.filter(action="request.submit").count() == 1


def test_nothing_is_kept_before_something_is_sent(citizen: Citizen) -> None:
    page = citizen.client.get(reverse("portal:new", args=[citizen.agency_id]))
    assert page.status_code == 200
    assert not Draft.objects.exists()
    assert page["Cache-Control"] == "private, no-store"


def test_no_page_asks_what_it_is_for(citizen: Citizen) -> None:
    draft = citizen.filled()
    for step in ("what", "how", "who", "contact", "files", "check"):
        text = text_of(citizen.page(draft, step)).replace("不需要说明用途", "")
        assert "用途" not in text
        assert "目的" not in text


@pytest.mark.parametrize("kind", sorted(choices("applicant")))
def test_every_kind_of_applicant_can_ask(citizen: Citizen, kind: str) -> None:
    alone = kind == "natural_person"
    citizen.receipt(
        applicant_kind=kind,
        name="王小明" if alone else "示例商贸有限公司",
        identity_type="resident_id" if alone else "credit_code",
        identity=RESIDENT_ID if alone else CREDIT_CODE,
        contact_person="" if alone else "李四",
    )
    assert Case.objects.get().applicant.kind == kind


def test_ones_own_record_can_be_corrected(citizen: Citizen) -> None:
    draft = draft_of(
        citizen.begin(
            "own-record",
            what="企业登记档案里的出生日期",
            claim="1949年12月31日",
            description="见附件",
        )
    )
    assert citizen.page(draft, "how").status_code == 404
    for step in ("who", "contact"):
        assert citizen.send(draft, step).status_code == 302
    receipt_in(citizen.client.post(citizen.address(draft, "check"), follow=True))
    case = Case.objects.get()
    assert (case.kind, case.texts.get().claim) == ("record_correction", "1949年12月31日")


# --- what a step refuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "changes", "says"),
    [
        ("how", {"form_wanted": ""}, "请选择需要的形式"),
        ("how", {"way": "pigeon"}, "请选择获取信息的方式"),
        ("who", {"applicant_kind": ""}, "请选择申请人类别。"),
        ("who", {"name": " "}, "请填写申请人的姓名或者名称。"),
        ("who", {"identity": ""}, "请填写身份证明的号码。"),
        ("who", {"identity_type": ""}, "请选择证件种类。"),
        ("who", {"identity": "11010519491231002"}, "身份证号码应当是18位，现在是17位"),
        ("who", {"identity": "110105194912310021"}, "身份证号码的校验位不对"),
        ("who", {"identity": "110105199902300029"}, "出生日期（第7至14位）不对"),
        (
            "who",
            {"identity_type": "credit_code", "identity": "91350100M000100Y44"},
            "统一社会信用代码的校验位不对",
        ),
        ("contact", {"phone": "", "email": "", "address": ""}, "请至少填写一种联系方式"),
        ("contact", {"email": "不是邮箱"}, "电子邮箱写得不对"),
        ("contact", {"phone": "电话"}, "联系电话只能用数字"),
        ("contact", {"postcode": "12345"}, "邮政编码是 6 位数字"),
    ],
)
def test_a_step_says_in_words_what_is_wrong_and_keeps_it(
    citizen: Citizen, step: str, changes: dict[str, Any], says: str
) -> None:
    draft = draft_of(citizen.begin())
    if step == "contact":
        citizen.send(draft, "how")
    answer = citizen.send(draft, step, **changes)
    assert answer.status_code == 422
    assert any(says in one for one in errors_in(answer))
    body = answer.content.decode()
    assert "<title>有误：" in body
    name = next(iter(changes))
    if name in ("identity", "email", "postcode") and changes[name].strip():
        assert f'value="{changes[name]}"' in body
    assert not Case.objects.exists()
    # It was kept all the same: whoever comes back finds it.
    again = citizen.page(draft, step).content.decode()
    assert "有误" not in again


def test_the_first_step_refuses_a_blank_request(citizen: Citizen) -> None:
    answer = citizen.begin(what="   ")
    assert answer.status_code == 422
    assert errors_in(answer) == ["请写明需要的信息的名称，或者便于查找的特征。"]
    assert 'href="#f-what"' in answer.content.decode()


def test_a_text_too_long_is_given_back_whole(citizen: Citizen) -> None:
    long = "夜间经济" * 2000
    answer = citizen.begin(description=long)
    assert answer.status_code == 422
    assert "最多 5000 个字，现在有 8000 个字" in errors_in(answer)[0]
    assert long in answer.content.decode()


@pytest.mark.parametrize(
    ("way", "blank", "says"),
    [("post", "address", "选择了邮寄，请填写通信地址。"), ("email", "email", "请填写电子邮箱。")],
)
def test_the_way_wanted_decides_what_must_be_told(
    citizen: Citizen, way: str, blank: str, says: str
) -> None:
    draft = draft_of(citizen.begin())
    citizen.send(draft, "how", way=way)
    answer = citizen.send(draft, "contact", **{blank: ""})
    assert answer.status_code == 422
    assert says in errors_in(answer)[0]


def test_an_incomplete_form_cannot_be_sent_and_says_where(citizen: Citizen) -> None:
    draft = draft_of(citizen.begin())
    page = citizen.page(draft, "check")
    assert "请填写申请人的姓名或者名称。" in trouble_in(page)
    assert f'href="{citizen.address(draft, "who")}?to=check#f-name"' in page.content.decode()
    assert "提交申请</button>" not in page.content.decode()
    answer = citizen.client.post(citizen.address(draft, "check"))
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_going_back_keeps_what_was_typed_right_or_wrong(citizen: Citizen) -> None:
    draft = draft_of(citizen.begin())
    answer = citizen.send(draft, "how", way="", form_words="要电子表格", go="back")
    assert answer["Location"] == citizen.address(draft, "what")
    assert 'value="要电子表格"' in citizen.page(draft, "how").content.decode()


def test_a_change_from_the_check_page_leads_back_to_it(citizen: Citizen) -> None:
    draft = citizen.filled()
    page = citizen.client.get(citizen.address(draft, "who") + "?to=check")
    assert "保存，回到核对" in page.content.decode()
    answer = citizen.send(draft, "who", go="check", name="王大明")
    assert answer["Location"] == citizen.address(draft, "check")
    assert "王大明" in citizen.page(draft, "check").content.decode()


def test_a_right_identity_number_is_not_shown_again(citizen: Citizen) -> None:
    draft = citizen.filled()
    for step in ("who", "check"):
        page = citizen.page(draft, step).content.decode()
        assert RESIDENT_ID not in page
        assert "110…002X" in page
    # Left blank it stays; another kind of document asks for its number.
    assert citizen.send(draft, "who", identity="").status_code == 302
    answer = citizen.send(draft, "who", identity="", identity_type="passport")
    assert errors_in(answer) == ["请填写身份证明的号码。"]


def test_what_is_typed_is_shown_as_text(citizen: Citizen) -> None:
    nasty = "<script>alert(1)</script>\"'><svg/onload=x>"
    draft = citizen.filled(what=nasty, name=nasty)
    for step in ("what", "who", "check"):
        assert "<script>alert" not in citizen.page(draft, step).content.decode()
        assert "<svg/onload" not in citizen.page(draft, step).content.decode()


# --- once ---------------------------------------------------------------------------------------


def test_sent_twice_is_one_case_and_one_receipt(citizen: Citizen) -> None:
    draft = citizen.filled()
    check = citizen.address(draft, "check")
    page = citizen.client.get(check)
    first = receipt_in(citizen.client.post(check, {"carried": carried(page)}, follow=True))
    again = receipt_in(citizen.client.post(check, {"carried": carried(page)}, follow=True))
    assert first == again
    # The page goes back and sends once more, a day after its form was cleared away.
    Draft.objects.all().delete()
    late = receipt_in(citizen.client.post(check, {"carried": carried(page)}, follow=True))
    assert late == first
    assert Case.objects.count() == Submission.objects.count() == 1


def test_a_change_after_sending_is_told_not_taken(citizen: Citizen) -> None:
    draft = citizen.filled()
    page = citizen.page(draft, "check")
    citizen.client.post(citizen.address(draft, "check"))
    held = drafts.carried(carried(page), citizen.client.cookies["gongkai_form"].value)
    assert held is not None
    Draft.objects.all().delete()
    changed = held.having(values=held.values | {"what": "完全不同的信息"})
    sealed = drafts.carry(changed, citizen.client.cookies["gongkai_form"].value)
    answer = citizen.client.post(citizen.address(draft, "check"), {"carried": sealed}, follow=True)
    assert "后来的改动没有收下" in answer.content.decode()
    assert Case.objects.get().title == ANSWERS["what"]["what"]


def test_steps_of_a_form_that_was_sent_lead_to_its_receipt(citizen: Citizen) -> None:
    draft = citizen.filled()
    citizen.client.post(citizen.address(draft, "check"))
    for step in ("what", "who", "check"):
        assert citizen.page(draft, step)["Location"] == reverse("portal:receipt", args=[draft])
    answer = citizen.send(draft, "what", what="另一件事")
    assert answer["Location"] == reverse("portal:receipt", args=[draft])


def test_the_first_page_sent_twice_begins_one_form(citizen: Citizen) -> None:
    address = reverse("portal:new", args=[citizen.agency_id])
    page = citizen.client.get(address)
    data = ANSWERS["what"] | {"carried": carried(page)}
    assert draft_of(citizen.client.post(address, data)) == draft_of(
        citizen.client.post(address, data)
    )
    assert Draft.objects.count() == 1
    # Once that form is sent, the same page begins another.
    draft = Draft.objects.get().pk
    for step in ("how", "who", "contact"):
        citizen.send(draft, step)
    citizen.client.post(citizen.address(draft, "check"))
    assert draft_of(citizen.client.post(address, data)) != draft


# --- nothing is lost ----------------------------------------------------------------------------


def test_a_form_left_open_overnight_goes_on(
    citizen: Citizen, clock: time_machine.Coordinates
) -> None:
    draft = citizen.filled()
    page = citizen.page(draft, "contact")
    clock.shift(timedelta(hours=30))
    drafts.sweep()
    assert not Draft.objects.exists()
    assert citizen.page(draft, "contact").status_code == 404
    answer = citizen.send(draft, "contact", carried=carried(page))
    assert answer["Location"] == citizen.address(draft, "files")
    assert ANSWERS["what"]["what"] in citizen.page(draft, "check").content.decode()


def test_a_form_that_cannot_be_opened_any_more_gives_its_text_back(citizen: Citizen) -> None:
    answer = citizen.send("0123456789abcdef", "what")
    assert answer.status_code == 404
    assert ANSWERS["what"]["what"] in answer.content.decode()


def test_a_database_that_cannot_write_loses_nothing(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = draft_of(citizen.begin())
    citizen.send(draft, "how")
    monkeypatch.setattr(Draft, "save", down)
    answer = citizen.send(draft, "who")
    assert answer.status_code == 503
    body = answer.content.decode()
    assert "系统暂时不能保存" in trouble_in(answer)
    assert 'value="王小明"' in body
    # What could not be kept stays in sight, the number too.
    assert f'value="{RESIDENT_ID}"' in body
    monkeypatch.undo()
    assert citizen.send(draft, "who", carried=carried(answer)).status_code == 302


def test_a_database_that_is_really_read_only(citizen: Citizen) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own switch; PostgreSQL refuses in the same words to Django")

    def read_only(on: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA query_only={int(on)}")

    draft = citizen.filled()
    read_only(True)
    try:
        begun = Citizen(citizen.agency_id).begin()
        step = citizen.send(draft, "how", form_words="要电子表格")
        sent = citizen.client.post(citizen.address(draft, "check"))
        tracked = citizen.track("2026-00001", "AAAA-BBBB-CCCC")
        guide = citizen.client.get(reverse("portal:agency", args=[citizen.agency_id]))
    finally:
        read_only(False)
    statuses = [one.status_code for one in (begun, step, sent, tracked, guide)]
    assert statuses == [503, 503, 503, 503, 200]
    assert ANSWERS["what"]["what"] in begun.content.decode()
    assert "要电子表格" in step.content.decode()
    for words in (ANSWERS["what"]["what"], "王小明", "评审的打分表"):
        assert words in sent.content.decode()
    receipt_in(citizen.client.post(citizen.address(draft, "check"), follow=True))
    assert Case.objects.count() == 1


def test_the_first_step_survives_a_database_that_cannot_write(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "admit", down)
    answer = citizen.begin()
    assert answer.status_code == 503
    assert ANSWERS["what"]["what"] in answer.content.decode()
    monkeypatch.undo()
    data = ANSWERS["what"] | {"carried": carried(answer)}
    assert draft_of(citizen.client.post(answer.request["PATH_INFO"], data))


def test_a_database_that_cannot_be_read_either_goes_by_the_page_itself(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = citizen.filled()
    page = citizen.page(draft, "check")
    monkeypatch.setattr(drafts, "opened", down)
    assert citizen.page(draft, "check").status_code == 503
    monkeypatch.setattr(apply.service, "submit", down)
    answer = citizen.client.post(citizen.address(draft, "check"), {"carried": carried(page)})
    assert answer.status_code == 503
    assert "申请没有提交成功" in trouble_in(answer)
    assert ANSWERS["what"]["what"] in answer.content.decode()


@pytest.mark.parametrize("error", ["database is locked", "database or disk is full"])
def test_a_submission_that_could_not_be_kept_is_told_and_can_be_sent_again(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    from gongkai_site.info_requests.service import receive

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError(error)

    draft = citizen.filled()
    monkeypatch.setattr(receive, "add_text", fail)
    answer = citizen.client.post(citizen.address(draft, "check"))
    assert answer.status_code == 503
    assert "申请没有提交成功" in trouble_in(answer)
    for words in (ANSWERS["what"]["what"], "王小明", "评审的打分表"):
        assert words in answer.content.decode()
    assert not Case.objects.exists()
    monkeypatch.undo()
    data = {"carried": carried(answer)}
    number, _ = receipt_in(citizen.client.post(citizen.address(draft, "check"), data, follow=True))
    assert number == "2026-00001"


def test_a_case_that_was_kept_is_receipted_whatever_fails_afterwards(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = citizen.filled()
    monkeypatch.setattr(drafts, "keep_receipt", down)
    answer = citizen.client.post(citizen.address(draft, "check"))
    assert answer.status_code == 200
    number, _ = receipt_in(answer)
    assert Case.objects.get().number == number


def test_autosave_begins_and_keeps_a_form(citizen: Citizen) -> None:
    answer = citizen.begin(go="autosave", what="还没写完")
    address = answer.json()["form"]
    assert re.fullmatch(r"/request/forms/[0-9a-f]{16}/what/", address)
    answer = citizen.client.post(address, {"what": "还没写完的", "go": "autosave"})
    assert answer.json()["form"] == address
    assert "还没写完的" in citizen.client.get(address).content.decode()


# --- whose it is --------------------------------------------------------------------------------


def test_another_browser_opens_nothing(citizen: Citizen) -> None:
    draft = citizen.filled()
    sealed = carried(citizen.page(draft, "check"))
    other = Citizen(citizen.agency_id)
    other.begin()
    for step in ("what", "who", "check"):
        assert other.page(draft, step).status_code == 404
        answer = other.client.post(other.address(draft, step), {"carried": sealed})
        assert answer.status_code == 404
        assert "王小明" not in answer.content.decode()
    other.client.post(reverse("portal:discard", args=[draft]))
    assert citizen.page(draft, "check").status_code == 200


def test_what_is_typed_lies_sealed_in_the_database(citizen: Citizen) -> None:
    draft = citizen.filled()
    row = Draft.objects.get(pk=draft)
    secret = citizen.client.cookies["gongkai_form"].value
    for words in ("王小明".encode(), RESIDENT_ID.encode(), "分配方案".encode()):
        assert words not in bytes(row.sealed)
    assert secret not in row.secret
    cookie = citizen.client.cookies["gongkai_form"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/request/")


def test_a_form_can_be_cleared_away(citizen: Citizen) -> None:
    draft = citizen.filled()
    answer = citizen.client.post(reverse("portal:discard", args=[draft]))
    assert "已经清除" in answer.content.decode()
    assert citizen.page(draft, "check").status_code == 404
    assert citizen.client.cookies["gongkai_form"].value == ""


def test_a_form_is_gone_a_day_after_its_last_change(
    citizen: Citizen, clock: time_machine.Coordinates
) -> None:
    draft = citizen.filled()
    clock.shift(timedelta(hours=23))
    assert citizen.send(draft, "how").status_code == 302
    clock.shift(timedelta(hours=23))
    assert citizen.page(draft, "how").status_code == 200
    clock.shift(timedelta(hours=2))
    assert citizen.page(draft, "how").status_code == 404
    assert drafts.sweep() == 1
    assert not Draft.objects.exists()


def test_without_the_forms_own_token_nothing_is_taken(bureau: Bureau) -> None:
    strict = Citizen(bureau.agency.pk, enforce_csrf_checks=True)
    answer = strict.begin()
    assert answer.status_code == 403
    assert "请允许本站使用 Cookie" in answer.content.decode()
    assert ANSWERS["what"]["what"] in answer.content.decode()
    assert not Draft.objects.exists()


# --- against programs ---------------------------------------------------------------------------


def test_a_program_that_fills_in_everything_is_stopped(citizen: Citizen) -> None:
    answer = citizen.begin(nickname="buy now")
    assert answer.status_code == 400
    assert "看起来像是程序填写的" in trouble_in(answer)
    assert ANSWERS["what"]["what"] in answer.content.decode()
    assert not Draft.objects.exists()
    draft = citizen.filled()
    for step in ("who", "files", "check"):
        answer = citizen.client.post(citizen.address(draft, step), {"nickname": "x"})
        assert answer.status_code == 400
    assert not Case.objects.exists()


def _limit(monkeypatch: pytest.MonkeyPatch, **most: int) -> None:
    from gongkai_site.portal import clients
    from gongkai_site.portal.house import house

    limits = dict(house()) | {"per_hour": dict(house()["per_hour"]) | most}
    monkeypatch.setattr(clients, "house", lambda: limits)


def test_one_network_may_send_so_many_in_an_hour(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Coordinates
) -> None:
    _limit(monkeypatch, submit=1)
    citizen.receipt()
    draft = citizen.filled()
    answer = citizen.client.post(citizen.address(draft, "check"))
    assert answer.status_code == 429
    assert "同一网络一小时内最多提交申请 1 次" in trouble_in(answer)
    assert "请在 10:00 以后再试" in trouble_in(answer)
    clock.shift(timedelta(hours=1))
    assert receipt_in(citizen.client.post(citizen.address(draft, "check"), follow=True))


def test_too_many_forms_are_refused_with_the_text_given_back(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit(monkeypatch, form=1)
    citizen.begin()
    answer = Citizen(citizen.agency_id).begin()
    assert answer.status_code == 429
    assert ANSWERS["what"]["what"] in answer.content.decode()
    assert not ClientWindow.objects.filter(client__contains="127.0.0.1").exists()


def test_a_client_is_told_apart_behind_our_own_proxies_only(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    _limit(monkeypatch, form=1)

    def begin(forwarded: str) -> int:
        return Citizen(bureau.agency.pk, headers={"x-forwarded-for": forwarded}).begin().status_code

    assert [begin("198.51.100.1"), begin("198.51.100.2")] == [302, 429]
    settings.TRUSTED_PROXIES = 1
    assert [begin("x, 198.51.100.1"), begin("198.51.100.2"), begin("y, 198.51.100.1")] == [
        302,
        302,
        429,
    ]


def test_a_body_that_ended_takes_no_more(citizen: Citizen, bureau: Bureau) -> None:
    draft = citizen.filled()
    bureau.agency.valid_until = "2026-03-01"
    bureau.agency.save()
    answer = citizen.page(draft, "check")
    assert answer.status_code == 404
    assert "已经撤销、合并" in answer.content.decode()

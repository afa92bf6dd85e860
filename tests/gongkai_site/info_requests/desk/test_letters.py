"""Letters on the desk: outcome, facts, gaps, legal's view, the signature, the number, the wording."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import html
from tests.gongkai_site.info_requests.desk.conftest import Desk, words
from tests.gongkai_site.info_requests.desk.forms import fields_of, send
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, Bureau

from gongkai.papers import template
from gongkai_site.agencies.roles import Role
from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Case, Letter, TemplateVersion

pytestmark = pytest.mark.django_db

OFFICER, LEGAL, HEAD = Role.CASE_OFFICER, Role.LEGAL, Role.DISCLOSURE_HEAD
BASE = "/staff/requests/"


def _draft(bureau: Bureau) -> Letter:
    return bureau.letter(bureau.case(), "N6", REPLY_FACTS["N6"], grounds=["16.2"])


def _faults(page: Any) -> list[str]:
    tree = html.fromstring(page.content.decode())
    return [
        "".join(one.itertext()).strip() for one in tree.xpath("//li[contains(@class,'finding')]")
    ]


def test_only_outcomes_the_law_allows_are_offered(desk: Desk) -> None:
    case = desk.bureau.case()
    page = desk.sits(OFFICER).get(f"{BASE}{case.pk}/outcomes/")
    tree = html.fromstring(page.content.decode())
    offered = [
        href.split("/")[-2] for href in tree.xpath("//ul[contains(@class,'cards')]//a/@href")
    ]
    assert {"G1", "G2", "P1", "N6", "U1"} <= set(offered)
    # A third party was not asked, and O1 is no reply.
    assert "N4" not in offered
    assert "没有书面征求第三方意见（条例第三十二条）" in words(page)
    assert not tree.xpath("//a[contains(@href,'/letters/new/O1/')]")


def test_a_reply_is_looked_at_before_it_is_drafted(desk: Desk) -> None:
    case = desk.bureau.case()
    client = desk.sits(OFFICER)
    path = f"{BASE}{case.pk}/letters/new/U1/"
    look = send(client, path, look="1", search_scope="档案室")
    assert look.status_code == 200
    assert "经检索档案室" in words(look)
    assert any("缺少“检索方式”" in one for one in _faults(look))
    assert Letter.objects.count() == 0
    case.refresh_from_db()
    assert case.version == 1
    made = client.post(path, fields_of(look) | {"search_method": "关键词检索"})
    letter = Letter.objects.get()
    assert made["Location"] == f"{BASE}letters/{letter.pk}/"
    assert "要素齐全" in words(client.get(made["Location"]))


def test_a_draft_with_gaps_is_drawn_up_again_with_what_was_typed_before(desk: Desk) -> None:
    bureau = desk.bureau
    case = bureau.case()
    letter = bureau.letter(case, "U1", {"search_scope": "档案室电子档案"})
    client = desk.sits(OFFICER)
    page = client.get(f"{BASE}letters/{letter.pk}/")
    assert "补填内容，重新起草" in words(page)
    again = f"{BASE}{case.pk}/letters/new/U1/?again={letter.pk}"
    held = fields_of(client.get(again))
    assert held["search_scope"] == "档案室电子档案"
    answer = client.post(again, held | {"search_method": "关键词检索"})
    assert answer.status_code == 302, words(answer)
    letter.refresh_from_db()
    assert letter.state == "discarded"
    assert Letter.objects.get(state="draft").facts["search_method"] == "关键词检索"


def test_a_partial_refusal_takes_its_grounds_from_the_parts_withheld(desk: Desk) -> None:
    case = desk.bureau.case()
    client = desk.sits(OFFICER)
    path = f"{BASE}{case.pk}/letters/new/P1/"
    first = send(client, path, more="1", supplied="《方案》第一部分")
    assert first.status_code == 200
    held = fields_of(first)
    assert "row5-ground" in held  # three more lines, what was typed kept
    assert held["supplied"] == "《方案》第一部分"
    rows = {
        "row0-part": "讨论记录",
        "row0-ground": "N6",
        "row0-reason": "属于讨论记录",
        "row1-part": "值班安排",
        "row1-ground": "N5",
        "row1-reason": "属于内部管理",
        "supplied_form": "电子文档",
    }
    answer = client.post(path, held | rows)
    assert answer.status_code == 302, words(answer)
    letter = Letter.objects.get()
    assert letter.event_data["event"]["grounds"] == ["16.2", "16.1"]
    assert "第十六条第一款" in words(client.get(answer["Location"]))


def test_legal_objects_the_officer_rewrites_legal_agrees_the_head_signs(desk: Desk) -> None:
    letter = _draft(desk.bureau)
    path = f"{BASE}letters/{letter.pk}/"
    legal, officer, head = (desk.sits(one) for one in (LEGAL, OFFICER, HEAD))
    assert "这种文书要先经法制审核" in words(head.get(path))
    refused = send(legal, path, target=f"letters/{letter.pk}/review", agreed="no")
    assert "不同意的，请写明意见" in words(refused)
    said = {"agreed": "no", "words": "理由要写得具体"}
    assert send(legal, path, target=f"letters/{letter.pk}/review", **said).status_code == 302
    mine = words(officer.get(f"{BASE}queue/mine/"))
    assert "法制审核不同意" in mine
    text = fields_of(officer.get(path), f"letters/{letter.pk}/edit")["text"]
    better = text.replace("该信息是讨论过程中的记录", "该信息是三次讨论会的记录，尚未定论")
    edited = send(officer, path, target=f"letters/{letter.pk}/edit", text=better)
    assert edited.status_code == 302
    agreed = send(legal, path, target=f"letters/{letter.pk}/review", agreed="yes")
    assert agreed.status_code == 302
    assert letter.title in words(head.get(f"{BASE}queue/sign/"))
    assert send(head, path, target=f"letters/{letter.pk}/approve").status_code == 302
    issued = send(officer, path, target=f"letters/{letter.pk}/issue")
    assert issued.status_code == 302
    assert "示商公复〔2026〕1号" in words(officer.get(path))
    assert officer.get(f"{path}file.pdf").content.startswith(b"%PDF")
    assert Case.objects.get(pk=letter.case_id).state == "replied"
    assert f"{letter.case.number}" in words(officer.get(f"{BASE}queue/serve/"))


def test_two_people_on_one_letter_the_second_is_told(desk: Desk) -> None:
    bureau = desk.bureau
    letter = _draft(bureau)
    path, edit = f"{BASE}letters/{letter.pk}/", f"letters/{letter.pk}/edit"
    client = desk.sits(OFFICER)
    held = fields_of(client.get(path), edit)
    service.edit_letter(
        bureau.officer, letter.pk, service.paper_of(letter).paragraphs, title="新标题"
    )
    answer = client.post(BASE + edit, held | {"text": held["text"] + "\n我加的一段。"})
    assert answer.status_code == 409
    assert "已经把这份文书改成第2稿" in words(answer)
    assert "我加的一段。" in fields_of(answer, edit)["text"]


def test_the_head_signs_only_with_a_fresh_code_and_never_alone(desk: Desk) -> None:
    bureau = desk.bureau
    letter = _draft(bureau)
    service.legal_review(bureau.legal, letter.pk, agreed=True, now=bureau.clock())
    head, secret = desk.signs_in(HEAD)
    path = f"{BASE}letters/{letter.pk}/approve"
    desk.clock.shift(6 * 60)
    answer = head.post(path, {"expected": "1"})
    assert answer["Location"].startswith("/staff/confirm/")
    letter.refresh_from_db()
    assert letter.state == "reviewed"
    head.post(answer["Location"], {"code": desk.code_of(secret)}, follow=True)
    letter.refresh_from_db()
    assert letter.state == "approved"


def test_an_extension_is_proposed_and_consented_to(desk: Desk) -> None:
    case = desk.bureau.case()
    officer, head = desk.sits(OFFICER), desk.sits(HEAD)
    send(officer, f"{BASE}{case.pk}/do/propose_extension/", days="10", reason="检索量大")
    letter = Letter.objects.get()
    path = f"{BASE}letters/{letter.pk}/"
    assert "同意延期并发出" in words(head.get(path))
    assert officer.post(f"{path}extend", {"expected": "1"}).status_code == 403
    assert send(head, path, target=f"letters/{letter.pk}/extend").status_code == 302
    case.refresh_from_db()
    assert case.due_on == date(2026, 4, 14)


def test_whoever_may_not_know_the_applicant_reads_the_letter_without_the_name(desk: Desk) -> None:
    letter = _draft(desk.bureau)
    path = f"{BASE}letters/{letter.pk}/"
    assert "王小明" in words(desk.sits(OFFICER).get(path))
    legal = desk.sits(LEGAL)
    page = legal.get(path)
    assert "王小明" not in page.content.decode()
    assert "×××" in words(page)
    import io

    import pdfplumber

    with pdfplumber.open(io.BytesIO(legal.get(f"{path}file.pdf").content)) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    assert "王小明" not in text
    assert "政府信息公开申请" in text.replace("\n", "")


def test_a_letter_of_another_body_is_not_there(desk: Desk) -> None:
    from tests.gongkai_site.info_requests.factories import make_bureau

    other = make_bureau("别商", "别处商务局")
    letter = _draft(other)
    client = desk.sits(OFFICER)
    assert client.get(f"{BASE}letters/{letter.pk}/").status_code == 404
    assert client.get(f"{BASE}{letter.case_id}/").status_code == 404
    assert client.post(f"{BASE}letters/{letter.pk}/discard", {"reason": "x"}).status_code == 404


def test_a_draft_is_set_aside(desk: Desk) -> None:
    letter = _draft(desk.bureau)
    client = desk.sits(OFFICER)
    path = f"letters/{letter.pk}/discard"
    assert client.post(BASE + path, {"reason": ""}).status_code == 422
    assert client.post(BASE + path, {"reason": "改为部分公开"}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == "discarded"
    assert "作废的稿（1）" in words(client.get(f"{BASE}{letter.case_id}/"))


# --- the wording ----------------------------------------------------------------------------------


def test_one_person_rewrites_a_template_and_another_has_it_used(desk: Desk) -> None:
    legal, head, officer = (desk.sits(one) for one in (LEGAL, HEAD, OFFICER))
    path = f"{BASE}wording/N6/"
    assert officer.get(path).status_code == 403
    text = template("N6", date(2026, 3, 2)).to_yaml()
    own = text.replace("特此答复。", "特此书面答复。")
    broken = legal.post(path, {"text": "kind: N6", "effective": "2026-03-02"})
    assert broken.status_code == 422
    look = legal.post(path, {"text": own, "effective": "2026-03-02", "look": "1"})
    assert "特此书面答复。" in words(look)
    assert TemplateVersion.objects.count() == 0
    assert legal.post(path, {"text": own, "effective": "2026-03-02"}).status_code == 302
    held = TemplateVersion.objects.get()
    assert legal.post(f"{BASE}wording/versions/{held.pk}/approve").status_code == 403
    assert head.post(f"{BASE}wording/versions/{held.pk}/approve").status_code == 302
    assert head.get(f"{BASE}wording/versions/{held.pk}/preview.pdf").content[:4] == b"%PDF"
    assert "本机关第1版" in words(head.get(f"{BASE}wording/"))
    letter = _draft(desk.bureau)
    assert "特此书面答复。" in "".join(service.paper_of(letter).paragraphs)
    assert head.post(f"{BASE}wording/versions/{held.pk}/retire").status_code == 302
    assert "已停用" in words(head.get(path))

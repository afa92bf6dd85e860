"""Letters: from the case to the sealed file, numbered without gap, changed by nobody afterwards."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gongkai_site.info_requests.factories import REPLY_FACTS, Bureau

from gongkai.errors import PaperError
from gongkai.papers import preview, template, templates
from gongkai_site.info_requests import queries, service, store
from gongkai_site.info_requests.errors import FourEyes, Impossible, NotAllowedNow
from gongkai_site.info_requests.letter_kinds import letter_kind, letter_kinds
from gongkai_site.info_requests.models import Case, Letter, LetterVersion
from gongkai_site.info_requests.papers_json import digest_of, from_json, to_json
from gongkai_site.info_requests.service.letters import facts_of

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


@given(st.sampled_from(list(templates())))
def test_a_paper_survives_being_kept(kind: str) -> None:
    paper = preview(template(kind, ON), ON)
    assert from_json(to_json(paper)) == paper
    assert digest_of(to_json(paper)) == digest_of(to_json(from_json(to_json(paper))))


def test_every_kind_has_a_name_a_place_and_a_permission() -> None:
    kinds = letter_kinds()
    assert {"correction_notice", "G1", "X4", "record_corrected"} <= set(kinds)
    assert kinds["N6"].name == "政府信息公开申请答复书（不予公开：属于四类过程性信息）"
    assert [key for key, one in kinds.items() if not one.series] == []
    with pytest.raises(Impossible):
        letter_kind("registration")


def test_the_case_file_fills_the_letter_in(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.letter(case, "G1", REPLY_FACTS["G1"])
    paper = service.paper_of(letter)
    assert paper.addressee == "王小明"
    assert paper.paragraphs[0] == (
        "本机关于2026年3月2日收到您提出的政府信息公开申请（申请编号：2026-00001）。"
        "您申请公开的内容为：“2025年夜间经济扶持资金分配方案"
    )
    assert "示例市人民政府" in "".join(paper.paragraphs)
    assert service.problems_of(letter) == []


def test_what_is_missing_shows_and_keeps_it_from_being_signed(bureau: Bureau) -> None:
    letter = bureau.letter(bureau.case(), "G1", {"supplied": ["《方案》"]})
    assert any("【待填：提供形式】" in text for text in service.paper_of(letter).paragraphs)
    with pytest.raises(PaperError, match="提供形式"):
        bureau.signed(letter)


def test_an_issued_letter_is_printed_once_and_kept_by_its_digest(bureau: Bureau) -> None:
    from pypdfium2 import PdfDocument

    letter = bureau.issued(bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"]))
    data = queries.letter_pdf(letter)
    assert hashlib.sha256(data).hexdigest() == letter.pdf
    text = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(data))
    assert "示商公复〔2026〕1号" in text
    assert "草稿" not in text
    assert store.path_of(letter.docx).read_bytes() == queries.letter_docx(letter)
    last = LetterVersion.objects.filter(letter=letter).latest("version")
    assert last.digest == digest_of(last.paper)
    assert last.paper["draft"] is False


def test_a_draft_says_that_it_is_one(bureau: Bureau) -> None:
    from docx import Document

    letter = bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"])
    assert queries.letter_pdf(letter).startswith(b"%PDF")
    assert Document(io.BytesIO(queries.letter_docx(letter))).paragraphs


def test_an_edit_takes_review_and_signature_back(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.signed(bureau.letter(case, "N6", REPLY_FACTS["N6"], grounds=["16.2"]))
    assert Case.objects.get(pk=case.pk).state == "signed"
    texts = [*service.paper_of(letter).paragraphs, "另告知：可以电话联系。"]
    letter = service.edit_letter(bureau.officer, letter.pk, texts, now=bureau.clock())
    assert (letter.state, letter.version, letter.approved_by, letter.review_result) == (
        "draft",
        2,
        None,
        "",
    )
    assert Case.objects.get(pk=case.pk).state == "drafted"
    with pytest.raises(Impossible, match="还没有签发"):
        service.issue_letter(bureau.officer, letter.pk, now=bureau.clock())


def test_a_signed_letter_that_lost_its_remedy_is_not_possible(bureau: Bureau) -> None:
    letter = bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"])
    texts = service.paper_of(letter).paragraphs[:-1]
    service.edit_letter(bureau.officer, letter.pk, texts, now=bureau.clock())
    with pytest.raises(PaperError, match="行政复议"):
        bureau.signed(letter)


def test_an_issued_letter_is_changed_by_nobody(bureau: Bureau) -> None:
    letter = bureau.issued(bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"]))
    for act in (
        lambda: service.edit_letter(bureau.officer, letter.pk, ["改"], now=bureau.clock()),
        lambda: service.discard_letter(bureau.officer, letter.pk, reason="x", now=bureau.clock()),
        lambda: service.approve_letter(bureau.head, letter.pk, now=bureau.clock()),
        lambda: service.issue_letter(bureau.officer, letter.pk, now=bureau.clock()),
    ):
        with pytest.raises(Impossible):
            act()


def test_one_reply_at_a_time(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.letter(case, "G1", REPLY_FACTS["G1"])
    with pytest.raises(Impossible, match="已经有一份答复书"):
        bureau.letter(case, "G2", REPLY_FACTS["G2"])
    service.discard_letter(bureau.officer, letter.pk, reason="结论改变", now=bureau.clock())
    bureau.letter(case, "G2", REPLY_FACTS["G2"])


def test_numbers_run_by_kind_and_year_and_a_failure_gives_its_own_back(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai_site.info_requests.service import issue

    first, second = (
        bureau.signed(bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"])) for _ in range(2)
    )
    with monkeypatch.context() as broken:
        broken.setattr(issue, "_print", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            service.issue_letter(bureau.officer, first.pk, now=bureau.clock())
    assert Case.objects.get(pk=first.case_id).state == "signed"
    assert service.issue_letter(bureau.officer, second.pk, now=bureau.clock()).serial == 1
    assert service.issue_letter(bureau.officer, first.pk, now=bureau.clock()).serial == 2
    notice = bureau.letter(bureau.case(), "receipt", {})
    assert service.issue_letter(bureau.window, notice.pk, now=bureau.clock()).number == (
        "示商公收〔2026〕1号"
    )


def test_a_late_reply_goes_out_flagged(bureau: Bureau) -> None:
    from gongkai_site.info_requests.errors import Irregular

    case = bureau.case()
    letter = bureau.signed(bureau.letter(case, "G1", REPLY_FACTS["G1"]))
    bureau.clock.go(25)
    with pytest.raises(Irregular, match="届满"):
        service.issue_letter(bureau.officer, letter.pk, now=bureau.clock())
    service.issue_letter(bureau.officer, letter.pk, as_happened=True, now=bureau.clock())
    assert Case.objects.get(pk=case.pk).irregular == 1


def test_a_refusal_without_ground_does_not_go_out_at_all(bureau: Bureau) -> None:
    letter = bureau.signed(bureau.letter(bureau.case(), "N6", REPLY_FACTS["N6"]))
    with pytest.raises(NotAllowedNow, match="没有写明依据"):
        service.issue_letter(bureau.officer, letter.pk, as_happened=True, now=bureau.clock())


def test_facts_come_back_as_they_were_given(bureau: Bureau) -> None:
    facts = {"supplied": ["《方案》"], "earlier_on": date(2026, 1, 20)}
    letter = bureau.letter(bureau.case(), "G1", facts)
    assert facts_of(Letter.objects.get(pk=letter.pk)) == facts


def test_a_notice_is_received_when_it_is_first_opened(bureau: Bureau) -> None:
    receipt = bureau.submitted()
    service.confirm(bureau.officer, receipt.case_id, now=bureau.clock())
    case = Case.objects.get(pk=receipt.case_id)
    facts = {"correction_items": ["名称"], "correction_guidance": "见目录", "correction_days": 10}
    letter = bureau.issued(bureau.letter(case, "correction_notice", facts))
    access = service.look_up(receipt.number, receipt.query_code, client="a", now=bureau.clock())
    bureau.clock.go(1)
    service.read_letter(access, letter.pk, now=bureau.clock())
    service.read_letter(access, letter.pk, now=bureau.clock())
    assert [one.on for one in case.events.filter(kind="delivered")] == [bureau.clock.day]


def test_a_reply_is_not_shown_before_it_is_served_nor_what_is_not_theirs(bureau: Bureau) -> None:
    from gongkai_site.info_requests.errors import UnknownCase

    receipt = bureau.submitted()
    service.confirm(bureau.officer, receipt.case_id, now=bureau.clock())
    case = Case.objects.get(pk=receipt.case_id)
    access = service.look_up(receipt.number, receipt.query_code, client="a", now=bureau.clock())
    consult = bureau.issued(
        bureau.letter(
            case,
            "third_party_consult",
            {"third_party": "某公司", "information": "金额", "consult_what": "是否同意"},
        )
    )
    service.record_opinion(
        bureau.officer, case.pk, of=consult.event, on=bureau.clock.day, answer="agrees",
        as_happened=True, now=bureau.clock(),
    )  # fmt: skip
    reply = bureau.issued(bureau.letter(case, "G1", REPLY_FACTS["G1"]))
    other = bureau.issued(bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"]))
    for letter in (consult, reply, other):
        with pytest.raises(UnknownCase):
            service.read_letter(access, letter.pk, now=bureau.clock())
    service.serve(bureau.officer, case.pk, method="online", now=bureau.clock())
    assert service.read_letter(access, reply.pk, now=bureau.clock()).pk == reply.pk


def test_a_body_words_its_letters_itself_with_four_eyes(bureau: Bureau) -> None:
    text = template("G2", ON).to_yaml().replace("特此答复。", "专此答复。")
    kept = service.save_template(
        bureau.legal, bureau.agency.pk, "G2", text, effective=ON, now=bureau.clock()
    )
    letter = bureau.letter(bureau.case(), "G2", REPLY_FACTS["G2"])
    assert "特此答复。" in service.paper_of(letter).paragraphs
    from dataclasses import replace

    with pytest.raises(FourEyes):
        service.approve_template(
            replace(bureau.head, user_id=bureau.legal.user_id), kept.pk, now=bureau.clock()
        )
    service.approve_template(bureau.head, kept.pk, now=bureau.clock())
    letter = bureau.letter(bureau.case(), "G2", REPLY_FACTS["G2"])
    assert "专此答复。" in service.paper_of(letter).paragraphs
    assert letter.template_id == kept.pk
    service.retire_template(bureau.head, kept.pk, now=bureau.clock())
    letter = bureau.letter(bureau.case(), "G2", REPLY_FACTS["G2"])
    assert "特此答复。" in service.paper_of(letter).paragraphs


def test_a_faulty_template_is_not_kept(bureau: Bureau) -> None:
    text = template("G2", ON).to_yaml().replace("获取途径", "获取图经")
    with pytest.raises(PaperError):
        service.save_template(
            bureau.legal, bureau.agency.pk, "G2", text, effective=ON, now=bureau.clock()
        )
    with pytest.raises(Impossible, match="这里应当是“G1”"):
        service.save_template(
            bureau.legal, bureau.agency.pk, "G1", template("G2", ON).to_yaml(), effective=ON,
            now=bureau.clock(),
        )  # fmt: skip


def test_a_delayed_reply_promises_the_date_the_law_gives(bureau: Bureau) -> None:
    case = bureau.case()
    facts = {
        "request_count": 60,
        "count_period": "2026年1月1日至3月2日",
        "explain_what": "集中提出申请的理由",
        "explain_by": date(2026, 3, 9),
    }
    bureau.issued(bureau.letter(case, "reason_request", facts))
    bureau.clock.go(2)
    service.judge_reasons(
        bureau.officer, case.pk, on=bureau.clock.day, reasonable=True, now=bureau.clock()
    )
    letter = bureau.issued(bureau.letter(case, "delay_notice", {"reason": "档案多"}, days=40))
    case = Case.objects.get(pk=case.pk)
    assert case.due_on is not None
    assert facts_of(letter)["delayed_until"] == case.due_on


def test_a_discarded_reply_leaves_the_case_as_it_was(bureau: Bureau) -> None:
    case = bureau.case()
    service.examine(bureau.officer, case.pk, now=bureau.clock())
    before = Case.objects.get(pk=case.pk)
    letter = bureau.letter(case, "N6", REPLY_FACTS["N6"], grounds=["16.2"])
    texts = [*service.paper_of(letter).paragraphs, "另告知：可以电话联系。"]
    service.edit_letter(bureau.officer, letter.pk, texts, now=bureau.clock())
    bureau.signed(letter)
    assert Case.objects.get(pk=case.pk).state == "signed"
    service.discard_letter(bureau.officer, letter.pk, reason="结论改变", now=bureau.clock())
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.stage, after.due_on) == (before.state, before.stage, before.due_on)
    assert case.events.filter(kind="voided").count() == 4


def test_a_signature_is_not_undone_beside_its_letter(bureau: Bureau) -> None:
    case = bureau.case()
    letter = bureau.signed(bureau.letter(case, "G1", REPLY_FACTS["G1"]))
    event = case.events.get(kind="signed").event_id
    with pytest.raises(NotAllowedNow, match="来自正在办理的文书"):
        service.void(bureau.officer, case.pk, event=event, reason="x", now=bureau.clock())
    service.issue_letter(bureau.officer, letter.pk, now=bureau.clock())
    reply = case.events.get(kind="replied").event_id
    service.void(bureau.officer, case.pk, event=reply, reason="发错了", now=bureau.clock())
    again = bureau.letter(case, "G2", REPLY_FACTS["G2"])
    assert bureau.issued(again).number == "示商公复〔2026〕2号"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_letter_is_dated_between_its_signature_and_today(bureau: Bureau, days: int) -> None:
    from datetime import timedelta

    letter = bureau.signed(bureau.letter(bureau.case(), "G1", REPLY_FACTS["G1"]))
    with pytest.raises(Impossible, match="成文日期"):
        service.issue_letter(
            bureau.officer, letter.pk, on=bureau.clock.day + timedelta(days), now=bureau.clock()
        )


def test_a_repeated_submission_shows_no_code_that_was_replaced(bureau: Bureau) -> None:
    from tests.gongkai_site.info_requests.factories import application

    from gongkai_site.agencies.service import PUBLIC

    key = service.new_key()
    first = service.submit(PUBLIC, bureau.agency.pk, application(), key=key, now=bureau.clock())
    service.new_query_code(bureau.window, first.case_id, now=bureau.clock())
    again = service.submit(PUBLIC, bureau.agency.pk, application(), key=key, now=bureau.clock())
    assert (again.number, again.query_code) == (first.number, "")

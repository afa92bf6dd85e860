"""Whole stories, from the first word to the archive, as an office lives them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai.casework import Kind
from gongkai_site.agencies.audit import verify
from gongkai_site.info_requests import queries, service
from gongkai_site.info_requests.intake import Asked
from gongkai_site.info_requests.models import Case, Consultation, Letter, Outbox, Seal

pytestmark = pytest.mark.django_db


def test_from_the_web_form_to_the_archive(bureau: Bureau) -> None:
    receipt = bureau.submitted()
    case = Case.objects.get(pk=receipt.case_id)
    assert receipt.number == "2026-00001"
    assert (case.state, case.received_on, case.due_on) == ("awaiting_confirmation", None, None)

    case = service.confirm(bureau.officer, case.pk, expected=1, now=bureau.clock())
    # 2 March 2026 is a Monday; the twentieth working day after it is Monday 30 March.
    assert (case.received_on, case.due_on) == (date(2026, 3, 2), date(2026, 3, 30))

    service.assign(bureau.officer, case.pk, assignee_id=bureau.officer.user_id, now=bureau.clock())
    bureau.clock.go(3)
    case = bureau.closed(case)
    letter = Letter.objects.get(case=case)
    assert letter.number == "示商公复〔2026〕1号"
    assert (case.state, case.outcome, case.row_2021) == ("served", "G1", "res_granted")
    assert case.closed_on == date(2026, 3, 5)
    case = service.archive(bureau.officer, case.pk, now=bureau.clock())
    assert case.state == "archived"
    assert Outbox.objects.filter(case=case, kind="served").count() == 1
    assert verify().sound


def test_a_correction_begins_the_period_anew(bureau: Bureau) -> None:
    case = bureau.corrected_asked(bureau.case())
    assert (case.state, case.due_on) == ("awaiting_correction", None)
    letter = Letter.objects.get(case=case)
    assert (letter.number, letter.event) == ("示商公补〔2026〕1号", "e00002")
    bureau.clock.go(4)
    code = service.new_query_code(bureau.window, case.pk, now=bureau.clock())
    access = service.look_up(case.number, code, client="a", now=bureau.clock())
    case = service.correct(access, Asked(name="2025年扶持资金分配表"), now=bureau.clock())
    # Friday 6 March; 20 working days later is Friday 3 April.
    assert case.due_on == date(2026, 4, 3)
    assert case.title == "2025年扶持资金分配表"
    assert [text.source for text in case.texts.all()] == ["original", "correction"]


def test_no_correction_in_time_ends_the_case_by_the_head_only(bureau: Bureau) -> None:
    case = bureau.corrected_asked(bureau.case(), days=5)
    from gongkai_site.info_requests.errors import NotAllowedNow

    bureau.clock.go(5)
    with pytest.raises(NotAllowedNow, match="才届满"):
        service.lapse(bureau.head, case.pk, of="correction", now=bureau.clock())
    bureau.clock.go(1)
    case = service.lapse(bureau.head, case.pk, of="correction", now=bureau.clock())
    assert (case.state, case.outcome, case.row_2021) == ("lapsed", "O1", "oth_no_correction")


def test_a_third_party_objects_and_the_part_is_withheld(bureau: Bureau) -> None:
    case = bureau.case()
    facts = {
        "third_party": "示例商贸有限公司",
        "information": "申报项目和金额",
        "consult_what": "是否同意公开",
    }
    letter = bureau.issued(bureau.letter(case, "third_party_consult", facts, contact="示例路9号"))
    asked = Consultation.objects.get(case=case)
    assert (asked.label, asked.letter_id) == ("第三方一", letter.pk)
    assert Seal.open(asked.party) == "示例商贸有限公司"
    case = Case.objects.get(pk=case.pk)
    assert case.state == "awaiting_third_party"
    # Not delivered yet: nothing says when the wait ends, so no date is told.
    assert case.due_on is None
    service.deliver(
        bureau.window, case.pk, of=letter.event, on=bureau.clock.go(1), now=bureau.clock()
    )
    service.record_opinion(
        bureau.officer,
        case.pk,
        of=letter.event,
        on=bureau.clock.go(2),
        answer="objects",
        reasonable=True,
        words="金额属于商业秘密",
        now=bureau.clock(),
    )
    case = Case.objects.get(pk=case.pk)
    # Three days left out: Tuesday 3 to Thursday 5 March.
    assert case.due_on == date(2026, 4, 2)
    assert Consultation.objects.get(case=case).opinion == "金额属于商业秘密"
    reply = bureau.letter(
        case,
        "P1",
        {
            "supplied": ["《分配方案》第一部分"],
            "supplied_form": "电子文档",
            "withheld": [
                {"part": "各企业金额", "ground": "N4", "reason": "属于商业秘密，第三方不同意公开"}
            ],
        },
        grounds=["15"],
    )
    bureau.issued(reply)
    case = service.serve(bureau.officer, case.pk, method="post", now=bureau.clock())
    assert (case.outcome, case.row_2021, case.irregular) == ("P1", "res_partial", 0)


def test_an_extension_needs_the_head_and_moves_the_date_once(bureau: Bureau) -> None:
    case = bureau.case()
    letter = service.propose_extension(
        bureau.officer, case.pk, days=10, reason="需要检索的档案多", now=bureau.clock()
    )
    assert Case.objects.get(pk=case.pk).due_on == date(2026, 3, 30)
    bureau.clock.go(1)
    letter = service.extend(bureau.head, letter.pk, now=bureau.clock())
    case = Case.objects.get(pk=case.pk)
    # 4–6 April is the Qingming holiday: the tenth working day after 30 March is 14 April.
    assert case.due_on == date(2026, 4, 14)
    assert letter.number == "示商公延〔2026〕1号"
    event = case.events.get(kind="extended")
    assert event.body["data"]["approved_by"] == f"u{bureau.head.user_id}"
    from gongkai_site.info_requests.errors import NotAllowedNow

    with pytest.raises(NotAllowedNow, match="只能延长一次"):
        service.propose_extension(
            bureau.officer, case.pk, days=5, reason="再延", now=bureau.clock()
        )


def test_a_fee_is_worked_out_noticed_paid_and_restarts_the_period(bureau: Bureau) -> None:
    case = bureau.case()
    facts = {
        "fee_scale": "按件计收",
        "fee_count": 12,
        "fee_month": "2026年3月",
        "payment_method": "到窗口缴纳",
        "payment_days": 20,
    }
    letter = bureau.issued(bureau.letter(case, "fee_notice", facts))
    event = Case.objects.get(pk=case.pk).events.get(kind="fee_noticed")
    # The twelfth request of the month costs 100 yuan by itself.
    assert event.body["data"]["amount"] == 100
    service.deliver(
        bureau.window, case.pk, of=letter.event, on=bureau.clock.day, now=bureau.clock()
    )
    bureau.clock.go(2)
    case = service.record_payment(bureau.window, case.pk, on=bureau.clock.day, now=bureau.clock())
    assert case.state == "handling"
    assert case.due_on is not None


def test_a_review_corrects_and_the_case_is_opened_again(bureau: Bureau) -> None:
    case = bureau.closed(bureau.case(), "N6", grounds=["16.2"])
    assert case.row_2021 == "ref_process_info"
    bureau.clock.go(10)
    service.record_dispute_opened(
        bureau.legal, case.pk, what="review", on=bureau.clock.day, now=bureau.clock()
    )
    bureau.clock.go(20)
    service.record_dispute_decided(
        bureau.legal, case.pk, what="review", result="corrected", on=bureau.clock.day,
        now=bureau.clock(),
    )  # fmt: skip
    assert queries.table4(bureau.agency.pk, 2026)["t4.review.corrected"] == 1
    case = service.reopen(
        bureau.head, case.pk, ordered_by="review", on=bureau.clock.day, now=bureau.clock()
    )
    assert (case.closed_on, case.outcome, case.row_2021) == (None, "", "")
    case = bureau.closed(case, "G1")
    assert (case.row_2021, case.counted_year) == ("res_granted", 2026)
    numbers = list(Letter.objects.filter(series="公复").values_list("number", flat=True))
    assert numbers == ["示商公复〔2026〕1号", "示商公复〔2026〕2号"]


def test_one_matter_one_request(bureau: Bureau) -> None:
    receipt = bureau.submitted(asked_name="预算和采购合同")
    service.confirm(bureau.officer, receipt.case_id, now=bureau.clock())
    parts = service.split(
        bureau.officer,
        receipt.case_id,
        first=Asked(name="2025年部门预算"),
        others=[Asked(name="2025年采购合同"), Asked(name="2025年采购公告")],
        now=bureau.clock(),
    )
    assert [part.number for part in parts] == ["2026-00002", "2026-00003"]
    case = Case.objects.get(pk=receipt.case_id)
    assert case.title == "2025年部门预算"
    for part in parts:
        part.refresh_from_db()
        assert (part.received_on, part.due_on) == (case.received_on, case.due_on)
        assert part.applicant_id == case.applicant_id
    access = service.look_up(receipt.number, receipt.query_code, client="a", now=bureau.clock())
    assert access.part("2026-00003").case_id == parts[1].pk
    merged = service.merge(bureau.officer, parts[1].pk, case.pk, now=bureau.clock())
    assert (merged.state, merged.merged_into_id) == ("merged", case.pk)


def test_a_mistake_is_undone_and_stays_on_the_file(bureau: Bureau) -> None:
    case = bureau.corrected_asked(bureau.case())
    bureau.clock.go(1)
    service.record_corrected(
        bureau.officer, case.pk, Asked(name="写错的补正"), on=bureau.clock.day, now=bureau.clock()
    )
    case = Case.objects.get(pk=case.pk)
    event = case.events.get(kind="corrected").event_id
    case = service.void(
        bureau.officer, case.pk, event=event, reason="登记到别的申请上了", now=bureau.clock()
    )
    assert (case.state, case.title) == ("awaiting_correction", "2025年夜间经济扶持资金分配方案")
    assert [text.source for text in case.texts.all()] == ["original", "correction", "undone"]
    lines = queries.timeline(case, queries.folded_of(case))
    undone = next(line for line in lines if line.kind is Kind.CORRECTED)
    assert undone.undone
    assert lines[-1].details[-1] == ("理由", "登记到别的申请上了")


def test_the_record_about_oneself_is_corrected(bureau: Bureau) -> None:
    case = bureau.case(kind="record_correction", claim="有效期至2028年")
    assert (case.due_on, case.row_2021) == (None, "")
    facts = {"verified_result": "与原始档案不一致", "corrected_to": "有效期更正为2028年"}
    letter = bureau.issued(bureau.letter(case, "record_corrected", facts))
    case = Case.objects.get(pk=case.pk)
    assert letter.number == "示商公更〔2026〕1号"
    assert (case.state, case.row_2021, case.counted_year) == ("amended", "", None)
    assert queries.table3(bureau.agency.pk, 2026)["t3.new_received.total"] == 0

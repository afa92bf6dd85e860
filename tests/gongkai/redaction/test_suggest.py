"""Numbers, addresses and names are proposed where they stand, and nothing else is."""

from __future__ import annotations

import pytest
from tests.gongkai.redaction.made import CARD, IDENTITY, PHONE, texts, typeset

from gongkai.redaction import redact, suggest
from gongkai.redaction.checksums import is_bank_card, is_identity_number, is_old_identity_number


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.text, one.sure) for one in suggest(typeset(text))]


def test_the_check_character_of_an_identity_number() -> None:
    assert is_identity_number("11010519491231002X")  # the example in GB 11643
    assert is_identity_number("11010519491231002x")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("11010519491331002X")
    assert not is_identity_number("１１０１０５１９４９１２３１００２X")
    assert is_old_identity_number("110105491231002")
    assert not is_old_identity_number("110105491331002")


def test_the_check_digit_of_a_card() -> None:
    assert is_bank_card("4539578763621486")  # 4539 5787 6362 1486
    assert is_bank_card(CARD)
    assert not is_bank_card("4539578763621487")
    assert not is_bank_card("0000000000000000")


@pytest.mark.parametrize(
    ("text", "kind", "held", "sure"),
    [
        (f"卡号{CARD}。", "bank_card", CARD, True),
        (f"证号{IDENTITY}。", "identity_number", IDENTITY, True),
        ("证号110105 19491231 002X。", "identity_number", "110105 19491231 002X", True),
        ("证号110105194912310021。", "identity_number", "110105194912310021", False),
        ("证号110105491231002。", "identity_number", "110105491231002", False),
        ("卡号4539 5787 6362 1486。", "bank_card", "4539 5787 6362 1486", False),
        (f"手机{PHONE}。", "mobile", PHONE, True),
        ("手机138-0013-8000。", "mobile", "138-0013-8000", True),
        ("手机１３８００１３８０００。", "mobile", "13800138000", True),
        ("邮箱zhang.san@example.com。", "email", "zhang.san@example.com", True),
        ("电话020-81234567。", "landline", "020-81234567", False),
        (
            "住址：广州市越秀区府前路12号3栋501房，",
            "address",
            "广州市越秀区府前路12号3栋501房",
            False,
        ),
        ("申请人：张三丰，", "name", "张三丰", False),
        ("姓名：欧阳询，男", "name", "欧阳询", False),
    ],
)
def test_what_is_proposed(text: str, kind: str, held: str, sure: bool) -> None:
    assert [one for one in found(text) if one[0] == kind] == [(kind, held, sure)]


@pytest.mark.parametrize(
    "text",
    [
        "国办公开办函〔2021〕30号，2024年3月15日，共 476.32 万元。",
        "统一社会信用代码 91440101MA5CXXXX1X，编号 20240315001234。",
        "本年新收政府信息公开申请数量 3119 件。",
        "订单 138001380001，流水 1380013800。",
        "请依照《条例》第三十六条第三项办理。",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_number_broken_over_two_lines_has_two_boxes() -> None:
    original = typeset(f"证号{IDENTITY[:10]}\n{IDENTITY[10:]}，以上属实。")
    (one,) = suggest(original)
    assert (one.kind, one.text, one.sure, len(one.boxes)) == ("identity_number", IDENTITY, True, 2)
    made = redact(original, one.boxes)
    assert all("以上属实" in text and IDENTITY[:10] not in text for text in texts(made.data))
    assert not any(IDENTITY[10:] in text for text in texts(made.data))


def test_a_proposal_can_be_carried_out_as_it_is() -> None:
    original = typeset(f"申请人：张三丰，手机{PHONE}，卡号{CARD}，证号{IDENTITY}。")
    boxes = [box for one in suggest(original) for box in one.boxes]
    assert all(box.ground == "N4" for box in boxes)
    made = redact(original, boxes)
    for text in texts(made.data):
        assert not any(held in text for held in ("张三丰", PHONE, IDENTITY))
        assert "申请人：" in text and "，手机" in text and "，证号" in text


def test_nothing_personal_shows_in_a_log() -> None:
    (one,) = suggest(typeset(f"手机{PHONE}。"))
    assert PHONE not in repr(one) and one.name == "手机号码"

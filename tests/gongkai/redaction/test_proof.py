"""The proof fails for everything that only looks redacted."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from tests.gongkai.redaction.made import (
    IDENTITY,
    NAME,
    PHONE,
    handmade,
    over,
    picture,
    revision,
    saved,
    typeset,
)

from gongkai.redaction import Box, Proof, prove, redact
from gongkai.redaction.needles import pairs
from gongkai.redaction.proof import _more

LETTER = f"申请人：{NAME}，电话 {PHONE}。\n身份证号 {IDENTITY}。"
ORIGINAL = typeset(LETTER, "第二页。")
BOX = over(ORIGINAL, NAME)
GOOD = redact(ORIGINAL, [BOX]).data


def kinds(proof: Proof) -> set[str]:
    return {leak.kind for leak in proof.leaks}


def changed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(BytesIO(GOOD)) as document:
        change(document)
        return saved(document)


def test_what_redact_makes_passes() -> None:
    proof = prove(ORIGINAL, GOOD, [BOX])
    assert proof.passed and len(proof.checks) == 4


def test_a_black_box_drawn_over_the_text_is_no_redaction() -> None:
    with pikepdf.open(BytesIO(ORIGINAL)) as document:
        page = document.pages[0]
        black = f"0 g {BOX.x0} {300 - BOX.y1} {BOX.x1 - BOX.x0} {BOX.y1 - BOX.y0} re f"
        page.contents_add(black.encode(), prepend=False)
        proof = prove(ORIGINAL, saved(document), [BOX])
    assert {"structure", "text"} <= kinds(proof)


def test_the_original_itself() -> None:
    assert {"structure", "text"} <= kinds(prove(ORIGINAL, ORIGINAL, [BOX]))


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("structure", lambda pdf: pdf.docinfo.__setitem__("/Title", NAME)),
        ("structure", lambda pdf: pdf.attachments.__setitem__("a", NAME.encode())),
        ("structure", lambda pdf: pdf.Root.__setitem__("/Lang", pikepdf.String("zh"))),
        ("structure", lambda pdf: pdf.pages[1].obj.__setitem__("/Annots", pikepdf.Array())),
        (
            "bytes",
            lambda pdf: pdf.pages[1].contents_add(f"% {NAME}\n".encode(), prepend=True),
        ),
        (
            "bytes",
            lambda pdf: pdf.pages[1].contents_add(
                f"({NAME}) pop\n".encode("utf-16-be").hex().encode(), prepend=True
            ),
        ),
        (
            "bytes",
            lambda pdf: pdf.pages[1].obj.__setitem__(
                "/X", pikepdf.String(b"\xfe\xff" + NAME.encode("utf-16-be"))
            ),
        ),
        (
            "bytes",
            lambda pdf: pdf.pages[1].obj.__setitem__(
                "/X", pikepdf.String(NAME.encode("gbk", "ignore") or NAME.encode("gb18030"))
            ),
        ),
        (
            "text",
            lambda pdf: pdf.pages[0].contents_add(
                b"BT 3 Tr /F0 12 Tf 20 20 Td <000100020003> Tj ET", prepend=False
            ),
        ),
    ],
)
def test_a_string_put_back(where: str, change: Callable[[pikepdf.Pdf], None]) -> None:
    if where == "text":
        # The first three signs of the layer once more: "申请人" now stands there twice.
        box = over(ORIGINAL, "申请人")
        with pikepdf.open(BytesIO(redact(ORIGINAL, [BOX]).data)) as document:
            change(document)
            proof = prove(ORIGINAL, saved(document), [box])
        assert "text" in kinds(proof)
        return
    assert where in kinds(prove(ORIGINAL, changed(change), [BOX]))


def test_an_object_nobody_refers_to_is_found() -> None:
    hidden = revision(
        GOOD, {900: f"<< /Length 9 >>\nstream\n{NAME.encode('utf-8').hex()}\nendstream"}
    )
    assert {"bytes", "structure"} <= kinds(prove(ORIGINAL, hidden, [BOX]))


def test_a_box_that_is_not_black_is_found() -> None:
    other = Box(1, BOX.x0, 150, BOX.x1, 180, "N4")
    assert "pixels" in kinds(prove(ORIGINAL, GOOD, [BOX, other]))


def test_another_ground_in_the_box_is_found() -> None:
    wide = Box(1, 20, 150, 380, 200, "N4")
    made = redact(ORIGINAL, [wide]).data
    other = Box(1, 20, 150, 380, 200, "N1")
    assert prove(ORIGINAL, made, [wide]).passed
    assert "pixels" in kinds(prove(ORIGINAL, made, [other]))


def test_a_missing_page_is_found() -> None:
    assert kinds(prove(ORIGINAL, changed(lambda pdf: pdf.pages.__delitem__(1)), [BOX])) == {
        "structure"
    }


def test_what_cannot_be_opened_is_no_proof() -> None:
    assert not prove(ORIGINAL, GOOD[: len(GOOD) // 3], [BOX]).passed
    assert not prove(ORIGINAL, b"%PDF-1.7 nothing", [BOX]).passed


def test_a_drawing_over_the_box_is_found() -> None:
    def draw(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(b"1 g 0 0 300 300 re f", prepend=False)

    assert "structure" in kinds(prove(ORIGINAL, changed(draw), [BOX]))


def test_no_message_repeats_what_was_removed() -> None:
    for bad in (ORIGINAL, changed(lambda pdf: pdf.docinfo.__setitem__("/Title", NAME))):
        said = "".join(leak.message for leak in prove(ORIGINAL, bad, [BOX]).leaks)
        assert said and not set(NAME) & set(said)


def test_a_fragment_is_found_and_a_lawful_copy_is_not() -> None:
    # "44" stands once under the box and once beside it; a second one beside it is a fragment.
    original = handmade(["BT /F1 12 Tf 50 150 Td (4411) Tj 0 -50 Td (x44) Tj ET"])
    box = over(original, "4411")
    made = redact(original, [box])
    assert made.proof.passed
    with pikepdf.open(BytesIO(made.data)) as document:
        page = document.pages[0]
        page.contents_add(b"BT 3 Tr /F0 12 Tf 20 20 Td [<0002><0002>] TJ ET", prepend=False)
        assert "text" in kinds(prove(original, saved(document), [box]))


def test_a_picture_with_its_photo_data_or_a_grey_box() -> None:
    out = BytesIO()
    picture("张三").save(out, "PNG")
    original, box = out.getvalue(), Box(1, 40, 40, 200, 120, "N4")
    made = redact(original, [box]).data
    assert prove(original, made, [box]).passed
    assert kinds(prove(original, original, [box])) == {"pixels"}
    assert kinds(prove(original, made + b"secret", [box])) == {"structure"}


def test_a_word_broken_at_the_end_of_a_line_is_no_leak() -> None:
    """A program that joins the halves finds "published" once more than it stood there."""
    rows = ["first published", "and not a word pub-", "lished here", "nor (pub-", "lished) there"]
    drawn = " ".join(f"({row}) Tj 0 -15 Td" for row in rows).replace("(pub", "\\(pub")
    original = handmade([f"BT /F1 12 Tf 50 150 Td {drawn.replace('hed) t', 'hed\\) t')} ET"])
    assert redact(original, [over(original, "published")]).proof.passed


def test_signs_in_another_order_are_no_leak_and_a_sign_more_is() -> None:
    wanted = pairs(["31", "1380"])
    assert not _more("a31b80", "a13b80", wanted, ["31"])
    assert _more("a13b8031", "a13b80", wanted, ["31"])
    assert _more("1380", "8013", wanted, ["1380"])

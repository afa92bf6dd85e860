"""What is refused, with a sentence that says what to do."""

from __future__ import annotations

import sys
import zlib
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.gongkai.redaction.made import handmade, picture, revision, saved, typeset

from gongkai.errors import GongkaiError, RedactionError
from gongkai.redaction import Box, UnsafeResult, limits, pages, redact, suggest

PLAIN = typeset("甲乙丙")


def refused(data: bytes, boxes: list[Box] | None = None) -> RedactionError:
    with pytest.raises(RedactionError) as caught:
        redact(data, boxes or [])
    assert str(caught.value).endswith("。") and isinstance(caught.value, GongkaiError)
    return caught.value


@pytest.mark.parametrize(
    ("user", "owner"), [("open", "owner"), ("", "owner")], ids=["password", "restrictions"]
)
def test_encrypted(user: str, owner: str) -> None:
    with pikepdf.open(BytesIO(PLAIN)) as document:
        data = saved(document, encryption=pikepdf.Encryption(user=user, owner=owner))
    assert refused(data).code == "encrypted"
    for verb in (pages, suggest):
        with pytest.raises(RedactionError, match="取消加密"):
            verb(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unsupported"),
        (b"hello", "unsupported"),
        (b"GIF89a", "unsupported"),
        (b"<html><body>%PD</body></html>", "unsupported"),
        (b"PK\x03\x04", "unsupported"),
        (b"%PDF-1.7\n", "damaged"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
    ],
)
def test_no_document(data: bytes, code: str) -> None:
    found = refused(data)
    assert found.code == (code if data else "empty")


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.redaction.pdfium.MAX_PAGES", 3)
    assert "4 页，超过上限 3 页" in str(refused(handmade(["BT ET"] * 4)))


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    assert refused(PLAIN).code == "too_large"


def bomb(times: int) -> bytes:
    packed = zlib.compress(b"\0" * (64 * 1024 * 1024), 9)
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    filters = "/FlateDecode " * times
    return revision(
        handmade(["BT ET"]),
        {
            11: f"<< /Length {len(packed)} /Filter [{filters}] >>\nstream\n"
            + packed.decode("latin-1")
            + "\nendstream"
        },
    )


@pytest.mark.parametrize("times", [1, 2])
def test_a_bomb(times: int) -> None:
    assert refused(bomb(times)).code == "bomb"


def test_a_picture_in_a_pdf_that_unpacks_to_too_much() -> None:
    data = handmade(
        ["q 9 0 0 9 0 0 cm /X Do Q"],
        page="/Resources << /XObject << /X 100 0 R >> >>",
        more={
            100: "<< /Type /XObject /Subtype /Image /Width 40000 /Height 40000 /BitsPerComponent 1 "
            "/ColorSpace /DeviceGray /Length 1 >>\nstream\n0\nendstream"
        },
    )
    assert refused(data).code == "bomb"


def test_a_page_too_large_for_pixels() -> None:
    with pikepdf.open(BytesIO(PLAIN)) as document:
        document.pages[0].obj.MediaBox = [0, 0, 14400, 14400]
        data = saved(document)
    assert refused(data, [Box(1, 0, 0, 9, 9, "N4")]).code == "page_size"


def test_a_large_page_becomes_coarser() -> None:
    with pikepdf.open(BytesIO(PLAIN)) as document:
        document.pages[0].obj.MediaBox = [0, 0, 3370, 2384]  # A0
        data = saved(document)
    assert redact(data, [Box(1, 0, 0, 90, 90, "N4")]).proof.passed


def test_a_picture_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.redaction.picture.MAX_PIXELS", 1000)
    out = BytesIO()
    Image.new("L", (100, 100)).save(out, "PNG")
    assert refused(out.getvalue()).code == "page_size"


def test_a_damaged_picture() -> None:
    out = BytesIO()
    picture("张三").save(out, "PNG")
    assert refused(out.getvalue()[:600]).code == "damaged"


@pytest.mark.parametrize(
    ("box", "said"),
    [
        (Box(1, 10, 10, 50, 50, "X1"), "没有写明不予公开的理由"),
        (Box(1, 10, 10, 50, 50, "U1"), "没有写明不予公开的理由"),
        (Box(2, 10, 10, 50, 50, "N4"), "画在第 2 页，文件只有 1 页"),
        (Box(0, 10, 10, 50, 50, "N4"), "画在第 0 页"),
        (Box(1, 10, 10, 10.1, 50, "N4"), "没有遮住任何地方"),
        (Box(1, 500, 500, 600, 600, "N4"), "没有遮住任何地方"),
        (Box(1, float("nan"), 0, 5, 5, "N4"), "不是数字"),
        (Box(1, 0, 0, float("inf"), 5, "N4"), "不是数字"),
        (Box(1, 0, 0, 5, 5, "N4", unit="mm"), "单位"),  # type: ignore[arg-type]
    ],
)
def test_a_box_at_fault(box: Box, said: str) -> None:
    found = refused(PLAIN, [Box(1, 1, 1, 9, 9, "N4"), box])
    assert found.code == "box" and "第 2 个框" in str(found) and said in str(found)


def test_too_many_boxes() -> None:
    assert refused(PLAIN, [Box(1, 1, 1, 9, 9, "N4")] * 5001).code == "too_many"


def test_a_result_that_fails_its_proof_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["gongkai.redaction.redact"]
    monkeypatch.setattr(module, "burn", lambda picture, *_: picture)
    with pytest.raises(UnsafeResult, match="不能交付") as caught:
        redact(PLAIN, [Box(1, 20, 20, 90, 90, "N4")])
    assert caught.value.code == "leak"
    assert {leak.kind for leak in caught.value.proof.leaks} == {"pixels"}


def test_a_small_preview_of_a_large_page() -> None:
    assert Image.open(BytesIO(pages(PLAIN, dpi=20)[0].preview)).size == (112, 84)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=6)), min_size=1))
def test_a_damaged_file_is_redacted_or_refused(changes: list[tuple[float, bytes]]) -> None:
    data = bytearray(DAMAGED)
    for place, put in changes:
        at = int(place * len(data))
        data[at : at + len(put)] = put
    try:
        made = redact(bytes(data), [Box(1, 20, 20, 120, 60, "N4")])
    except RedactionError as error:
        assert str(error).endswith("。")
    else:
        assert made.proof.passed


with pikepdf.open(BytesIO(typeset("甲乙丙", "第二页"))) as _document:
    DAMAGED = saved(_document, compress_streams=False)

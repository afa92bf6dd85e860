"""Pictures of pages: recognised where the extra is installed, refused with the way out where not."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from gongkai.errors import Unreadable
from gongkai.reading.containers import ocr, open_document
from gongkai.reading.document import Document, GridBlock

needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the ocr extra is not installed")


@pytest.fixture(scope="module")
def page(make_pdf: Callable[[str], bytes]) -> bytes:
    """A small table on paper scanned a little askew, one cell blank."""
    import pypdfium2
    from PIL import Image

    cells = ", ".join(
        f"[{text}]" for text in ("信息内容", "件数", "规章", "74", "文件", "", "合计", "4185")
    )
    pdf = make_pdf(
        f'#set page(paper: "a5", margin: 2cm)\n二、主动公开\n#table(columns: (4cm, 3cm), {cells})'
    )
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=2.5).to_pil().convert("RGB")
    saved = io.BytesIO()
    picture.rotate(1.2, resample=Image.Resampling.BICUBIC, fillcolor="white").save(saved, "PNG")
    return saved.getvalue()


@needs_ocr
def test_a_picture_of_a_table_is_read_with_confidence(
    page: bytes, grids: Callable[[Document], list[dict[tuple[int, int], str]]]
) -> None:
    document = open_document(page)
    assert document.container == "image"
    assert "对照原件核对" in document.notes[0]
    (grid,) = grids(document)
    assert grid == {
        (0, 0): "信息内容",
        (0, 1): "件数",
        (1, 0): "规章",
        (1, 1): "74",
        (2, 0): "文件",
        (2, 1): "",
        (3, 0): "合计",
        (3, 1): "4185",
    }
    block = next(block for block in document.blocks if isinstance(block, GridBlock))
    assert all(0.5 < cell.confidence <= 1 for cell in block.cells)


@needs_ocr
def test_ink_that_cannot_be_read_is_not_blank(monkeypatch: pytest.MonkeyPatch, page: bytes) -> None:
    read = ocr._glyphs
    monkeypatch.setattr(ocr, "_glyphs", lambda *given: [g for g in read(*given) if g.text != "74"])
    monkeypatch.setattr(ocr, "_alone", lambda crop: ("", 0.0))
    document = open_document(page)
    block = next(block for block in document.blocks if isinstance(block, GridBlock))
    cell = next(cell for cell in block.cells if (cell.row, cell.column) == (1, 1))
    assert (document.text[cell.start : cell.end], cell.confidence) == ("\ufffd", 0.0)


@needs_ocr
def test_two_readings_that_differ_are_doubtful(
    monkeypatch: pytest.MonkeyPatch, page: bytes
) -> None:
    monkeypatch.setattr(ocr, "_alone", lambda crop: ("71", 0.99))
    document = open_document(page)
    block = next(block for block in document.blocks if isinstance(block, GridBlock))
    found = {document.text[c.start : c.end]: c.confidence for c in block.cells}
    assert found["74"] == ocr.DISAGREE


@needs_ocr
def test_a_cat_says_nothing(photograph: bytes) -> None:
    with pytest.raises(Unreadable, match="没有认出文字") as caught:
        open_document(photograph)
    assert caught.value.code == "no_text"


def test_without_the_extra_the_way_out_is_named(
    photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(Unreadable, match="pip install") as caught:
        open_document(photograph)
    assert caught.value.code == "needs_ocr"


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    from PIL import Image

    for side in (9_000, 20_000):  # beyond our bound, and beyond Pillow's own
        saved = io.BytesIO()
        Image.new("1", (side, side)).save(saved, "PNG")
        with pytest.raises(Unreadable, match="像素超过上限（60 百万）") as caught:
            open_document(saved.getvalue())
        assert caught.value.code == "too_large"


def test_a_damaged_picture_is_said_to_be(photograph: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        open_document(b"\x89PNG\r\n\x1a\n" + photograph[:200])
    assert caught.value.code == "damaged"

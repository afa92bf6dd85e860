"""A PDF into a Document: its paragraphs across pages, its ruled tables page by page.

Text and rules come from pdfium, cells from pdfplumber's table finder. A table that runs over a
page's end is given as one grid per page, rows cut by the break as they stand; a sheet that
carries two pages side by side is read left, then right. A page that is a picture goes to text
recognition where that is installed.
"""

from __future__ import annotations

from typing import Any

from gongkai.errors import Unreadable
from gongkai.reading.containers import ocr
from gongkai.reading.containers.layout import Glyph, Rule, find_grids, halves, lines_of
from gongkai.reading.containers.limits import MAX_PAGES, MAX_SCANNED_PAGES
from gongkai.reading.containers.paragraphs import Paragraphs, is_page_number
from gongkai.reading.containers.pdf_page import read_page
from gongkai.reading.document import Document, DocumentBuilder

__all__ = ["read_pdf"]

_PASSWORD = 4  # pdfium's error number
_PICTURE = 0.7  # of the page: a scan
_NOTEWORTHY = 0.15  # of the page: a picture that may say something


def read_pdf(data: bytes) -> Document:
    """Read the bytes of a PDF.

    Raises:
        Unreadable: `encrypted`, `damaged`, `too_long`, `needs_ocr` (a scan, and recognition is
            not installed) or `no_text`.
    """
    import pypdfium2

    document = _open(data)
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise Unreadable(
                "too_long",
                f"PDF 有 {count} 页，超过上限 {MAX_PAGES} 页。请只保留年度报告所在的页后再试。",
            )
        reader = _Reader(document, whole=b"%%EOF" in data[-2048:])
        for number in range(1, count + 1):
            reader.page(number)
        return reader.finish()
    except pypdfium2.PdfiumError as error:
        raise _damaged() from error
    finally:
        document.close()


def _open(data: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise Unreadable(
                "encrypted", "PDF 设有打开密码，无法读取。请去掉密码后另存一份再试。"
            ) from error
        raise _damaged() from error


def _damaged() -> Unreadable:
    return Unreadable(
        "damaged",
        "PDF 已损坏或下载不完整，无法读取。请重新下载，或用 PDF 阅读器打开后另存一份再试。",
    )


_FIRST_ROW = "本年新收政府信息公开申请数量"
_Half = tuple[list[Glyph], list[Rule]]


def _reading_order(
    sheets: list[tuple[int, float, list[_Half]]],
) -> list[tuple[int, float, _Half]]:
    """Sheet by sheet; where left and right each carry a report, all of one, then the other.

    Two years printed beside each other would otherwise be read into one another.
    """
    sides = [
        "".join(g.text for _, _, made in sheets if len(made) == 2 for g in made[side][0])
        for side in (0, 1)
    ]
    if not all(_FIRST_ROW in "".join(text.split()) for text in sides):
        return [(number, height, half) for number, height, made in sheets for half in made]
    return [
        (number, height, made[side])
        for side in (0, 1)
        for number, height, made in sheets
        if side < len(made)
    ]


class _Reader:
    """Takes the pages one after another and keeps a paragraph open across their ends."""

    def __init__(self, document: Any, *, whole: bool) -> None:
        self._document = document
        self._whole = whole
        self._builder = DocumentBuilder("pdf")
        self._paragraphs = Paragraphs(self._builder)
        self._sheets: list[tuple[int, float, list[_Half]]] = []
        self._lost: list[int] = []  # pages that could not be opened
        self._pictures: list[int] = []  # pages that are pictures, unread
        self._illustrated: list[int] = []
        self._recognised: list[int] = []
        self._second_hand = False

    def page(self, number: int) -> None:
        import pypdfium2

        try:
            handle = self._document[number - 1]
            page = read_page(handle)
        except pypdfium2.PdfiumError:
            self._lost.append(number)
            return
        scanned = not page.legible or (page.picture >= _PICTURE and page.invisible)
        if scanned and (page.picture >= _NOTEWORTHY or page.glyphs):
            if ocr.available() and len(self._recognised) < MAX_SCANNED_PAGES:
                page = ocr.read_page(handle)
                self._recognised.append(number)
            elif page.legible:
                self._second_hand = True
            else:
                self._pictures.append(number)
        elif page.picture >= _NOTEWORTHY:
            self._illustrated.append(number)
        handle.close()
        sides = halves(page.glyphs, page.rules or page.shades, page.width, page.height)
        self._sheets.append((number, page.height, sides))

    def _write(self, number: int, height: float, half: _Half) -> None:
        glyphs, rules = half
        grids, rest = find_grids(glyphs, rules)
        lines = [line for line in lines_of(rest) if not is_page_number(line, height)]
        self._paragraphs.start_page(number, lines)
        self._paragraphs.flow(lines, grids)

    def _title(self) -> str:
        try:
            return str(self._document.get_metadata_value("Title")).strip("\x00 ")
        except UnicodeDecodeError:  # damaged, and not needed
            return ""

    def finish(self) -> Document:
        for number, height, half in _reading_order(self._sheets):
            self._write(number, height, half)
        self._paragraphs.end()
        notes = []
        if not self._whole:
            notes.append("PDF 的结尾缺失（可能没有下载完整），已尽量恢复，请核对内容是否齐全。")
        if self._recognised:
            notes.append(ocr.note(self._recognised))
        if self._second_hand:
            notes.append("这是扫描件，其文字层由他人识别得到，可能有错字，请对照原件核对数字。")
        for pages, said in (
            (self._lost, "已损坏，未能读取"),
            (
                self._pictures,
                f"是图片，其中的文字未识别（需安装 gongkai[ocr]，一次最多识别 {MAX_SCANNED_PAGES} 页）",
            ),
            (self._illustrated, "含有图片，图片中的文字未读取"),
        ):
            if pages:
                notes.append(f"第 {'、'.join(map(str, pages))} 页{said}。")
        document = self._builder.build(title=self._title(), notes=tuple(notes))
        if not document.text.strip():
            if self._lost:
                raise _damaged()
            if self._pictures:
                raise ocr.needed()
        return document

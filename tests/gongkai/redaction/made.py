"""Files for the tests of redaction: set with typst, written by hand, or drawn as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import noto_cjk_sans_otc
import pdfplumber
import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from gongkai.redaction import Box, Word, pages
from gongkai.typesetting import compile_pdf

NAME = "龘靐犇"  # signs that stand nowhere else
IDENTITY = "11010519491231002X"  # the example in GB 11643
PHONE = "13800138000"
CARD = "6222020200112233446"  # passes the check of bank cards


def typeset(*sheets: str, width: int = 400, height: int = 300) -> bytes:
    """A PDF with one page for each text, 12 points high."""
    source = (
        '#set document(title: "样张")\n#set text(font: "Noto Sans CJK SC", size: 12pt)\n'
        f"#set page(width: {width}pt, height: {height}pt, margin: 30pt)\n"
        "#let data = json(bytes(sys.inputs.data))\n"
        "#for (i, sheet) in data.sheets.enumerate() {\n"
        "  if i > 0 { pagebreak() }\n"
        '  for row in sheet.split("\\n") { block(text(row)) }\n}\n'
    )
    return compile_pdf(source.encode(), {"sheets": list(sheets)})


def handmade(
    contents: Sequence[str], *, page: str = "", catalog: str = "", more: Mapping[int, str] = {}
) -> bytes:
    """A PDF written out by hand: pages of 300 × 200 points in Helvetica, as `/F1`.

    Args:
        contents: the drawing commands of each page.
        page: more entries for every page.
        catalog: more entries of the catalogue.
        more: further objects, from number 100.
    """
    objects = {1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"}
    kids = []
    for number, content in enumerate(contents):
        leaf = 10 + 2 * number
        kids.append(f"{leaf} 0 R")
        objects[leaf] = (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {leaf + 1} 0 R {page} >>"
        )
        objects[leaf + 1] = stream(content)
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects[3] = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return revision(b"%PDF-1.7\n", {**objects, **more})


def stream(content: str, entries: str = "") -> str:
    """A stream object."""
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


def revision(before: bytes, objects: Mapping[int, str]) -> bytes:
    """`before`, with these objects added or put in place of older ones (incremental update)."""
    out = bytearray(before)
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    previous = before.rfind(b"startxref")
    prev = f"/Prev {int(before[previous + 9 :].split()[0])} " if previous >= 0 else ""
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += f"{number} 1\n{place:010} 00000 n \n".encode()
    out += f"trailer\n<< /Size 1000 /Root 1 0 R {prev}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def picture(text: str, size: tuple[int, int] = (800, 600), mode: str = "RGB") -> Image.Image:
    """A white picture with one line of text, 40 pixels high, at (50, 50)."""
    made = Image.new(mode, size, "white")
    font = ImageFont.truetype(noto_cjk_sans_otc.FONT_PATH, 40, index=2)
    ImageDraw.Draw(made).text((50, 50), text, fill="black", font=font)
    return made


def scan(text: str, *, kind: str = "JPEG", layer: str = "") -> bytes:
    """A PDF page of 400 × 300 points that is a picture, perhaps with unseen text over it."""
    out = BytesIO()
    picture(text).save(out, kind)
    with pikepdf.new() as document:
        held = pikepdf.Stream(document, out.getvalue())
        held.Type, held.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        held.Width, held.Height, held.BitsPerComponent = 800, 600, 8
        held.ColorSpace, held.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        content = f"q 400 0 0 300 0 0 cm /I Do Q BT 3 Tr /F1 20 Tf 25 255 Td ({layer}) Tj ET"
        document.pages.append(
            pikepdf.Page(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    MediaBox=[0, 0, 400, 300],
                    Resources=pikepdf.Dictionary(
                        {"/XObject": pikepdf.Dictionary(I=held), "/Font": {"/F1": font}}
                    ),
                    Contents=pikepdf.Stream(document, content.encode()),
                )
            )
        )
        return saved(document)


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    """The bytes of an open `pikepdf.Pdf`."""
    out = BytesIO()
    document.save(out, **options)
    return out.getvalue()


def words_of(data: bytes, page: int = 1) -> tuple[Word, ...]:
    """The words of a page, as the editor is given them."""
    return pages(data, only=[page])[0].words


def over(data: bytes, text: str, page: int = 1, ground: str = "N4", nth: int = 0) -> Box:
    """A box over the `nth` place where a text stands on a page: just around its ink."""
    words = words_of(data, page)
    spelled = "".join(word.text for word in words)
    at = -1
    for _ in range(nth + 1):
        at = spelled.index(text, at + 1)
    place, held = 0, []
    for word in words:
        for glyph in word.glyphs:
            if at <= place < at + len(text):
                held.append(glyph.ink)
            place += len(glyph.text)
    return Box(
        page,
        min(one.x0 for one in held),
        min(one.y0 for one in held),
        max(one.x1 for one in held),
        max(one.y1 for one in held),
        ground,
    )


def texts(data: bytes) -> list[str]:
    """The text of every page without spaces, first as pdfium reads it, then as pdfminer does."""
    found = []
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(len(document)):
            found.append("".join(document[number].get_textpage().get_text_range().split()))
    finally:
        document.close()
    with pdfplumber.open(BytesIO(data)) as again:
        for page in again.pages:
            found.append("".join("".join(one["text"] for one in page.chars).split()))
    return found


def look(data: bytes, page: int = 1, dpi: int = 72) -> Image.Image:
    """A page as it is seen, in RGB."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page - 1].render(scale=dpi / 72).to_pil().convert("RGB")
    finally:
        document.close()


def everything(data: bytes) -> bytes:
    """All bytes of a PDF, packed and unpacked, with every string in it."""
    parts = [data]
    with pikepdf.open(BytesIO(data)) as document:
        for held in document.objects:
            if isinstance(held, pikepdf.Stream):
                parts.append(held.read_raw_bytes())
                try:
                    parts.append(held.read_bytes())
                except pikepdf.PdfError:
                    pass
            parts.append(repr(held).encode())
    return b"\0".join(parts)

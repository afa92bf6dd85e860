"""Photos and scans of their own."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from tests.gongkai.redaction.made import picture

from gongkai.redaction import Box, pages, redact, suggest
from gongkai.redaction.jpeg import bare_jpeg, jpeg_segments

SECRET = b"Guangzhou 23.13N"
BOX = Box(1, 40, 40, 300, 120, "N4")


def jpeg(mode: str = "RGB", *, orientation: int = 1, progressive: bool = False) -> bytes:
    out = BytesIO()
    made = picture("身份证 张三").convert(mode)
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = orientation
    made.save(
        out, "JPEG", exif=exif, comment=SECRET, progressive=progressive, icc_profile=SECRET * 9
    )
    return out.getvalue()


def png(mode: str = "RGB") -> bytes:
    out = BytesIO()
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", SECRET.decode())
    note.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=False)
    picture("身份证 张三").convert(mode).save(
        out, "PNG", pnginfo=note, dpi=(300, 300), icc_profile=SECRET * 9
    )
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_photo(mode: str) -> None:
    data = jpeg(mode)
    assert SECRET in data
    made = redact(data, [BOX])
    assert made.media_type == "image/jpeg" and SECRET not in made.data
    held = Image.open(BytesIO(made.data))
    assert held.size == (800, 600) and not held.getexif() and not held.info.get("comment")
    assert max(held.convert("L").crop((42, 42, 60, 118)).getextrema()) < 40
    assert made.log[0].label == "保护第三方合法权益（条例第十五条）"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_a_drawing(mode: str) -> None:
    data = png("L" if mode == "I;16" else mode)
    if mode == "I;16":
        out = BytesIO()
        Image.open(BytesIO(data)).convert("I;16").point(lambda value: value * 257).save(out, "PNG")
        data = out.getvalue()
    made = redact(data, [BOX])
    held = Image.open(BytesIO(made.data))
    assert made.media_type == "image/png" and SECRET not in made.data
    assert held.info == {} and held.mode in ("RGB", "L")
    grey = held.convert("L")
    assert grey.crop((40, 40, 60, 120)).getextrema() == (0, 0)
    assert grey.getpixel((700, 500)) == 255


def test_what_transparency_hides_is_gone() -> None:
    made = picture("身份证 张三").convert("RGBA")
    made.putalpha(0)
    out = BytesIO()
    made.save(out, "PNG")
    held = Image.open(BytesIO(redact(out.getvalue(), [Box(1, 500, 500, 600, 600, "N4")]).data))
    assert held.crop((0, 0, 400, 400)).convert("L").getextrema() == (255, 255)


def test_a_photo_taken_sideways_is_measured_upright() -> None:
    data = jpeg(orientation=6)  # to be turned a quarter to the right
    (page,) = pages(data)
    assert (page.width, page.height, page.unit) == (600, 800, "px")
    assert Image.open(BytesIO(page.preview)).size == (600, 800)
    # The text at (50, 50) of the stored picture is seen at the upper right.
    made = redact(data, [Box(1, 480, 40, 560, 300, "N4")])
    held = Image.open(BytesIO(made.data))
    assert held.size == (600, 800)
    assert max(held.convert("L").crop((482, 42, 558, 100)).getextrema()) < 40


@pytest.mark.parametrize("progressive", [False, True])
def test_a_bare_jpeg_shows_the_same(progressive: bool) -> None:
    data = jpeg(progressive=progressive) + SECRET
    bare = bare_jpeg(data)
    assert SECRET not in bare and bare.endswith(b"\xff\xd9")
    assert {marker for marker, _ in jpeg_segments(bare) if marker >= 0xE0} <= {0xE0, 0xEE}
    one, other = (Image.open(BytesIO(held)).convert("RGB") for held in (data, bare))
    assert one.tobytes() == other.tobytes()


def test_boxes_by_fraction_and_over_the_edge() -> None:
    whole = Box(1, -1, -1, 2, 2, "N1", unit="fraction")
    made = redact(png(), [whole])
    held = Image.open(BytesIO(made.data)).convert("L")
    assert held.crop((0, 0, 800, 200)).getextrema() == (0, 0)
    assert made.log[0].share == 1.0 and "属于国家秘密" in made.log[0].label


def test_nothing_is_suggested_and_the_user_is_told() -> None:
    assert suggest(png()) == []
    (page,) = pages(png())
    assert page.notes == (
        "这一页是图像，没有能识别的文字，系统不能提示需要遮盖的地方，请逐行查看。",
    )


def test_a_picture_that_mentions_a_pdf_is_a_picture() -> None:
    out = BytesIO()
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "%PDF-1.7")
    picture("张三").save(out, "PNG", pnginfo=note)
    assert redact(out.getvalue(), [BOX]).media_type == "image/png"

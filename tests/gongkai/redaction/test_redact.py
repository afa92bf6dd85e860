"""What stands under a box is gone, and what stands outside is still there."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from tests.gongkai.redaction.made import (
    CARD,
    IDENTITY,
    NAME,
    PHONE,
    everything,
    handmade,
    look,
    over,
    picture,
    saved,
    scan,
    texts,
    typeset,
    words_of,
)

from gongkai.redaction import Box, grounds, pages, prove, redact

LETTER = f"申请人：{NAME}，电话 {PHONE}。\n身份证号 {IDENTITY}，住址不详。\n以上内容属实。"


def black(data: bytes, box: Box, page: int = 1) -> bool:
    """True if nothing but black and a label is to be seen under the box."""
    scale = 4
    held = look(data, page, 72 * scale)
    x0, y0, x1, y1 = (round(value * scale) for value in (box.x0, box.y0, box.x1, box.y1))
    inside = [held.getpixel((x, y)) for x in range(x0 + 2, x1 - 2) for y in range(y0 + 2, y1 - 2)]
    edges = [held.getpixel((x, y)) for x in (x0 + 2, x1 - 3) for y in range(y0 + 2, y1 - 2)]
    dark = sum(max(pixel) < 40 for pixel in inside)
    return all(max(pixel) < 40 for pixel in edges) and dark > 0.5 * len(inside)


def test_a_name_goes_and_the_rest_stays() -> None:
    original = typeset(LETTER)
    box = over(original, NAME)
    made = redact(original, [box])
    for text in texts(made.data):
        assert NAME not in text
        assert f"，电话{PHONE}。身份证号{IDENTITY}，住址不详。以上内容属实。" in text
    assert black(made.data, box)
    assert made.proof.passed and made.warnings == ()
    assert [(one.page, one.made, one.words) for one in made.pages] == [(1, "pixels", 3)]
    assert (made.log[0].ground, made.log[0].words, made.log[0].page) == ("N4", 3, 1)
    assert len(made.removed_text_digest) == 64


def test_half_a_number_takes_the_whole() -> None:
    original = typeset(LETTER)
    whole = over(original, IDENTITY)
    half = Box(1, whole.x0, whole.y0, (whole.x0 + whole.x1) / 2, whole.y1, "N4")
    made = redact(original, [half])
    assert not any(IDENTITY[-4:] in text or IDENTITY[:4] in text for text in texts(made.data))
    assert black(made.data, whole)


def test_half_a_chinese_character_takes_that_character_alone() -> None:
    original = typeset("甲乙丙丁戊己")
    second = over(original, "乙")
    box = Box(1, (second.x0 + second.x1) / 2, second.y0, second.x1, second.y1, "N4")
    made = redact(original, [box])
    assert all(text.replace("N4", "") == "甲丙丁戊己" for text in texts(made.data))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page(turn: int) -> None:
    """Its words may be read in another order, but all of them and only they are there."""
    with pikepdf.open(BytesIO(typeset(LETTER))) as document:
        document.pages[0].obj.Rotate = turn
        original = saved(document)
    size = pages(original)[0]
    assert (size.width > size.height) == (turn == 180)
    box = over(original, NAME)
    made = redact(original, [box])
    for before, after in zip(texts(original), texts(made.data), strict=True):
        kept = Counter(after.replace(made.log[0].label, ""))
        assert not Counter(before.replace(NAME, "")) - kept
        assert not kept - Counter(before.replace(NAME, ""))
    assert black(made.data, box)
    before, after = look(original), look(made.data)
    assert before.size == after.size


def test_a_page_drawn_sideways_and_turned_upright() -> None:
    with pikepdf.open(BytesIO(typeset(LETTER))) as document:
        page = document.pages[0]
        page.contents_coalesce()
        drawn = b"q 0 1 -1 0 300 0 cm " + page.obj.Contents.read_bytes() + b" Q"
        page.obj.Contents = pikepdf.Stream(document, drawn)
        page.obj.MediaBox, page.obj.Rotate = [0, 0, 300, 400], 90
        original = saved(document)
    box = over(original, IDENTITY)
    made = redact(original, [Box(1, box.x0 + 30, box.y0, box.x0 + 40, box.y1, "N4")])
    assert not any(IDENTITY[:4] in text or IDENTITY[-4:] in text for text in texts(made.data))
    assert all(NAME in text and "住址不详。以上内容属实。" in text for text in texts(made.data))
    assert look(made.data).size == (400, 300)


def test_a_cropped_page_is_measured_from_what_is_seen() -> None:
    with pikepdf.open(BytesIO(typeset(LETTER))) as document:
        document.pages[0].obj.MediaBox = [-50, -40, 450, 340]
        document.pages[0].obj.CropBox = [20, 180, 390, 290]
        original = saved(document)
    page = pages(original)[0]
    assert (page.width, page.height) == (370, 110)
    box = over(original, PHONE)
    made = redact(original, [box])
    assert not any(PHONE in text for text in texts(made.data))
    assert all(NAME in text for text in texts(made.data))
    assert black(made.data, box)
    again = pages(made.data)[0]
    assert (again.width, again.height) == (370, 110)


def test_what_was_cropped_away_does_not_come_along() -> None:
    with pikepdf.open(BytesIO(typeset(LETTER, "第二页\n第二行"))) as document:
        for page in document.pages:
            page.obj.CropBox = [0, 250, 400, 300]  # the first line alone
        original = saved(document)
    made = redact(original, [over(original, NAME)])
    assert not any(IDENTITY in text or "第二行" in text for text in texts(made.data))
    assert [one.made for one in made.pages] == ["pixels", "pixels"]
    assert made.pages[1].reason == "页面边界之外有文字"


def test_boxes_may_lie_on_one_another() -> None:
    original = typeset(LETTER)
    box = over(original, NAME)
    wider = Box(1, box.x0 - 3, box.y0 - 3, box.x1 + 3, box.y1 + 3, "N1")
    made = redact(original, [box, wider, box])
    assert not any(NAME in text for text in texts(made.data))
    assert [one.words for one in made.log] == [3, 4, 3]  # the colon too
    assert made.pages[0].words == 4


def test_a_box_may_be_given_in_fractions_and_from_any_corner() -> None:
    original = typeset(LETTER)
    box = over(original, NAME)
    turned = Box(1, box.x1 / 400, box.y1 / 300, box.x0 / 400, box.y0 / 300, "N4", unit="fraction")
    one, other = redact(original, [box]), redact(original, [turned])
    assert one.removed_text_digest == other.removed_text_digest
    assert one.data == other.data


@pytest.mark.parametrize(
    "hidden",
    [
        f"1 1 1 rg BT /F1 12 Tf 50 100 Td ({CARD}) Tj ET",  # white on white
        f"BT 3 Tr /F1 12 Tf 50 100 Td ({CARD}) Tj ET",  # drawn unseen
        f"BT /F1 12 Tf 50 100 Td ({CARD}) Tj ET 0 0 0 rg 40 90 200 40 re f",  # black over it
        f"BT /F1 12 Tf 50 100 Td ({CARD}) Tj ET 1 1 1 rg 40 90 200 40 re f",  # white over it
        f"q 0 0 10 10 re W n BT /F1 12 Tf 50 100 Td ({CARD}) Tj ET Q",  # cut off
    ],
)
def test_text_that_cannot_be_seen_is_left_behind(hidden: str) -> None:
    seen = "BT /F1 12 Tf 50 150 Td (seen) Tj ET "
    original = handmade([seen + hidden, seen + hidden])
    made = redact(original, [Box(1, 40, 80, 240, 120, "N4"), Box(1, 280, 180, 290, 190, "N4")])
    assert CARD.encode() not in everything(made.data)
    assert all("seen" in text and CARD not in text for text in texts(made.data))
    # On the second page nobody drew a box; nobody could see why to.
    assert made.pages[1].reason == "有看不见的文字" and made.pages[1].unseen == 1
    assert "第 2 页有看不见的文字" in made.warnings[-1]


SECRET = "Wang Ming 13800138000"
BESIDE = {
    "note": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        page=f"/Annots [<< /Type /Annot /Subtype /Text /Rect [5 5 20 20] /Contents ({SECRET}) >>]",
    ),
    "field": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        page="/Annots [100 0 R]",
        catalog="/AcroForm << /Fields [100 0 R] >>",
        more={
            100: "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) "
            f"/Rect [5 5 90 20] /V ({SECRET}) >>"
        },
    ),
    "attachment": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        catalog="/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.txt) "
        "/EF << /F 100 0 R >> >>] >> >>",
        more={100: f"<< /Type /EmbeddedFile /Length {len(SECRET)} >>\nstream\n{SECRET}\nendstream"},
    ),
    "outline": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        catalog="/Outlines 100 0 R",
        more={
            100: "<< /Type /Outlines /First 101 0 R /Last 101 0 R /Count 1 >>",
            101: f"<< /Title ({SECRET}) /Parent 100 0 R /Dest [10 0 R /Fit] >>",
        },
    ),
    "script": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        catalog=f"/OpenAction << /S /JavaScript /JS (app.alert\\('{SECRET}'\\)) >>",
    ),
    "metadata": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        page="/Metadata 100 0 R /PieceInfo << /X << /Private 100 0 R >> >> /Thumb 100 0 R",
        catalog="/Metadata 100 0 R",
        more={100: f"<< /Type /Metadata /Length {len(SECRET)} >>\nstream\n{SECRET}\nendstream"},
    ),
    "actual text": handmade(
        [f"/Span << /ActualText ({SECRET}) >> BDC BT /F1 12 Tf 50 150 Td (seen) Tj ET EMC"] * 2
    ),
    "comment": handmade([f"%{SECRET}\nBT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2),
    "tags": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        catalog=f"/MarkInfo << /Marked true >> /StructTreeRoot << /K << /S /P /Alt ({SECRET}) >> >>",
    ),
    "unused resource": handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET"] * 2,
        page="/Resources << /Font << /F1 3 0 R >> /XObject << /X 100 0 R >> >>",
        more={
            100: f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length {len(SECRET)} >>\n"
            f"stream\n{SECRET}\nendstream"
        },
    ),
    "layer": handmade(
        [
            "BT /F1 12 Tf 50 150 Td (seen) Tj ET "
            f"/OC /L BDC BT /F1 12 Tf 50 50 Td ({SECRET}) Tj ET EMC"
        ]
        * 2,
        page="/Resources << /Font << /F1 3 0 R >> /Properties << /L 100 0 R >> >>",
        catalog="/OCProperties << /OCGs [100 0 R] /D << /OFF [100 0 R] >> >>",
        more={100: "<< /Type /OCG /Name (L) >>"},
    ),
}


@pytest.mark.parametrize("place", BESIDE)
def test_what_lies_beside_the_page_is_left_behind(place: str) -> None:
    original = BESIDE[place]
    assert SECRET.split()[-1].encode() in everything(original)
    made = redact(original, [Box(1, 200, 20, 290, 60, "N4")])
    assert not any(part.encode() in everything(made.data) for part in SECRET.split())
    assert all("seen" in text for text in texts(made.data))
    assert made.pages[1].made == ("pixels" if place == "layer" else "copied")


def test_an_older_revision_is_left_behind() -> None:
    from tests.gongkai.redaction.made import revision, stream

    first = handmade([f"BT /F1 12 Tf 50 150 Td ({SECRET}) Tj ET", "BT /F1 9 Tf (b) Tj ET"])
    original = revision(first, {11: stream("BT /F1 12 Tf 50 150 Td (seen) Tj ET")})
    assert SECRET.encode() in original and texts(original)[0] == "seen"
    made = redact(original, [Box(1, 200, 20, 290, 60, "N4")])
    assert SECRET.encode() not in everything(made.data)
    assert made.data.count(b"%%EOF") == 1


def test_a_page_without_boxes_is_carried_over_and_not_made_pixels() -> None:
    # No sign of the first page alone is removed, so the font gives nothing away.
    original = typeset("甲乙丙，甲乙丙", "甲乙丙丁")
    made = redact(original, [over(original, "甲乙")])
    assert [one.made for one in made.pages] == ["pixels", "copied"]
    with pikepdf.open(BytesIO(made.data)) as document:
        assert "/XObject" not in document.pages[1].obj.Resources
    assert texts(made.data)[1] == "甲乙丙丁"
    before, after = look(original, 2), look(made.data, 2)
    assert before.tobytes() == after.tobytes()


def test_a_font_does_not_give_away_a_removed_sign() -> None:
    """The font of a file holds the signs of all its pages, also those that no page shows any more."""
    original = typeset(LETTER, "第二页，与此无关。")
    made = redact(original, [over(original, NAME)])
    assert made.pages[1].made == "pixels" and "字体" in made.pages[1].reason
    codes = [f"{ord(sign):04X}".encode() for sign in NAME]
    assert all(code in everything(original).upper() for code in codes)
    assert not any(code in everything(made.data).upper() for code in codes)


def test_every_page_may_be_made_pixels() -> None:
    original = typeset("甲乙丙，甲乙丙", "甲乙丙丁")
    made = redact(original, [over(original, "甲乙")], every_page=True)
    assert [one.made for one in made.pages] == ["pixels", "pixels"]
    assert texts(made.data)[1] == "甲乙丙丁"


def test_the_same_text_elsewhere_is_told_and_no_leak() -> None:
    original = typeset(LETTER, f"抄送：{NAME}。\n{NAME}收。", "无关。")
    made = redact(original, [over(original, NAME)])
    assert made.proof.passed
    assert [(one.box, one.page) for one in made.proof.elsewhere] == [(1, 2), (1, 2)]
    assert made.warnings == (
        "第 1 个框遮去的文字，在第 2 页别处还有（共 2 处），没有遮盖。如果那里也不应公开，请一并画框。",
    )
    place = made.proof.elsewhere[0].rect
    again = redact(
        original,
        [over(original, NAME), Box(2, *place, ground="N4"), over(original, NAME, 2, nth=1)],
    )
    assert again.warnings == ()


def test_a_part_of_a_longer_number_is_another_number() -> None:
    original = typeset("编号 4501 号，金额 34501 元，4501")
    made = redact(original, [over(original, "4501")])
    assert len(made.proof.elsewhere) == 1


def test_a_scan_with_and_without_recognised_text() -> None:
    for layer in ("", PHONE):
        original = scan(f"电话{PHONE}", layer=layer)
        box = Box(1, 60, 20, 300, 60, "N4")
        made = redact(original, [box])
        assert black(made.data, box)
        assert not any(PHONE in text for text in texts(made.data))
        assert b"JFIF" not in made.data


def test_recognised_text_of_a_scan_stays_searchable() -> None:
    original = scan("电话ABCDEF", layer="tel ABCDEF")
    made = redact(original, [Box(1, 300, 200, 350, 250, "N4")])
    assert all("telABCDEF" in text for text in texts(made.data))


def test_redacting_twice_changes_nothing() -> None:
    original = typeset(LETTER, "第二页。")
    boxes = [over(original, NAME), over(original, IDENTITY)]
    once = redact(original, boxes)
    twice = redact(once.data, boxes)
    assert texts(once.data) == texts(twice.data)
    assert look(once.data, dpi=200).tobytes() == look(twice.data, dpi=200).tobytes()
    assert twice.proof.passed and twice.warnings == ()
    assert redact(original, boxes).data == once.data


def test_a_box_says_its_ground() -> None:
    original = typeset(LETTER)
    line = over(original, "以上内容属实")
    large = Box(1, line.x0, line.y0 - 2, line.x0 + 300, line.y1 + 8, "N4")
    small = over(original, NAME)
    made = redact(original, [large, small])
    assert [one.label for one in made.log] == ["保护第三方合法权益（条例第十五条）", "N4"]
    assert "保护第三方合法权益" in texts(made.data)[0]


def test_the_grounds_are_those_of_the_law() -> None:
    assert list(grounds()) == [f"N{number}" for number in range(1, 9)]
    assert grounds()["N1"].name == "属于国家秘密"
    assert grounds()["N4"].article == "条例第十五条"


def test_the_digest_needs_the_original() -> None:
    one, other = typeset(LETTER), typeset(LETTER + "\n另一份。")
    first = redact(one, [over(one, PHONE)])
    second = redact(other, [over(other, PHONE)])
    assert first.removed_text_digest != second.removed_text_digest
    assert first.removed_text_digest == redact(one, [over(one, PHONE)]).removed_text_digest


def test_the_editor_is_told_what_it_must_know() -> None:
    with pikepdf.open(BytesIO(scan("图"))) as document:
        document.pages[0].obj.Annots = document.make_indirect(
            pikepdf.Array(
                [
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9]
                    )
                ]
            )
        )
        (page,) = pages(saved(document), dpi=72)
    assert [note[:6] for note in page.notes] == ["这一页是图像", "这一页有批注"]
    assert Image.open(BytesIO(page.preview)).size == (400, 300)
    words = words_of(typeset(LETTER))
    assert [word.text for word in words if word.line == 1][:5] == ["身", "份", "证", "号", IDENTITY]


def test_no_boxes_still_clean_the_file() -> None:
    made = redact(BESIDE["metadata"], [])
    assert SECRET.encode() not in everything(made.data)
    assert [one.made for one in made.pages] == ["copied", "copied"]
    assert prove(BESIDE["metadata"], made.data, []).passed


@pytest.mark.parametrize(
    ("content", "more", "page"),
    [
        (f"/Span << /Actual#54ext ({SECRET}) >> BDC {{}} EMC", {}, ""),
        (
            "/Span /P BDC {} EMC",
            {},
            f"/Resources << /Font << /F1 3 0 R >> /Properties << /P << /ActualText ({SECRET}) >> >> >>",
        ),
        (
            "/Span /P BDC {} EMC",
            {100: f"<< /ActualText ({SECRET}) >>"},
            "/Resources << /Font << /F1 3 0 R >> /Properties << /P 100 0 R >> >>",
        ),
    ],
)
def test_text_said_in_place_of_what_is_shown(content: str, more: dict[int, str], page: str) -> None:
    """Nobody sees it, so nobody draws a box over it; it must not become the text of the new page."""
    shown = content.format("BT /F1 12 Tf 50 150 Td (seen) Tj ET")
    original = handmade([shown], more=more, page=page)
    assert SECRET.replace(" ", "") in texts(original)[0]
    made = redact(original, [Box(1, 200, 20, 290, 60, "N4")])
    assert all(text.startswith("seen") for text in texts(made.data))
    assert SECRET.encode() not in everything(made.data)
    assert [word.text for word in words_of(original)] == ["seen"]


def photo_in_a_page(content: str, *, mask: bool = False, other: str = "") -> bytes:
    """Two pages of 300 × 200 points: text alone, and a photo with its place data as `/X`."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET
    picture("照片").save(out, "JPEG", exif=exif, comment=SECRET)
    data = out.getvalue()
    entries = "/Type /XObject /Subtype /Image /Width 800 /Height 600 /BitsPerComponent 8"
    masked = "/SMask 101 0 R" if mask else ""
    return handmade(
        ["BT /F1 12 Tf 50 150 Td (seen) Tj ET", content + other],
        page="/Resources << /Font << /F1 3 0 R >> /XObject << /X 100 0 R >> >>",
        more={
            100: f"<< {entries} /ColorSpace /DeviceRGB /Filter /DCTDecode {masked} "
            f"/Length {len(data)} >>\nstream\n{data.decode('latin-1')}\nendstream",
            101: "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 "
            "/ColorSpace /DeviceGray /Length 1 >>\nstream\n0\nendstream",
        },
    )


WHOLE = "q 200 0 0 150 50 20 cm /X Do Q"


def test_a_photo_is_carried_over_without_its_place_data() -> None:
    original = photo_in_a_page(WHOLE)
    made = redact(original, [Box(1, 200, 20, 290, 60, "N4")])
    assert SECRET.encode() in everything(original)
    assert SECRET.encode() not in everything(made.data)
    assert [one.made for one in made.pages] == ["pixels", "copied"]
    assert look(original, 2).tobytes() == look(made.data, 2).tobytes()


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        (photo_in_a_page("q 100 0 0 90 250 20 cm /X Do Q"), "裁掉或者盖住"),  # over the edge
        (photo_in_a_page("q 60 30 50 50 re W n " + WHOLE + " Q"), "裁掉或者盖住"),
        (photo_in_a_page(WHOLE, other=" 0 g 60 30 50 50 re f"), "裁掉或者盖住"),
        (photo_in_a_page(WHOLE, mask=True), "透明、遮罩"),
    ],
    ids=["off the page", "cut", "covered", "masked"],
)
def test_a_photo_that_holds_more_than_it_shows_becomes_pixels(original: bytes, reason: str) -> None:
    made = redact(original, [Box(1, 200, 20, 290, 60, "N4")])
    assert made.pages[1].made == "pixels" and reason in made.pages[1].reason


def test_a_photo_of_another_page_does_not_come_along() -> None:
    """Many programs list all pictures of a file on every page."""
    with pikepdf.open(BytesIO(photo_in_a_page(WHOLE))) as document:
        document.pages.reverse()
        original = saved(document)
    made = redact(original, [Box(1, 0, 0, 300, 200, "N4")])
    assert [one.made for one in made.pages] == ["pixels", "copied"]
    with pikepdf.open(BytesIO(made.data)) as document:
        pictures = [held for held in document.objects if "DCTDecode" in repr(held)]
        assert pictures == []

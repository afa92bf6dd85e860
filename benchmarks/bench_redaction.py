"""Seconds a page to black out boxes and to prove it: text, scan and photo.

Run: python benchmarks/bench_redaction.py [--pages 20]

The text is a typeset file of full A4 pages with three boxes on every second page; the scan is a grey
A4 page of 300 dpi with noise, which is as hard to pack as scans are. `redact` includes the proof.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from io import BytesIO
from time import perf_counter

import pikepdf
from PIL import Image

from gongkai.redaction import Box, pages, prove, redact, suggest
from gongkai.typesetting import compile_pdf

_SENTENCE = "依照《条例》第三十七条，能够作区分处理的，应当向申请人提供可以公开的政府信息内容。"
_PERSON = "申请人：张三丰，手机13800138000，身份证号11010519491231002X。"


def seconds[Made](function: Callable[[], Made]) -> tuple[float, Made]:
    """How long one call takes, and what it gives."""
    began = perf_counter()
    made = function()
    return perf_counter() - began, made


def typeset(count: int) -> bytes:
    """A4 pages with about 900 characters each."""
    source = (
        b'#set document(title: "b")\n#set text(font: "Noto Sans CJK SC", size: 12pt)\n'
        b"#let data = json(bytes(sys.inputs.data))\n"
        b"#for (i, body) in data.bodies.enumerate() {\n  if i > 0 { pagebreak() }\n  text(body)\n}\n"
    )
    return compile_pdf(source, {"bodies": [_PERSON + _SENTENCE * 22] * count})


def scan() -> bytes:
    """One A4 page at 300 dpi, grey, with noise, as JPEG in a PDF."""
    noise = Image.effect_noise((2480, 3508), 20)
    page = Image.blend(Image.new("L", noise.size, 235), noise, 0.15)
    out = BytesIO()
    page.save(out, "JPEG", quality=80)
    with pikepdf.new() as document:
        held = pikepdf.Stream(document, out.getvalue())
        held.Type, held.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        held.Width, held.Height, held.BitsPerComponent = 2480, 3508, 8
        held.ColorSpace, held.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.DCTDecode
        document.pages.append(
            pikepdf.Page(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    MediaBox=[0, 0, 595, 842],
                    Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=held)),
                    Contents=pikepdf.Stream(document, b"q 595 0 0 842 0 0 cm /I Do Q"),
                )
            )
        )
        made = BytesIO()
        document.save(made)
    return made.getvalue()


def report(name: str, data: bytes, boxes: list[Box], count: int, *, every_page: bool) -> None:
    """Print the figures of one file."""
    taken, made = seconds(lambda: redact(data, boxes, every_page=every_page))
    proving, proof = seconds(lambda: prove(data, made.data, boxes))
    assert proof.passed
    pixels = sum(one.made == "pixels" for one in made.pages)
    print(
        f"{name:28} {count:3} pages, {pixels:3} made pixels, {len(boxes):4} boxes: "
        f"{taken / count * 1e3:6.0f} ms a page, proof alone {proving / count * 1e3:6.0f} ms, "
        f"{len(data) / count / 1e3:6.0f} → {len(made.data) / count / 1e3:6.0f} kB a page"
    )


def main() -> None:
    """Print the figures; every proof must pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="pages of the typeset file")
    count: int = parser.parse_args().pages
    data = typeset(count)
    shown, infos = seconds(lambda: pages(data))
    proposed, found = seconds(lambda: suggest(data))
    print(f"previews {shown / count * 1e3:6.0f} ms a page, of {len(infos)}")
    print(f"suggestions {proposed / count * 1e3:6.1f} ms a page, {len(found)} of {3 * count} found")
    boxes = [box for one in found for box in one.boxes if box.page % 2]
    report("text, suggested boxes", data, boxes, count, every_page=False)
    report("text, all as pixels", data, boxes, count, every_page=True)
    report("text, one box a page", data, _whole(count), count, every_page=False)
    dice = random.Random(1)
    many = [_anywhere(dice, count) for _ in range(50 * count)]
    report("text, fifty boxes a page", data, many, count, every_page=False)
    report("scan of 300 dpi", scan(), [Box(1, 100, 100, 300, 130, "N4")], 1, every_page=False)
    photo = BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(photo, "JPEG", quality=85)
    report(
        "photo of 12 megapixels",
        photo.getvalue(),
        [Box(1, 9, 9, 900, 400, "N4")],
        1,
        every_page=False,
    )


def _whole(count: int) -> list[Box]:
    return [Box(page, 0, 0, 1, 1, "N1", unit="fraction") for page in range(1, count + 1)]


def _anywhere(dice: random.Random, count: int) -> Box:
    x, y = dice.uniform(0, 0.9), dice.uniform(0, 0.9)
    return Box(dice.randint(1, count), x, y, x + 0.05, y + 0.015, "N4", unit="fraction")


if __name__ == "__main__":
    main()

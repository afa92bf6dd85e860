"""The new file: pages of pixels with their unseen text, pages carried over, and nothing else."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gongkai.redaction.burn import widest
from gongkai.redaction.layer import FONT, TextLayer
from gongkai.redaction.plan import PagePlan

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["IMAGE", "Packed", "add_pixels", "packed", "saved"]

IMAGE = "/Im0"
_QUALITY = 88
_GREY = 24  # of 255: channels that differ no more make a grey picture
_LOSSLESS_UP_TO = 1_200_000  # bytes; a page of text takes about 150,000
_WORTH = 0.6  # a JPEG must be that much smaller to be taken
_PNG_LEVEL = 6
_INSET = 0.002  # points a picture is smaller than its page, so that no viewer rounds it up

Packed = tuple[dict[str, Any], bytes]


def packed(picture: Image) -> Packed:
    """A picture as the entries and bytes of an image in a PDF: lossless where that is not large."""
    picture = _greyed(picture)
    colours = len(picture.getbands())
    entries: dict[str, Any] = {
        "/Width": picture.width,
        "/Height": picture.height,
        "/ColorSpace": "/DeviceGray" if colours == 1 else "/DeviceRGB",
        "/BitsPerComponent": 8,
        "/Filter": "/FlateDecode",
        "/DecodeParms": {
            "/Predictor": 15,
            "/Colors": colours,
            "/BitsPerComponent": 8,
            "/Columns": picture.width,
        },
    }
    data = _pixels_of_png(picture)
    if len(data) > _LOSSLESS_UP_TO:
        out = BytesIO()
        picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)
        if out.tell() < _WORTH * len(data):
            del entries["/DecodeParms"]
            return {**entries, "/Filter": "/DCTDecode"}, out.getvalue()
    return entries, data


def _greyed(picture: Image) -> Image:
    """The picture in shades of grey, if it has no colours to lose."""
    from PIL import ImageChops

    if picture.mode != "RGB":
        return picture.convert("L")
    red, green, blue = picture.split()
    for one, other in ((red, green), (green, blue)):
        if widest(ImageChops.difference(one, other)) > _GREY:
            return picture
    return green


def _pixels_of_png(picture: Image) -> bytes:
    """The picture packed as PNG packs it, which is how PDF packs it too."""
    out = BytesIO()
    picture.save(out, "PNG", compress_level=_PNG_LEVEL)
    data, at, parts = out.getvalue(), 8, []
    while at < len(data):
        length, kind = struct.unpack(">L4s", data[at : at + 8])
        if kind == b"IDAT":
            parts.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return b"".join(parts)


def add_pixels(target: Any, plan: PagePlan, picture: Packed, text: TextLayer, font: Any) -> Any:
    """Make a page of pixels in `target`, an open `pikepdf.Pdf`.

    Args:
        target: the new file.
        plan: the page, for the text that stays.
        picture: what `packed` made.
        text: the text layers of the file.
        font: what `TextLayer.fill` is to make their font.

    Returns:
        The page, not yet among the pages of the file.
    """
    import pikepdf

    entries, data = picture
    width, height = plan.sheet.width, plan.sheet.height
    image = pikepdf.Stream(target, data)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    for name, value in entries.items():
        image[name] = _object(value)
    across, down = width - _INSET, height - _INSET
    drawn = f"q {across:.4f} 0 0 {down:.4f} 0 0 cm {IMAGE} Do Q\n".encode("ascii")
    content = drawn + text.content(plan.layer, height)
    return target.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, width, height],
            Resources=pikepdf.Dictionary(
                {"/XObject": pikepdf.Dictionary({IMAGE: image}), "/Font": {FONT: font}}
            ),
            Contents=pikepdf.Stream(
                target, zlib.compress(content), Filter=pikepdf.Name.FlateDecode
            ),
        )
    )


def _object(value: Any) -> Any:
    import pikepdf

    if isinstance(value, str):
        return pikepdf.Name(value)
    if isinstance(value, dict):
        return pikepdf.Dictionary({name: _object(one) for name, one in value.items()})
    return value


def saved(target: Any, pages: Sequence[Any]) -> bytes:
    """Write the file: one revision, no information about anybody; the same pages, the same bytes."""
    import pikepdf

    for page in pages:
        target.pages.append(pikepdf.Page(page))
    out = BytesIO()
    target.save(
        out,
        min_version="1.7",
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=True,
    )
    return out.getvalue()

"""Pages without boxes, carried into a new file part by part: what is not named here stays behind.

A list of what is allowed, not of what is forbidden: notes, fields, scripts, attachments, metadata,
thumbnails, layers, tags, private data of programs and whatever else a page may drag along are left
simply because nobody asks for them. A page with a part that is not understood becomes pixels.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongkai.errors import RedactionError
from gongkai.redaction.jpeg import bare_jpeg
from gongkai.redaction.qpdf import broken

__all__ = ["Carried", "Carrier", "Exotic", "fonts_of"]

_MAX_DEPTH = 12
_MAX_CONTENT = 4 * 1024 * 1024

_FUNCTION = "FunctionType Domain Range C0 C1 N Functions=function Bounds Encode Size Order Decode BitsPerSample"
_ALLOWED: Mapping[str, str] = {
    "font": "Type Subtype BaseFont FirstChar LastChar Widths FontDescriptor=descriptor "
    "Encoding=encoding ToUnicode=encoding DescendantFonts=font CIDSystemInfo=system "
    "W DW W2 DW2 CIDToGIDMap=program",
    "descriptor": "Type FontName FontFamily FontStretch FontWeight Flags FontBBox ItalicAngle Ascent "
    "Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth CharSet "
    "FontFile=program FontFile2=program FontFile3=program CIDSet=program",
    "encoding": "Type BaseEncoding Differences CMapName CIDSystemInfo=system WMode UseCMap=encoding",
    "system": "Registry Ordering Supplement",
    "program": "Length1 Length2 Length3 Subtype",
    "image": "Type Subtype Width Height ColorSpace=space BitsPerComponent Decode ImageMask Intent "
    "Interpolate",
    "space": "N Alternate=space Range WhitePoint BlackPoint Gamma Matrix " + _FUNCTION,
    "function": _FUNCTION,
    "state": "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK",
    "form": "Type Subtype FormType BBox Matrix Group=group",
    "group": "Type S CS=space I K",
    "parameters": "Predictor Colors BitsPerComponent Columns EarlyChange K Rows BlackIs1 "
    "EncodedByteAlign EndOfLine EndOfBlock DamagedRowsBeforeError ColorTransform",
}
_KEYS: Mapping[str, Mapping[str, str]] = {
    kind: {f"/{part.partition('=')[0]}": part.partition("=")[2] for part in said.split()}
    for kind, said in _ALLOWED.items()
}
# What may not be left behind quietly, since the page would then look different.
_TELLING: Mapping[str, frozenset[str]] = {
    "image": frozenset({"/SMask", "/Mask", "/OC", "/Alternates", "/SMaskInData"}),
    "state": frozenset({"/SMask", "/TR", "/TR2", "/HT", "/BG", "/BG2", "/UCR", "/UCR2", "/Font"}),
    "form": frozenset({"/OC", "/Ref"}),
}
_FILTERS = {"/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"}
_PICTURE_FILTERS = {*_FILTERS, "/CCITTFaxDecode", "/DCTDecode"}
_MARKED = {"BMC", "BDC", "EMC", "MP", "DP"}
_NAMED: Mapping[str, str] = {
    "Tf": "/Font",
    "Do": "/XObject",
    "gs": "/ExtGState",
    "cs": "/ColorSpace",
    "CS": "/ColorSpace",
}
_DEVICE = {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"}
_INHERITED_DEEP = 40


class Exotic(Exception):
    """A page holds something that is not carried over; the message says what, in Chinese."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A page ready to be put into the new file, and the fonts (of the old) it brings with it.

    `parts` are the objects that make those fonts, `fonts` is how many they are.
    """

    page: Any
    parts: frozenset[tuple[int, int]]
    fonts: int


@dataclass(slots=True)
class Carrier:
    """Carries pages into `target`, an empty `pikepdf.Pdf`; a part that pages share goes once."""

    target: Any
    _held: dict[tuple[int, int, str], Any] = field(default_factory=dict)
    _parts_met: set[tuple[int, int]] = field(default_factory=set)
    _fonts_met: set[tuple[int, int]] = field(default_factory=set)

    def carry(self, page: Any, seen: Sequence[float]) -> Carried:
        """Copy one `pikepdf.Page`, of which the box `seen` (in its own coordinates) is shown.

        Raises:
            Exotic: something on it is not understood.
        """
        self._parts_met, self._fonts_met = set(), set()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)  # of commands that are none
                made = self._page(page, seen)
        except broken() as error:
            raise Exotic("页面内部结构不合规范") from error
        return Carried(made, frozenset(self._parts_met), len(self._fonts_met))

    def _page(self, page: Any, seen: Sequence[float]) -> Any:
        import pikepdf

        made = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=list(seen))
        turned = int(_inherited(page.obj, "/Rotate") or 0)
        if turned:
            made.Rotate = turned
        group = page.obj.get("/Group")
        if isinstance(group, pikepdf.Dictionary):
            made.Group = self._shaped(group, "group", 0)
        content, made.Resources = self._content(page, page.resources, 0)
        made.Contents = pikepdf.Stream(self.target, content)
        return self.target.make_indirect(made)

    def _content(self, held: Any, resources: Any, depth: int) -> tuple[bytes, Any]:
        """The drawing commands without marks, and those resources alone that they name."""
        import pikepdf

        used: dict[str, set[str]] = {}
        kept = []
        for step in pikepdf.parse_content_stream(held):
            if isinstance(step, pikepdf.ContentStreamInlineImage):
                raise Exotic("有内嵌在文字里的小图")
            operands, name = step.operands, str(step.operator)
            if name in _MARKED:
                if name in ("BDC", "DP") and operands and str(operands[0]) == "/OC":
                    raise Exotic("有可以隐藏的图层")
                continue
            if name == "sh" or (name in ("scn", "SCN") and isinstance(operands[-1], pikepdf.Name)):
                raise Exotic("有渐变或者图案填充")
            if name in _NAMED:
                used.setdefault(_NAMED[name], set()).add(str(operands[0]))
            kept.append((operands, step.operator))
        content: bytes = pikepdf.unparse_content_stream(kept)
        if len(content) > _MAX_CONTENT:
            raise Exotic("图形过于复杂")
        return content, self._resources(used, resources, depth)

    def _resources(self, used: Mapping[str, set[str]], resources: Any, depth: int) -> Any:
        import pikepdf

        carriers: Mapping[str, Callable[[Any, int], Any]] = {
            "/Font": self._font,
            "/XObject": self._object,
            "/ExtGState": lambda held, deep: self._shaped(held, "state", deep),
            "/ColorSpace": lambda held, deep: self._value(held, "space", deep),
        }
        made = pikepdf.Dictionary()
        for category, names in used.items():
            part = pikepdf.Dictionary()
            held = resources.get(category, pikepdf.Dictionary())
            for name in sorted(names):
                if name in held:
                    part[name] = carriers[category](held[name], depth + 1)
                elif not (category == "/ColorSpace" and name in _DEVICE):
                    raise Exotic("引用了文件中没有的内容")
            made[category] = part
        return made

    def _font(self, held: Any, depth: int) -> Any:
        if held.get("/Subtype") == "/Type3":
            raise Exotic("有用图形画成的字体")
        self._parts_met |= font_keys(held)
        self._fonts_met.add(held.objgen)
        return self._value(held, "font", depth)

    def _object(self, held: Any, depth: int) -> Any:
        import pikepdf

        kind = held.get("/Subtype")
        if kind == "/Image":
            return self._value(held, "image", depth)
        if kind != "/Form" or depth > _MAX_DEPTH:
            raise Exotic("有不认识的对象")
        key = (*held.objgen, "form")
        if key not in self._held:
            content, resources = self._content(
                held, held.get("/Resources", pikepdf.Dictionary()), depth
            )
            made = pikepdf.Stream(self.target, content)
            for name, value in self._parts(held, "form", depth):
                made[name] = value
            made.Resources = resources
            self._held[key] = (made, set(self._parts_met), set(self._fonts_met))
        made, parts, fonts = self._held[key]
        self._parts_met |= parts
        self._fonts_met |= fonts
        return made

    def _value(self, held: Any, kind: str, depth: int) -> Any:
        """Anything: a dictionary or stream of that kind, an array of them, or a plain value."""
        import pikepdf

        if depth > _MAX_DEPTH:
            raise Exotic("内部结构套得过深")
        if isinstance(held, pikepdf.Stream):
            key = (*held.objgen, kind)
            if key not in self._held:
                self._held[key] = self._stream(held, kind, depth)
            return self._held[key]
        if isinstance(held, pikepdf.Dictionary):
            key = (*held.objgen, kind)
            if not held.is_indirect:
                return self._shaped(held, kind, depth)
            if key not in self._held:
                self._held[key] = self.target.make_indirect(self._shaped(held, kind, depth))
            return self._held[key]
        if isinstance(held, pikepdf.Array):
            return pikepdf.Array([self._value(one, kind, depth + 1) for one in held])
        return self._plain(held, depth)

    def _shaped(self, held: Any, kind: str, depth: int) -> Any:
        import pikepdf

        return pikepdf.Dictionary(dict(self._parts(held, kind, depth)))

    def _parts(self, held: Any, kind: str, depth: int) -> Iterator[tuple[str, Any]]:
        allowed = _KEYS[kind]
        telling = _TELLING.get(kind, frozenset())
        for name, value in held.items():
            if name in telling and not (name in ("/SMask", "/Mask") and value == "/None"):
                raise Exotic("有透明、遮罩或者可以隐藏的图形")
            if name in allowed:
                inner = allowed[name]
                yield (
                    name,
                    self._value(value, inner, depth + 1) if inner else self._plain(value, depth),
                )

    def _stream(self, held: Any, kind: str, depth: int) -> Any:
        """A stream with its packed bytes, of a JPEG those alone that make the picture."""
        import pikepdf

        filters = held.get("/Filter")
        names = [filters] if isinstance(filters, pikepdf.Name) else list(filters or ())
        known = _PICTURE_FILTERS if kind == "image" else _FILTERS
        if any(str(name) not in known for name in names) or "/F" in held:
            raise Exotic("有不便核查的图片压缩格式")
        data = bytes(held.read_raw_bytes())
        if [str(name) for name in names][-1:] == ["/DCTDecode"]:
            if len(names) > 1:
                raise Exotic("有不便核查的图片压缩格式")
            try:
                data = bare_jpeg(data)
            except RedactionError as error:
                raise Exotic("有不完整的图片") from error
        made = pikepdf.Stream(self.target, data)
        for name, value in self._parts(held, kind, depth):
            made[name] = value
        if names:
            made.Filter = pikepdf.Array(names) if len(names) > 1 else names[0]
        parameters = held.get("/DecodeParms")
        if parameters is not None:
            made.DecodeParms = self._value(parameters, "parameters", depth + 1)
        return made

    def _plain(self, held: Any, depth: int) -> Any:
        """A number, name, string, or an array of them; a dictionary has no business here."""
        import pikepdf

        if isinstance(held, pikepdf.Array):
            if depth > _MAX_DEPTH:
                raise Exotic("内部结构套得过深")
            return pikepdf.Array([self._plain(one, depth + 1) for one in held])
        if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
            raise Exotic("有不认识的对象")
        if isinstance(held, pikepdf.String):
            return pikepdf.String(bytes(held))
        return held


def fonts_of(page: Any) -> frozenset[tuple[int, int]]:
    """Everything by which a font of a `pikepdf.Page` can be known again on another page."""
    found: set[tuple[int, int]] = set()
    _gather(_inherited(page.obj, "/Resources"), found, set(), 0)
    return frozenset(found)


def _gather(
    resources: Any, found: set[tuple[int, int]], met: set[tuple[int, int]], depth: int
) -> None:
    import pikepdf

    if not isinstance(resources, pikepdf.Dictionary) or depth > _INHERITED_DEEP:
        return
    for font in _values(resources.get("/Font")):
        if isinstance(font, pikepdf.Dictionary):
            found |= font_keys(font)
    for category in ("/XObject", "/Pattern"):
        for held in _values(resources.get(category)):
            if isinstance(held, pikepdf.Stream) and held.objgen not in met:
                met.add(held.objgen)
                _gather(held.get("/Resources"), found, met, depth + 1)


def font_keys(font: Any) -> set[tuple[int, int]]:
    """The objects that make a font: itself, its program, its table of characters."""
    import pikepdf

    keys = set()
    for held in (font, *_values(font.get("/DescendantFonts"))):
        if not isinstance(held, pikepdf.Dictionary):
            continue
        descriptor = held.get("/FontDescriptor")
        parts = [held, held.get("/ToUnicode"), descriptor]
        if isinstance(descriptor, pikepdf.Dictionary):
            parts += [descriptor.get(f"/FontFile{number}") for number in ("", "2", "3")]
        keys |= {one.objgen for one in parts if isinstance(one, pikepdf.Object)}
    return keys - {(0, 0)}


def _values(held: Any) -> list[Any]:
    import pikepdf

    if isinstance(held, pikepdf.Array):
        return list(held)
    return list(held.values()) if isinstance(held, pikepdf.Dictionary) else []


def _inherited(page: Any, name: str) -> Any:
    """An entry of a page, or of the nearest of the nodes above it."""
    node = page
    for _ in range(_INHERITED_DEEP):
        if node is None or name in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(name)

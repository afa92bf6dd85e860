"""What every printed page of ours needs: fonts, typst, clean text, a Word package of our own.

The fonts official documents ask for (小标宋, 仿宋, 黑体, 楷体) are shipped by no one. They are used
where installed, else Noto CJK of the system, else the one that comes as a Python package, so that a
PDF needs no system package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

__all__ = [
    "STACKS",
    "clean",
    "compile_pdf",
    "dress",
    "installed",
    "missing_fonts",
    "same_every_time",
]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Noto Sans CJK SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", *_SERIF)
_FANGSONG = ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S")
_ASKED = {
    "小标宋": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    "黑体": ("SimHei", "FZHei-B01S"),
    "楷体": ("KaiTi_GB2312", "KaiTi", "STKaiti"),
    "仿宋": _FANGSONG,
    "宋体": ("SimSun", "STSong", "FZShuSong-Z01S"),
}

STACKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": (*_ASKED["小标宋"], *_SERIF),
        "heading": (*_ASKED["黑体"], *_SANS),
        "subheading": (*_ASKED["楷体"], *_SERIF),
        "body": (*_FANGSONG, *_SERIF),
        "table": (*_FANGSONG, *_SERIF),
        "number": (*_ASKED["宋体"], *_SERIF),
    }
)

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates, which XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def compile_pdf(template: bytes, data: Mapping[str, Any]) -> bytes:
    """Set `data` with a typst template, as PDF/UA-1.

    Args:
        template: typst source that reads its data from `sys.inputs.data` (JSON) and runs none of
            it as markup; `data.fonts` then names, for each use in STACKS, the fonts to take.
        data: plain values.

    Returns:
        The file; tagged without the promise of PDF/UA-1 if a character has no font.
    """
    import typst

    fonts, stacks = installed()
    inputs = {"data": json.dumps({**data, "fonts": stacks})}
    compiled: bytes
    try:
        compiled = typst.compile(
            template, font_paths=fonts, sys_inputs=inputs, pdf_standards=["ua-1"]
        )
    except typst.TypstError:  # the standard forbids a character no font can show
        compiled = typst.compile(template, font_paths=fonts, sys_inputs=inputs)
    return compiled


@cache
def installed() -> tuple[Any, dict[str, list[str]]]:
    """The fonts there are, and for each use the installed ones in order of wish."""
    import typst

    fonts = typst.Fonts()
    if not {"Noto Serif CJK SC", "Noto Sans CJK SC"} & set(fonts.families()):
        import noto_cjk_sans_otc

        fonts = typst.Fonts(font_paths=[Path(noto_cjk_sans_otc.FONT_PATH).parent])
    known = {family.lower(): family for family in fonts.families()}
    stacks = {
        use: [known[name.lower()] for name in dict.fromkeys(wanted) if name.lower() in known]
        for use, wanted in STACKS.items()
    }
    return fonts, stacks


def missing_fonts(names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` (小标宋, 黑体, 楷体, 仿宋, 宋体) for which this machine has no such font."""
    fonts, _ = installed()
    known = {family.lower() for family in fonts.families()}
    return tuple(name for name in names if not any(font.lower() in known for font in _ASKED[name]))


def dress(document: Any, styles: bytes, alternatives: Mapping[str, str]) -> None:
    """Put our own styles and font table in place of those python-docx brings.

    Args:
        document: a new python-docx document.
        styles: a whole `styles.xml`.
        alternatives: for each font named in it, the one to take where it is not installed.
    """
    from docx.oxml import parse_xml

    ours = parse_xml(styles)
    held = document.styles.element
    for child in list(held):
        held.remove(child)
    held.extend(list(ours))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in alternatives.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = f'<w:fonts xmlns:w="{_W}">{fonts}</w:fonts>'.encode()
    for relation, target in list(document.part.package.rels.items()):
        if target.reltype.endswith("/thumbnail"):
            del document.part.package.rels[relation]
    language = document.settings.element.find(f"{{{_W}}}themeFontLang")
    if language is not None:
        language.set(f"{{{_W}}}eastAsia", "zh-CN")


def same_every_time(written: BytesIO) -> bytes:
    """The Word package with fixed times in it: the same content gives the same bytes."""
    out = BytesIO()
    with ZipFile(written) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name), source.read(name), ZIP_DEFLATED)
    return out.getvalue()

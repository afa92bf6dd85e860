"""Marks of secrecy and of what was meant for the inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai_site.disclosures.checks.model import Content, Context, Hit
from gongkai_site.disclosures.checks.registry import check
from gongkai_site.disclosures.checks.spelling import spell

__all__: list[str] = []

_LEVEL = r"(?:绝\s{0,3}密|机\s{0,3}密|秘\s{0,3}密|絕\s{0,3}密|機\s{0,3}密)"
_STAR = re.compile(rf"{_LEVEL}\s{{0,3}}[级件]?\s{{0,3}}[★☆✭⭐✩*]")
_ALONE = re.compile(
    rf"\s*(?:密\s*级\s*[:：]?\s*)?[【\[(（]?{_LEVEL}\s*[级件]?\s*"
    r"(?:\d+\s*(?:年|个?月|天)|[一二三四五六七八九十]+年|长期|启用前)?[】\])）]?\s*"
)
_WORD = re.compile(r"绝密|(?<![家业作人商])(?:机密|秘密)(?:级|文件|件|资料|事项|载体)")
_INTERNAL = re.compile(
    r"内部(?:资料|文件|材料|使用|掌握|传阅|参考|明电)|(?:不得|严禁|请勿|禁止)外传|注意保存|"
    r"不得(?:对外|擅自)(?:公开|提供|发布|转载)|仅供内部|会后(?:收回|回收)|阅后(?:即焚|收回)|"
    r"(?<!国家)工作秘密"
)
_CLOSED = re.compile(
    r"此件(?:依申请公开|不予公开|不公开|不宜公开|不得公开)|"
    r"(?:公开(?:属性|方式|类别|形式))\s*[:：]?\s*(?:依申请公开|不予公开|不公开)"
)
_CLOSED_ALONE = re.compile(r"\s*[(（【]\s*(?:依申请公开|不予公开|不公开)\s*[)）】]\s*")


@check("secrecy_mark", "secrecy_word")
def secrecy_marks(content: Content, _: Context) -> Iterator[Hit]:
    """A level with its star, or alone on its line; elsewhere the words are pointed at."""
    for place, raw in content.texts():
        if "密" not in raw:
            continue
        line = spell(raw)
        marks = list(_STAR.finditer(line.text))
        if alone := _ALONE.fullmatch(line.text):
            marks = marks or [alone]
        for found in marks:
            what = re.sub(r"\s", "", found.group())
            where = place.at(line.offset(found.start()))
            yield Hit("secrecy_mark", where, line.excerpt(found), {"what": what})
        if marks:
            continue
        for found in _WORD.finditer(line.text):
            where = place.at(line.offset(found.start()))
            shown = line.excerpt(found)
            yield Hit("secrecy_word", where, shown, {"what": found.group()})


@check("internal_mark")
def internal_marks(content: Content, _: Context) -> Iterator[Hit]:
    """Words that keep a paper inside the house."""
    for place, raw in content.texts():
        line = spell(raw)
        for found in _INTERNAL.finditer(line.text):
            where = place.at(line.offset(found.start()))
            shown = line.excerpt(found)
            yield Hit("internal_mark", where, shown, {"what": found.group()})


@check("publicity_mark")
def publicity_marks(content: Content, _: Context) -> Iterator[Hit]:
    """A paper that says of itself that it is not for everybody, chosen to be published."""
    if content.nature != "proactive":
        return
    for place, raw in content.texts():
        if "公开" not in raw:
            continue
        line = spell(raw)
        for found in _CLOSED.finditer(line.text):
            where = place.at(line.offset(found.start()))
            shown = line.excerpt(found)
            yield Hit("publicity_mark", where, shown, {"what": found.group()})
        if _CLOSED_ALONE.fullmatch(line.text):
            what = line.text.strip(" ()（）【】")
            yield Hit("publicity_mark", place, raw.strip()[:40], {"what": what})

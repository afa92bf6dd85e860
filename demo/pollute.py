"""Clean text made dirty, the way pages on hacked and mirrored sites are found.

Each function does one thing that has been seen done to published reports; `page` does them all.
Everything is deterministic: the same text and seed give the same page. The spam is ours, made up
for this purpose.
"""

from __future__ import annotations

import random
import unicodedata
from functools import cache

__all__ = [
    "SPAM",
    "add_chrome",
    "add_spam",
    "drop_marks",
    "gloss",
    "gloss_bytewise",
    "glue_cells",
    "mask",
    "page",
    "strew",
    "traditional",
]

STYLES = ("toned", "toneless", "doubled", "spaced", "wide", "combining", "partial")

SPAM = (
    "金猫棋牌娱乐app免费下载",
    "极速借款秒到账_无抵押小额贷款",
    "大奖爆分老虎机试玩",
    "足球竞猜赔率投注入口",
    "快三走势彩票投注网址",
    "私服游戏外挂免费下载",
    "网赚刷单日赚红包平台",
    "信用卡代还套现秒到账",
    "百家乐真人娱乐在线注册",
    "手机捕鱼游戏充值送彩金",
)


@cache
def _convert(text: str, direction: str) -> str:
    import opencc

    return str(opencc.OpenCC(direction).convert(text))


def traditional(text: str) -> str:
    """Return `text` in Traditional script, as a hacked mirror serves it."""
    return _convert(text, "s2t")


@cache
def _is_traditional(character: str) -> bool:
    return _convert(character, "t2s") != character


@cache
def _reading(character: str) -> str:
    """Return the first reading of `character` with its tone, or nothing."""
    from pypinyin import Style, pinyin

    if not "\u4e00" <= character <= "\u9fff":
        return ""
    found = pinyin(character, style=Style.TONE, errors="ignore")
    return unicodedata.normalize("NFC", found[0][0]) if found else ""


def _without_tone(reading: str) -> str:
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(part for part in parts if not unicodedata.combining(part))


def gloss(text: str, style: str = "toned", *, share: float = 0.4, seed: int = 0) -> str:
    """Return `text` with readings glued behind a `share` (0–1) of its Chinese characters.

    `style` is one of toned 務(wù), toneless 務(wu), doubled 務(wu)(wu), spaced 務(wù ),
    wide 務（wù）, combining (tone marks as characters of their own), or partial: all and only
    the characters that Traditional script writes differently.
    """
    rng = random.Random(seed)  # noqa: S311
    out: list[str] = []
    for character in text:
        out.append(character)
        reading = _reading(character)
        chosen = _is_traditional(character) if style == "partial" else rng.random() < share
        if reading and chosen:
            out.append(_glossed(reading, style))
    return "".join(out)


def _glossed(reading: str, style: str) -> str:
    if style == "toneless":
        return f"({_without_tone(reading)})"
    if style == "doubled":
        return f"({_without_tone(reading)})" * 2
    if style == "spaced":
        return f"({reading} )"
    if style == "wide":
        return f"（{reading}）"  # noqa: RUF001
    if style == "combining":
        return f"({unicodedata.normalize('NFD', reading)})"
    return f"({reading})"


def gloss_bytewise(text: str, *, seed: int = 0) -> str:
    """Return Traditional `text` glossed on its GBK bytes, scars and all.

    The tool goes through its table and puts a reading behind every two bytes that look like the
    character, also where they belong to two neighbours. A decoder then prints a question mark
    for each half character and swallows the bracket behind it: 展營造 → 展?fàn)I造.
    """
    raw = text.encode("gbk", errors="ignore")
    pairs = {raw[at : at + 2] for at in range(len(raw) - 1) if raw[at] >= 0x81}
    table = [(pair, character) for pair in pairs if (character := _gbk_character(pair))]
    table = sorted(item for item in table if _is_traditional(item[1]) and _reading(item[1]))
    random.Random(seed).shuffle(table)  # noqa: S311
    for pair, character in table:
        raw = raw.replace(pair, pair + f"({_reading(character)})".encode("gbk"))
    return _decode_swallowing(raw)


def _gbk_character(pair: bytes) -> str:
    try:
        character = pair.decode("gbk")
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 and "\u4e00" <= character <= "\u9fff" else ""


def _decode_swallowing(raw: bytes) -> str:
    out: list[str] = []
    at = 0
    while at < len(raw):
        width = 1 if raw[at] < 0x80 else 2
        try:
            out.append(raw[at : at + width].decode("gbk"))
        except UnicodeDecodeError:
            out.append("?")
        at += width
    return "".join(out)


def add_spam(text: str, *, head: bool = True, tail: bool = True, seed: int = 0) -> str:
    """Return `text` with a line of spam before it and a list of spam behind it."""
    rng = random.Random(seed)  # noqa: S311
    if head:
        text = f"{'_'.join(rng.sample(SPAM, 3))}\n\n{text}"
    if tail:
        text = f"{text}\n{'| '.join(rng.sample(SPAM, 8))}|"
    return text


def add_chrome(title: str, body: str, *, agency: str, published: str) -> str:
    """Return a report's page: title, buttons, date and source, body, and what stands behind it."""
    before = ["听全文", published, f"来源:{agency}", "分享到", "-"]
    behind = ["相关附件", "相关新闻", "扫一扫在手机打开当前页", "-", f"关注 · {agency}网"]
    bullets = "\n".join(f"· {line}" for line in before)
    return "\n".join([title, "", bullets, "", body, "", *behind])


def strew(text: str, *, every: int = 50) -> str:
    """Return `text` with an invisible character after every `every` characters."""
    pieces = (text[at : at + every] for at in range(0, len(text), every))
    return "\u200b".join(pieces)


def glue_cells(text: str) -> str:
    """Return `text` with all white space gone: a crawler ran the cells of a table together."""
    return "".join(text.split())


def drop_marks(text: str) -> str:
    """Return `text` without 〕, 号, 年, 月, 日 behind figures: an extractor lost them for good."""
    return "".join(
        character
        for before, character in zip(" " + text, text, strict=False)
        if not (character in "〕号年月日" and (before.isdigit() or before == "〕"))
    )


def mask(text: str, word: str) -> str:
    """Return `text` with `word` masked, as sites that sell the full text do."""
    return text.replace(word, " (略) ")


def page(title: str, body: str, *, agency: str, published: str, seed: int = 0) -> str:
    """Return a report as a hacked mirror serves it: everything above that can be undone."""
    clean = add_chrome(title, body, agency=agency, published=published)
    return add_spam(gloss_bytewise(traditional(clean), seed=seed), head=False, seed=seed)

"""Related items of a document: the nearest in classification and words among earlier ones.

Only documents published before it, in its own column and not further back than `WINDOW`, are
looked at: so publishing never changes an old page, and the cost is the same in any archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

__all__ = ["SHOWN", "WINDOW", "Card", "card", "related"]

WINDOW = 40
"""How many earlier positions of the column are looked at."""

SHOWN = 5
_WORD = re.compile(r"[一-鿿]{2,}|[A-Za-z]{3,}")
# In every other title of an office, so they tell nothing.
_COMMON = frozenset(
    "关于 印发 通知 公告 通告 公示 意见 办法 工作 进行 开展 有关 做好 实施 管理 规定 方案 年度 "
    "我市 我省 我局 我县 本局 情况 召开 举行 政府 办公室 管理局 委员会".split()
)
Card = tuple[frozenset[str], str, str]


@lru_cache(maxsize=65536)
def _words(text: str) -> frozenset[str]:
    import rjieba

    found = (word for word in rjieba.cut(text) if _WORD.fullmatch(word))
    return frozenset(word for word in found if word not in _COMMON)


def card(document: Any) -> Card:
    """Return what is compared: words of title and keywords, topic and genre."""
    words = _words(document.title) | frozenset(document.keywords)
    return words, document.topic or "", document.genre or ""


def related(own: Card, earlier: Iterable[tuple[int, Card]]) -> list[int]:
    """Return up to `SHOWN` ids of the earlier ones, nearest first; of equals the later one.

    `earlier` is in the order of publication. One shared word weighs by how much of both it is;
    the same topic adds half a shared title, and alone is not enough for a document without words.
    """
    words, topic, genre = own
    scored = []
    for place, (number, (theirs, their_topic, their_genre)) in enumerate(earlier):
        shared = len(words & theirs)
        score = shared / (len(words | theirs) or 1)
        if topic and topic == their_topic:
            score += 0.25
        if genre and genre == their_genre:
            score += 0.05
        if score >= 0.3:
            scored.append((score, place, number))
    scored.sort(reverse=True)
    return [number for _, _, number in scored[:SHOWN]]

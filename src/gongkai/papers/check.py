"""Is everything still there? The check of a document after a person edited it.

Held against: the facts it was drawn up from, the articles of its outcome, and the remedy of its
day. It finds what is gone or cannot be right; whether a reason convinces is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.papers.paper import Paper, Paragraph, Problem
from gongkai.papers.remedy import contradicts, review_comes_first
from gongkai.regulation.outcomes import remedies

__all__ = ["check"]

_GAP = re.compile(r"【待填：([^】]*)】")
_PLACE = re.compile(
    r"第[一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?(?:第（[一二三四五六七八九十]+）项)?"
)
_REVIEW, _SUIT = "行政复议", "行政诉讼"


def check(paper: Paper) -> list[Problem]:
    """Find what keeps a document from leaving.

    Returns:
        Problems in the order of the document. `error`: a required element is missing, changed or
        contradicts the law of its day; `warn`: worth a second look.
    """
    text = _squeezed(paper)
    problems = [
        *_frame(paper),
        *_gaps(paper),
        *_expected(paper, text),
        *_citations(paper, text),
        *_remedy(paper, text),
    ]
    return list(dict.fromkeys(problems))


def _squeezed(paper: Paper) -> str:
    cells = []
    for block in paper.blocks:
        if isinstance(block, Paragraph):
            cells.append(block.text)
        else:
            cells += [box.text for row in block.rows for box in row]
    return "".join("\n".join((paper.title, *cells)).split())


def _frame(paper: Paper) -> Iterator[Problem]:
    if not paper.title:
        yield Problem("标题", "缺少标题，请填写。")
    if paper.style != "letter":
        return
    if paper.number is None:
        yield Problem("文号", "还没有编文号，请在定稿前编号。")
    if not paper.addressee:
        yield Problem("主送", "缺少主送（收文的人或者机关），请填写。")
    if not paper.agency:
        yield Problem("落款", "缺少落款的机关名称，请填写。")


def _gaps(paper: Paper) -> Iterator[Problem]:
    for name in paper.missing:
        yield Problem(name, f"缺少“{name}”，请补充。")
    text = "\n".join((paper.title, *paper.paragraphs))
    for name in _GAP.findall(text):
        yield Problem(name, f"正文里还有没有填写的“{name}”，请填写或者删去。")


def _expected(paper: Paper, text: str) -> Iterator[Problem]:
    for one in paper.expects:
        words = "".join(one.words.split()).rstrip("。；，、：")
        if words in text:
            continue
        shown = one.words if len(one.words) <= 20 else one.words[:20] + "……"
        if one.kept:
            yield Problem(one.element, f"“{one.element}”不完整：正文里找不到“{shown}”，请补上。")
        else:
            yield Problem(
                one.element, f"“{one.element}”的文字与填写的不同，请核对：“{shown}”。", "warn"
            )


def _citations(paper: Paper, text: str) -> Iterator[Problem]:
    for place in paper.citations:
        if place not in text:
            yield Problem("依据条款", f"正文没有引用{place}，请补上依据的条款。")
    own = _without_quotes(paper, text)
    for place in dict.fromkeys(_PLACE.findall(own)):
        if not any(place in known or known in place for known in paper.citations):
            yield Problem("依据条款", f"正文引用了{place}，它不是这种处理的依据，请核对。", "warn")


def _without_quotes(paper: Paper, text: str) -> str:
    """The text without what people said: they may cite whatever law they like."""
    for words in (paper.request, *(one.words for one in paper.expects)):
        squeezed = "".join(words.split())
        if "条" in squeezed or _REVIEW in squeezed or _SUIT in squeezed:
            text = text.replace(squeezed, "")
    return text


def _remedy(paper: Paper, text: str) -> Iterator[Problem]:
    own = _without_quotes(paper, text)
    told = paper.remedy is not None and remedies()[paper.remedy].text is not None
    if not told:
        if _REVIEW in own or _SUIT in own:
            yield Problem("救济途径", "这种文书不单独告知复议、诉讼，请核对相应的文字。", "warn")
        return
    for word in (_REVIEW, _SUIT):
        if word not in own:
            yield Problem("救济途径", f"没有告知{word}的途径，请补上。")
    for period in contradicts(paper.remedy, own):
        yield Problem("救济途径", f"写了“{period}”，与这一天适用的救济期限不符，请改正。")
    sentences = re.split(r"[。；]", own)
    if review_comes_first(paper.remedy) and not any(
        _REVIEW in one and "先" in one for one in sentences
    ):
        yield Problem("救济途径", "没有写明应当先申请行政复议（复议前置），请补上。")

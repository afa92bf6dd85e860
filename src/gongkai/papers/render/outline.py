"""What every kind of output prints alike: title lines, note on fonts, the words of dates."""

from __future__ import annotations

from gongkai.papers.catalogue import layout
from gongkai.papers.facts import zh_date
from gongkai.papers.paper import Paper
from gongkai.typesetting import clean, missing_fonts

__all__ = ["copy_line", "font_note", "number_line", "printed_day", "title_lines"]

_STANDARD_FONTS = ("小标宋", "仿宋", "宋体")
_NO_BREAK_BEFORE = set("，。、；：”’）》〉】〕！？·—")
_NO_BREAK_AFTER = set("“‘（《〈【〔")


def title_lines(paper: Paper) -> tuple[str, ...]:
    """The title on as few lines as hold it, the agency kept whole, lines of like length.

    GB/T 9704 asks that a title wrapped over lines keep its words together and look balanced.
    """
    page, size = layout()["page"], layout()["size"]
    per_line = int(page["type_width"] * 72 / 25.4 / size["title"])
    title = clean(paper.title).strip()
    if len(title) <= per_line:
        return (title,) if title else ()
    rest = title.removeprefix(paper.agency)
    if rest != title and len(paper.agency) <= per_line and len(rest) <= per_line:
        return (paper.agency, rest)
    if rest != title and len(rest) <= per_line:
        return (*_balanced(paper.agency, per_line), rest)
    return _balanced(title, per_line)


def _balanced(title: str, per_line: int) -> tuple[str, ...]:
    """Lines of like length, none begun by a closing mark or broken inside a number or word."""
    count = -(-len(title) // per_line)
    lines, start = [], 0
    for left in range(count, 0, -1):
        stop = start + -(-(len(title) - start) // left)
        while stop < len(title) and stop - start < per_line and _glued(title, stop):
            stop += 1
        lines.append(title[start:stop])
        start = stop
    return tuple(line for line in (*lines, title[start:]) if line)


def _glued(title: str, at: int) -> bool:
    before, after = title[at - 1], title[at]
    latin = before.isascii() and after.isascii()
    return latin or after in _NO_BREAK_BEFORE or before in _NO_BREAK_AFTER


def number_line(paper: Paper) -> str:
    """The number, or its empty place in a draft."""
    return str(paper.number) if paper.number else f"（文号待编）〔{paper.on.year}〕　号"


def copy_line(paper: Paper) -> str:
    """Who gets a copy, as one line without its full stop."""
    return "，".join(paper.copy_to)


def printed_day(paper: Paper) -> str:
    """The day of printing with 印发, where there is an issuing office."""
    return f"{zh_date(paper.printed_on or paper.on)}印发" if paper.printed_by else ""


def font_note() -> str:
    """Which fonts of the standard this machine lacks; empty if it has them all."""
    lacking = missing_fonts(_STANDARD_FONTS)
    if not lacking:
        return ""
    return f"本机没有安装{'、'.join(lacking)}字体，以思源（Noto）字体代替；正式印制请在装有该字体的电脑上进行。"

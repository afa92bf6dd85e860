"""What on a page is not its document: injected spam, and the chrome around the text.

Spam is taken out wherever it stands before or behind the document, never inside it. Chrome is
taken out only of a page that is recognisably an annual report, because only there it is known
where the document begins and ends; elsewhere it is marked and left standing. Lines with the date
of publication or the source stay: a reader of the report needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gongkai.reading.restore import lexicon

__all__ = ["LEFT_STANDING", "TAKEN_OUT", "Found", "find_foreign", "is_report_page", "spam_in_body"]

TAKEN_OUT = "已移出并留存备查"
LEFT_STANDING = "已标出，未作改动"
"""How the reason of a span ends, by what became of it."""

_NEAR_EDGE = 8
_FEWEST_LISTED = 4
_LONGEST_SEARCHED = 400

_BULLETS = " \t\r\f\v\u00a0\u3000•·●▪◆■○*#>|+-–—"
_TRAILERS = " \t\r\f\v\u00a0\u3000|"
_LINK = re.compile(r"\[([^\[\]\n]{0,80})\]\([^()\n]{0,300}\)")
_SEPARATOR = re.compile(r"[|丨｜_]")
_SENTENCE_MARK = re.compile(r"[。；：《》〔〕“”\"]")
_SENTENCE_END = re.compile(r"[。！？；：\s]")
_HEADING = re.compile(
    r"(?P<number>[一二三四五六])[ *]{0,3}[、.．][ *]{0,3}"
    r"(?:总体情况|主动公开|收到和?处理|政府信息公开行政|因政府信息公开|存在的?主要?问题|其他需要?报告|其他重?要?事项)"
)
_BEFORE_HEADING = " \t\u00a0\u3000#*>|"
_TITLE = re.compile(r"政府信息公开(?:工作)?(?:\d{4}年)?(?:年度)?报告")
_DATED = re.compile(
    r"(?:19|20)\d\d[-年./]\s?\d{1,2}[-月./]\s?\d{1,2}|来源\s?[:：]|发布日期|发布时间"
)
_NO_TITLE = re.compile(r"[。；]|^[\d\s年月日./-]+$|^(?:来源|发布|时间|日期)")
_DASH = re.compile(r"^[\s•·●*]*[-–—][\s-]*$")


@dataclass(frozen=True, slots=True)
class Found:
    """A span `[start, end)` that is not the document's: `kind` is `spam` or `chrome`."""

    start: int
    end: int
    kind: str
    reason: str
    removable: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def is_report_page(view: str) -> bool:
    """Return whether `view` (simplified text) is an annual report, headings and all."""
    return bool(_report_headings(view))


def _report_headings(view: str) -> list[re.Match[str]]:
    """Return the section headings of an annual report; none, if `view` is not one."""
    if "年度报告" not in view and not _TITLE.search(view):
        return []
    headings = [match for match in _HEADING.finditer(view) if _begins_line(view, match.start())]
    return headings if len({match["number"] for match in headings}) >= 2 else []


def _begins_line(view: str, start: int) -> bool:
    line = view.rfind("\n", max(0, start - 40), start) + 1
    return (line > 0 or start <= 40) and not view[line:start].strip(_BEFORE_HEADING)


def find_foreign(view: str) -> list[Found]:
    """Return what of `view` is not the document's own, sorted, not overlapping.

    `view` is the text in simplified script, character for character.
    """
    if headings := _report_headings(view):
        return _of_report(view, headings)
    return _of_any_page(view)


def spam_in_body(view: str, found: Sequence[Found]) -> list[tuple[int, int]]:
    """Return the spans of long spam lists that stand where nothing may be taken out."""
    if "|" not in view and "_" not in view:
        return []
    known = {item.start for item in found}
    return [
        (line.start, line.end)
        for line in _lines(view, 0, len(view))
        if line.text.count("|") + line.text.count("_") >= _FEWEST_LISTED
        and line.start not in known
        and _is_spam_line(line.text)
    ]


def _of_any_page(view: str) -> list[Found]:
    head = _lines_from_start(view)
    found = _spam_run(head, at_head=True)
    taken = max((item.end for item in found), default=0)
    tail = [line for line in _lines_from_end(view) if line.start >= taken]
    found += _spam_run(tail, at_head=False)
    removed = {item.start for item in found}
    for line in {*head, *tail}:
        if line.start not in removed and (what := _chrome(line.text)):
            found.append(_chrome_found(line, what, removable=False))
    return _widened(view, sorted(found, key=lambda item: item.start))


def _of_report(view: str, headings: Sequence[re.Match[str]]) -> list[Found]:
    first = view.rfind("\n", 0, headings[0].start("number")) + 1
    last = view.find("\n", headings[-1].end())
    last = len(view) if last < 0 else last
    head = list(_lines(view, 0, first))
    tail = list(_lines(view, last, len(view)))
    found = _spam_run(head, at_head=True) + _spam_run(tail[::-1], at_head=False)
    found += _chrome_lines(head, found, in_tail=False) + _chrome_lines(tail, found, in_tail=True)
    return _widened(view, sorted(found, key=lambda item: item.start))


def _lines(view: str, start: int, end: int) -> Iterator[_Line]:
    """Yield the lines of `view[start:end]` that are not blank."""
    while start < end:
        stop = view.find("\n", start, end)
        stop = end if stop < 0 else stop
        text = view[start:stop]
        if text and not text.isspace():
            yield _Line(start, stop, text)
        start = stop + 1


def _lines_from_start(view: str) -> list[_Line]:
    """Return the lines at the head: spam lines, and the first few that are not."""
    lines: list[_Line] = []
    kept = 0
    for line in _lines(view, 0, len(view)):
        lines.append(line)
        kept += not _is_spam_line(line.text)
        if kept == _NEAR_EDGE:
            break
    return lines


def _lines_from_end(view: str) -> list[_Line]:
    """Return the lines at the tail, the last one first, as `_lines_from_start` does."""
    lines: list[_Line] = []
    kept, end = 0, len(view)
    while end > 0 and kept < _NEAR_EDGE:
        start = view.rfind("\n", 0, end) + 1
        text = view[start:end]
        if text.strip():
            lines.append(_Line(start, end, text))
            kept += not _is_spam_line(text)
        end = start - 1
    return lines


def _spam_run(lines: Sequence[_Line], *, at_head: bool) -> list[Found]:
    """Return the spam among `lines` (the outermost line first)."""
    found: list[Found] = []
    for line in lines:
        if _is_spam_line(line.text):
            reason = f"这一行是被注入的广告或垃圾链接，不是原文，{TAKEN_OUT}。"
            found.append(Found(line.start, line.end, "spam", reason))
        elif part := _spam_part(line, at_head=at_head):
            reason = f"这一行里混有被注入的广告词，其余文字未动，广告词{TAKEN_OUT}。"
            found.append(Found(*part, "spam", reason))
    return found


def _spam_part(line: _Line, *, at_head: bool) -> tuple[int, int] | None:
    """Return the span of the spam phrases before (or behind) the official text of a line."""
    parts: list[tuple[int, int]] = []
    begin = 0
    for match in _SEPARATOR.finditer(line.text):
        parts.append((begin, match.start()))
        begin = match.end()
    if not parts:
        return None
    parts.append((begin, len(line.text)))
    ordered = parts if at_head else parts[::-1]
    run = 0
    while run < len(ordered) and _spam_or_empty(line.text[slice(*ordered[run])]):
        run += 1
    if run == len(ordered) or not any(_is_spam_phrase(line.text[a:b]) for a, b in ordered[:run]):
        return None
    if at_head:
        return line.start, line.start + ordered[run][0]
    cut = ordered[run][1]
    official = line.text[slice(*ordered[run])]
    ends = [m.end() for m in _SENTENCE_END.finditer(official)]
    if ends and _is_spam_phrase(official[ends[-1] :]):
        cut = ordered[run][0] + ends[-1]
    return line.start + cut, line.end


def _spam_or_empty(phrase: str) -> bool:
    return not phrase.strip() or _is_spam_phrase(phrase)


def _is_spam_line(line: str) -> bool:
    """Return whether nothing in `line` is official: one spam phrase, or a list mostly of them."""
    if any(marker in line for marker in lexicon.SPAM_MARKERS):
        return True
    phrases = [phrase for phrase in _SEPARATOR.split(line) if phrase.strip()]
    if len(phrases) < 2:
        return len(line) <= _LONGEST_SEARCHED and _is_spam_phrase(line)
    spam = sum(map(_is_spam_phrase, phrases))
    if spam * 10 < len(phrases) * 6:
        return False
    official, _ = _patterns()
    return official.search(line) is None and _SENTENCE_MARK.search(line) is None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    def either(words: Iterable[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    official = re.compile(either(lexicon.OFFICIAL))
    tiers = (
        ("strong", lexicon.SPAM_STRONG),
        ("weak", lexicon.SPAM_WEAK),
        ("filler", lexicon.SPAM_FILLER),
        ("brand", lexicon.BRANDS),
    )
    words = "|".join(f"(?P<{name}>{either(listed)})" for name, listed in tiers)
    return official, re.compile(words, re.IGNORECASE)


_BRAND_SIGN = re.compile(
    r"[0-9A-Za-z]{2,}|[（(]中国[)）]|以诚为本|信心|赢在|唯一|官方|入口|官网|网址"
)


def _is_spam_phrase(phrase: str) -> bool:
    """Return whether `phrase` is spam from end to end."""
    official, words = _patterns()
    phrase = phrase.strip()
    if not 2 <= len(phrase) <= _LONGEST_SEARCHED:
        return False
    if official.search(phrase) or _SENTENCE_MARK.search(phrase):
        return False
    hits: dict[str, set[str]] = {"strong": set(), "weak": set(), "filler": set(), "brand": set()}
    covered = 0
    for match in words.finditer(phrase):
        hits[match.lastgroup or "filler"].add(match.group().lower())
        covered += len(match.group())
    if hits["brand"] and (sign := _BRAND_SIGN.search(phrase)):
        hits["strong"] |= hits["brand"]
        covered += 0 if words.search(sign.group()) else len(sign.group())
    length = sum(1 for c in phrase if c.isalnum()) or 1
    share = covered / length
    if hits["strong"]:
        return share >= 0.4
    return len(hits["weak"]) >= 3 and share >= 0.6


@cache
def _chrome_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(p, re.IGNORECASE), what) for p, what in lexicon.CHROME)


def _chrome(line: str) -> str:
    """Return what piece of page chrome `line` is, or nothing."""
    if len(line) > _LONGEST_SEARCHED:
        return ""
    text = _LINK.sub(r"\1", line).lstrip(_BULLETS).rstrip(_TRAILERS)
    text = re.sub(r"[ \t\u00a0\u3000]+", "", text)
    if not text or _DATED.search(text):
        return ""
    for pattern, what in _chrome_patterns():
        if pattern.fullmatch(text):
            return what
    return ""


def _chrome_found(line: _Line, what: str, *, removable: bool = True) -> Found:
    done = TAKEN_OUT if removable else LEFT_STANDING
    reason = f"这一行是网页上的{what}，不属于文件正文，{done}。"
    return Found(line.start, line.end, "chrome", reason, removable)


def _chrome_lines(lines: Sequence[_Line], spam: Sequence[Found], *, in_tail: bool) -> list[Found]:
    """Return the chrome among `lines`, with the blocks of other pages' titles behind the body."""
    taken = {item.start for item in spam}
    block_head = re.compile(lexicon.BLOCK_HEADS)
    found: list[Found] = []
    in_block = follows = False
    for line in lines:
        bare = line.text.lstrip(_BULLETS).rstrip(_TRAILERS)
        if line.start in taken:
            in_block = False
            follows = True
        elif what := _chrome(line.text):
            found.append(_chrome_found(line, what))
            in_block = in_tail and block_head.fullmatch(bare) is not None
            follows = True
        elif follows and _DASH.match(line.text):
            found.append(_chrome_found(line, "空按钮"))
        elif in_block and len(bare) <= 60 and not _NO_TITLE.search(bare):
            found.append(_chrome_found(line, "其他页面的标题"))
        else:
            in_block = follows = False
    return found


def _widened(view: str, found: list[Found]) -> list[Found]:
    """Let each removable whole line take its line break, and the blank lines at an edge.

    Behind spam at the very head the text begins with its first line; before spam at the very
    tail it ends with its last.
    """
    tail_from = _first_of_tail(view, found)
    widened: list[Found] = []
    at, kept_before = 0, False
    for index, item in enumerate(found):
        start, end = max(item.start, at), item.end
        kept_before = kept_before or not item.removable or bool(view[at:start].strip())
        whole = view[start - 1 : start] in ("", "\n") and view[end : end + 1] in ("", "\n")
        if item.removable and index >= tail_from:
            start = _end_of_kept(view, start) if index == tail_from else at
        elif item.removable and whole:
            end = min(end + 1, len(view))
            if not kept_before:
                end = _next_line_with_text(view, end)
        at = end
        if start < end:
            widened.append(replace(item, start=start, end=end))
    return widened


def _first_of_tail(view: str, found: Sequence[Found]) -> int:
    """Return the index of the first item behind which nothing of the document follows."""
    index, edge = len(found), len(view)
    while index > 0 and found[index - 1].removable:
        item = found[index - 1]
        if view[item.end : edge].strip() or (item.start and view[item.start - 1] != "\n"):
            break
        index, edge = index - 1, item.start
    return index


def _end_of_kept(view: str, start: int) -> int:
    kept = len(view[:start].rstrip())
    line_break = view.find("\n", kept, start)
    return line_break if kept and line_break >= 0 else start


def _next_line_with_text(view: str, start: int) -> int:
    line = next(_lines(view, start, len(view)), None)
    return line.start if line else len(view)

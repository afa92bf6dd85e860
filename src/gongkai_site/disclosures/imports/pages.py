"""Pages of an old site into planned documents.

A page is decoded, its article is found among what stands around it, cleaned, and restored: what a
collecting site glued in is taken out, spam is set aside for the editor to see. Title, date, source
and attachments are read from the page's own tags, or from its first lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from gongkai.errors import GongkaiError
from gongkai.reading.containers import open_document
from gongkai.reading.containers.encodings import decode
from gongkai.reading.document import Document, TextBlock
from gongkai.reading.restore import restore
from gongkai_site.disclosures.cleaning import clean_html, stream_of
from gongkai_site.disclosures.cleaning.model import Block, Heading, List, Note, Paragraph
from gongkai_site.disclosures.house import house
from gongkai_site.disclosures.imports.bodies import body_of_text
from gongkai_site.disclosures.imports.bounds import ImportRefused, bound
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.imports.planned import Plan, Planned, Removed
from gongkai_site.disclosures.imports.restoring import restored
from gongkai_site.disclosures.imports.rows import attachable
from gongkai_site.disclosures.models import Disclosure

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Page", "plan_pages", "read_page"]

_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml", ".txt")
_ARTICLES = (
    *("#zoom", "#UCAP-CONTENT", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view", "#zoomcon"),
    *(".article-content", ".article_content", ".articleContent", ".pages_content", ".wzcontent"),
    *("#article-content", "#articleContent", "#js_content", ".zwxl-article", ".view_content"),
    *(".content_text", ".article", "article", "#content", ".content", "main"),
)
"""Where the systems of government sites keep the article, the most particular first."""

_BASE = "https://page.invalid/"
_DAY = re.compile(r"((?:19|20)\d\d)\s?[-年./]\s?(\d{1,2})\s?[-月./]\s?(\d{1,2})\s?日?")
_DATE_LINE = re.compile(
    r"(?:(?:发布|发稿|公开|更新|录入)?(?:日期|时间)\s*[:：]?\s*)?"
    r"(?:19|20)\d\d\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}\s?日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_SOURCE_LINE = re.compile(r"(?:信息|文章|稿件)?来源\s*[:：]\s*(?P<it>[^\s|]{2,40})")
_LABEL = re.compile(
    r"(?:标\s*题|名\s*称|发布(?:时间|日期|机构)|文\s*号|发文字号|索\s*引\s*号|栏\s*目|原文链接|责任编辑|浏览次数)"
    r"\s*[:：].{0,200}",
    re.DOTALL,
)
_INDEX_LINE = re.compile(r"索\s*引\s*号\s*[:：]\s*(?P<it>[0-9A-Za-z/_.〔〕\-—]{4,80})")
_BULLETS = " \t\r\n\u00a0\u3000•·●▪◆■○*#>|+-–—"
_SITE_NAME = re.compile(r"\s*[-_|–—]+\s*[^-_|–—]{2,30}(?:网|网站|政府|门户|局|委|厅|平台)\s*$")
_HEAD_LINES = 8
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds: its document, and what was taken out or left for the editor."""

    title: str
    published: date | None
    source: str
    body: list[dict[str, Any]]
    links: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    restored: Mapping[str, int] = ()  # type: ignore[assignment]
    warnings: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    index_number: str = ""


def plan_pages(
    package: Package,
    common: Mapping[str, Any],
    *,
    adopted_on: date | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Plan what a package of pages comes to.

    Args:
        package: pages, and the files they link to.
        common: facts of every document: `kind`, `column`, `publisher`; and `nature`.
        adopted_on: the day they are adopted, where the public had them already: each then needs the
            date it was published, not after that day.
        progress: told the number of pages read.
    """
    plan = Plan()
    names = [name for name in package.names if name.lower().endswith(_PAGES)]
    if not names:
        raise ImportRefused("没有找到网页。请上传 .html 文件，或者装着网页的 ZIP 压缩包。")
    if len(names) > bound("pages"):
        raise ImportRefused(f"一次最多 {bound('pages')} 个网页。请分几次导入。")
    used: set[str] = set(names)
    for name in names:
        try:
            page = read_page(package.data(name, bound("page_bytes")), name)
        except GongkaiError as error:
            plan.fault(name, f"读不出来：{error}")
        else:
            if adopted_on is None or _standing(plan, name, page, adopted_on):
                _plan_page(plan, package, name, page, common, used)
        plan.rows += 1
        if plan.rows % 5 == 0:
            progress(plan.rows)
    spare = [name for name in package.names if name not in used]
    if spare:
        shown = "、".join(spare[:5]) + ("等" if len(spare) > 5 else "")
        plan.remark("压缩包", f"有 {len(spare)} 个文件没有网页链接到，不会导入：{shown}。")
    return plan


def _standing(plan: Plan, name: str, page: Page, today: date) -> bool:
    """Whether a page tells when it was published; names the fault where it does not."""
    if page.published is None:
        says = "没有找到公开日期。请在网页里补上，或者改用目录导入，填写“公开日期”。"
        plan.fault(name, says)
    elif page.published > today:
        plan.fault(name, f"公开日期 {page.published} 晚于今天（{today}）。请核对日期。")
    elif page.index_number and Disclosure.objects.filter(index_number=page.index_number).exists():
        plan.fault(name, f"索引号“{page.index_number}”已经有文件在用。请去掉这一页。")
    elif page.index_number in {one.index_number for one in plan.documents} - {""}:
        plan.fault(name, f"索引号“{page.index_number}”与前面的一页重复。请去掉这一页。")
    else:
        return True
    return False


def _plan_page(
    plan: Plan,
    package: Package,
    name: str,
    page: Page,
    common: Mapping[str, Any],
    used: set[str],
) -> None:
    if not page.title:
        plan.fault(name, "没有找到标题。请在网页里补上 <title>，或者改用目录导入。")
        return
    if not page.body:
        plan.fault(name, "没有找到正文。请确认保存的是文章页，不是列表页。")
        return
    files = _files(plan, package, name, page.links, used)
    facts: dict[str, Any] = {key: value for key, value in common.items() if key != "nature"}
    facts |= {"title": page.title[:_LONGEST_TITLE], "source": page.source[:120], "body": page.body}
    if page.published is not None:
        facts["formed_on"] = page.published
    else:
        plan.remark(name, "没有找到发布日期。导入后请补填形成或变更日期。")
    for warning in page.warnings[:5]:
        plan.remark(name, warning)
    for note in page.notes:
        plan.remark(name, note.message)
    plan.documents.append(
        Planned(
            name,
            facts,
            {"nature": common.get("nature", "proactive")},
            files,
            page.removed,
            page.restored,
            page.published,
            page.index_number,
        )
    )


def _files(
    plan: Plan, package: Package, name: str, links: Sequence[str], used: set[str]
) -> tuple[str, ...]:
    """The attachments a page links to that came along."""
    found: list[str] = []
    folder = name.rpartition("/")[0]
    for path in dict.fromkeys(unquote(urlsplit(link).path).lstrip("/") for link in links):
        suffix = f".{path.rpartition('.')[2].lower()}" if "." in path else ""
        if suffix not in house()["attachments"]["types"]:
            continue
        beside = f"{folder}/{path}" if folder else path
        held = [beside] if beside in package.names else package.find(path)
        if len(held) != 1:
            what = "不在上传的文件里" if not held else "有几个同名的文件"
            plan.remark(name, f"附件“{path.rsplit('/', 1)[-1]}”{what}，导入后请补传。")
        elif wrong := attachable(package, held[0]):
            plan.remark(name, f"{wrong}没有带过来。")
        elif held[0] not in found:
            found.append(held[0])
            used.add(held[0])
    return tuple(found)


def read_page(data: bytes, name: str = "") -> Page:
    """Read one page.

    Raises:
        gongkai.errors.ReadingError: the file is no page, damaged, or too deep.
    """
    document = open_document(data, name)
    if document.container == "html":
        return _of_html(decode(data).text, document)
    if document.container in ("text", "markdown", "json"):
        blocks = [_block(document, one) for one in document.blocks if isinstance(one, TextBlock)]
        return _page(document, [one for one in blocks if one is not None], "", (), ())
    raise ImportRefused(f"“{name}”不是网页。请上传 .html 文件；Word、PDF 文件请用目录导入。")


def _block(document: Document, block: TextBlock) -> Block | None:
    from html import escape

    words = document.text[block.start : block.end].strip(_BULLETS)
    return Paragraph(escape(words, quote=False).replace("\n", "<br>")) if words else None


def _of_html(markup: str, document: Document) -> Page:
    from selectolax.lexbor import LexborHTMLParser

    parsed = LexborHTMLParser(markup)
    heading = parsed.css_first("h1")
    title = " ".join((heading.text() if heading is not None else "").split())
    article, outside = _article(parsed)
    cleaned = clean_html(article or markup, base_url=_BASE)
    links = [link.href for link in cleaned.links] + outside
    own = tuple(dict.fromkeys(link for link in links if link.startswith(_BASE)))
    blocks = [_without_own_links(block) for block in cleaned.blocks]
    notes = tuple(
        note for note in cleaned.notes if note.code not in ("active_removed", "table_unpacked")
    )
    pictures = [block for block in blocks if type(block).__name__ == "Picture"]
    if pictures:
        says = f"{len(pictures)} 张图片没有带过来。导入后请在编辑器里上传，并写替代文字。"
        notes = (
            *(n for n in notes if n.code != "image_alt"),
            Note("image_lost", len(pictures), says),
        )
    return _page(document, blocks, title, own, notes)


def _article(parsed: LexborHTMLParser) -> tuple[str, list[str]]:
    """The article's markup, empty where no known mark tells it; and links of the whole page."""
    body = parsed.body
    whole = len((body.text() if body is not None else "").strip())
    links = []
    for node in parsed.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if (
            href
            and "://" not in href
            and not href.startswith(("#", "javascript:", "mailto:", "//"))
        ):
            links.append(_BASE + href.lstrip("./"))
    for mark in _ARTICLES:
        found = [node for node in parsed.css(mark) if len((node.text() or "").strip()) > 80]
        if len(found) == 1 and len((found[0].text() or "").strip()) * 10 >= whole:
            return found[0].html or "", links
    return "", links


_OWN_LINK = re.compile(rf'<a href="{re.escape(_BASE)}[^"]*">(.*?)</a>', re.DOTALL)


def _without_own_links(block: Block) -> Block:
    """Links within the old site lead nowhere on the new one: their words stay."""
    match block:
        case Heading(level, html):
            return Heading(level, _OWN_LINK.sub(r"\1", html))
        case Paragraph(html):
            return Paragraph(_OWN_LINK.sub(r"\1", html))
        case List(items):
            return List([replace(one, html=_OWN_LINK.sub(r"\1", one.html)) for one in items])
    return block


def _page(
    document: Document,
    blocks: Sequence[Block],
    title: str,
    links: tuple[str, ...],
    notes: tuple[Note, ...],
) -> Page:
    named = document.metadata.get("ArticleTitle") or title or _SITE_NAME.sub("", document.title)
    head = [named] if named else []
    done = restored(blocks, head)
    clean = restore(named).clean if named else ""
    told = _Told(clean.strip(_BULLETS), _day(document.published), "")
    if source := document.metadata.get("ContentSource", ""):
        told.source = restore(source).clean.strip()
    chrome = {
        item.text.strip(_BULLETS): item for item in done.restoration.quarantined if not item.removed
    }
    kept = told.body(done.blocks, set(chrome) if document.container != "html" else set())
    counts = Counter(change.kind.value for change in done.restoration.changes)
    return Page(
        told.title,
        told.published,
        told.source,
        stream_of(kept) if kept else body_of_text(""),
        links,
        tuple(
            Removed(item.kind, item.text.strip()[:400], item.reason)
            for item in done.restoration.quarantined
            if item.removed
        ),
        dict(counts),
        tuple(dict.fromkeys(one.message for one in done.restoration.warnings)),
        notes,
        told.index_number,
    )


def _day(text: str) -> date | None:
    found = _DAY.search(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


class _Told:
    """What a page tells of itself: by its tags, or by its first lines, which are then no body."""

    def __init__(self, title: str, published: date | None, source: str) -> None:
        self.title, self.published, self.source = title, published, source
        self.index_number = ""

    def body(self, blocks: Sequence[Block], chrome: set[str]) -> list[Block]:
        """The blocks without the lines that only tell of the page."""
        kept: list[Block] = []
        for place, block in enumerate(blocks):
            words = _words(block)
            if words is not None and not kept and place < _HEAD_LINES and self._takes(words):
                continue
            if words is not None and words.strip(_BULLETS) in chrome:
                continue
            kept.append(block)
        return kept

    def _takes(self, words: str) -> bool:
        """Whether a line at the head is title, date or source; notes what it says."""
        line = words.strip(_BULLETS)
        bare = re.sub(r"\s", "", line)
        if not self.title and 4 <= len(line) <= _LONGEST_TITLE and not _DATE_LINE.fullmatch(line):
            self.title = line
            return True
        if bare and bare == re.sub(r"\s", "", self.title):
            return True
        taken = False
        if found := _SOURCE_LINE.search(line):
            self.source = self.source or found["it"]
            taken = True
        if len(line) <= 80 and (taken or _DATE_LINE.fullmatch(line)) and _DAY.search(line):
            self.published = self.published or _day(line)
            taken = True
        if found := _INDEX_LINE.search(line):
            self.index_number = self.index_number or found["it"]
        if _LABEL.fullmatch(line):
            self.published = self.published or (
                _day(line) if "时间" in line[:6] or "日期" in line[:6] else None
            )
            return True
        return taken and len(line) <= 80


def _words(block: Block) -> str | None:
    if isinstance(block, Paragraph | Heading):
        return unescape(re.sub(r"<[^<>]+>", "", block.html.replace("<br>", "\n")))
    if isinstance(block, List) and len(block.items) == 1:
        return unescape(re.sub(r"<[^<>]+>", "", block.items[0].html))
    return None

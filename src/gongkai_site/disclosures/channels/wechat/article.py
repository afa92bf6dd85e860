"""A published document as an article WeChat accepts.

WeChat knows no class, no script, no foreign picture, and no link to other sites; it cuts without a
word what it does not like. So we cut ourselves, and say so: links become their text, a body that is
too long ends at a whole block with a line that leads to the original, a title that is too long is
shortened and stands whole at the top.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html as lxml_html
from lxml.html import HtmlElement

from gongkai_site.disclosures.channels.wechat.contract import contract

__all__ = ["Article", "Source", "article_of", "default_title"]

_KEPT = frozenset(
    "p br strong b em i sup sub ul ol li h2 h3 h4 blockquote table caption thead tbody tr th td "
    "img section".split()
)
_RENAMED = {"div": "section", "figure": "section", "figcaption": "p", "footer": "p", "cite": "em"}
_ATTRIBUTES = {
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "ol": ("start",),
    "img": ("src", "alt"),
}
_STYLES = {
    "p": "margin:0 0 1em;line-height:1.8;",
    "h2": "font-size:18px;margin:1.2em 0 .6em;",
    "h3": "font-size:17px;margin:1em 0 .5em;",
    "h4": "font-size:16px;margin:1em 0 .5em;",
    "table": "border-collapse:collapse;width:100%;",
    "td": "border:1px solid #999;padding:4px 6px;",
    "th": "border:1px solid #999;padding:4px 6px;",
    "img": "max-width:100%;height:auto;",
}
_DROPPED = frozenset("script style iframe object embed form svg template".split())
_MORE = "正文较长，余下内容请点击文末“阅读原文”查看。"


@dataclass(frozen=True, slots=True)
class Source:
    """What an article is made of. `url` is the address of the public page, "" where there is none."""

    title: str
    publisher: str
    summary: str
    body_html: str
    url: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """An article. `remarks` tells in Chinese what became different; `problems` what forbids sending.

    `pictures` are the addresses in the body that must be handed over and named anew.
    """

    title: str
    author: str
    digest: str
    content: str
    source_url: str
    pictures: tuple[str, ...]
    remarks: tuple[str, ...]
    problems: tuple[str, ...]

    def fields(self, *, cover: str, urls: Mapping[str, str], mark: str) -> dict[str, Any]:
        """What `draft/add` takes. `mark` stands at the end of the source address, to find it by.

        Raises KeyError where a picture has no new address.
        """
        return {
            "article_type": "news",
            "title": self.title,
            "author": self.author,
            "digest": self.digest,
            "content": _with_addresses(self.content, urls),
            "content_source_url": f"{self.source_url}{mark}" if self.source_url else "",
            "thumb_media_id": cover,
            "need_open_comment": 0,
            "only_fans_can_comment": 0,
        }

    def plain(self) -> str:
        """The content for a page of ours, whose rules allow no style in it."""
        root = _root(self.content)
        for element in root.iter():
            element.attrib.pop("style", None)
        return _inner(root)


def default_title(title: str) -> str:
    """A title cut to what WeChat takes."""
    most: int = contract()["limits"]["title"]
    return title if len(title) <= most else title[: most - 1] + "…"


def article_of(source: Source, title: str = "") -> Article:
    """Make the article; `title` is one an editor chose for it."""
    limits = contract()["limits"]
    remarks, problems = [], []
    shown = " ".join(title.split()) or default_title(source.title)
    if len(shown) > limits["title"]:
        problems.append(f"标题有{len(shown)}个字，微信最多{limits['title']}个字。请改短。")
    blocks = list(_blocks(source.body_html))
    if any("<a " in one for one in (source.body_html,)):
        remarks.append("微信不接受外部链接：正文里的链接只留文字。")
    if shown != source.title:
        remarks.append("标题已改短，完整标题放在正文开头。")
        blocks.insert(0, _block("p", source.title, strong=True))
    if source.attachments:
        names = "、".join(source.attachments)
        blocks.append(_block("p", f"附件：{names}（请到原文下载）"))
        remarks.append("附件不能随文发送，只列出名称。")
    content, cut = _fitting(blocks, source.url)
    if cut:
        remarks.append(f"正文超过{limits['content']}个字符（连标签），已在整段处截断并指向原文。")
    if not blocks:
        problems.append("没有正文，不能发送。")
    if not source.url:
        problems.append("本机关还没有填写网站地址，文末不能指向原文。请先在机关信息里填写网址。")
    elif len(source.url.encode()) > limits["source_url_bytes"] - 40:
        problems.append("原文的网址太长，微信不接受。")
    author = source.publisher if len(source.publisher) <= limits["author"] else ""
    if source.publisher and not author:
        remarks.append(f"发布机构的名称超过{limits['author']}个字，作者一栏留空。")
    digest = " ".join(source.summary.split())[: limits["digest"]]
    pictures = tuple(dict.fromkeys(one.get("src", "") for one in _root(content).iter("img")))
    return Article(
        shown, author, digest, content, source.url, pictures, tuple(remarks), tuple(problems)
    )


def _fitting(blocks: list[str], url: str) -> tuple[str, bool]:
    """As many whole blocks as fit, and whether some did not."""
    limits = contract()["limits"]
    end = _block("p", f"原文：{url}") if url else ""
    more = _block("p", _MORE)
    room = limits["content"] - 1 - len(end)
    room_bytes = limits["content_bytes"] - 1 - len(end.encode())
    whole = "".join(blocks)
    if len(whole) <= room and len(whole.encode()) <= room_bytes:
        return whole + end, False
    held, length, size = [], len(more), len(more.encode())
    for block in blocks:
        length, size = length + len(block), size + len(block.encode())
        # A picture's address is longer once it is WeChat's.
        length += 200 * block.count("<img")
        if length > room or size > room_bytes:
            break
        held.append(block)
    return "".join(held) + more + end, True


def _blocks(body: str) -> Iterable[str]:
    """The body's blocks, each as WeChat takes it."""
    root = _root(body)
    if root.text and root.text.strip():
        yield _block("p", root.text.strip())
    for child in root:
        tail, child.tail = child.tail, None
        cleaned = _cleaned(child)
        if cleaned is not None:
            yield lxml_html.tostring(cleaned, encoding="unicode")
        if tail and tail.strip():
            yield _block("p", tail.strip())


def _cleaned(element: HtmlElement) -> HtmlElement | None:
    """A copy with what WeChat keeps; an element it does not know is there as its content."""
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return None
    tag = _RENAMED.get(element.tag, element.tag)
    made: HtmlElement = lxml_html.Element(tag if tag in _KEPT else "section")
    for name in _ATTRIBUTES.get(tag, ()):
        if element.get(name):
            made.set(name, element.get(name))
    if tag in _STYLES:
        made.set("style", _STYLES[tag])
    _fill(made, element)
    return made


def _fill(made: HtmlElement, element: HtmlElement) -> None:
    _add_text(made, element.text)
    for child in element:
        if child.tag in {"a", "span"}:
            _fill(made, child)
        else:
            cleaned = _cleaned(child)
            if cleaned is not None:
                made.append(cleaned)
        _add_text(made, child.tail)


def _add_text(made: HtmlElement, text: str | None) -> None:
    if not text:
        return
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


def _block(tag: str, text: str, *, strong: bool = False) -> str:
    said = html.escape(text, quote=False)
    return f'<{tag} style="{_STYLES[tag]}">{f"<strong>{said}</strong>" if strong else said}</{tag}>'


def _with_addresses(content: str, urls: Mapping[str, str]) -> str:
    root = _root(content)
    for picture in root.iter("img"):
        picture.set("src", urls[picture.get("src", "")])
    return _inner(root)


def _root(body: str) -> HtmlElement:
    root: HtmlElement = lxml_html.fragment_fromstring(body or "", create_parent="div")
    return root


def _inner(root: HtmlElement) -> str:
    parts = [lxml_html.tostring(child, encoding="unicode") for child in root]
    return html.escape(root.text or "", quote=False) + "".join(parts)

"""A body (`body` of a document) into accessible HTML and into plain text.

Pure but for one thing: where no pictures are given, those the body names are looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from gongkai.errors import GongkaiError
from gongkai_site.disclosures.body import sanitise

__all__ = ["BodyInvalid", "FileShown", "PictureShown", "blocks_of", "picture_ids", "render"]


class BodyInvalid(GongkaiError):
    """A body holds a block there is no such kind of, or one that is not made as its kind is."""


@dataclass(frozen=True)
class PictureShown:
    """A picture as a page shows it: its address on this site, and its size in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class FileShown:
    """An attachment as a page offers it: its name, its address on this site, its size in bytes."""

    name: str
    url: str
    size: int


@dataclass
class _Page:
    """What the blocks of one body need to know of each other."""

    pictures: Mapping[int, PictureShown]
    attachments: Sequence[FileShown]
    level: int = 1


Made = tuple[str, str]


def render(
    body: Any,
    *,
    pictures: Mapping[int, PictureShown] | None = None,
    attachments: Sequence[FileShown] = (),
) -> Made:
    """Return a body as HTML and as text.

    Args:
        body: a StreamField's value, or the list of blocks it holds.
        pictures: the pictures the body names, by id; looked up, with their public addresses, where
            none are given. A picture that is not there is left out.
        attachments: the document's attachments, for the place where the body lists them.

    Raises BodyInvalid for a block of no known kind or of a wrong make.
    """
    blocks = blocks_of(body)
    if pictures is None:
        from gongkai_site.disclosures.pictures.public import shown

        pictures = shown(picture_ids(blocks))
    page = _Page(pictures, attachments)
    made = [_block(block, page) for block in blocks]
    html = "\n".join(one for one, _ in made if one)
    text = "\n".join(one for _, one in made if one)
    return sanitise.whole(html), text


def blocks_of(body: Any) -> list[Mapping[str, Any]]:
    """Return the blocks a body holds, as plain data."""
    if body is None or body == "":
        return []
    prepared = getattr(body, "get_prep_value", None)
    return list(prepared() if prepared is not None else body)


def picture_ids(blocks: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the ids of the pictures that blocks name, each once, in the order they come."""
    found = (
        block["value"].get("picture")
        for block in blocks
        if block.get("type") == "image" and isinstance(block.get("value"), Mapping)
    )
    return list(dict.fromkeys(one for one in found if isinstance(one, int)))


def _block(block: Mapping[str, Any], page: _Page) -> Made:
    try:
        kind, value = block["type"], block["value"]
    except (KeyError, TypeError):
        raise BodyInvalid("正文里有一段没有种类或者内容。请检查导入的数据。") from None
    if kind not in _KINDS:
        raise BodyInvalid(f"正文里有一段的种类“{kind}”不认识。请检查导入的数据。")
    try:
        return _KINDS[kind](value, page)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BodyInvalid(
            f"正文里有一段（{kind}）的内容写得不对：{error}。请检查导入的数据。"
        ) from error


def _text(value: Any) -> str:
    return " ".join(sanitise.visible(str(value or "")).split())


def _heading(value: Mapping[str, Any], page: _Page) -> Made:
    text = _text(value["text"])
    if not text:
        return "", ""
    # A level that skips one confuses whoever goes from heading to heading by ear.
    page.level = min(max(int(value.get("level") or 2), 2), page.level + 1, 4)
    return f"<h{page.level}>{escape(text)}</h{page.level}>", text


def _paragraph(value: str, page: _Page) -> Made:
    html = sanitise.rich_text(value)
    return html, sanitise.plain(html)


def _quote(value: Mapping[str, Any], page: _Page) -> Made:
    lines = [_text(line) for line in str(value.get("text") or "").splitlines()]
    source = _text(value.get("source"))
    html = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    if not html:
        return "", ""
    if source:
        html += f"<footer>——<cite>{escape(source)}</cite></footer>"
    return f"<blockquote>{html}</blockquote>", "\n".join([line for line in lines if line])


def _image(value: Mapping[str, Any], page: _Page) -> Made:
    picture = page.pictures.get(value["picture"])
    alt, caption = _text(value.get("alt")), _text(value.get("caption"))
    if picture is None:
        return "", alt
    html = (
        f'<img src="{escape(picture.url)}" alt="{escape(alt)}"'
        f' width="{picture.width}" height="{picture.height}">'
    )
    if caption:
        html += f"<figcaption>{escape(caption)}</figcaption>"
    return f'<figure class="picture">{html}</figure>', caption or alt


def _attachments(value: Mapping[str, Any] | None, page: _Page) -> Made:
    if not page.attachments:
        return "", ""
    title = _text((value or {}).get("title")) or "附件"
    items = "".join(
        f'<li><a href="{escape(one.url)}">{escape(_text(one.name))}</a>（{_size(one.size)}）</li>'
        for one in page.attachments
    )
    names = "\n".join(_text(one.name) for one in page.attachments)
    return f'<p>{escape(title)}：</p><ul class="attachments">{items}</ul>', f"{title}：\n{names}"


def _size(size: int) -> str:
    """A size as people say it."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1024 * 1024):.1f} MB"


def _closing(value: Mapping[str, Any], page: _Page) -> Made:
    lines = [_text(line) for line in str(value.get("organ") or "").splitlines()]
    lines = [line for line in [*lines, _text(value.get("date"))] if line]
    if not lines:
        return "", ""
    return f'<p class="closing">{"<br>".join(map(escape, lines))}</p>', "\n".join(lines)


def _table(value: Mapping[str, Any], page: _Page) -> Made:
    from gongkai_site.disclosures.body import tables

    return tables.table(value)


_KINDS: Mapping[str, Callable[[Any, _Page], Made]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "quote": _quote,
    "table": _table,
    "image": _image,
    "attachments": _attachments,
    "closing": _closing,
}

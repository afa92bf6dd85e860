"""What cleaned markup is: blocks, and notes on what became of the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Block",
    "Cleaned",
    "Heading",
    "Item",
    "Link",
    "List",
    "NOTES",
    "Note",
    "Paragraph",
    "Picture",
    "Table",
    "TableCell",
]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` is 2 to 4, because the page has its own first."""

    level: int
    html: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `html` holds text, `strong`, `em`, `sup`, `sub`, `br` and `a`."""

    html: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; `level` counts from 1."""

    html: str
    ordered: bool
    level: int = 1


@dataclass(frozen=True, slots=True)
class List:
    """A list, its items in order, nested by their levels."""

    items: list[Item]


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell where it begins; columns and rows it covers beyond itself hold no cell."""

    html: str
    header: bool = False
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data. `guessed` says that nothing marked its head and the first row was taken."""

    rows: tuple[tuple[TableCell, ...], ...]
    caption: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, by where it lies; its bytes are never part of a text."""

    src: str
    alt: str = ""


Block = Heading | Paragraph | List | Table | Picture


@dataclass(frozen=True, slots=True)
class Note:
    """What was left out, changed or must be looked at: `count` times."""

    code: str
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was kept, with its words."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The result of `clean_html`: safe markup, what happened, the blocks, and the links in it."""

    html: str
    notes: tuple[Note, ...] = ()
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    links: tuple[Link, ...] = field(default=(), repr=False)


NOTES = {
    "active_removed": "删去了 {n} 处程序、表单、框架或者嵌入的内容。",
    "hidden_removed": "删去了 {n} 处设为不显示的内容。请核对有没有漏掉正文。",
    "comment_removed": "{n} 处批注没有带过来。",
    "deletion_removed": "{n} 处修订中已删除的文字没有带过来。请先在 Word 里接受全部修订，再核对正文。",
    "link_removed": "{n} 个链接的地址不能用，只保留了文字：公开网页只能链接 http、https 和 mailto。",
    "image_lost": "{n} 张图片没有带过来（粘贴只带来图片在你电脑里的位置）。请在编辑器里上传图片，并写替代文字。",
    "image_alt": "{n} 张图片没有替代文字。请用一句话说明图片内容，供看不见图片的人听读。",
    "image_in_table": "表格里的 {n} 张图片没有带过来。请把图片放在表格外面。",
    "list_made": "{n} 项用符号排列的段落改成了列表。请核对层次。",
    "table_header": "{n} 个表格没有标明表头，已把首行作为表头。请核对。",
    "table_unpacked": "{n} 个只用于排版的表格已拆成段落。",
    "table_nested": "{n} 个套在表格里的小表格已改成文字。请核对。",
    "table_too_large": "{n} 个表格太大，已改成文字。请把表格作为附件（xlsx）公开。",
}
"""What each code of a note says."""

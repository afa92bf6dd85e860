"""The blocks an editor writes with.

Few, and each for one thing: what a document of an organ needs, and nothing that lets a page look
unlike the others. The words are those a clerk uses.
"""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageChooserBlock

__all__ = ["BODY_BLOCKS", "RICH_TEXT_FEATURES"]

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "superscript", "subscript"]
"""What the text editor offers; headings, tables and pictures are blocks of their own."""


class HeadingBlock(blocks.StructBlock):
    """A heading within the document; its title is the page's only first heading."""

    level = blocks.ChoiceBlock(
        [("2", "一级（一、）"), ("3", "二级（（一））"), ("4", "三级（1.）")],
        default="2",
        required=True,
        label="级别",
        widget=forms.Select,
    )
    text = blocks.CharBlock(label="标题文字", max_length=200)

    class Meta:
        label = "小标题"
        icon = "title"
        form_layout = ["level", "text"]


class QuoteBlock(blocks.StructBlock):
    """Words of somebody else."""

    text = blocks.TextBlock(label="引文", rows=3)
    source = blocks.CharBlock(label="出处", required=False, max_length=200)

    class Meta:
        label = "引文"
        icon = "openquote"


class DocumentTableBlock(TableBlock):
    """A table with a caption, which says to the ear what it is about, and at least one heading."""

    def clean(self, value: Any) -> Any:
        """Ask for a caption and for headings."""
        if value and not self.is_deferred_validation:
            if not str(value.get("table_caption") or "").strip():
                raise forms.ValidationError("请填写表格标题。看不见表格的人靠它知道这张表讲什么。")
            if value.get("table_header_choice") == "neither":
                raise forms.ValidationError("请指明表头（第一行、第一列或者两者）。")
        return super().clean(value)


class PictureBlock(blocks.StructBlock):
    """A picture, and the words for whoever cannot see it."""

    picture = ImageChooserBlock(label="图片")
    alt = blocks.CharBlock(
        label="替代文字",
        max_length=300,
        help_text="必填。说出图里有什么，读屏软件会念出来，例如“各区受理量柱状图，天河区最高”。",
    )
    caption = blocks.CharBlock(label="图注", required=False, max_length=300)

    class Meta:
        label = "图片"
        icon = "image"


class AttachmentsBlock(blocks.StructBlock):
    """The place where the attachments are listed."""

    title = blocks.CharBlock(
        label="标题",
        default="附件",
        max_length=60,
        help_text="附件在下面“附件”一栏上传，这里只定位置。",
    )

    class Meta:
        label = "附件列表"
        icon = "doc-full"


class ClosingBlock(blocks.StructBlock):
    """Who signs, and when (落款)."""

    organ = blocks.TextBlock(label="署名", rows=2, help_text="联合发文的，一行一个机关。")
    date = blocks.CharBlock(
        label="日期", required=False, max_length=40, help_text="例如 2026年3月1日"
    )

    class Meta:
        label = "落款"
        icon = "edit"


_TABLE = {
    "startRows": 4,
    "startCols": 4,
    "mergeCells": True,
    # Its words are laid by static/gongkai/writing.js.
    "language": "zh-CN",
    "contextMenu": [
        *("row_above", "row_below", "---------", "col_left", "col_right", "---------"),
        *("remove_row", "remove_col", "---------", "mergeCells", "---------", "undo", "redo"),
    ],
}

BODY_BLOCKS = [
    ("paragraph", blocks.RichTextBlock(features=RICH_TEXT_FEATURES, label="文字", icon="pilcrow")),
    ("heading", HeadingBlock()),
    (
        "table",
        DocumentTableBlock(
            label="表格",
            table_options=_TABLE,
            help_text="可以从 Excel 复制后直接粘贴。",
        ),
    ),
    ("image", PictureBlock()),
    ("attachments", AttachmentsBlock()),
    ("quote", QuoteBlock()),
    ("closing", ClosingBlock()),
]
"""For `StreamField(BODY_BLOCKS, blank=True, verbose_name="正文")`."""

"""The columns of the catalogue sheet, and its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal

from gongkai_site.agencies.models import Agency
from gongkai_site.disclosures.codes import choices
from gongkai_site.disclosures.models import Column as SiteColumn
from gongkai_site.disclosures.models import Kind, Nature, Validity

__all__ = ["COLUMNS", "SHEET", "CatalogueColumn", "words_of", "write_template"]

SHEET = "目录"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class CatalogueColumn:
    """A column: `kind` is text, date, choice (one of `words_of`) or choices (several, by 、)."""

    key: str
    name: str
    hint: str = ""
    kind: Literal["text", "date", "choice", "choices"] = "text"
    required: bool = False
    longest: int = 200
    width: int = 16

    @property
    def heading(self) -> str:
        """The words at the head of the column."""
        return f"{self.name}*" if self.required else self.name


COLUMNS: tuple[CatalogueColumn, ...] = (
    CatalogueColumn("title", "名称", "文件的主标题", required=True, width=44),
    CatalogueColumn(
        "doc_number", "文号", "例如 穗商务规字〔2020〕3号；没有的留空", longest=80, width=24
    ),
    CatalogueColumn("kind", "种类", kind="choice", required=True),
    CatalogueColumn("column", "栏目", "写系统里有的栏目名称或者地址", kind="choice", required=True),
    CatalogueColumn("publisher", "发布机构", "不填就是本机关", longest=120),
    CatalogueColumn("maker", "制作机关", longest=120),
    CatalogueColumn("lead_organ", "牵头机关", "联合制作的填写", longest=120),
    CatalogueColumn("author", "作者", longest=60),
    CatalogueColumn("source", "来源", longest=120),
    CatalogueColumn("written_on", "成文日期", kind="date"),
    CatalogueColumn("formed_on", "形成或变更日期", "二十个工作日从这一天起算", "date", True),
    CatalogueColumn(
        "published_on", "公开日期", "已经公开过的文件必须填写：第一次公开的那一天", kind="date"
    ),
    CatalogueColumn(
        "index_number", "索引号", "已经公开过的文件原来的索引号；没有的留空，由系统编", longest=80
    ),
    CatalogueColumn(
        "validity", "有效性", "已经公开过的规章、规范性文件、其他文件填写；不填就是有效", "choice"
    ),
    CatalogueColumn("topic", "主题分类", kind="choice"),
    CatalogueColumn("genre", "体裁分类", kind="choice"),
    CatalogueColumn("audience", "服务对象", "几个之间用顿号", kind="choices"),
    CatalogueColumn("keywords", "关键词", "几个之间用空格"),
    CatalogueColumn("summary", "内容概述", longest=2000, width=40),
    CatalogueColumn("nature", "公开属性", "不填就是主动公开", kind="choice"),
    CatalogueColumn("ground", "不公开的依据", "不是主动公开的填写，例如 条例第十六条", longest=40),
    CatalogueColumn("re_review_on", "复查日期", "不予公开的填写", kind="date"),
    CatalogueColumn(
        "text", "正文", "直接写正文，一行一段；或者在下一列写文件名", longest=30000, width=40
    ),
    CatalogueColumn("body_file", "正文文件", "压缩包里的 .docx、.html 或 .txt 文件名", width=24),
    CatalogueColumn(
        "attachments", "附件", "压缩包里的文件名，几个之间用分号", longest=2000, width=30
    ),
)
"""In the order of the template; a sheet may leave out those that are not required."""

_RULES = (
    "从“目录”第二行起填写，每行一份文件；带 * 的列必须填写。列名不要改动，先后可以调整，不用的列可以删除。",
    "日期写成 2026-01-05 的样子。不要用公式，不要带宏。",
    "正文文件和附件放在一个 ZIP 压缩包里，与目录一起上传；也可以直接多选文件上传。",
    "上传后先检查，逐格指出错误；有一处错误就一份都不导入。确认以前什么都没有写进目录。",
    "检查通过后选择怎样导入：作为草稿，还要送审、审核、签发才公开，送审以前可以整批撤销；或者作为已经公开过的文件，由另一个人（签发人）整批采用，保留原来的公开日期、索引号和有效性。",
)


def words_of(agency: Agency) -> Mapping[str, Mapping[str, Any]]:
    """For each choice: what may be written → what it stands for."""
    columns: dict[str, Any] = {}
    for one in SiteColumn.objects.filter(agency=agency, open=True).order_by("-order", "-pk"):
        columns |= {one.slug: one.pk, one.name: one.pk}
    return {
        "kind": {label: value for value, label in Kind.choices},
        "nature": {label: value for value, label in Nature.choices if value},
        "validity": {label: value for value, label in Validity.choices if value},
        "column": columns,
        **{
            kind: {label: code for code, label in choices(kind)}
            for kind in ("topic", "genre", "audience")
        },
    }


def write_template(target: IO[bytes], agency: Agency) -> None:
    """Write the workbook to fill in, with this body's own columns and code lists to choose from."""
    import xlsxwriter

    words = words_of(agency)
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "in_memory": True}) as book:
        book.set_properties({"title": "公开目录导入模板", "author": "公开"})
        sheet, guide, lists = (book.add_worksheet(name) for name in (SHEET, "填写说明", "选项"))
        text, date = (
            book.add_format({"num_format": "@"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        head = {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8F0F7"}
        plain, needed = book.add_format(head), book.add_format(head | {"font_color": "#A3161A"})
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width, date if column.kind == "date" else text)
            sheet.write_string(0, place, column.heading, needed if column.required else plain)
            if column.kind == "choice":
                _offer(sheet, lists, place, column, list(words[column.key]))
        sheet.freeze_panes(1, 1)
        lists.hide()
        _guide(guide, book, words)


def _offer(
    sheet: Any, lists: Any, place: int, column: CatalogueColumn, words: Sequence[str]
) -> None:
    for row, word in enumerate([column.name, *words]):
        lists.write_string(row, place, word)
    if words:
        letter = chr(65 + place)
        source = f"=选项!${letter}$2:${letter}${len(words) + 1}"
        sheet.data_validation(
            1,
            place,
            5000,
            place,
            {"validate": "list", "source": source, "error_message": "请从下拉列表里选择。"},
        )


def _guide(guide: Any, book: Any, words: Mapping[str, Mapping[str, Any]]) -> None:
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    guide.set_column(0, 0, 18)
    guide.set_column(1, 1, 100, wrapped)
    row = 0
    for number, rule in enumerate(_RULES, 1):
        guide.write_string(row, 0, f"说明 {number}")
        guide.write_string(row, 1, rule, wrapped)
        row += 1
    row += 1
    guide.write_string(row, 0, "列", bold)
    guide.write_string(row, 1, "怎样填写", bold)
    for column in COLUMNS:
        row += 1
        says = [column.hint] if column.hint else []
        if column.kind in ("choice", "choices"):
            says.append("可以填：" + "、".join(words[column.key]))
        guide.write_string(row, 0, column.heading)
        guide.write_string(row, 1, "；".join(says) or ("日期" if column.kind == "date" else "文字"))

"""A catalogue sheet and its files into planned documents; every bad cell is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gongkai_site.agencies.file_store import clean_name
from gongkai_site.agencies.grams import plain
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.uploads import active_content
from gongkai_site.disclosures.doc_numbers import parse
from gongkai_site.disclosures.errors import DocNumberInvalid, Impossible
from gongkai_site.disclosures.files import fault
from gongkai_site.disclosures.imports.bodies import body_of_file, body_of_text
from gongkai_site.disclosures.imports.bounds import bound
from gongkai_site.disclosures.imports.columns import COLUMNS, CatalogueColumn, words_of
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.imports.planned import Plan, Planned
from gongkai_site.disclosures.imports.sheet import Line, Sheet, open_sheet
from gongkai_site.disclosures.models import DOCUMENT_KINDS, Disclosure, Stage, State

__all__ = ["BadCell", "attachable", "date_of", "plan_catalogue"]

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SEVERAL = re.compile(r"[;；\n]+")
_NATURE = ("nature", "ground", "re_review_on")
_STANDING = ("published_on", "index_number", "validity")
_EXACT = 10**15


class BadCell(ValueError):
    """A cell cannot be taken; the text says why and what to do."""


def plan_catalogue(
    agency: Agency,
    data: bytes,
    package: Package,
    *,
    skip: str = "",
    today: date,
    known: frozenset[int] = frozenset(),
    adopted: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Plan what a sheet comes to.

    Args:
        agency: whose documents they will be.
        data: the sheet.
        package: the files it may name.
        skip: the sheet's own name in the package.
        today: formed and written are not after it.
        known: documents this very import made before it was interrupted.
        adopted: whether they are documents the public had already: each needs its date.
        progress: told the number of lines looked at.

    Raises:
        ImportRefused: the sheet cannot be taken as a whole.
    """
    sheet = open_sheet(data)
    looking = _Look(agency, sheet, package, today, known, adopted)
    looking.plan.faults += sheet.faults
    if not sheet.faults:
        for line in sheet.lines:
            looking.take(line)
            looking.plan.rows += 1
            if looking.plan.rows % 20 == 0:
                progress(looking.plan.rows)
        looking.leftovers(skip)
    return looking.plan


class _Look:
    """One look through one sheet."""

    def __init__(
        self,
        agency: Agency,
        sheet: Sheet,
        package: Package,
        today: date,
        known: frozenset[int],
        adopted: bool,
    ) -> None:
        self.plan = Plan()
        self._adopted = adopted
        self._agency, self._sheet, self._package, self._today = agency, sheet, package, today
        self._words = {
            key: {plain(word): value for word, value in words.items()}
            for key, words in words_of(agency).items()
        }
        self._shown = words_of(agency)
        self._used: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._indexes: dict[str, int] = {}
        self._titles: dict[str, int] = {}
        public = in_use(agency).exclude(pk__in=known)
        self._known_numbers = set(
            public.exclude(doc_number="").values_list("doc_number", flat=True)
        )
        self._known_indexes = set(
            Disclosure.objects.filter(index_number__isnull=False).values_list(
                "index_number", flat=True
            )
            if adopted
            else ()
        )
        self._known_titles = set(public.values_list("title", flat=True))

    def take(self, line: Line) -> None:
        """Look at one line."""
        before = len(self.plan.faults)
        values = {one.key: self._value(line, one) for one in COLUMNS}
        values = {key: value for key, value in values.items() if value not in (None, "")}
        self._number(line, values)
        self._repeated(line, values)
        body = self._body(line, values)
        files = self._files(line, values)
        self._consistent(line, values)
        if self._adopted:
            self._standing(line, values)
        if len(self.plan.faults) > before:
            return
        facts = {
            key: value
            for key, value in values.items()
            if key not in (*_NATURE, *_STANDING, "text", "body_file", "attachments")
        }
        facts.setdefault("publisher", self._agency.name)
        if body:
            facts["body"] = body
        nature = {"nature": values.get("nature", "proactive")}
        nature |= {key: values[key] for key in _NATURE[1:] if key in values}
        source = f"目录第 {line.row} 行"
        standing = {key: values[key] for key in _STANDING if key in values}
        self.plan.documents.append(Planned(source, facts, nature, files, **standing))

    def leftovers(self, skip: str) -> None:
        """Point at files nobody named."""
        spare = [name for name in self._package.names if name not in self._used and name != skip]
        if spare:
            shown = "、".join(spare[:5]) + ("等" if len(spare) > 5 else "")
            says = f"有 {len(spare)} 个文件没有写在目录里，不会导入：{shown}。"
            self.plan.remark("压缩包", says)

    def _fault(self, line: Line, key: str, message: str) -> None:
        self.plan.fault(self._sheet.where(key, line.row), message)

    def _value(self, line: Line, column: CatalogueColumn) -> Any:
        if column.key not in line.cells:
            if column.required:
                self._fault(line, column.key, f"缺“{column.name}”。请补填。")
            return None
        cell = line.cells[column.key]
        try:
            if cell is None:
                raise BadCell("这里是公式或者错误值。请复制这一格，用“选择性粘贴—数值”粘贴成值。")
            if column.kind == "date":
                return date_of(cell)
            if column.kind == "choice":
                return self._choice(column, str(cell))
            if column.kind == "choices":
                parts = [one for one in re.split(r"[、,，;；]", str(cell)) if one.strip()]
                return [self._choice(column, one) for one in parts]
            return _text(column, cell)
        except BadCell as bad:
            self._fault(line, column.key, str(bad))
            return None

    def _choice(self, column: CatalogueColumn, written: str) -> Any:
        found = self._words[column.key].get(plain(written))
        if found is None:
            known = "、".join(self._shown[column.key])
            known = known if len(known) < 150 else "下拉列表里的一项"
            raise BadCell(
                f"“{written.strip()[:20]}”不在可选的内容里。可以填：{known or '（还没有）'}。"
            )
        return found

    def _number(self, line: Line, values: dict[str, Any]) -> None:
        if "doc_number" not in values:
            return
        try:
            number = str(parse(values["doc_number"]))
        except DocNumberInvalid as bad:
            self._fault(line, "doc_number", str(bad))
            return
        values["doc_number"] = number
        if number in self._numbers:
            says = f"文号“{number}”与第 {self._numbers[number]} 行重复。请核对。"
            self._fault(line, "doc_number", says)
        elif number in self._known_numbers:
            self._fault(
                line, "doc_number", f"文号“{number}”已经有一份文件在用。请核对，或者删除这一行。"
            )
        self._numbers.setdefault(number, line.row)

    def _repeated(self, line: Line, values: Mapping[str, Any]) -> None:
        title = values.get("title", "")
        where = self._sheet.where("title", line.row)
        if title in self._titles:
            self.plan.remark(where, f"名称与第 {self._titles[title]} 行相同。请确认不是同一份。")
        elif title in self._known_titles:
            self.plan.remark(where, "目录里已经有同名的文件。请确认不是同一份。")
        self._titles.setdefault(title, line.row)

    def _body(self, line: Line, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        if "text" in values and "body_file" in values:
            self._fault(line, "body_file", "“正文”和“正文文件”只填一列。请删去一个。")
            return []
        if "text" in values:
            return body_of_text(values["text"])
        if "body_file" not in values:
            return []
        name = self._found(line, "body_file", values["body_file"])
        if not name:
            return []
        try:
            if active_content(self._package.path(name)):
                raise Impossible(f"“{name}”带有宏或者嵌入的对象。请另存为不带宏的 .docx。")
            return body_of_file(name, self._package.data(name, bound("page_bytes")))
        except Impossible as bad:
            self._fault(line, "body_file", str(bad))
            return []

    def _files(self, line: Line, values: Mapping[str, Any]) -> tuple[str, ...]:
        found: list[str] = []
        for written in _SEVERAL.split(values.get("attachments", "")):
            name = self._found(line, "attachments", written) if written.strip() else ""
            if not name:
                continue
            wrong = attachable(self._package, name)
            if wrong:
                self._fault(line, "attachments", wrong)
            elif name in found:
                self._fault(line, "attachments", f"附件“{written.strip()}”写了两次。请删去一个。")
            else:
                found.append(name)
        return tuple(found)

    def _found(self, line: Line, key: str, written: str) -> str:
        names = self._package.find(written)
        self._used.update(names)
        if len(names) == 1:
            return names[0]
        if names:
            says = f"有 {len(names)} 个文件叫“{written.strip()}”。请写明文件夹，例如“{names[0]}”。"
        else:
            says = f"上传的文件里没有“{written.strip()[:60]}”。请把它放进压缩包，或者改正文件名。"
        self._fault(line, key, says)
        return ""

    def _consistent(self, line: Line, values: Mapping[str, Any]) -> None:
        for key in ("written_on", "formed_on"):
            day = values.get(key)
            if day is not None and day > self._today:
                self._fault(line, key, f"{day} 晚于今天（{self._today}）。请核对日期。")
        written, formed = values.get("written_on"), values.get("formed_on")
        if written and formed and written > formed:
            self._fault(line, "written_on", "成文日期晚于形成或变更日期。请核对日期。")
        nature = values.get("nature", "proactive")
        if nature == "withheld" and "ground" not in values:
            self._fault(line, "ground", "不予公开的要写明依据的条款。请补填。")
        if nature == "withheld" and "re_review_on" not in values:
            self._fault(line, "re_review_on", "不予公开的要写复查日期（条例第十八条）。请补填。")
        later = values.get("re_review_on")
        if later is not None and later <= self._today:
            self._fault(line, "re_review_on", "复查日期应当在今天以后。请核对日期。")

    def _standing(self, line: Line, values: Mapping[str, Any]) -> None:
        """What the public had already: a date, a number nobody else has, whether it is in force."""
        day, written = values.get("published_on"), values.get("written_on")
        if "published_on" not in line.cells:
            self._fault(line, "published_on", "缺“公开日期”。已经公开过的文件要写明哪一天公开。")
        if day is not None and day > self._today:
            self._fault(line, "published_on", f"{day} 晚于今天（{self._today}）。请核对日期。")
        if day is not None and written is not None and written > day:
            self._fault(line, "written_on", "成文日期晚于公开日期。请核对日期。")
        if values.get("nature", "proactive") != "proactive":
            self._fault(line, "nature", "已经公开过的文件，公开属性只能是主动公开。请改正。")
        if "validity" in values and values.get("kind") not in DOCUMENT_KINDS:
            says = "只有规章、规范性文件、其他文件有有效性。请清空这一格，或者改正种类。"
            self._fault(line, "validity", says)
        number = values.get("index_number")
        if number in self._indexes:
            says = f"索引号“{number}”与第 {self._indexes[number]} 行重复。请核对。"
            self._fault(line, "index_number", says)
        elif number in self._known_indexes:
            says = f"索引号“{number}”已经有文件在用。请核对，或者删除这一行。"
            self._fault(line, "index_number", says)
        if number is not None:
            self._indexes.setdefault(number, line.row)


def in_use(agency: Agency) -> QuerySet[Disclosure]:
    """The documents whose title and number others should not have: not withdrawn, not given up."""
    gone = Q(state=State.WITHDRAWN) | Q(stage=Stage.NONE, published_at__isnull=True)
    return Disclosure.objects.filter(agency=agency).exclude(gone)


def date_of(cell: Any) -> date:
    """A cell as a date. Raises BadCell."""
    if isinstance(cell, date):
        return cell
    found = _DATE.fullmatch(str(cell).strip()) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", str(cell).strip()
    )
    try:
        if found is not None:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise BadCell(f"“{str(cell).strip()[:20]}”不是日期。请写成 2026-01-05 的样子。")


def _text(column: CatalogueColumn, cell: Any) -> str:
    if isinstance(cell, date):
        raise BadCell("Excel 把这里当成了日期。请把单元格设为“文本”后重填。")
    if isinstance(cell, bool):
        raise BadCell("Excel 把这里当成了“真/假”。请把单元格设为“文本”后重填。")
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT:
            raise BadCell("Excel 把这里存成了数字，后几位已经丢失。请把单元格设为“文本”后重填。")
        cell = int(cell) if float(cell).is_integer() else cell
    text = str(cell).strip()
    if len(text) > column.longest:
        raise BadCell(f"这一格最多 {column.longest} 个字，现在有 {len(text)} 个字。请精简。")
    return text


def attachable(package: Package, name: str) -> str:
    """Why a file of the package cannot be attached; empty where it can."""
    if name not in package.looked:
        wrong = fault(clean_name(name), package.path(name))
        package.looked[name] = f"附件{wrong}" if wrong else ""
    return package.looked[name]

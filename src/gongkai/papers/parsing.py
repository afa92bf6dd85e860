"""Reading and writing templates, with every fault named in words a clerk can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, get_args

from gongkai.errors import LawDataInvalid, PaperError
from gongkai.papers.catalogue import derived, fields, parts
from gongkai.papers.paper import ParagraphStyle, Style
from gongkai.papers.template import Part, Template, element_name
from gongkai.papers.wording import Segment, WordingError, parse_wording
from gongkai.regulation.outcomes import Letter, Outcome, letters, outcomes
from gongkai.regulation.references import Reference, law
from gongkai.workdays.lawyaml import parse_yaml

__all__ = ["read_template", "write_template"]

_KEYS = {
    "kind", "letter", "outcome", "version", "effective", "wording", "title_wording", "title",
    "noun", "to", "style", "attachments", "cites", "leaves_out", "optional", "sample", "body",
}  # fmt: skip
_PART_KEYS = {"part", "text", "form", "table", "element", "when", "unless", "each", "tall", "style"}
_TABLES = {"收费明细"}
_ITEM_LABELS = {"序号", "内容", "部分依据"}
_WORDINGS = ("ours", "verified")


def read_template(text: str) -> Template:
    """Read a template; PaperError names every fault, one a line."""
    try:
        raw = parse_yaml(text, "模板")
    except LawDataInvalid as error:
        raise PaperError(_syntax(error)) from error
    if not isinstance(raw, Mapping):
        raise PaperError("模板应当由 kind、title、body 等项目组成，现在不是。请对照说明改写。")
    reader = _Reader(raw)
    found = reader.template()
    if found is None or reader.faults:
        name = raw.get("title") or raw.get("kind") or ""
        raise PaperError(f"模板“{name}”有下列问题，请改正后再保存：\n" + "\n".join(reader.faults))
    return found


def _syntax(error: LawDataInvalid) -> str:
    """Where the YAML breaks off, in words; the commonest cause with it."""
    mark = getattr(error.__cause__, "problem_mark", None)
    if mark is None:
        return str(error)
    said = getattr(error.__cause__, "problem", "") or ""
    twice = f"（{said}）" if "写了两次" in said else ""
    return (
        f"模板第{mark.line + 1}行第{mark.column + 1}个字附近的写法不对{twice}。"
        "含有花括号、冒号或者以引号开头的文字，请整段加上英文双引号；缩进用空格。"
    )


class _Reader:
    """Collects faults while reading; `template` is None where nothing could be made of it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.faults: list[str] = []

    def template(self) -> Template | None:
        self._keys(self.raw, _KEYS, "模板")
        kind = self._line("kind")
        letter, outcome = self._place(kind)
        cites = self._cites()
        body = self.raw.get("body")
        if not isinstance(body, list) or not body:
            self.faults.append("body（正文）是空的，请至少写一段。")
            body = []
        read = [part for n, one in enumerate(body, 1) if (part := self._part(n, one, cites))]
        effective = self.raw.get("effective")
        if not isinstance(effective, date):
            self.faults.append("effective（启用日期）应当是日期，例如 2026-01-01。")
            effective = date.min
        found = Template(
            kind=kind,
            version=str(self.raw.get("version", "")) or self._fault("version（版本号）没有写。"),
            effective=effective,
            wording=self._choice("wording", "ours", _WORDINGS),
            title_wording=self._choice("title_wording", "ours", _WORDINGS),
            title=self._line("title"),
            noun=self._line("noun", "文书"),
            to=self._addressee(),
            style=self._choice("style", "letter", get_args(Style)),
            letter=letter,
            outcome=outcome,
            parts=tuple(read),
            cites=MappingProxyType(cites),
            attachments=self._names("attachments", self.raw),
            leaves_out=MappingProxyType(
                {name: str(why) for name, why in self._mapping("leaves_out").items()}
            ),
            optional=self._names("optional", self.raw),
            sample=MappingProxyType(self._sample()),
        )
        self._elements(found)
        return found

    def _fault(self, words: str) -> str:
        self.faults.append(words)
        return ""

    def _keys(self, raw: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in raw:
            if key not in known:
                self.faults.append(f"{where}：不认识“{key}”{_near(str(key), known)}。")

    def _line(self, key: str, otherwise: str = "") -> str:
        value = self.raw.get(key, otherwise)
        if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
            return self._fault(f"{key} 应当是一行文字。")
        return value.strip()

    def _choice(self, key: str, otherwise: str, choices: tuple[str, ...]) -> Any:
        value = self.raw.get(key, otherwise)
        if not isinstance(value, str) or value not in choices:
            self.faults.append(f"{key} 只能是{'、'.join(choices)}，现为“{value}”。")
            return otherwise
        return value

    def _names(self, key: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
        value = raw.get(key, ())
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
            self.faults.append(f"{key} 应当是名称或者名称的列表。")
            return ()
        return tuple(names)

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self.raw.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.faults.append(f"{key} 应当写成“名称: 内容”。")
            return {}
        return {str(name): one for name, one in value.items()}

    def _place(self, kind: str) -> tuple[Letter | None, Outcome | None]:
        name = self.raw.get("letter")
        letter = None if name is None else letters().get(str(name))
        if name is not None and letter is None:
            self.faults.append(f"没有名为“{name}”的文书种类{_near(str(name), letters())}。")
        code = self.raw.get("outcome", kind if kind in outcomes() else None)
        outcome = None if code is None else outcomes().get(str(code))
        if code is not None and outcome is None:
            self.faults.append(f"没有代码为“{code}”的处理结果。")
        if letter and outcome and outcome.letter.key != letter.key:
            self.faults.append(f"处理结果{outcome.code}用的文书是{outcome.letter.title}。")
        return letter, outcome

    def _addressee(self) -> str | None:
        to = self.raw.get("to")
        if to is None or (isinstance(to, str) and to in fields()):
            return None if to is None else str(to)
        self.faults.append(f"to（主送）：没有名为“{to}”的项目{_near(str(to), fields())}。")
        return None

    def _cites(self) -> dict[str, Reference]:
        found = {}
        for label, place in self._mapping("cites").items():
            try:
                found[str(label)] = law().resolve(place, f"cites“{label}”")
            except LawDataInvalid as error:
                self.faults.append(str(error))
        return found

    def _sample(self) -> dict[str, object]:
        raw = self._mapping("sample")
        known = {field.key for field in fields().values()}
        self._keys(raw, known, "sample")
        return dict(raw)

    def _part(self, number: int, raw: Any, cites: Mapping[str, Reference]) -> Part | None:
        where = f"正文第{number}段"
        if not isinstance(raw, Mapping):
            self.faults.append(f"{where}：应当写成 text: 文字。")
            return None
        self._keys(raw, _PART_KEYS, where)
        if "part" in raw:
            shared = parts().get(str(raw["part"]))
            if shared is None:
                self.faults.append(f"{where}：没有名为“{raw['part']}”的共用段落。")
                return None
            raw = {**shared, **{key: value for key, value in raw.items() if key != "part"}}
        if sum(key in raw for key in ("text", "form", "table")) != 1:
            self.faults.append(f"{where}：text、form、table 应当写其中一个。")
            return None
        if "table" in raw and str(raw["table"]) not in _TABLES:
            self.faults.append(f"{where}：没有名为“{raw['table']}”的表。")
        each = raw.get("each")
        held = _known_items(each)
        if each is not None and held is None:
            self.faults.append(f"{where}：each 只能是可以逐条列出的项目，“{each}”不是。")
        form = self._form(raw.get("form", ()), where)
        text = raw.get("text", "")
        if not isinstance(text, str) or ("text" in raw and not text.strip()):
            self.faults.append(f"{where}：text 应当是文字，不能为空。")
            return None
        text = text.strip()
        part = Part(
            words=self._words([(text,)] if text else form, where),
            text=text,
            form=form,
            elements=self._names("element", raw),
            when=self._names("when", raw),
            unless=self._names("unless", raw),
            each=each if held is not None else None,
            table=raw.get("table"),
            tall=self._names("tall", raw),
            style=raw.get("style", "body"),
        )
        self._names_known(part, where, {*fields(), *derived(), *cites}, held or ())
        return part

    def _form(self, raw: Any, where: str) -> tuple[tuple[str, ...], ...]:
        rows = []
        if not isinstance(raw, list | tuple) or (isinstance(raw, list) and not raw):
            self.faults.append(f"{where}：form 应当是若干行名称和内容。")
            return ()
        for row in raw:
            if not isinstance(row, list) or len(row) not in (2, 4):
                self.faults.append(f"{where}：form 的每一行应当是名称和内容，一对或者两对。")
                continue
            rows.append(tuple("" if cell is None else str(cell) for cell in row))
        return tuple(rows)

    def _words(
        self, rows: Iterable[tuple[str, ...]], where: str
    ) -> tuple[tuple[tuple[Segment, ...], ...], ...]:
        found = []
        for row in rows:
            try:
                found.append(tuple(parse_wording(cell) for cell in row))
            except WordingError as error:
                self.faults.append(f"{where}：{error}。")
        return tuple(found)

    def _names_known(self, part: Part, where: str, names: set[str], items: Iterable[str]) -> None:
        allowed = (names | set(items)) if part.each else (names - _ITEM_LABELS)
        for label in (*part.labels, *part.when, *part.unless):
            if label not in allowed:
                self.faults.append(f"{where}：没有名为“{label}”的项目{_near(label, allowed)}。")
        if str(part.style) not in get_args(ParagraphStyle):
            self.faults.append(f"{where}：style 只能是{'、'.join(get_args(ParagraphStyle))}。")

    def _elements(self, found: Template) -> None:
        carried = {element_name(one) for part in found.parts for one in part.elements}
        wanted = {element_name(one) for one in found.elements}
        for element in found.elements:
            if element_name(element) not in carried:
                self.faults.append(
                    f"缺少必备内容“{element}”：请写一段，并标明 element: [{element}]。"
                )
        for element in sorted(carried - wanted) if found.letter else ():
            self.faults.append(f"“{element}”不是这种文书的要素{_near(element, wanted)}。")


def _known_items(each: object) -> tuple[str, ...] | None:
    """The labels one entry brings; None where `each` names nothing that can be listed."""
    field = fields().get(str(each))
    if field is None or field.type not in ("list", "rows"):
        return None
    return tuple((field.columns or {}).values())


def _near(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"，是否“{close[0]}”" if close else ""


def write_template(template: Template) -> str:
    """The template as YAML, its shared paragraphs written out; reading it gives the same one."""
    import yaml

    raw: dict[str, Any] = {"kind": template.kind}
    if template.letter:
        raw["letter"] = template.letter.key
    if template.outcome and template.outcome.code != template.kind:
        raw["outcome"] = template.outcome.code
    raw |= {key: getattr(template, key) for key in ("version", "effective", "wording")}
    raw |= {key: getattr(template, key) for key in ("title_wording", "title", "noun")}
    if template.to:
        raw["to"] = template.to
    raw["style"] = template.style
    raw |= {
        key: list(getattr(template, key))
        for key in ("attachments", "optional")
        if getattr(template, key)
    }
    if template.leaves_out:
        raw["leaves_out"] = dict(template.leaves_out)
    if template.cites:
        raw["cites"] = {label: _place(one) for label, one in template.cites.items()}
    if template.sample:
        raw["sample"] = dict(template.sample)
    raw["body"] = [_plain(part) for part in template.parts]
    return str(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=10_000))


def _place(reference: Reference) -> dict[str, Any]:
    held = {
        "instrument": reference.instrument.id,
        "article": reference.article.number if reference.article else None,
        "paragraph": reference.paragraph,
        "item": reference.item,
    }
    return {key: value for key, value in held.items() if value is not None}


def _plain(part: Part) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "element": list(part.elements),
        "when": list(part.when),
        "unless": list(part.unless),
        "each": part.each,
        "text": part.text,
        "form": [list(row) for row in part.form],
        "table": part.table,
        "tall": list(part.tall),
        "style": None if part.style == "body" else part.style,
    }
    return {key: value for key, value in raw.items() if value}

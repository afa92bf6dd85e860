"""Drawing up a document: a template, the facts and a day, into a `Paper`.

A paper is always a draft until a person approves it. What is missing is named all at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongkai.errors import PaperError
from gongkai.papers.citation import Citer
from gongkai.papers.context import Context
from gongkai.papers.facts import Facts, sample_facts
from gongkai.papers.fees import fee_of, fee_rows
from gongkai.papers.numbers import DocumentNumber
from gongkai.papers.paper import Box, Expectation, Paper, Paragraph, Table
from gongkai.papers.remedy import periods, remedy_of
from gongkai.papers.template import Part, Template, element_name
from gongkai.papers.template import template as packaged
from gongkai.papers.wording import Filled, fill
from gongkai.typesetting import clean

__all__ = ["draft", "preview"]

# What a paper needs beside the fields of its template.
_FRAME_KEYS = {"number", "head", "attachments", "copy_to", "printed_by", "printed_on"}
_SAMPLE_NUMBER = ("示商", "公复", 12)


@dataclass(slots=True)
class _Body:
    """What filling in a template gave."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    expects: list[Expectation] = field(default_factory=list)


def draft(
    kind: str,
    facts: Mapping[str, object],
    *,
    on: date,
    template: Template | None = None,
    allow_gaps: bool = False,
) -> Paper:
    """Draw up a document.

    Args:
        kind: a letter's key (`correction_notice`), an outcome's code (`N6`), or another kind of
            `templates()`.
        facts: values by field key (see `fields()`), and for the frame `number` (a DocumentNumber
            or its text; may come later), `head` (发文机关标志, else the agency), `attachments`,
            `copy_to` (lists of text), `printed_by`, `printed_on`.
        on: the day of the document; selects template, fee rules and remedy.
        template: a body's own wording in place of the packaged one.
        allow_gaps: give a paper with 【待填：…】 in the gaps and `missing` filled, instead of
            raising.

    Raises:
        PaperError: an unknown kind or fact, a value of the wrong kind, or (its `missing`) required
            elements not given, all of them named.
        NotInForce: the document, its fee or its remedy did not exist on that day.
    """
    form = template or packaged(kind, on)
    frame = {key: facts[key] for key in _FRAME_KEYS if key in facts}
    held = Facts({key: facts[key] for key in facts if key not in _FRAME_KEYS}, on)
    number = _number(frame.get("number"))
    first = Context(form, held, on, Citer(), number)
    _fill(form, first)
    context = Context(form, held, on, Citer(first.citer.uses), number)
    body = _fill(form, context)
    missing = tuple(dict.fromkeys((*_frame_missing(form, held), *body.missing)))
    paper = _paper(form, context, body, frame, missing)
    if missing and not allow_gaps:
        raise PaperError(
            f"《{form.title}》还缺少：{'、'.join(missing)}。请补充后再生成文书。", missing
        )
    return paper


def preview(template: Template, on: date) -> Paper:
    """A template with made-up facts, to look at while editing it.

    Args:
        template: any template, packaged or a body's own.
        on: the day to print on it.
    """
    mark, kind, place = _SAMPLE_NUMBER
    number = DocumentNumber(mark, kind, on.year, place)
    facts = {
        **sample_facts(),
        **template.sample,
        "number": number if template.style == "letter" else None,
    }
    return draft(template.kind, facts, on=on, template=template, allow_gaps=True)


def _number(given: object) -> DocumentNumber | None:
    if isinstance(given, DocumentNumber):
        return given
    if given is None or given == "":
        return None
    return DocumentNumber.parse(str(given))


def _frame_missing(form: Template, held: Facts) -> list[str]:
    wanted = [form.to] if form.to else []
    wanted += ["机关名称"] if form.style == "letter" else []
    return [label for label in wanted if not held.given(label)]


def _fill(form: Template, context: Context) -> _Body:
    body = _Body()
    carried: set[str] = set()
    for part in form.parts:
        if not context.stands(part):
            continue
        carried |= {element_name(one) for one in part.elements}
        if part.table:
            _fee_table(context, body)
        elif part.form:
            _form(part, context, body)
        else:
            _paragraphs(part, context, body)
    optional = {element_name(one) for one in form.optional}
    for element in form.elements:
        if element_name(element) not in carried | optional:
            body.missing.append(_hint(form, element))
    return body


def _hint(form: Template, element: str) -> str:
    """An element that no paragraph carried, with what to fill in so that one does."""
    name = element_name(element)
    parts = [one for one in form.parts if name in {element_name(e) for e in one.elements}]
    labels = dict.fromkeys(label for one in parts for label in one.when)
    ways = "或者".join(f"“{label}”" for label in labels)
    return f"{element}（请填写{ways}）" if ways else element


def _paragraphs(part: Part, context: Context, body: _Body) -> None:
    if part.each is None:
        entries: Sequence[Any] = (None,)
    else:
        entries = context.facts.items(part.each)
        if not entries:
            body.missing.append(part.each)
    for place, entry in enumerate(entries, 1):
        if isinstance(entry, Mapping) and context.wants_a_law(entry):
            body.missing.append(f"不予公开的部分第{place}行的具体法律、行政法规名称及条款")
        lookup = context.lookup(entry, place)
        filled = fill(part.words[0][0], lookup)
        body.missing += context.sources(filled.missing)
        lines = [line.strip() for line in filled.text.split("\n") if line.strip()]
        body.blocks += [Paragraph(line, part.style) for line in lines]
        _expect(part, filled, context, entry, body)


def _expect(part: Part, filled: Filled, context: Context, entry: Any, body: _Body) -> None:
    """Note what must still be found in the text after a person edited it."""
    element = part.elements[0] if part.elements else ""
    for label in filled.written:
        for words, kept in context.expected(label, entry):
            body.expects.append(Expectation(element or label, words, kept))


def _form(part: Part, context: Context, body: _Body) -> None:
    rows = []
    lookup = context.lookup(None, 0)
    for row in part.words:
        cells: list[str] = []
        for segments in row:
            filled = fill(segments, lookup)
            body.missing += context.sources(filled.missing)
            cells.append(filled.text)
            _expect(part, filled, context, None, body)
        rows.append(_form_row(cells, part.tall))
    body.blocks.append(Table("", (20, 30, 20, 30), tuple(rows)))


def _form_row(cells: Sequence[str], tall: tuple[str, ...]) -> tuple[Box, ...]:
    wide = 3 if len(cells) == 2 else 1
    boxes = []
    for name, words in zip(cells[::2], cells[1::2], strict=True):
        boxes += [Box(name, head=True), Box(words, across=wide, tall=name in tall)]
    return tuple(boxes)


def _fee_table(context: Context, body: _Body) -> None:
    fee = fee_of(context.facts, context.on)
    if fee is None:
        body.missing += context.sources(["收费总额"])
        return
    heads = tuple(Box(name, head=True) for name in ("区间", "数量", "单价", "小计"))
    lines = [tuple(Box(text) for text in row) for row in fee_rows(fee)]
    total = (Box("合计", head=True), Box(f"{fee.count}{fee.unit}"), Box(""), Box(f"{fee.total}元"))
    body.blocks.append(
        Table("收费标准和计算明细", (40, 20, 20, 20), (heads, *lines, total), heads=1)
    )


def _paper(
    form: Template,
    context: Context,
    body: _Body,
    frame: Mapping[str, object],
    missing: tuple[str, ...],
) -> Paper:
    held, letter = context.facts, form.style == "letter"
    agency = held.words("机关名称") or ""
    remedy = remedy_of(form, context.on)
    expects = body.expects
    if remedy is not None and remedy.text:
        expects += [Expectation("救济途径", words) for words in periods(remedy.code)]
    own = _texts(frame.get("attachments"))
    supplied = (
        [str(one) for one in held.items("提供的信息")] if "提供的信息" in context.used else []
    )
    day = frame.get("printed_on")
    return Paper(
        kind=form.kind,
        template=form.id,
        style=form.style,
        name=f"{agency}{form.title}",
        head=_text(frame.get("head")) or agency,
        number=context.number,
        title=f"{agency}{form.title}" if letter else form.title,
        addressee=(held.words(form.to) or "") if form.to else "",
        blocks=tuple(body.blocks),
        attachments=(*form.attachments, *(own or supplied)),
        agency=agency,
        on=context.on,
        outcome=form.outcome.code if form.outcome else None,
        remedy=remedy.code if remedy else None,
        noun=form.noun,
        request=held.words("申请内容") or "",
        copy_to=tuple(_texts(frame.get("copy_to"))),
        printed_by=_text(frame.get("printed_by")),
        printed_on=day if isinstance(day, date) else None,
        missing=missing,
        expects=tuple(dict.fromkeys(expects)),
        citations=tuple(dict.fromkeys(context.places)),
        signed=letter,
    )


def _text(given: object) -> str:
    return "".join(clean(str(given)).split("\n")).strip() if given else ""


def _texts(given: object) -> list[str]:
    held = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    return [text for one in held if (text := _text(one))]

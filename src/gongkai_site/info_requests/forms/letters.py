"""The forms of letters: the facts a template asks for, the text, legal's view, the day of issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from gongkai.casework import ground_codes
from gongkai.papers import Template
from gongkai.papers.catalogue import Field, fields
from gongkai.papers.facts import zh_date
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies.form_fields import day_field, text_field, words_field
from gongkai_site.info_requests.forms.base import DeskForm, lines_field
from gongkai_site.info_requests.letter_kinds import LetterKind

__all__ = [
    "DiscardForm",
    "EditForm",
    "IssueForm",
    "LetterForm",
    "ReviewForm",
    "TemplateForm",
    "Wanted",
    "wanted_of",
]

_ROWS = 3
_MOST_ROWS = 30
# What the case says and nobody rewrites: who asks, what they ask, when, of whom.
_FIXED = frozenset(
    "case_number applicant applicant_is_organisation identity contact channel submitted_on"
    " received_on request due_on agency review_organ court record extended_until"
    " delayed_until".split()
)
# What happened or did not: where the case does not know it, there is nothing to ask.
_HISTORY = frozenset(("correction_notified_on", "corrected_on", "extension_notified_on"))
# What a template's derived names rest on.
_SOURCES = {
    "贵方": ("第三方是个人",),
    "按件计收": ("计费方式",),
    "按量计收": ("计费方式",),
    "收费总额": ("计费方式", "计费数量"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a letter has to be told: by the officer, and what the case already knows.

    `known` holds what the case tells and the officer may put otherwise; `told` what stands as it is;
    `needed` the keys of those without which the letter has gaps.
    """

    asked: tuple[Field, ...]
    known: tuple[tuple[Field, str], ...]
    told: tuple[tuple[str, str], ...]
    needed: frozenset[str]


def wanted_of(template: Template, facts: Mapping[str, Any]) -> Wanted:
    """Sort what a template needs into what is known and what is asked for.

    Args:
        template: the wording in use.
        facts: what the case knows, by field key.
    """
    asked, known, told = [], [], []
    for label in _labels(template):
        field = fields()[label]
        value = facts.get(field.key)
        if field.key in _FIXED:
            if value not in (None, "", False):
                told.append((label, _words(value)))
        elif value in (None, "", ()):
            if field.key not in _HISTORY:
                asked.append(field)
        else:
            known.append((field, _words(value)))
    needed = frozenset(fields()[one].key for one in _needed(template) if one in fields())
    return Wanted(tuple(asked), tuple(known), tuple(told), needed)


def _needed(template: Template) -> Iterator[str]:
    """The names that stand in every letter drawn up with a template."""
    if template.to:
        yield template.to
    for part in template.parts:
        if part.when or part.unless:
            continue
        for row in part.words:
            for segments in row:
                for one in segments:
                    for label in () if one.optional else one.labels:
                        yield label
                        yield from _SOURCES.get(label, ())
        if part.each:
            yield part.each


def _labels(template: Template) -> Iterator[str]:
    """Every field the template may use, in its order, each once."""
    named: list[str] = [template.to] if template.to else []
    for part in template.parts:
        named += [*part.labels, *part.when, *part.unless]
        named += [part.each] if part.each else []
        named += ["计费方式", "计费数量"] if part.table else []
    for label in tuple(named):
        named += _SOURCES.get(label, ())
    yield from (label for label in dict.fromkeys(named) if label in fields())


def _words(value: Any) -> str:
    if isinstance(value, date):
        return zh_date(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(str(one) for one in value)
    return str(value)


class LetterForm(DeskForm):
    """What a letter has to be told. What is left blank shows as 【待填：…】 in the draft."""

    def __init__(
        self, *args: Any, of: LetterKind, wanted: Wanted, given: Mapping[str, Any], **kwargs: Any
    ) -> None:
        self.of, self.wanted = of, wanted
        super().__init__(*args, **kwargs)
        for field in wanted.asked:
            if field.type != "rows":
                self.fields[field.key] = _form_field(field)
                self.fields[field.key].needed = field.key in wanted.needed  # type: ignore[attr-defined]
        for field, value in wanted.known:
            self.fields[field.key] = _form_field(field, f"案卷里是：{value}。要改写的才填。")
        self.rows_of = next((one for one in wanted.asked if one.type == "rows"), None)
        if self.rows_of is not None:
            self._add_rows()
        self._add_given(given)

    @property
    def asked_fields(self) -> list[BoundField]:
        """What only the officer knows."""
        names = {one.key for one in self.wanted.asked} | {"days", "contact", "grounds"}
        names |= {"public_interest_given"}
        return [one for one in self if one.name in names]

    @property
    def known_fields(self) -> list[BoundField]:
        """What the case knows and may be put otherwise."""
        names = {field.key for field, _ in self.wanted.known}
        return [one for one in self if one.name in names]

    @property
    def rows(self) -> list[list[BoundField]]:
        """The lines of the table of what is withheld."""
        if self.rows_of is None:
            return []
        columns = list(self.rows_of.columns or {})
        return [[self[f"row{n}-{key}"] for key in columns] for n in range(self.row_count)]

    def _add_rows(self) -> None:
        assert self.rows_of is not None  # noqa: S101 - asked just before
        held = self.initial.get(self.rows_of.key) or []
        asked = self.data.get("rows", "") if self.is_bound else ""
        self.row_count = min(
            int(asked) if asked.isdigit() else max(_ROWS, len(held) + 1), _MOST_ROWS
        )
        if self.is_bound and "more" in self.data:
            self.row_count = min(self.row_count + _ROWS, _MOST_ROWS)
        grounds = [(code, one.name) for code, one in outcomes().items() if code.startswith("N")]
        for number in range(self.row_count):
            for key, label in (self.rows_of.columns or {}).items():
                name = f"row{number}-{key}"
                words = f"第{number + 1}行：{label}"
                if key == "ground":
                    self.fields[name] = forms.ChoiceField(
                        label=words, choices=[("", "请选择"), *grounds], required=False
                    )
                else:
                    self.fields[name] = text_field(words, 500, required=False)
                if number < len(held):
                    self.initial.setdefault(name, held[number].get(key, ""))

    def _add_given(self, given: Mapping[str, Any]) -> None:
        key, known = self.of.key, outcomes().get(self.of.key)
        if key == "delay_notice":
            self.fields["days"] = forms.IntegerField(
                label="延迟答复的工作日数", min_value=1, max_value=1000, initial=given.get("days")
            )
        if key == "third_party_consult":
            self.fields["contact"] = text_field("第三方的联系方式", 200, required=False)
            self.initial.setdefault("contact", given.get("contact", ""))
        codes = ground_codes(known) if known is not None and self.of.key != "P1" else {}
        if len(codes) > 1 and key.startswith("N"):
            self.fields["grounds"] = forms.MultipleChoiceField(
                label="不予公开的依据",
                choices=list(codes.items()),
                required=False,
                widget=forms.CheckboxSelectMultiple(),
                initial=given.get("grounds") or [next(iter(codes))],
            )
        if key == "G1":
            self.fields["public_interest_given"] = forms.BooleanField(
                label="第三方不同意，但是不公开会对公共利益造成重大影响，决定公开",
                required=False,
                initial=bool(given.get("public_interest")),
            )

    def facts(self) -> dict[str, Any]:
        """What was filled in, by the keys of the papers' fields."""
        known = {one.key for one in self.wanted.asked} | {one.key for one, _ in self.wanted.known}
        found = {
            key: value
            for key, value in self.cleaned_data.items()
            if key in known and value not in (None, "", [], False)
        }
        if self.rows_of is not None:
            rows = [self._row(number) for number in range(self.row_count)]
            filled = [row for row in rows if row]
            if filled:
                found[self.rows_of.key] = filled
        return found

    def _row(self, number: int) -> dict[str, str]:
        columns = (self.rows_of.columns or {}) if self.rows_of is not None else {}
        row = {key: self.cleaned_data.get(f"row{number}-{key}", "") for key in columns}
        return {key: value for key, value in row.items() if value}

    def given(self) -> dict[str, Any]:
        """What only the officer can say for the event: grounds, days, the third party's address."""
        held, found = self.cleaned_data, {}
        known = outcomes().get(self.of.key)
        if held.get("days"):
            found["days"] = held["days"]
        if held.get("contact"):
            found["contact"] = held["contact"]
        if held.get("public_interest_given"):
            found["public_interest"] = True
        if self.of.key == "P1":
            found["grounds"] = self._grounds_of_rows()
        elif held.get("grounds"):
            found["grounds"] = held["grounds"]
        elif known is not None and self.of.key.startswith("N"):
            found["grounds"] = list(ground_codes(known))[:1]
        return found

    def _grounds_of_rows(self) -> list[str]:
        """The articles a partial refusal rests on: those of the parts withheld."""
        allowed = ground_codes(outcomes()["P1"])
        codes = [
            code
            for row in self.facts().get("withheld", [])
            if row.get("ground") in outcomes()
            for code in ground_codes(outcomes()[row["ground"]])
            if code in allowed
        ]
        return list(dict.fromkeys(codes))


def _form_field(field: Field, hint: str = "") -> forms.Field:
    label, key = field.label, field.key
    if field.type == "date":
        return day_field(label, required=False, help_text=hint)
    if field.type == "count":
        return forms.IntegerField(
            label=label,
            min_value=0,
            max_value=1_000_000,
            required=False,
            help_text=hint,
            error_messages={"invalid": f"{label}应当是整数。"},
        )
    if field.type == "flag":
        return forms.BooleanField(label=label, required=False, help_text=hint)
    if field.type == "choice":
        pairs = [("", "请选择"), *((one, one) for one in field.choices)]
        return forms.ChoiceField(label=label, choices=pairs, required=False, help_text=hint)
    if field.type == "list":
        return lines_field(label, required=False, help_text=hint or "每行一项。")
    sample = f"例如：{field.sample}" if key != "applicant" and isinstance(field.sample, str) else ""
    if field.long:
        return words_field(label, 3000, required=False, help_text=hint or sample, rows=3)
    return text_field(label, 300, required=False, help_text=hint or sample)


class EditForm(DeskForm):
    """The text as a person rewrites it; every line is a paragraph."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    title = text_field("标题", 200)
    text = words_field(
        "正文",
        60_000,
        help_text="每行一段。表格保留在原来的位置。法律条款、日期、救济途径不能删去。",
    )


class ReviewForm(DeskForm):
    """What legal makes of a letter."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    agreed = forms.ChoiceField(
        label="审核结论",
        choices=[("yes", "同意"), ("no", "不同意，退回修改")],
        widget=forms.RadioSelect(),
        error_messages={"required": "请选择审核结论。"},
    )
    words = words_field(
        "审核意见", 500, required=False, help_text="不同意的，必须写明哪里要改。", rows=3
    )


class IssueForm(DeskForm):
    """The day printed on a letter."""

    on = day_field("成文日期", help_text="编号、打印在文书上的日期，默认今天。")


class DiscardForm(DeskForm):
    """Why a draft is set aside."""

    reason = text_field("作废的理由", 200)


class TemplateForm(DeskForm):
    """A body's own wording of a letter."""

    text = words_field("模板", 60_000, rows=26)
    effective = day_field("启用日期", help_text="从这一天起草的文书使用这一版。")
    remark = text_field("修改说明", 200, required=False)

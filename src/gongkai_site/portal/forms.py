"""The application form in short steps: what each step asks, and what is wrong with what was typed.

It asks what 条例29 lets a body ask, and nothing else: who, what, in what form. There is no field
for a purpose. Whether something is right is decided by `info_requests.intake` alone; this page only
sorts its faults to the steps. What is wanted comes first and the person last, so that the contact
step knows whether an address is needed, and a form given up early holds nobody's number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.casework import choices
from gongkai_site.agencies.crypto import mask_identity
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.intake import Application, Asked, Faulty, tidy
from gongkai_site.info_requests.models import IDENTITY_TYPES, CaseKind, Details
from gongkai_site.portal.house import HELP

__all__ = [
    "CHECK",
    "FILES",
    "Bound",
    "Field",
    "Step",
    "application_of",
    "asked_fields",
    "asked_of",
    "bind",
    "faults_of",
    "merged",
    "needed",
    "step_of",
    "steps_for",
    "summary_of",
    "typed_in",
]

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `widget` is text, area, radio or checks; `choices` pairs of code and words."""

    name: str
    label: str
    widget: str = "text"
    hint: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    type: str = "text"
    autocomplete: str = "off"
    inputmode: str = ""
    rows: int = 5

    @property
    def many(self) -> bool:
        """Whether several answers may be given."""
        return self.widget == "checks"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form: key in the address, short name, heading, what it says, questions."""

    key: str
    name: str
    heading: str
    lead: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(one.name for one in self.fields)


@dataclass(frozen=True, slots=True)
class Bound:
    """A question with what was answered, and what is wrong with it."""

    field: Field
    value: Any = ""
    error: str = ""
    kept: str = ""
    must: bool = False
    options: tuple[tuple[str, str, bool], ...] = ()

    @property
    def id(self) -> str:
        """Its id in the page."""
        return f"f-{self.field.name}"

    @property
    def described_by(self) -> str:
        """The ids of what explains it."""
        parts = []
        if self.field.hint or self.kept:
            parts.append(f"{self.id}-hint")
        if self.error:
            parts.append(f"{self.id}-error")
        return " ".join(parts)


_NUMBER = Field("document_number", "文号", hint="知道的话请写上，例如：云商务〔2025〕12号。")
_FEATURES = Field(
    "description",
    "便于查找的其他特征",
    "area",
    hint="例如形成的年份、涉及的地点和项目、由哪个处室制作。写得越具体，查得越快、越准。",
    rows=6,
)
_FORM = Field("form_wanted", "需要的形式", "radio", required=True, choices=tuple(FORMS.items()))
_WAY = Field("way", "获取信息的方式", "radio", required=True, choices=tuple(WAYS.items()))
_FORM_WORDS = Field(
    "form_words", "其他要求", hint="例如：表格请提供可以计算的电子表格。没有就不填。"
)

_WHAT = Step(
    "what",
    "要什么",
    "您要申请公开什么信息？",
    "一次申请请只写一件事。几件事请分开申请，各自答复，不会互相耽误。",
    (
        Field(
            "what",
            "所需信息的名称",
            "area",
            hint="例如：2025年夜间经济扶持资金分配方案。不知道准确名称的，写您知道的说法。",
            required=True,
            rows=3,
        ),
        _NUMBER,
        _FEATURES,
    ),
)
_RECORD = Step(
    "what",
    "哪条记录",
    "您要更正哪一条关于您的记录？",
    "请附上能证明记录不准确的材料（在“附件”一步上传）。",
    (
        Field(
            "what",
            "要求更正的记录",
            "area",
            hint="写明是哪份文件、哪个系统里的哪一条。",
            required=True,
            rows=3,
        ),
        _NUMBER,
        Field("claim", "应当更正为什么", "area", required=True, rows=4),
        Field("description", "理由和证据的说明", "area", rows=6),
    ),
)
_HOW = Step(
    "how",
    "怎么给",
    "您想要什么形式，用什么方式拿到？",
    "机关按您的要求提供。原件可能受损、成本过高的，会换别的形式并告诉您。",
    (_FORM, _WAY, _FORM_WORDS),
)
_WHO = Step(
    "who",
    "您是谁",
    "申请人是谁？",
    "这些信息加密保存，只用来办理这件申请。不需要说明用途。",
    (
        Field(
            "applicant_kind",
            "申请人类别",
            "radio",
            required=True,
            choices=tuple(choices("applicant").items()),
            hint="以个人名义申请的选“自然人”，其余各项是法人和其他组织。",
        ),
        Field("name", "姓名或者名称", required=True, autocomplete="name"),
        Field(
            "identity_type",
            "证件种类",
            "radio",
            required=True,
            choices=tuple(IDENTITY_TYPES.items()),
        ),
        Field("identity", "证件号码", required=True, hint="号码里的空格不用管。"),
        Field("contact_person", "联系人", hint="单位申请的，请写经办人的姓名；个人申请的不填。"),
    ),
)
_CONTACT = Step(
    "contact",
    "怎么联系",
    "怎么联系您？",
    "至少填一种。确认收到申请、告知补正都要用它；填了电子邮箱，有进展会发邮件提醒。",
    (
        Field("phone", "联系电话", type="tel", autocomplete="tel", inputmode="tel"),
        Field("email", "电子邮箱", type="email", autocomplete="email", inputmode="email"),
        Field("address", "通信地址", autocomplete="street-address"),
        Field("postcode", "邮政编码", autocomplete="postal-code", inputmode="numeric"),
        Field(
            "help",
            "您需要帮助吗？",
            "checks",
            choices=tuple(HELP.items()),
            hint="阅读、书写有困难，或者有视力、听力障碍的，机关提供帮助。不需要就不选。",
        ),
        Field("help_words", "需要的其他帮助"),
    ),
)
FILES = Step(
    "files",
    "附件",
    "要附上材料吗？",
    "可以附上身份证明的照片、有助于查找的材料。没有就直接继续。",
)
CHECK = Step("check", "核对提交", "核对后提交", "请看一遍，有要改的点“修改”。")


def steps_for(kind: str) -> tuple[Step, ...]:
    """The steps of a form, in order; a correction of one's own record asks for no form or way."""
    if kind == CaseKind.RECORD_CORRECTION:
        return (_RECORD, _WHO, _CONTACT, FILES, CHECK)
    return (_WHAT, _HOW, _WHO, _CONTACT, FILES, CHECK)


def step_of(kind: str, key: str) -> Step | None:
    """The step of that key, None where the form has none."""
    return next((one for one in steps_for(kind) if one.key == key), None)


def asked_fields(kind: str) -> tuple[Field, ...]:
    """What a corrected application is asked for again: what is wanted, and in what form."""
    if kind == CaseKind.RECORD_CORRECTION:
        return _RECORD.fields
    return (*_WHAT.fields, *_HOW.fields)


def typed_in(posted: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The texts a request brought, each with its label, to give them back; no identity number."""
    labels = {
        one.name: one.label
        for kind in CaseKind
        for step in steps_for(kind)
        for one in step.fields
        if not one.choices and one.name != "identity"
    }
    return [(label, posted[name]) for name, label in labels.items() if posted.get(name)]


def merged(values: Mapping[str, Any], fields: Sequence[Field], posted: Any) -> Values:
    """Lay what was posted for some fields over what was held.

    An identity number is not shown again once it is right, so a blank one leaves it as it was,
    unless another kind of document was chosen.
    """
    new = dict(values)
    for one in fields:
        if one.many:
            new[one.name] = [v for v in posted.getlist(one.name) if v in dict(one.choices)]
        else:
            new[one.name] = posted.get(one.name, "")
    if any(one.name == "identity" for one in fields):
        same = new.get("identity_type", "") == values.get("identity_type", "")
        if not str(new["identity"]).strip() and same:
            new["identity"] = values.get("identity", "")
    return new


def asked_of(values: Mapping[str, Any]) -> Asked:
    """What is asked, as typed."""
    return Asked(
        name=_text(values, "what"),
        **{
            name: _text(values, name)
            for name in (
                *("document_number", "description", "claim"),
                *("form_wanted", "way", "form_words"),
            )
        },
    )


def application_of(kind: str, values: Mapping[str, Any]) -> Application:
    """The application, as typed."""
    details = Details(**{name: _text(values, name) for name in Details.__dataclass_fields__})
    return Application(
        applicant_kind=_text(values, "applicant_kind"),
        details=details,
        asked=asked_of(values),
        kind=kind,
        assistance=_help(values),
    )


def faults_of(kind: str, values: Mapping[str, Any], today: date) -> dict[str, str]:
    """Everything wrong with a form: field → sentence."""
    try:
        tidy(application_of(kind, values), today, strict=True)
    except Faulty as faulty:
        found: dict[str, str] = {}
        for one in faulty.faults:
            found.setdefault(one.field, one.message)
        return found
    return {}


def needed(kind: str, values: Mapping[str, Any], today: date) -> frozenset[str]:
    """The contact fields that the way wanted makes necessary."""
    reached = {**values, "phone": values.get("phone") or "00000"}
    return frozenset(
        name
        for name in ("email", "address")
        if name in faults_of(kind, {**reached, name: ""}, today)
    )


def bind(
    fields: Sequence[Field],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    hide_identity: bool = False,
    needed: frozenset[str] = frozenset(),
) -> list[Bound]:
    """Join questions with answers and faults.

    Args:
        hide_identity: show only the ends of an identity number that is right.
        needed: fields that must be answered this time.
    """
    bound = []
    for one in fields:
        value: Any = values.get(one.name, [] if one.many else "")
        kept = ""
        if one.name == "identity" and hide_identity and value and one.name not in errors:
            kept, value = mask_identity(str(value)), ""
        chosen = value if one.many else [value]
        options = tuple((code, words, code in chosen) for code, words in one.choices)
        must = one.required or one.name in needed
        bound.append(Bound(one, value, errors.get(one.name, ""), kept, must, options))
    return bound


def summary_of(
    step: Step, values: Mapping[str, Any], errors: Mapping[str, str]
) -> list[tuple[Field, str, str]]:
    """The questions of a step with the answers as the check page shows them, and their faults."""
    lines = []
    for one in step.fields:
        value: Any = values.get(one.name, "")
        words = dict(one.choices)
        if one.many:
            shown = "、".join(words[code] for code in value or ())
        elif one.choices:
            shown = words.get(value, "")
        elif one.name == "identity":
            shown = mask_identity(str(value)) if value else ""
        else:
            shown = str(value).strip()
        lines.append((one, shown, errors.get(one.name, "")))
    return lines


def _text(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name, "") or "")


def _help(values: Mapping[str, Any]) -> str:
    wanted = [HELP[code] for code in values.get("help", ()) if code in HELP]
    own = " ".join(_text(values, "help_words").split())
    return "；".join([*wanted, *([own] if own else [])])

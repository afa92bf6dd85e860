"""What an application holds (条例29), and whether it is complete.

Three groups and no more: who asks, what is asked, in what form. What arrived on paper is registered
as it arrived, complete or not: what is missing is then asked for once, as a correction (条例30).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date

from gongkai.casework import choices
from gongkai.casework.identity import credit_code_fault, resident_id_fault, tidy_identity
from gongkai_site.info_requests.errors import RequestError
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.models import IDENTITY_TYPES, CaseKind, Details

__all__ = ["Application", "Asked", "Fault", "Faulty", "check_application", "check_asked", "tidy"]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[0-9+()（）\- ]{5,30}")
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, *range(0x202A, 0x202F)])


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: the form field and the sentence for the person."""

    field: str
    message: str


class Faulty(RequestError):
    """The application cannot be taken as it is; `faults` names every field at fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("".join(one.message for one in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and in what form. `form_wanted` and `way` are codes of `house`."""

    name: str
    document_number: str = ""
    description: str = ""
    claim: str = ""
    form_wanted: str = ""
    way: str = ""
    form_words: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """One application. `applicant_kind` is a column of Table 3. Its repr holds no person."""

    applicant_kind: str
    details: Details
    asked: Asked = field(repr=False)
    kind: str = CaseKind.REQUEST
    assistance: str = ""
    on_behalf: bool = False

    def content(self) -> str:
        """Everything said in it, as one text, for a digest."""
        return json.dumps(
            [self.applicant_kind, asdict(self.details), asdict(self.asked), self.kind],
            ensure_ascii=False,
            sort_keys=True,
        )


def tidy(application: Application, today: date, *, strict: bool) -> Application:
    """Return the application with blanks and number forms put right.

    Args:
        application: as typed.
        today: the present day.
        strict: whether everything of 条例29 must be there, as in our own form; False for what
            arrived by other channels.

    Raises:
        Faulty: with every fault at once.
    """
    details = Details(
        **{
            key: tidy_identity(value)
            if key == "identity" and _numbered(application)
            else _line(value)
            for key, value in asdict(application.details).items()
        }
    )
    clean = Application(
        application.applicant_kind,
        details,
        _asked(application.asked),
        application.kind,
        _line(application.assistance)[:200],
        application.on_behalf,
    )
    faults = tuple(check_application(clean, today, strict=strict))
    if faults:
        raise Faulty(faults)
    return clean


def check_application(application: Application, today: date, *, strict: bool) -> Iterator[Fault]:
    """Find what is missing or cannot be."""
    details = application.details
    if application.applicant_kind not in choices("applicant"):
        yield Fault("applicant_kind", "请选择申请人类别。")
    if application.kind not in CaseKind.values:
        yield Fault("kind", "请选择申请的类别。")
    if not details.name:
        yield Fault("name", "请填写申请人的姓名或者名称。")
    elif len(details.name) > 100:
        yield Fault("name", "姓名或者名称最多 100 个字。")
    yield from _identity_faults(details, today, strict)
    yield from _contact_faults(application, strict)
    yield from check_asked(application.asked, application.kind, strict=strict)


def check_asked(asked: Asked, kind: str = CaseKind.REQUEST, *, strict: bool) -> Iterator[Fault]:
    """Find what is missing in what is asked."""
    if not asked.name:
        what = "需要的信息" if kind == CaseKind.REQUEST else "要求更正的记录"
        yield Fault("what", f"请写明{what}的名称，或者便于查找的特征。")
    limits = {
        "what": (asked.name, 300),
        "document_number": (asked.document_number, 120),
        "description": (asked.description, 5000),
        "claim": (asked.claim, 2000),
        "form_words": (asked.form_words, 200),
    }
    for name, (text, limit) in limits.items():
        if len(text) > limit:
            yield Fault(
                name,
                f"这一项最多 {limit} 个字，现在有 {len(text)} 个字。请精简，或者作为附件提交。",
            )
    if kind == CaseKind.RECORD_CORRECTION:
        if strict and not asked.claim:
            yield Fault("claim", "请写明应当更正为什么。")
        return
    if asked.form_wanted not in FORMS and (strict or asked.form_wanted):
        yield Fault("form_wanted", f"请选择需要的形式：{'、'.join(FORMS.values())}。")
    if asked.way not in WAYS and (strict or asked.way):
        yield Fault("way", f"请选择获取信息的方式：{'、'.join(WAYS.values())}。")


def _identity_faults(details: Details, today: date, strict: bool) -> Iterator[Fault]:
    if details.identity_type and details.identity_type not in IDENTITY_TYPES:
        yield Fault("identity_type", "请选择证件种类。")
        return
    if not details.identity:
        if strict:
            yield Fault("identity", "请填写身份证明的号码。")
        return
    if not details.identity_type:
        yield Fault("identity_type", "请选择证件种类。")
    fault = None
    if details.identity_type == "resident_id":
        fault = resident_id_fault(details.identity, today)
    elif details.identity_type == "credit_code":
        fault = credit_code_fault(details.identity)
    elif len(details.identity) > 40:
        fault = "证件号码最多 40 个字。请核对。"
    if fault is not None:
        yield Fault("identity", fault)


def _contact_faults(application: Application, strict: bool) -> Iterator[Fault]:
    details, way = application.details, application.asked.way
    if strict and not (details.phone or details.email or details.address):
        yield Fault("phone", "请至少填写一种联系方式：电话、电子邮箱或者通信地址。")
    if details.phone and not _PHONE.fullmatch(details.phone):
        yield Fault("phone", "联系电话只能用数字、空格、括号和 - 。请核对。")
    if details.email and (len(details.email) > 254 or not _EMAIL.fullmatch(details.email)):
        yield Fault("email", "电子邮箱写得不对，应当是 name@example.cn 的样子。请核对。")
    if details.postcode and not re.fullmatch(r"\d{6}", details.postcode):
        yield Fault("postcode", "邮政编码是 6 位数字。请核对。")
    if len(details.address) > 300:
        yield Fault("address", "通信地址最多 300 个字。")
    if strict and way == "email" and not details.email:
        yield Fault("email", "选择了以电子邮件获取，请填写电子邮箱。")
    if strict and way == "post" and not details.address:
        yield Fault("address", "选择了邮寄，请填写通信地址。")


def _numbered(application: Application) -> bool:
    return application.details.identity_type in ("resident_id", "credit_code")


def _asked(asked: Asked) -> Asked:
    return Asked(
        **{
            key: _block(value) if key in ("description", "claim") else _line(value)
            for key, value in asdict(asked).items()
        }
    )


def _line(text: str) -> str:
    return " ".join(text.translate(_CONTROL).split())


def _block(text: str) -> str:
    lines = (line.rstrip() for line in text.translate(_CONTROL).replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line.strip()).strip()

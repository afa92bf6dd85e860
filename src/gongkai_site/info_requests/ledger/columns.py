"""What the two sheets of a ledger hold, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gongkai.casework import choices
from gongkai.regulation.outcomes import outcomes
from gongkai_site.info_requests.house import FORMS, WAYS
from gongkai_site.info_requests.models import IDENTITY_TYPES

__all__ = [
    "BY_KEY",
    "COLUMNS",
    "CONSULTED",
    "DETAIL",
    "ENDINGS",
    "OTHER_ENDINGS",
    "Column",
    "DETAIL_SHEET",
    "MAIN_SHEET",
]

MAIN_SHEET = "台账"
DETAIL_SHEET = "办理经过"

CONSULTED = {
    "third_party_consulted": "第三方",
    "co_producer_consulted": "共同制作机关",
    "organ_consulted": "其他行政机关",
}
"""Who may be asked, by the kind of event."""

OTHER_ENDINGS = {
    "withdrawn": "申请人撤回",
    "merged": "并案",
    "transferred": "转送",
    **{f"amended:{code}": name for code, name in choices("amendment").items()},
}
"""Endings that are no reply to a request."""

ENDINGS = {**{code: one.name for code, one in outcomes().items()}, **OTHER_ENDINGS}
_YES = {"yes": "是", "no": "否"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet 台账.

    `kind`: text, date, count (a whole number from 1), or choice (of `choices`, code to words).
    `identity`: it tells who the applicant is. `computed`: written on export, not read on import.
    """

    key: str
    name: str
    group: str
    hint: str = ""
    kind: Literal["text", "date", "count", "choice"] = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    identity: bool = False
    computed: bool = False
    width: int = 14

    @property
    def heading(self) -> str:
        """The words at the head of the column."""
        return f"{self.name}*" if self.required else self.name


def _text(key: str, name: str, group: str, hint: str = "", **more: object) -> Column:
    return Column(key, name, group, hint, **more)  # type: ignore[arg-type]


def _date(key: str, name: str, group: str, hint: str = "", **more: object) -> Column:
    return Column(key, name, group, hint, "date", width=13, **more)  # type: ignore[arg-type]


def _one_of(
    key: str, name: str, group: str, of: Mapping[str, str], hint: str = "", **more: object
) -> Column:
    return Column(key, name, group, hint, "choice", choices=dict(of), **more)  # type: ignore[arg-type]


_RECEIPT, _WHO, _WHAT = "收到", "申请人", "申请内容"
_CORRECTION, _CONSULT, _FEE, _EXTENSION = "补正", "征求意见", "收费", "延期"
_REPLY, _DISPUTE, _WORK, _SYSTEM = "答复", "复议诉讼", "承办", "系统计算"

COLUMNS: tuple[Column, ...] = (
    _text("number", "台账编号", _RECEIPT, "原台账的编号，每行不同", required=True),
    _date("arrived_on", "到达日期", _RECEIPT, "申请送到本机关的日期", required=True),
    _one_of("channel", "渠道", _RECEIPT, choices("channel"), required=True),
    _date(
        "confirmed_on",
        "确认收到日期",
        _RECEIPT,
        "互联网、传真、电子邮件、平常信函：与申请人确认的日期；当面提交、签收邮寄不填",
    ),
    _one_of("unreachable", "此前无法联系", _RECEIPT, _YES, "平常信函当日联系不上申请人的，选“是”"),
    _one_of("kind", "案件类别", _RECEIPT, choices("case_type"), "不填就是政府信息公开申请"),
    _one_of(
        "applicant_kind", "申请人类别", _WHO, choices("applicant"), "报告表三的六列", required=True
    ),
    _text("name", "申请人姓名或者名称", _WHO, required=True, identity=True),
    _one_of("identity_type", "证件种类", _WHO, IDENTITY_TYPES),
    _text("identity", "证件号码", _WHO, "单元格设为文本", identity=True, width=22),
    _text("contact_person", "联系人", _WHO, identity=True),
    _text("phone", "联系电话", _WHO, identity=True),
    _text("email", "电子邮箱", _WHO, identity=True, width=20),
    _text("address", "通信地址", _WHO, identity=True, width=24),
    _text("postcode", "邮政编码", _WHO, identity=True),
    _one_of("on_behalf", "代为填写", _WHO, _YES, "书写确有困难、由本机关代填的，选“是”"),
    _text("assistance", "需要的帮助", _WHO),
    _text("asked", "所需信息名称", _WHAT, required=True, width=36),
    _text("document_number", "文号", _WHAT, "所需信息的文号"),
    _text("description", "其他特征描述", _WHAT, width=36),
    _text("claim", "应当更正为", _WHAT, "只用于更正本人信息"),
    _one_of("form_wanted", "形式要求", _WHAT, FORMS),
    _one_of("way", "获取方式", _WHAT, WAYS),
    _text("form_words", "其他要求", _WHAT),
    _text("office", "承办处室", _WORK, "在办的，写系统里有的处室"),
    _text("handler", "承办人", _WORK, "在办的，写系统里有的人员姓名或者用户名"),
    _date("correction_on", "告知补正日期", _CORRECTION, "发出补正告知书的日期"),
    Column("correction_days", "补正期限工作日数", _CORRECTION, "告知书给的工作日数", "count"),
    _date("correction_received", "收到补正告知日期", _CORRECTION, "申请人收到告知书的日期"),
    _date("corrected_on", "收到补正日期", _CORRECTION, "本机关收到补正的日期"),
    _one_of("consulted", "征求意见对象", _CONSULT, CONSULTED),
    _date("consulted_on", "征求意见日期", _CONSULT, "发出征求意见书的日期"),
    _date("consult_received", "对方收到征求意见日期", _CONSULT),
    _date("opinion_on", "收到意见日期", _CONSULT),
    _one_of("opinion", "意见", _CONSULT, choices("opinion")),
    _one_of("opinion_reasonable", "不同意的理由合理", _CONSULT, _YES),
    _date("fee_on", "通知收费日期", _FEE),
    _one_of("fee_scale", "收费标准", _FEE, choices("fee_scale")),
    Column("fee_count", "第几件或者页数", _FEE, "按件：本月累计第几件；按量：页数", "count"),
    Column("fee_amount", "收费金额", _FEE, "元", "count"),
    _date("fee_received", "收到收费通知日期", _FEE),
    _date("fee_paid_on", "缴清日期", _FEE),
    _date("extended_on", "告知延期日期", _EXTENSION),
    Column("extension_days", "延长工作日数", _EXTENSION, "", "count"),
    _text("extension_by", "同意延期的负责人", _EXTENSION),
    _date("extension_approved", "同意延期日期", _EXTENSION),
    _date("ended_on", "答复日期", _REPLY, "答复书落款日期；撤回、并案、转送、不再处理的日期"),
    _one_of("ending", "处理结果", _REPLY, ENDINGS, width=34),
    _text("grounds", "不予公开的依据", _REPLY, "条款代码，如 16.2；几个之间用顿号"),
    _text("letter_number", "答复文号", _REPLY, width=22),
    _text("signed_by", "签发人", _REPLY, "不知道的，写“不详”"),
    _text("ended_to", "并入或者转送到", _REPLY, "并入的申请编号，或者转送的机关"),
    _one_of("served_by", "送达方式", _REPLY, choices("method")),
    _date("served_on", "送达日期", _REPLY, "当面、委托为签收日期，邮寄为交邮日期"),
    _date("served_received", "对方收到答复日期", _REPLY),
    _date("archived_on", "归档日期", _REPLY),
    _date("review_on", "申请复议日期", _DISPUTE),
    _date("review_decided_on", "复议结案日期", _DISPUTE),
    _one_of("review_result", "复议结果", _DISPUTE, choices("dispute_result")),
    _date("suit_on", "起诉日期", _DISPUTE),
    _date("suit_decided_on", "诉讼结案日期", _DISPUTE),
    _one_of("suit_result", "诉讼结果", _DISPUTE, choices("dispute_result")),
    _text("case_number", "申请编号", _SYSTEM, computed=True),
    _date("received_on", "收到申请之日", _SYSTEM, computed=True),
    _date("due_on", "到期日", _SYSTEM, "导入时只作比对", computed=True),
    _text("state", "状态", _SYSTEM, computed=True),
    _text("in_time", "是否按期", _SYSTEM, computed=True),
)
"""The columns of 台账, in order."""

BY_KEY: Mapping[str, Column] = {one.key: one for one in COLUMNS}

DETAIL: tuple[str, ...] = ("台账编号", "次序", "事项", "日期", "登记内容")
"""The columns of 办理经过."""

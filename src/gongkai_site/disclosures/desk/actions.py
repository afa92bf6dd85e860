"""What somebody may do with a document now, and why not where they may not.

`service` decides when a verb is carried out; this says beforehand what it would answer, so that a
page offers no dead end. A test holds the two against each other at every stage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gongkai_site.agencies.service import Actor, Refused, allowed, require
from gongkai_site.disclosures.models import (
    DOCUMENT_KINDS,
    Disclosure,
    Nature,
    Stage,
    State,
    Validity,
)
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.review import others_before

__all__ = ["Action", "Verb", "VERBS", "actions", "why_not"]

_NOT_PUBLIC = (Nature.ON_REQUEST, Nature.WITHHELD)


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done with a document. `says` tells, on its page, what will happen."""

    key: str
    name: str
    permission: Permission
    says: str
    forbids: Callable[[Actor, Disclosure], str]


@dataclass(frozen=True, slots=True)
class Action:
    """A verb as one person sees it: `why` is empty where they may; `next` marks the usual step."""

    verb: Verb
    why: str
    next: bool


def actions(actor: Actor, row: Disclosure) -> list[Action]:
    """Return every verb, those that are usual at this stage first."""
    usual = _USUAL.get(Stage(row.stage), ())
    found = [Action(verb, why_not(actor, row, verb.key), verb.key in usual) for verb in VERBS]
    return sorted(found, key=lambda one: not one.next)


def why_not(actor: Actor, row: Disclosure, key: str) -> str:
    """Return why the actor may not do this now, "" where they may."""
    verb = _BY_KEY[key]
    try:
        require(actor, verb.permission, agency_id=row.agency_id)
    except Refused as refused:
        return str(refused)
    return verb.forbids(actor, row)


def _stage(row: Disclosure, *stages: Stage) -> str:
    if row.stage in stages:
        return ""
    wanted = "”或者“".join(str(one.label) for one in stages)
    return f"现在是“{Stage(row.stage).label}”，要“{wanted}”才能办。"


def _another(actor: Actor, row: Disclosure) -> str:
    did = others_before(row).get(actor.user_id)
    return "" if did is None else f"由你{did}，要换一个人办理。"


def _drafting(actor: Actor, row: Disclosure) -> str:
    return _stage(row, Stage.DRAFT)


def _nature(actor: Actor, row: Disclosure) -> str:
    if row.state == State.PUBLISHED:
        return "已经发布。不应再公开的，由签发人撤回。"
    return "" if row.state == State.WITHDRAWN else _stage(row, Stage.DRAFT)


def _review(actor: Actor, row: Disclosure) -> str:
    return _stage(row, Stage.SUBMITTED) or _another(actor, row)


def _return(actor: Actor, row: Disclosure) -> str:
    wrong = _stage(row, Stage.SUBMITTED, Stage.REVIEWED, Stage.SCHEDULED)
    if wrong:
        return wrong
    submitted = row.stage == Stage.SUBMITTED
    if submitted and actor.user_id is not None and actor.user_id == row.submitted_by_id:
        return ""
    code = Permission.REVIEW if submitted else Permission.ISSUE
    who = "审核人，或者送审的人" if submitted else "签发人"
    return "" if allowed(actor, code, row.agency_id) else f"现在由{who}退回。"


def _issue(actor: Actor, row: Disclosure) -> str:
    wrong = _stage(row, Stage.REVIEWED, Stage.SCHEDULED)
    if wrong:
        return wrong
    if row.nature != Nature.PROACTIVE:
        return "不属于主动公开，审核通过后留在目录内部，不发布。"
    return _another(actor, row)


def _amend(actor: Actor, row: Disclosure) -> str:
    if row.published_at is None:
        return "还没有发布过，直接修改就可以。"
    if row.stage != Stage.NONE:
        return "已经有一个新版本在办。"
    return "" if row.nature == Nature.PROACTIVE else "不属于主动公开，先确定公开属性为主动公开。"


def _drop(actor: Actor, row: Disclosure) -> str:
    if row.published_at is None:
        return "还没有发布过，没有可以放弃的修订。"
    return _stage(row, Stage.DRAFT)


def _public(actor: Actor, row: Disclosure) -> str:
    return "" if row.state == State.PUBLISHED else "还没有发布，或者已经撤回。"


def _repeal(actor: Actor, row: Disclosure) -> str:
    if row.state != State.PUBLISHED:
        return _public(actor, row)
    if row.kind not in DOCUMENT_KINDS:
        return "只有规章、规范性文件和其他文件有有效性。"
    return "" if row.validity != Validity.REPEALED else "已经登记废止。"


def _clarify(actor: Actor, row: Disclosure) -> str:
    return "" if row.published_at is not None else "还没有发布过，没有可以澄清的。"


def _not_public(actor: Actor, row: Disclosure) -> str:
    if row.nature not in _NOT_PUBLIC or row.state == State.PUBLISHED:
        return "只有依申请公开、不予公开的信息才需要复查。"
    return "正在审核，等审核以后再复查。" if row.stage == Stage.SUBMITTED else ""


VERBS = (
    Verb("edit", "修改稿子", Permission.DRAFT, "", _drafting),
    Verb(
        "nature",
        "确定公开属性",
        Permission.NATURE,
        "在制作的时候就确定是否公开。每次决定连同依据都记录在案。",
        _nature,
    ),
    Verb(
        "withhold",
        "不予公开",
        Permission.NATURE,
        "写明依据的条款和理由，并定好复查日期。审核通过后留在目录内部，公众看不到。",
        _nature,
    ),
    Verb(
        "submit",
        "送审",
        Permission.SUBMIT,
        "送审后稿子锁定，由另一个人审核。审核人和签发人都不能是起草、修改过它的人。",
        _drafting,
    ),
    Verb(
        "review",
        "审核通过",
        Permission.REVIEW,
        "看过全文、附件、检查结果和公开属性，认为可以签发的，审核通过。",
        _review,
    ),
    Verb(
        "return",
        "退回修改",
        Permission.VIEW,
        "退回起草，由编辑改好后重新送审。写明要改什么。",
        _return,
    ),
    Verb(
        "issue",
        "签发",
        Permission.ISSUE,
        "签发后文件对公众公开，取得索引号。发布的就是送审的那一稿，一字不改。",
        _issue,
    ),
    Verb(
        "amend",
        "修订",
        Permission.AMEND,
        "开始一个新版本。在它签发以前，公众看到的仍是现在的版本。",
        _amend,
    ),
    Verb(
        "drop",
        "放弃修订",
        Permission.AMEND,
        "放弃正在修订的版本，已经公开的版本不变。放弃的稿子仍保留在版本记录里。",
        _drop,
    ),
    Verb(
        "repeal",
        "登记废止、失效",
        Permission.REPEAL,
        "文件仍在原来的网址，标明废止或者失效，并链接到所依据的文件。",
        _repeal,
    ),
    Verb(
        "withdraw",
        "撤回",
        Permission.WITHDRAW,
        "正文和附件不再公开，原来的网址上说明何时、为何撤回。撤回的文件只有经过新的审核签发才能再公开。",
        _public,
    ),
    Verb(
        "clarify",
        "澄清",
        Permission.CLARIFY,
        "发现与它有关的虚假或者不完整信息时，起草一份澄清。它在各个队列里排在最前，同样经过三个人。",
        _clarify,
    ),
    Verb(
        "re_review",
        "复查",
        Permission.RE_REVIEW,
        "不公开的信息要定期再看一次：理由还在的继续，不在的转为公开。",
        _not_public,
    ),
    Verb(
        "re_review_set",
        "改复查日期",
        Permission.RE_REVIEW,
        "只改下一次复查的日期，不下结论。",
        _not_public,
    ),
)
"""In the order in which a document meets them."""

_BY_KEY = {verb.key: verb for verb in VERBS}
_USUAL = {
    Stage.DRAFT: ("edit", "submit"),
    Stage.SUBMITTED: ("review", "return"),
    Stage.REVIEWED: ("issue", "return"),
    Stage.SCHEDULED: ("issue", "return"),
}

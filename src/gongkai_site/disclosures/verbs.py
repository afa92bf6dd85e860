"""Every verb of `service`: its name, the permission it asks for, where it may begin, what it records.

The reference page is written from it, and a test holds it against `service`. Which of them a page
offers to whom is the desk's matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from gongkai_site.disclosures.models import EventKind, Stage, State
from gongkai_site.disclosures.permissions import Permission

__all__ = ["VERBS", "VerbSpec"]


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """One verb. `begins` are the stages or states it may begin at; none for a new document.

    `another` says that whoever had a hand in the version before may not do it.
    """

    key: str
    name: str
    permission: Permission
    begins: tuple[Stage | State, ...]
    events: tuple[EventKind, ...]
    another: bool = False


_UNDER_REVIEW = (Stage.SUBMITTED, Stage.REVIEWED, Stage.SCHEDULED)
_TO_ISSUE = (Stage.REVIEWED, Stage.SCHEDULED)
_NOT_PUBLIC = (Stage.DRAFT, Stage.REVIEWED)
_MADE_PUBLIC = (EventKind.PUBLISHED, EventKind.AMENDED)

VERBS = (
    VerbSpec("create", "起草", Permission.DRAFT, (), (EventKind.CREATED,)),
    VerbSpec("clarify", "起草澄清", Permission.CLARIFY, (), (EventKind.CREATED,)),
    VerbSpec(
        "adopt",
        "采用已公开的文件",
        Permission.ADOPT,
        (),
        (EventKind.IMPORTED, EventKind.PUBLISHED),
        another=True,
    ),
    VerbSpec("save_draft", "保存稿子", Permission.DRAFT, (Stage.DRAFT,), ()),
    VerbSpec(
        "decide_nature",
        "确定公开属性",
        Permission.NATURE,
        (Stage.DRAFT, State.WITHDRAWN),
        (EventKind.NATURE_DECIDED,),
    ),
    VerbSpec("attach", "加入附件", Permission.DRAFT, (Stage.DRAFT,), (EventKind.ATTACHED,)),
    VerbSpec("detach", "移除附件", Permission.DRAFT, (Stage.DRAFT,), (EventKind.DETACHED,)),
    VerbSpec("drop_draft", "放弃起草", Permission.DRAFT, (Stage.DRAFT,), (EventKind.DROPPED,)),
    VerbSpec(
        "submit",
        "送审",
        Permission.SUBMIT,
        (Stage.DRAFT,),
        (EventKind.CHECKED, EventKind.SUBMITTED),
    ),
    VerbSpec(
        "review_approve",
        "审核通过",
        Permission.REVIEW,
        (Stage.SUBMITTED,),
        (EventKind.REVIEWED,),
        another=True,
    ),
    VerbSpec("return_to_editor", "退回修改", Permission.VIEW, _UNDER_REVIEW, (EventKind.RETURNED,)),
    VerbSpec(
        "issue",
        "签发",
        Permission.ISSUE,
        _TO_ISSUE,
        (EventKind.ISSUED, *_MADE_PUBLIC),
        another=True,
    ),
    VerbSpec(
        "schedule",
        "签发，定时发布",
        Permission.ISSUE,
        _TO_ISSUE,
        (EventKind.SCHEDULED,),
        another=True,
    ),
    VerbSpec("publish_due", "到时发布", Permission.PUBLISH_DUE, (Stage.SCHEDULED,), _MADE_PUBLIC),
    VerbSpec(
        "amend",
        "开始修订",
        Permission.AMEND,
        (State.PUBLISHED, State.WITHDRAWN),
        (EventKind.AMENDMENT_OPENED,),
    ),
    VerbSpec(
        "drop_amendment",
        "放弃修订",
        Permission.AMEND,
        (Stage.DRAFT,),
        (EventKind.AMENDMENT_DROPPED,),
    ),
    VerbSpec("withdraw", "撤回", Permission.WITHDRAW, (State.PUBLISHED,), (EventKind.WITHDRAWN,)),
    VerbSpec(
        "repeal",
        "登记废止、失效",
        Permission.REPEAL,
        (State.PUBLISHED,),
        (EventKind.REPEALED, EventKind.EXPIRED),
    ),
    VerbSpec(
        "expire_due", "有效期届满", Permission.EXPIRE, (State.PUBLISHED,), (EventKind.EXPIRED,)
    ),
    VerbSpec(
        "set_re_review",
        "设定复查日期",
        Permission.RE_REVIEW,
        _NOT_PUBLIC,
        (EventKind.RE_REVIEW_SET,),
    ),
    VerbSpec("re_review", "复查", Permission.RE_REVIEW, _NOT_PUBLIC, (EventKind.RE_REVIEWED,)),
    VerbSpec(
        "record_channel",
        "登记公开渠道",
        Permission.CHANNEL,
        (State.PUBLISHED,),
        (EventKind.CHANNEL_RECORDED,),
    ),
)
"""In the order in which a document meets them. Columns, patterns and recounts are no verbs on one."""

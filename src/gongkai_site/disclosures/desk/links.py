"""The ways in to these pages, on the first page of staff, with what waits behind them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from gongkai_site.agencies.links import Link, Tally, register
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures import queries
from gongkai_site.disclosures.permissions import Permission

__all__ = ["register_links", "waiting"]

_GROUP = "主动公开"
_TOLD = (
    ("overdue", "逾期", "late"),
    ("returned", "退回", "today"),
    ("to_review", "待审核", ""),
    ("to_issue", "待签发", ""),
    ("due_soon", "快到期", "today"),
    ("re_review_due", "该复查", ""),
)


def register_links() -> None:
    """Offer the pages of publishing to whoever may open them; called when the program starts."""
    view, count = Permission.VIEW, Permission.STATISTICS
    hint = "待审核、待签发、退回的、快到期的"
    counted = "按种类、栏目、处室、月份；按期率、解读率"
    register(
        Link("disclosures:desk", "我的待办", hint, view, _GROUP, waiting),
        Link("disclosures:write", "起草文件", "写稿、贴稿、预览", Permission.DRAFT, _GROUP),
        Link("disclosures:list", "目录", "全部公开事项，筛选和导出", view, _GROUP),
        Link("disclosures:columns", "栏目", "名称、顺序、上级", view, _GROUP),
        Link("disclosures:statistics", "统计", counted, count, _GROUP),
    )


def waiting(actor: Actor) -> Iterator[Tally]:
    """What waits for somebody, at most a hundred of each told."""
    shown = queries.desk(actor, timezone.localdate(), limit=100)
    for name, label, weight in _TOLD:
        yield Tally(label, len(getattr(shown, name)), weight)

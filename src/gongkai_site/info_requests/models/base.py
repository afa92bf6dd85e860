"""Rows of a case that can be added and read, never changed and never deleted."""

from __future__ import annotations

from gongkai_site.agencies import append_only
from gongkai_site.agencies.append_only import AppendOnlyManager
from gongkai_site.info_requests.errors import HistoryIsFinal

__all__ = ["AppendOnly", "AppendOnlyManager"]


class AppendOnly(append_only.AppendOnly):
    """A row that stays as it was written; the database refuses too (triggers of the migrations)."""

    class Meta:
        abstract = True

    @classmethod
    def refusal(cls) -> HistoryIsFinal:
        """Name the way to put a mistake right."""
        return HistoryIsFinal(
            "案卷里的记录只能新增，不能修改或者删除。登记有误的，请用“撤销登记”。"
        )

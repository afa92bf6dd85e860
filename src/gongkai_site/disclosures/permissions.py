"""The permissions the verbs of this room ask for; which roles hold them, `agencies` says."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Permission"]


class Permission(StrEnum):
    """The codes of `agencies/data/permissions.yaml`; several verbs may share one."""

    VIEW = "disclosure.view"
    DRAFT = "disclosure.draft"
    NATURE = "disclosure.nature"
    SUBMIT = "disclosure.submit"
    REVIEW = "disclosure.review"
    ISSUE = "disclosure.issue"
    WITHDRAW = "disclosure.withdraw"
    AMEND = "disclosure.amend"
    REPEAL = "disclosure.repeal"
    CLARIFY = "disclosure.clarify"
    RE_REVIEW = "disclosure.re_review"
    CHANNEL = "disclosure.channel"
    IMPORT = "disclosure.import"
    ADOPT = "disclosure.adopt"
    PUBLISH_DUE = "disclosure.publish_due"
    EXPIRE = "disclosure.expire"
    COLUMNS = "disclosure.columns"
    SETTINGS = "disclosure.settings"
    RECOUNT = "disclosure.recount"
    STATISTICS = "disclosure.statistics"

"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["InfoRequestsConfig"]


class InfoRequestsConfig(AppConfig):
    """依申请公开."""

    name = "gongkai_site.info_requests"
    label = "info_requests"
    verbose_name = "依申请公开"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the desk on the first page of staff; teach the log the words of a case."""
        from gongkai.casework import Kind
        from gongkai_site.agencies.links import Link, register
        from gongkai_site.agencies.roles import teach
        from gongkai_site.info_requests.letter_kinds import letter_kinds
        from gongkai_site.info_requests.models import AttachmentPurpose, ScanState
        from gongkai_site.info_requests.tallies import desk_tallies, notice_tallies

        teach("what", lambda: {one.value: one.label for one in Kind})
        teach("kind", lambda: {one.key: one.name for one in letter_kinds().values()})
        teach("purpose", lambda: dict(AttachmentPurpose.choices))
        teach("scan", lambda: dict(ScanState.choices))
        group = "依申请公开"
        register(
            Link(
                *("desk:list", "办理列表", "今天到期、三天内到期、逾期、待办"),
                *("request.view", group, desk_tallies),
            ),
            Link(
                "desk:register",
                "登记申请",
                "当面、邮寄、传真、邮件、口述",
                "request.receive",
                group,
            ),
            Link(
                *("office:notices", "通知", "每天的提醒、交办、到期"),
                *("request.view", group, notice_tallies),
            ),
            Link("office:ledger", "台账", "导入、导出 Excel 台账", "request.ledger_export", group),
            Link(
                "office:supervision",
                "监督",
                "各机关的期限、按期率、年度统计",
                "supervision.view",
                "监督",
            ),
        )

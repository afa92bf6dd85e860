"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["AgenciesConfig"]


class AgenciesConfig(AppConfig):
    """Organs, staff, roles, sign-in, audit."""

    name = "gongkai_site.agencies"
    label = "agencies"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        """Listen to who signs in and out, and offer the pages of administration."""
        from gongkai_site.agencies import signals  # noqa: F401
        from gongkai_site.agencies.links import Link, register

        group = "系统管理"
        register(
            Link("staff:people", "人员和角色", "账号、角色、停用", "staff.view", group),
            Link("staff:organs", "机关和处室", "机关信息、处室、机构改革", "agency.manage", group),
            Link("staff:proposals", "复核管理员角色", "两人经手的变更", "role.confirm", group),
            Link("staff:locks", "登录锁定", "解除被锁定的账号", "lockout.manage", group),
            Link("staff:audit", "审计日志", "查阅、核验、导出", "audit.read", group),
        )

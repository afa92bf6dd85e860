"""Write docs/reference/requests-events.md, or with --check say whether it is current.

Run: python scripts/requests_reference.py [--check]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "requests-events.md"
_TYPES = {
    "text": "文字",
    "flag": "是否",
    "date": "日期",
    "count": "正整数",
    "yuan": "元",
    "event": "事件编号",
    "outcome": "处理结果代码",
    "choice": "选项",
}


def page() -> str:
    """Return the whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
    import django

    django.setup()
    return "\n".join([*_head(), *_events(), *_verbs(), *_letters()])


def _head() -> Iterator[str]:
    yield "# 依申请公开：事件、操作和文书"
    yield ""
    yield "<!-- 由 scripts/requests_reference.py 生成，不要手改。 -->"
    yield ""
    yield "案卷只记事件；状态、到期日、处理结果都由事件推算。为什么这样，见"
    yield "[一件申请的一生](../explanation/casework.md)。"
    yield ""


def _events() -> Iterator[str]:
    from gongkai.casework import Kind, kind_spec

    yield from ("## 事件", "", "| 代码 | 名称 | 登记的日期指 | 到达环节 | 随事件登记 |")
    yield "| --- | --- | --- | --- | --- |"
    for kind in Kind:
        spec = kind_spec(kind)
        held = "；".join(
            f"{one.name}（{'、'.join(one.choices.values()) or _TYPES[one.type]}"
            f"{'，必填' if one.required else ''}）"
            for one in spec.fields.values()
        )
        stage = spec.stage.label if spec.stage is not None else "—"
        yield f"| `{kind}` | {spec.name} | {spec.dated} | {stage} | {held or '—'} |"
    yield ""


def _verbs() -> Iterator[str]:
    from gongkai_site.agencies.roles import permission
    from gongkai_site.info_requests.verbs import VERBS

    yield from ("## 操作", "", "| 操作 | 名称 | 权限 | 角色 | 登记的事件 |")
    yield "| --- | --- | --- | --- | --- |"
    for spec in VERBS:
        held = permission(spec.permission)
        roles = "、".join(sorted(role.label for role in held.roles))
        event = f"`{spec.kind}`" if spec.kind is not None else "—"
        yield f"| `{spec.key}` | {spec.name} | `{spec.permission}` | {roles} | {event} |"
    yield ""


def _letters() -> Iterator[str]:
    from gongkai_site.info_requests.letter_kinds import letter_kinds
    from gongkai_site.info_requests.models import UNSIGNED_KINDS

    yield from ("## 文书", "", "| 代码 | 名称 | 文号系列 | 签发前 | 编号发出时登记 |")
    yield "| --- | --- | --- | --- | --- |"
    for key, one in letter_kinds().items():
        before = "法制审核、签发" if one.review_first else "签发"
        before = "不用签发" if key in UNSIGNED_KINDS else before
        event = f"`{one.event}`" if one.event is not None else "—"
        yield f"| `{key}` | {one.name} | {one.series or '—'} | {before} | {event} |"
    yield ""


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(
            "docs/reference/requests-events.md is stale: run python scripts/requests_reference.py"
        )
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Write docs/reference/disclosures-events.md, or with --check say whether it is current.

Run: python scripts/disclosures_reference.py [--check]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "disclosures-events.md"


def page() -> str:
    """Return the whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
    import django

    django.setup()
    return "\n".join([*_head(), *_verbs(), *_events(), *_words()])


def _head() -> Iterator[str]:
    yield "# 主动公开：操作和事件"
    yield ""
    yield "<!-- 由 scripts/disclosures_reference.py 生成，不要手改。 -->"
    yield ""
    yield "每项操作在一个事务里完成，记下事件，事件只增不改。为什么这样，见"
    yield "[publishing](../explanation/publishing.md)。"
    yield ""


def _verbs() -> Iterator[str]:
    from gongkai_site.agencies.roles import Role, permission
    from gongkai_site.disclosures.verbs import VERBS

    yield from ("## 操作", "", "| 操作 | 名称 | 权限 | 角色 | 从哪里开始 | 换人 | 记下的事件 |")
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for verb in VERBS:
        held = permission(verb.permission)
        who = "、".join(role.label for role in Role if role in held.roles)
        if held.system:
            who = f"{who}、系统" if who else "系统"
        begins = "、".join(str(one.label) for one in verb.begins) or "新文件"
        events = "、".join(f"`{one.value}`" for one in verb.events) or "—"
        another = "是" if verb.another else ""
        yield (
            f"| `{verb.key}` | {verb.name} | `{verb.permission}` | {who} | {begins} "
            f"| {another} | {events} |"
        )
    yield ""
    yield "“换人”：凡起草、修改、送审、审核过这一版的人，都不能办理；有几个角色也一样。"
    yield "“退回修改”：待审核的由审核退回，或者由送审的人收回；待签发、定时发布的由签发退回。"
    yield ""


def _events() -> Iterator[str]:
    from gongkai_site.disclosures.models import EventKind

    yield from ("## 事件", "", "| 代码 | 名称 |", "| --- | --- |")
    for kind in EventKind:
        yield f"| `{kind.value}` | {kind.label} |"
    yield ""


def _words() -> Iterator[str]:
    from gongkai_site.disclosures.house import CHANNELS
    from gongkai_site.disclosures.models import ChangeKind, Kind, Nature, Stage, State, Validity

    tables = (
        ("种类", Kind),
        ("公开属性", Nature),
        ("状态", State),
        ("待发布版本的阶段", Stage),
        ("有效性", Validity),
        ("公开网站要跟上的变化", ChangeKind),
    )
    for title, choices in tables:
        yield from (f"## {title}", "", "| 代码 | 名称 |", "| --- | --- |")
        for one in choices:
            yield (
                f"| `{one.value}` | {one.label} |" if one.value else f"| 空 | {one.label or '无'} |"
            )
        yield ""
    yield from ("## 公开渠道", "", "| 代码 | 名称 |", "| --- | --- |")
    for code, name in CHANNELS.items():
        yield f"| `{code}` | {name} |"
    yield ""


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    print(f"{PAGE} 不是最新的。请运行 python scripts/disclosures_reference.py。", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

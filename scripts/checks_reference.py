"""Write docs/reference/publication-checks.md from the catalogue of checks, or with --check say
whether it is current.

Run: python scripts/checks_reference.py [--check]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "publication-checks.md"
sys.path.insert(0, str(ROOT / "src"))

from gongkai_site.disclosures.checks.catalogue import (  # noqa: E402
    entries,
    field_label,
    groups,
    limit,
    settings,
)
from gongkai_site.disclosures.checks.registry import checks  # noqa: E402

WEIGHTS = {"block": "必须改正", "confirm": "须确认", "note": "提示"}
KINDS = {
    "every": "所有文件",
    "regulation": "规章",
    "normative": "规范性文件",
    "other_document": "其他文件",
    "budget": "财政预决算",
    "news": "动态",
    "other": "其他",
}


def page() -> str:
    """Return the whole page."""
    return "\n".join([*_head(), *_codes(), *_metadata()]) + "\n"


def _head() -> Iterator[str]:
    yield "# 公开前的自动检查"
    yield ""
    yield "<!-- 由 scripts/checks_reference.py 生成，请改 src/gongkai_site/disclosures/checks/data 后重新生成。 -->"
    yield ""
    yield "编辑送审时，系统先检查标题、概述、正文、附件和著录项目，再交给审核人。必须改正（block）：不改不能送审；"
    yield "须确认（confirm）：编辑看过并确认无误后可以送审，审核人也会看到；提示（note）：供参考。"
    yield "发现的个人信息只以掩去中间各位的样子显示和留痕。“……”处由程序填入。"
    yield ""
    yield "本机关信息里的电话、传真、网站和地址视为对外公布，不再提示。其他要放行的，由系统管理员写进"
    yield "`var/publication_checks.yaml`（“允许公开的号码和网站”），改动后立即生效："
    yield ""
    yield "```yaml"
    yield "云商:                       # 机关代码"
    yield "  numbers: [020-81234567]   # 电话、账号，写法不限"
    yield "  hosts: [media.example]    # 网站，含其下级域名"
    yield "  addresses: [云山县人民路1号]"
    yield "```"
    yield ""
    yield f"各机关都可以链接：{'、'.join(settings()['hosts'])}（含其下级域名）。"
    yield ""


def _codes() -> Iterator[str]:
    does = {code: function.__doc__ or "" for function, codes in checks().items() for code in codes}
    for group, name in groups().items():
        yield f"## {name}"
        yield ""
        for entry in entries().values():
            if entry.group != group:
                continue
            if not does[entry.code]:
                raise SystemExit(f"no check tells of {entry.code}")
            yield f"### {entry.code}"
            yield ""
            yield f"**{entry.title}**（{WEIGHTS[entry.severity]}，{entry.severity}）"
            yield ""
            yield f"- 说的是：{_blanked(entry.says)}"
            yield f"- 怎么办：{_blanked(entry.advice)}"
            yield f"- 依据：{entry.basis}"
            if entry.code == "mobile_many":
                yield f"- 几个算名单：{limit('mobiles_in_a_list')} 个"
            if entry.code == "title_long":
                yield f"- 多少字算长：超过 {limit('title_characters')} 字"
            yield ""


def _metadata() -> Iterator[str]:
    yield "## 各类文件要填的项目"
    yield ""
    yield "| 类别 | 必须填写 | 应当填写 |"
    yield "|---|---|---|"
    for kind, asked in settings()["metadata"].items():
        cells = ["、".join(map(field_label, asked[which])) for which in ("required", "advised")]
        yield f"| {KINDS[kind]} | {cells[0] or '—'} | {cells[1] or '—'} |"


def _blanked(text: str) -> str:
    return re.sub(r"\{\w+\}", "……", text)


def main() -> int:
    made = page()
    if "--check" in sys.argv[1:]:
        current = PAGE.read_text("utf-8") if PAGE.is_file() else ""
        if current != made:
            print(f"{PAGE.name} is not current: run python scripts/checks_reference.py")
            return 1
        return 0
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

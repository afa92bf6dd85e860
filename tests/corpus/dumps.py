"""How crawlers give reports back: one cell a line, spaced, run together, pipes, scraps."""

from __future__ import annotations

from collections.abc import Mapping

from gongkai.regulation.report_formats import ReportFormat, report_format

__all__ = ["as_glued", "as_lines", "as_pipes", "as_spaced"]

HEAD = "示例市某某局2022年政府信息公开工作年度报告"


def as_lines(format_id: str, cells: Mapping[str, object], prose: str = "本年工作正常。") -> str:
    """One cell a line, blank lines between, as a crawler walking text nodes leaves it."""
    return _dump(format_id, cells, prose, "\n\n")


def as_spaced(format_id: str, cells: Mapping[str, object], prose: str = "本年工作正常。") -> str:
    """Cells with a space between, all in one line."""
    return _dump(format_id, cells, prose, " ")


def as_glued(format_id: str, cells: Mapping[str, object], prose: str = "本年工作正常。") -> str:
    """Cells run together with nothing between."""
    return _dump(format_id, cells, prose, "")


def as_pipes(format_id: str, cells: Mapping[str, object], prose: str = "本年工作正常。") -> str:
    """Rows as `| a | b |`, merged cells lost, as a converter to Markdown leaves them."""
    form = report_format(format_id)
    made = [f"# {HEAD}", "", "## 一、总体情况", "", prose, ""]
    for section in form.sections[1:4]:
        made += [f"## {section.title}", ""]
        made += ["| " + " | ".join(row) + " |" for row in rows(form, section.table or "", cells)]
        made.append("")
    made += ["## 五、存在的主要问题及改进情况", "", "问题与改进。", ""]
    return "\n".join([*made, "## 六、其他需要报告的事项", "", "无。", ""])


def rows(form: ReportFormat, table_key: str, cells: Mapping[str, object]) -> list[list[str]]:
    """The rows of a table as lists of texts, merged labels printed once."""
    table = form.tables[table_key]
    if table_key == "t2":
        made = []
        for block in table.blocks:
            made.append([block.label])
            made.append([table.row_header, *(c.label for c in block.columns)])
            for row in block.rows:
                texts = [str(cells[f"t2.{block.key}.{row.key}.{c.key}"]) for c in block.columns]
                made.append([row.label, *texts])
        return made
    if table_key == "t3":
        return _three(form, cells)
    header = ["行政复议", "行政诉讼"]
    columns = [c.label for c in table.columns]
    values = [str(cells[a]) for a in form.addresses if a.startswith("t4.")]
    return [header, [*columns, "未经复议直接起诉", "复议后起诉"], columns * 2, values]


def _three(form: ReportFormat, cells: Mapping[str, object]) -> list[list[str]]:
    table = form.tables["t3"]
    made = [[table.corner, table.column_header], ["自然人", "法人或其他组织", "总计"]]
    made.append([c.label for c in table.columns if c.group])
    above: tuple[str, ...] = ()
    for row in table.rows:
        heads = [h for n, h in enumerate(row.under) if above[n : n + 1] != (h,)]
        above = row.under
        values = [str(cells[f"t3.{row.key}.{c.key}"]) for c in table.columns]
        made.append([*heads, row.label, *values])
    return made


def _dump(format_id: str, cells: Mapping[str, object], prose: str, between: str) -> str:
    form = report_format(format_id)
    parts = [HEAD, "一、总体情况", prose]
    for section in form.sections[1:4]:
        parts.append(section.title)
        parts += [text for row in rows(form, section.table or "", cells) for text in row]
    parts += ["五、存在的主要问题及改进情况", "问题与改进。", "六、其他需要报告的事项", "无。"]
    return between.join(parts)

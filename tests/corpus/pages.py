"""Web pages a content system, an editor or a crawler makes of a report's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.corpus.dumps import HEAD, rows

from gongkai.regulation.report_formats import report_format

__all__ = ["as_page", "table"]

Rows = list[list[str]]


def table(lines: Rows) -> str:
    """A plain table, merged cells lost."""
    made = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in lines)
    return f"<table>{made}</table>"


def as_page(
    format_id: str,
    cells: Mapping[str, object],
    *,
    change: Callable[[Rows], Rows] = lambda lines: lines,
    draw: Callable[[Rows], str] = table,
    prose: str = "本年工作正常。",
) -> str:
    """A page with the report's headings and tables.

    `change` alters the texts of a table's rows, `draw` turns them into markup.
    """
    form = report_format(format_id)
    body = [f"<h1>{HEAD}</h1>", "<p>一、总体情况</p>", f"<p>{prose}</p>"]
    for section in form.sections[1:4]:
        body += [f"<p>{section.title}</p>", draw(change(rows(form, section.table or "", cells)))]
    body += ["<p>五、存在的主要问题及改进情况</p>", "<p>问题与改进。</p>"]
    body += ["<p>六、其他需要报告的事项</p>", "<p>无</p>"]
    page = "\n".join(body)
    return (
        f"<!DOCTYPE html><html><head><title>{HEAD}-示例网</title></head><body>{page}</body></html>"
    )

"""Charts as SVG, drawn here, without a script; each stands beside its table, never for it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from gongkai_site.disclosures.statistics import Breakdown

__all__ = ["bars", "columns_by_month"]

_FONT = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_COLORS = ("#15507f", "#a3161a", "#8a95a1")
_ROW = 34


def columns_by_month(lines: Sequence[Breakdown]) -> str:
    """Twelve months, each on time, late and unknown stacked; as an address to put in a page."""
    import pygal

    chart = pygal.StackedBar(**_config(_FONT), width=760, height=340)
    chart.x_labels = [one.label for one in lines]
    _series(chart, lines)
    return _address(chart)


def bars(lines: Sequence[Breakdown], most: int = 12) -> str:
    """The longest lines of a table, the longest on top; as an address to put in a page."""
    import pygal

    shown = [one for one in lines if one.published][:most][::-1]
    chart = pygal.HorizontalStackedBar(**_config(_FONT), width=760, height=110 + _ROW * len(shown))
    chart.x_labels = [_short(one.label) for one in shown]
    # A Chinese character is as wide as two of those pygal measures by.
    chart.margin_left = 10 + 7 * max((len(label) for label in chart.x_labels), default=0)
    _series(chart, shown)
    return _address(chart)


def _series(chart: Any, lines: Sequence[Breakdown]) -> None:
    most = max((one.published for one in lines), default=0)
    step = _step(most)
    chart.y_labels = list(range(0, most + step, step))
    named = (("按期", "on_time"), ("逾期", "late"), ("算不出期限", "no_clock"))
    for name, field in named:
        values = [getattr(one, field) for one in lines]
        # Zeros are drawn as nothing; the order of colours stays.
        chart.add(name, [value or None for value in values])


def _step(most: int) -> int:
    """A round step that takes at most six of itself to pass the longest bar."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * 6 >= most:
                return step
        size *= 10


def _config(font: str) -> dict[str, Any]:
    from pygal.style import Style

    style = Style(
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#1b232c",
        foreground_strong="#1b232c",
        foreground_subtle="#d5dae0",
        opacity="1",
        colors=_COLORS,
        font_family=font,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=14,
        value_font_size=12,
    )
    return {
        "style": style,
        "js": [],
        "disable_xml_declaration": True,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 3,
        "legend_box_size": 12,
        "margin": 8,
        "integer_values": True,
        "value_formatter": lambda value: f"{value:.0f}",
        "no_data_text": "没有数据",
    }


def _address(chart: Any) -> str:
    """The drawing without pygal's script, as a data address: it asks nothing of any machine."""
    from lxml import etree

    root = chart.render_tree()
    for script in [one for one in root.iter() if str(one.tag).endswith("script")]:
        script.getparent().remove(script)
    return "data:image/svg+xml;base64," + b64encode(etree.tostring(root)).decode()


def _short(label: str) -> str:
    return label if len(label) <= 12 else label[:11] + "…"

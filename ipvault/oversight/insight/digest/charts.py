"""The charts of the digest as SVG: columns for days, bars for everything else."""

from __future__ import annotations

from typing import Final

from ipvault.oversight.insight.digest.model import Chart
from ipvault.pages.markup import Markup, element

WIDTH: Final = 680
_LEFT: Final = 210
_ROW: Final = 18
_HEIGHT: Final = 90
_LABELS: Final = 8
"""Days that have their date below them, at the most."""


def drawn(chart: Chart) -> Markup:
    """A chart; the numbers stand in it."""
    name = f"chart-{chart.key}"
    parts, height = _columns(chart) if chart.are_days else _bars(chart)
    about = "; ".join(f"{one.label}: {one.value}" for one in chart.bars)
    return element(
        "svg",
        element("title", chart.title, id=f"{name}-title"),
        element("desc", about, id=f"{name}-about"),
        *parts,
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-about",
    )


def _columns(chart: Chart) -> tuple[list[Markup], int]:
    most, step = max(one.value for one in chart.bars) or 1, WIDTH / len(chart.bars)
    every = -(-len(chart.bars) // _LABELS)
    parts = [element("line", x1=0, x2=WIDTH, y1=_HEIGHT, y2=_HEIGHT, class_="axis")]
    for place, bar in enumerate(chart.bars):
        height, middle = (_HEIGHT - 14) * bar.value / most, (place + 0.5) * step
        if bar.value:
            column = element(
                "rect",
                element("title", f"{bar.label}: {bar.value}"),
                x=place * step + step * 0.15,
                y=_HEIGHT - height,
                width=step * 0.7,
                height=height,
                class_="room",
            )
            parts.append(column)
            if every == 1 or bar.value == most:
                parts.append(element("text", str(bar.value), x=middle, y=_HEIGHT - height - 3, class_="number"))
        if place % every == 0:
            parts.append(element("text", bar.label, x=max(middle, 28), y=_HEIGHT + 12, class_="tick"))
    return parts, _HEIGHT + 18


def _bars(chart: Chart) -> tuple[list[Markup], int]:
    most, room = max(one.value for one in chart.bars) or 1, WIDTH - _LEFT - 50
    parts: list[Markup] = []
    for place, bar in enumerate(chart.bars):
        y, width = place * _ROW, max(1.0, room * bar.value / most)
        label = element("text", bar.label, x=0, y=_ROW - 6, class_="who")
        parts += [
            element("svg", label, x=0, y=y, width=_LEFT - 8, height=_ROW),
            element("rect", x=_LEFT, y=y + 3, width=width, height=_ROW - 6, class_="room"),
            element("text", str(bar.value), x=_LEFT + width + 5, y=y + _ROW - 6, class_="who"),
        ]
    return parts, len(chart.bars) * _ROW + 4

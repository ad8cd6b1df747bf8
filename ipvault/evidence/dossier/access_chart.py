"""The access chart: a row for each person, a bar for each time in which he or she could open the item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ipvault.characters import columns
from ipvault.pages.axis import DIGIT, Axis
from ipvault.pages.markup import RANGE, Markup, element
from ipvault.text import _

WIDTH: Final = 680
_LEFT: Final = 150
_ROW: Final = 17
_BAR: Final = 11
_LETTER: Final = 5
"""The width of a letter in the small type of a chart, as far as it matters whether there is room for words."""

ROWS: Final = 34
"""Rows of one chart: what fits on a printed page."""


class Bar(NamedTuple):
    """Somebody could open something from `since` until `until` (empty: still); `kind` is a key of the legend.

    `person` tells apart those who have the same name, `who`.
    """

    person: str
    who: str
    kind: str
    label: str
    since: str
    until: str


class _Row(NamedTuple):
    who: str
    bars: list[Bar]


def access_charts(bars: Sequence[Bar], kinds: Mapping[str, str], end: str) -> list[Markup]:
    """The charts of these bars up to `end`, of as many rows each as go on a page; `kinds` is the legend.

    Bars of one person share rows, unless they overlap.
    """
    rows = list(_rows(bars, end))
    times = [time for bar in bars for time in (bar.since, bar.until or end)]
    axis = Axis([*times, end], _LEFT + 10, WIDTH - _LEFT - 24)
    pages = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return [_chart(number, page, len(pages), axis, kinds, end) for number, page in enumerate(pages, 1)]


def _rows(bars: Sequence[Bar], end: str) -> Iterator[_Row]:
    people: dict[str, list[list[Bar]]] = {}
    for bar in sorted(bars, key=lambda one: one.since):
        tracks = people.setdefault(bar.person, [])
        free = next((track for track in tracks if (track[-1].until or end) <= bar.since and track[-1].until), None)
        if free is None:
            tracks.append([bar])
        else:
            free.append(bar)
    for tracks in people.values():
        yield _Row(tracks[0][0].who, tracks[0])
        yield from (_Row("", track) for track in tracks[1:])


def _chart(number: int, rows: list[_Row], of: int, axis: Axis, kinds: Mapping[str, str], end: str) -> Markup:
    bottom = _ROW * len(rows) + 6
    used = {bar.kind for row in rows for bar in row.bars}
    parts: list[str] = [_hatching(number), axis.drawn(0, bottom)]
    for place, row in enumerate(rows):
        y = _ROW * place + 4
        parts.append(_clipped(row.who, 0, y, _LEFT - 4, "who"))
        if row.who and place:
            parts.append(element("line", x1=0, x2=WIDTH, y1=y - 1, y2=y - 1, class_="thread"))
        parts += _drawn(row.bars, y, axis, number)
    parts += _legend({kind: title for kind, title in kinds.items() if kind in used}, bottom + 24, number)
    about = _("Chart {number} of {of}: bars for the times up to {end}. The table that follows has them all in words.")
    name = f"access-{number}"
    return element(
        "svg",
        element("title", _("Who could open it"), id=f"{name}-title"),
        element("desc", about.format(number=number, of=of, end=end[:10]), id=f"{name}-about"),
        *parts,
        viewBox=f"0 0 {WIDTH} {bottom + 36}",
        role="img",
        aria_labelledby=f"{name}-title {name}-about",
    )


def _hatching(number: int) -> Markup:
    line = element("line", x1=0, y1=0, x2=0, y2=4, class_="hatch")
    lines = element(
        "pattern",
        line,
        id=f"hatching-{number}",
        width=4,
        height=4,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", lines)


def _clipped(words: str, x: float, y: float, width: float, class_: str) -> Markup:
    """Words that are cut off where their room ends, however wide the letters of a typeface are."""
    inside = element("text", words, x=0, y=_BAR - 2.6, class_=class_)
    return element("svg", inside, x=x, y=y, width=max(width, 0), height=_ROW)


def _shape(kind: str, number: int, x: float, y: float, width: float, *children: str) -> Markup:
    fill = {"fill": f"url(#hatching-{number})"} if kind == "kept-key" else {}
    return element("rect", *children, x=x, y=y, width=width, height=_BAR, class_=f"bar {kind}", **fill)


def _drawn(bars: list[Bar], y: float, axis: Axis, number: int) -> list[Markup]:
    drawn = []
    starts = [axis.x(bar.since) for bar in bars]
    for bar, x, following in zip(bars, starts, [*starts[1:], axis.right + 12], strict=True):
        end = max(axis.x(bar.until) if bar.until else axis.right, x + 2)
        words = element("title", f"{bar.who}: {bar.label}, {bar.since} {RANGE} {bar.until}")
        drawn.append(_shape(bar.kind, number, x, y, end - x, words))
        if not bar.until:
            tip = f"{end:.2f},{y} {end + 6:.2f},{y + _BAR / 2} {end:.2f},{y + _BAR}"
            drawn.append(element("polygon", points=tip, class_=f"bar {bar.kind}"))
        width = columns(bar.label) * _LETTER
        if width < end - x - 6:
            drawn.append(_clipped(bar.label, x + 4, y, end - x - 6, f"label in-{bar.kind}"))
        elif bar.until and width < following - end - 6:
            drawn.append(_clipped(bar.label, end + 4, y, following - end - 6, "label"))
    return drawn


def _legend(kinds: Mapping[str, str], y: float, number: int) -> list[Markup]:
    drawn, x = [], 0.0
    for kind, title in kinds.items():
        drawn.append(_shape(kind, number, x, y, 16))
        drawn.append(element("text", title, x=x + 21, y=y + _BAR - 2.4, class_="legend"))
        x += 21 + columns(title) * DIGIT + 14
    return drawn

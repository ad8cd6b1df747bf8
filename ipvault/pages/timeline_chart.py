"""The timeline: what happened when, in a lane for each sort of event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ipvault.pages.axis import DIGIT, Axis
from ipvault.pages.markup import RANGE, Markup, element
from ipvault.text import _

WIDTH: Final = 680
_LEFT: Final = 104
_LANE: Final = 36
_RADIUS: Final = 4.5
_APART: Final = 2 * _RADIUS + 2
"""Markers that would be nearer than this are drawn as one, with their number in it."""


class Event(NamedTuple):
    """What a record tells: its number, its time, the lane it belongs in, and words."""

    record: int
    time: str
    lane: str
    what: str


@dataclass
class _Marker:
    """Events of one lane that are drawn as one, from `first` to `last` on the axis."""

    first: float
    last: float
    events: list[Event] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2

    @property
    def half(self) -> float:
        """Half of its width: a number has to fit into it."""
        least = _RADIUS if len(self.events) == 1 else len(str(len(self.events))) * DIGIT / 2 + 3
        return max((self.last - self.first) / 2 + _RADIUS, least)


def timeline(events: Sequence[Event], lanes: Sequence[tuple[str, str]], end: str) -> Markup:
    """The chart of these events up to `end`; `lanes` are keys with their titles, of which only those used are drawn."""
    axis = Axis([*(event.time for event in events), end], _LEFT + 12, WIDTH - _LEFT - 28)
    used = [(key, title) for key, title in lanes if any(event.lane == key for event in events)]
    bottom = _LANE * len(used) + 9
    parts: list[str] = [axis.drawn(0, bottom)]
    for number, (key, title) in enumerate(used):
        y = _LANE * number + _LANE / 2 + 4
        parts.append(element("text", title, x=0, y=y + 3.5, class_="lane"))
        parts.append(element("line", x1=_LEFT, x2=WIDTH, y1=y, y2=y, class_="thread"))
        parts += _drawn(_markers(axis, [event for event in events if event.lane == key]), y)
    about = _("{count} events from {first} to {last}. The table that follows lists them all.")
    times = sorted(event.time[:10] for event in events)
    return element(
        "svg",
        element("title", _("Timeline"), id="timeline-title"),
        element("desc", about.format(count=len(events), first=times[0], last=times[-1]), id="timeline-about"),
        *parts,
        viewBox=f"0 0 {WIDTH} {bottom + 18:.0f}",
        role="img",
        aria_labelledby="timeline-title timeline-about",
    )


def _markers(axis: Axis, events: Iterable[Event]) -> list[_Marker]:
    """From left to right. What would touch becomes one, which makes it wider, so that goes on until nothing does."""
    found: list[_Marker] = []
    for event in sorted(events, key=lambda one: axis.x(one.time)):
        x = axis.x(event.time)
        found.append(_Marker(x, x, [event]))
        while len(found) > 1 and found[-1].middle - found[-1].half < found[-2].middle + found[-2].half + 2:
            last = found.pop()
            found[-1].last = last.last
            found[-1].events += last.events
    return found


def _drawn(markers: Iterable[_Marker], y: float) -> list[Markup]:
    drawn, taken = [], 0.0
    for marker in markers:
        words = element("title", "; ".join(f"{one.record}: {one.time[:19]} {one.what}" for one in marker.events[:9]))
        left, count = marker.middle - marker.half, len(marker.events)
        shape = element(
            "rect",
            words,
            x=left,
            y=y - _RADIUS - (count > 1),
            width=2 * marker.half,
            height=2 * (_RADIUS + (count > 1)),
            rx=_RADIUS + (count > 1),
            class_="event",
        )
        drawn.append(shape)
        if count > 1:
            drawn.append(element("text", str(count), x=marker.middle, y=y + 2.8, class_="inside"))
        records = sorted(one.record for one in marker.events)
        label = str(records[0]) if count == 1 else f"{records[0]}{RANGE}{records[-1]}"
        half = len(label) * DIGIT / 2
        middle = min(marker.middle, WIDTH - half)
        if middle - half > taken:
            drawn.append(element("text", label, x=middle, y=y + 16, class_="number"))
            taken = middle + half + 3
    return drawn

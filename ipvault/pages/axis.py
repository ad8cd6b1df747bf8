"""A time axis: where a time is on it, and at which times it has marks that do not run into each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from math import ceil
from typing import Final

from ipvault.pages.markup import Markup, element

DIGIT: Final = 5.2
"""The width of a digit in the small type of a chart, at the most."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MONTH = 30.4 * _DAY

_STEPS: Final = (
    *((n, "%Y-%m-%d %H:%M:%S") for n in (1, 2, 5, 10, 30)),
    *((n * _MINUTE, "%Y-%m-%d %H:%M") for n in (1, 2, 5, 10, 30)),
    *((n * _HOUR, "%Y-%m-%d %H:%M") for n in (1, 2, 6, 12)),
    *((n * _DAY, "%Y-%m-%d") for n in (1, 2, 7, 14)),
)
"""Seconds from one mark to the next, each with the form of the labels."""

_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000, 60000)
_LATEST: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
_SAMPLE: Final = datetime(2001, 12, 30, tzinfo=UTC)


def seconds(time: str) -> float:
    """A time as records write it, since 1970."""
    return datetime.fromisoformat(time).timestamp()


class Axis:
    """From the earliest to the latest of some times (RFC 3339), `width` wide, beginning at `left`."""

    def __init__(self, times: Iterable[str], left: float, width: float) -> None:
        moments = [seconds(time) for time in times]
        self._start = min(moments)
        self._length = max(max(moments) - self._start, 1)
        self._end = min(self._start + self._length, _LATEST)
        self._left = left
        self._width = width

    @property
    def right(self) -> float:
        """Where it ends."""
        return self._left + self._width

    def x(self, time: str) -> float:
        """Where a time is; those outside are at the ends."""
        return self._x(seconds(time))

    def _x(self, moment: float) -> float:
        share = (moment - self._start) / self._length
        return self._left + min(max(share, 0), 1) * self._width

    def marks(self) -> list[tuple[float, str]]:
        """Where marks are, each with its label, with room for all of them."""
        for step, form in _STEPS:
            if self._length / step * (len(_SAMPLE.strftime(form)) + 2) * DIGIT <= self._width:
                first = ceil(self._start / step)
                count = int(self._length / step) + 1
                return self._labelled([n * step for n in range(first, first + count)], form)
        for months in _MONTHS:
            if self._length / _MONTH / months * 9 * DIGIT <= self._width:
                return self._labelled(self._months(months), "%Y-%m" if months < 12 else "%Y")
        return []

    def _labelled(self, moments: Iterable[float], form: str) -> list[tuple[float, str]]:
        inside = [one for one in moments if self._start <= one <= self._end]
        return [(self._x(one), datetime.fromtimestamp(one, UTC).strftime(form)) for one in inside]

    def _months(self, step: int) -> list[float]:
        first, last = (datetime.fromtimestamp(one, UTC) for one in (self._start, self._end))
        numbers = range(-(-(12 * first.year) // step) * step, 12 * last.year + last.month, step)
        return [datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC).timestamp() for n in numbers]

    def drawn(self, top: float, bottom: float) -> Markup:
        """Lines from `top` to `bottom` at the marks, and the labels below: one at an end is moved in."""
        marks = self.marks()
        lines = [element("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid") for x, _label in marks]
        lines.append(element("line", x1=self._left, x2=self.right, y1=bottom, y2=bottom, class_="axis"))
        labels = []
        for x, label in marks:
            half = len(label) * DIGIT / 2
            middle = min(max(x, self._left + half), self.right - half)
            labels.append(element("text", label, x=middle, y=bottom + 12, class_="tick"))
        return Markup("".join((*lines, *labels)))

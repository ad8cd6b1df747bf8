"""Counting what happened in a time, while rules look at the same events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from ipvault.oversight.insight.event import Event

LATE: Final = 60
"""Days that a chart of days has at most; of a longer time the last are shown."""


class Tally:
    """Counts from `since` until `until` (seconds since 1970): kinds of records, and records by day and by member."""

    def __init__(self, since: float, until: float) -> None:
        self._since, self._until = since, until
        self.actions: Counter[str] = Counter()
        self.days: Counter[date] = Counter()
        self.people: Counter[str] = Counter()

    def counting(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each counted as it passes."""
        for event in events:
            if self._since <= event.time <= self._until:
                self.actions[event.action] += 1
                self.days[event.calendar.local(event.time).date()] += 1
                self.people[event.who] += 1
            yield event

    def by_day(self, first: date, last: date) -> list[tuple[date, int]]:
        """Every day, those on which nothing happened too."""
        first = max(first, last - timedelta(days=LATE - 1))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [(day, self.days[day]) for day in days]

"""Counting what happened in a time, while rules look at the same events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from ipvault.oversight.insight.event import Event
from ipvault.records.access import ContentReleased
from ipvault.records.vocabulary import EXPORT

LATE: Final = 60
"""Days that a chart of days has at most; of a longer time the last are shown."""


class Export(NamedTuple):
    """Somebody exported documents on a day to a place."""

    day: date
    who: str
    destination: str


class Tally:
    """Counts from `since` until `until` (seconds since 1970): kinds of records, and records by day and by member.

    `exports` has the versions (id of the item, number) that left by each export.
    """

    def __init__(self, since: float, until: float) -> None:
        self._since, self._until = since, until
        self.actions: Counter[str] = Counter()
        self.days: Counter[date] = Counter()
        self.people: Counter[str] = Counter()
        self.exports: dict[Export, set[tuple[str, int]]] = {}

    def counting(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each counted as it passes."""
        for event in events:
            if self._since <= event.time <= self._until:
                self.actions[event.action] += 1
                self.days[event.calendar.local(event.time).date()] += 1
                self.people[event.who] += 1
                if event.action == ContentReleased.KIND and event.told.get("channel") == EXPORT:
                    self._note_export(event)
            yield event

    def _note_export(self, event: Event) -> None:
        told = event.told
        export = Export(event.calendar.local(event.time).date(), event.who, str(told.get("destination")))
        version = int(str(told.get("version")))
        self.exports.setdefault(export, set()).update((item, version) for item in event.values("item"))

    def by_day(self, first: date, last: date) -> list[tuple[date, int]]:
        """Every day, those on which nothing happened too."""
        first = max(first, last - timedelta(days=LATE - 1))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [(day, self.days[day]) for day in days]

"""Counting what happened in a time, while rules look at the same events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from ipvault.oversight.insight.event import Event
from ipvault.records.access import ContentReleased
from ipvault.records.decisions import OVERRIDDEN, ReleaseDecided
from ipvault.records.packages import PackageShared
from ipvault.records.privacy import PrivacyDecided
from ipvault.records.vocabulary import EXPORT, PACKAGE

LATE: Final = 60
"""Days that a chart of days has at most; of a longer time the last are shown."""


SENT: Final = "content.released in a package"
DECIDED_AGAIN: Final = "privacy.decided again"
"""What is counted apart from the other records of its kind."""


class Export(NamedTuple):
    """Somebody exported documents on a day to a place."""

    day: date
    who: str
    destination: str


class Tally:
    """Counts from `since` until `until` (seconds since 1970): kinds of records, and records by day and by member.

    `exports` has the versions (id of the item, number) that left by each export. A request of a data subject that was
    answered in steps counts once.
    """

    def __init__(self, since: float, until: float) -> None:
        self._since, self._until = since, until
        self.actions: Counter[str] = Counter()
        self.days: Counter[date] = Counter()
        self.people: Counter[str] = Counter()
        self.exports: dict[Export, set[tuple[str, int]]] = {}
        self._answered: set[str] = set()
        self._overridden: set[str] = set()
        self._decisions: dict[Export | str, set[str]] = {}

    def counting(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each counted as it passes."""
        for event in events:
            if self._since <= event.time <= self._until:
                self.actions[self._note(event)] += 1
                self.days[event.calendar.local(event.time).date()] += 1
                self.people[event.who] += 1
            yield event

    def is_overridden(self, left: Export | str) -> bool:
        """Whether an export, or a package (an id), left although the policy said no."""
        return not self._overridden.isdisjoint(self._decisions.get(left, ()))

    def _note(self, event: Event) -> str:
        """What the event counts as."""
        told = event.told
        match event.action:
            case ContentReleased.KIND if told.get("channel") == PACKAGE:
                return SENT
            case ContentReleased.KIND if told.get("channel") == EXPORT:
                self._note_export(event)
            case PackageShared.KIND:
                self._decisions.setdefault(str(told.get("package")), set()).update(event.values("decision"))
            case ReleaseDecided.KIND if told.get("outcome") == OVERRIDDEN:
                self._overridden.update(event.values("decision"))
            case PrivacyDecided.KIND:
                request = str(told.get("request"))
                if request in self._answered:
                    return DECIDED_AGAIN
                self._answered.add(request)
        return event.action

    def _note_export(self, event: Event) -> None:
        told = event.told
        export = Export(event.calendar.local(event.time).date(), event.who, str(told.get("destination")))
        version = int(str(told.get("version")))
        self._decisions.setdefault(export, set()).update(event.values("decision"))
        self.exports.setdefault(export, set()).update((item, version) for item in event.values("item"))

    def by_day(self, first: date, last: date) -> list[tuple[date, int]]:
        """Every day, those on which nothing happened too."""
        first = max(first, last - timedelta(days=LATE - 1))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [(day, self.days[day]) for day in days]

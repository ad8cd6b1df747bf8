"""Detectors that compare what somebody does with what was before: values, silence, hours, days, the clock."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime
from statistics import fmean, pstdev, quantiles
from typing import Final

from ipvault.oversight.insight.detector import Detector
from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.finding import MAX_CITED, Finding
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.windows import Group, Seen, Windows

DAY: Final = 86_400
HISTORY: Final = 90
"""Days of activity that are remembered of everybody."""

_LEAST_DEVIATION: Final = 0.1
"""Of the mean: who does the same every day is not odd for doing a little more."""


_TOLD: Final = 5
"""New values that a finding tells."""


class FirstSeen(Detector):
    """`first_seen`: a value of a field that there never was before; nothing is found in the first `days`."""

    TYPE = "first_seen"
    TAKES = frozenset(("field",))
    MAY_TAKE = frozenset(("days",))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._seen: dict[Group, tuple[float, set[str]]] = {}

    def take(self, event: Event) -> None:
        if not self.rule.matches(event):
            return
        for group in self.groups_of(event):
            first, seen = self._seen.setdefault(group, (event.time, set()))
            new = set(event.values(self.rule.field)) - seen
            seen |= new
            if new and event.time - first >= self.rule.days * DAY:
                finding = self.report(group, [Seen(event.seq, event.time, event.signer)], len(new))
                if finding is not None:
                    finding.group += tuple((self.rule.field, value) for value in sorted(new)[:_TOLD])


class Dormant(Detector):
    """`dormant`: somebody did nothing for the timespan, and then something."""

    TYPE = "dormant"
    TAKES = frozenset(("timespan",))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._last: dict[Group, Seen] = {}

    def take(self, event: Event) -> None:
        if not self.rule.matches(event):
            return
        for group in self.groups_of(event):
            before, seen = self._last.get(group), Seen(event.seq, event.time, event.signer)
            self._last[group] = seen
            if before is not None and seen.time - before.time >= self.rule.timespan:
                self.report(group, [before, seen], (seen.time - before.time) // DAY)


class ClockBack(Detector):
    """`clock_back`: a record is older than one before it, by more than the timespan."""

    TYPE = "clock_back"
    TAKES = frozenset(("timespan",))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._latest: Seen | None = None

    def take(self, event: Event) -> None:
        if not self.rule.matches(event):
            return
        latest, seen = self._latest, Seen(event.seq, event.time, event.signer)
        if latest is not None and latest.time - seen.time > self.rule.timespan:
            self.report(self.group_of(event), [latest, seen], latest.time - seen.time)
            self._latest = seen
        elif latest is None or seen.time >= latest.time:
            self._latest = seen


class _Hours:
    """At which hours of which days of the week somebody did something, by the local clock."""

    def __init__(self) -> None:
        self.first = 0.0
        self.total = 0
        self._of_week, self._of_day, self._days = [0] * 168, [0] * 24, [0] * 7

    def add(self, local: datetime, time: float) -> None:
        self.first = self.first if self.total else time
        self.total += 1
        self._of_week[local.weekday() * 24 + local.hour] += 1
        self._of_day[local.hour] += 1
        self._days[local.weekday()] += 1

    def is_rare(self, local: datetime, percent: float) -> bool:
        """Whether less than so much was done in this hour of the week and those beside it.

        Of few events most hours of a week have none. So the day of the week, or the hour whatever the day, has to be as
        rare.
        """
        least, hour = self.total * percent / 100, local.weekday() * 24 + local.hour
        return around(self._of_week, hour) < least and (
            self._days[local.weekday()] < least or around(self._of_day, local.hour) < least
        )


class OffHours(Detector):
    """`off_hours`: outside the hours of the calendar; where there is none, at an hour at which somebody hardly works.

    The latter is less than `percent` of what he did, once that are so many `events` over so many `days`.
    """

    TYPE = "off_hours"
    TAKES = frozenset(("timespan", "days", "events", "percent"))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._hours = Windows(_Hours)

    def take(self, event: Event) -> None:
        if not self.rule.matches(event):
            return
        calendar, seen = event.calendar, Seen(event.seq, event.time, event.signer)
        local = calendar.local(event.time)
        for group in self.groups_of(event):
            hours = self._hours.of(group)
            if calendar.zone:
                is_odd = not calendar.is_open(event.time)
            else:
                is_known = hours.total >= self.rule.events and seen.time - hours.first >= self.rule.days * DAY
                is_odd = is_known and hours.is_rare(local, self.rule.percent)
            hours.add(local, event.time)
            if is_odd and not self.goes_on(group, seen):
                self.report(group, [seen], burst=group)


class _Days:
    """How much somebody did a day, on the days on which he did something, and what would be unusual."""

    def __init__(self) -> None:
        self.before: deque[float] = deque(maxlen=HISTORY)
        self.day = date.min
        self.total: float = 0
        self.limit = float("inf")
        self.cited: deque[Seen] = deque(maxlen=MAX_CITED)
        self.finding: Finding | None = None

    def begin(self, day: date, rule: Rule) -> None:
        if self.total:
            self.before.append(self.total)
        self.day, self.total, self.finding = day, 0, None
        self.cited.clear()
        if len(self.before) >= rule.days:
            mean = fmean(self.before)
            deviation = max(pstdev(self.before), mean * _LEAST_DEVIATION, 1)
            quantile = quantiles(self.before, n=100, method="inclusive")[round(rule.percent) - 1]
            self.limit = max(rule.gte, quantile, mean + rule.sigmas * deviation)


class UnusualVolume(Detector):
    """`unusual_volume`: more of a field in a day than somebody usually does.

    That is more than the mean of the days before by so many standard deviations (`sigmas`), more than on `percent` of
    those days, and more than `gte`. Nothing is found before there were so many `days` on which he did something.
    """

    TYPE = "unusual_volume"
    TAKES = frozenset(("field", "gte", "days", "sigmas", "percent"))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._days = Windows(_Days)

    def take(self, event: Event) -> None:
        if not self.rule.matches(event) or not (amount := event.amount(self.rule.field)):
            return
        today, seen = event.calendar.local(event.time).date(), Seen(event.seq, event.time, event.signer, amount)
        for group in self.groups_of(event):
            days = self._days.of(group)
            if today > days.day:
                days.begin(today, self.rule)
            days.total += amount
            days.cited.append(seen)
            if days.finding is not None:
                days.finding.go_on(seen.seq, seen.time, seen.signer, amount)
            elif days.total > days.limit:
                days.finding = self.report(group, days.cited, days.total)


def around(counts: list[int], place: int) -> int:
    """What stands at a place of a circle, and on both sides of it."""
    return counts[place - 1] + counts[place] + counts[(place + 1) % len(counts)]

"""Detectors of Sigma: single events, events and values counted in a time, and one event after others."""

from __future__ import annotations

from typing import ClassVar

from ipvault.oversight.insight.detector import Detector
from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.windows import Group, Seen, Window, Windows


class Single(Detector):
    """`event`: each event is a finding."""

    TYPE = "event"

    def take(self, event: Event) -> None:
        if self.rule.matches(event):
            self.report(self.group_of(event), [Seen(event.seq, event.time, event.signer)])


class EventCount(Detector):
    """`event_count`: so many events within the timespan; what goes on from there belongs to the same finding."""

    TYPE: ClassVar[str] = "event_count"
    TAKES: ClassVar[frozenset[str]] = frozenset(("timespan", "gte"))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._windows = Windows(Window)

    def take(self, event: Event) -> None:
        if not self.rule.matches(event):
            return
        seen = Seen(event.seq, event.time, event.signer, self.amount_of(event))
        for group in self.groups_of(event):
            if self.goes_on(group, seen):
                continue
            window = self._windows.of(group)
            window.add(seen, self.rule.timespan)
            if window.total >= self.rule.gte:
                self.report(group, window, window.total, burst=group)
                self._windows.pop(group)

    def amount_of(self, event: Event) -> float:
        """What an event adds."""
        del event
        return 1


class ValueSum(EventCount):
    """`value_sum`: so much of a field within the timespan: bytes, or of another field how many."""

    TYPE = "value_sum"
    TAKES = frozenset(("timespan", "gte", "field"))

    def amount_of(self, event: Event) -> float:
        return event.amount(self.rule.field)


class ValueCount(Detector):
    """`value_count`: so many different values of a field within the timespan."""

    TYPE = "value_count"
    TAKES = frozenset(("timespan", "gte", "field"))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._windows: Windows[dict[str, Seen]] = Windows(dict)

    def take(self, event: Event) -> None:
        if not self.rule.matches(event):
            return
        for group in self.groups_of(event):
            if not self.goes_on(group, Seen(event.seq, event.time, event.signer)):
                self._count(group, event)

    def _count(self, group: Group, event: Event) -> None:
        window = self._windows.of(group)
        gone = [value for value, seen in window.items() if not 0 <= event.time - seen.time <= self.rule.timespan]
        for value in gone:
            del window[value]
        window.update(dict.fromkeys(event.values(self.rule.field), Seen(event.seq, event.time, event.signer)))
        if len(window) >= self.rule.gte:
            self.report(group, window.values(), len(window), burst=group)
            self._windows.pop(group)


class Ordered(Detector):
    """`temporal_ordered`: so many events of the selection, and soon after the last of them one of `then`.

    "Soon" is within the timespan, as the events of the selection have to be. What whoever or whatever stands first in
    `group-by` does soon after that belongs to the same finding if it follows on the same events: a package of ten
    documents that are all removed is one finding, and ten packages are ten.
    """

    TYPE = "temporal_ordered"
    TAKES = frozenset(("timespan", "then"))
    MAY_TAKE = frozenset(("gte",))

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._windows = Windows(Window)
        self._latest = float("-inf")
        self._first = rule.selection.classes
        self._then = rule.then.classes if rule.then else frozenset()

    @property
    def classes(self) -> frozenset[str] | None:
        return None if self._first is None or self._then is None else self._first | self._then

    def take(self, event: Event) -> None:
        seen = Seen(event.seq, event.time, event.signer)
        if self._concludes(event):
            concluded = [self._conclude(group, seen) for group in self.groups_of(event)]
            if any(concluded):
                return
        if (self._first is None or event.cls in self._first) and self.rule.matches(event):
            self._latest = max(self._latest, event.time)
            for group in self.groups_of(event):
                window = self._windows.of(group)
                window.add(seen, self.rule.timespan)
                window.keep(self.rule.gte)

    def _concludes(self, event: Event) -> bool:
        """Whether this is an event of `then`: looked at only if it can matter, since that takes opening the record."""
        is_soon = bool(self._windows) and event.time - self._latest <= self.rule.timespan
        if not is_soon or self.rule.then is None or (self._then is not None and event.cls not in self._then):
            return False
        return self.rule.then.matches(event)

    def _conclude(self, group: Group, seen: Seen) -> bool:
        """Whether this is what a group's window waited for; the window is gone then."""
        window = self._windows.get(group)
        if window is None or len(window) < self.rule.gte:
            return False
        if not 0 <= seen.time - window.last.time <= self.rule.timespan:
            return False
        burst = (*group[:1], *(str(one.seq) for one in window))
        if not self.goes_on(burst, seen):
            self.report(group, [*window, seen], burst=burst)
        self._windows.pop(group)
        return True

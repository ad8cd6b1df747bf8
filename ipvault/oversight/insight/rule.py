"""A rule: what it looks for in the journal, and when that is a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from ipvault.oversight.insight.event import PUBLIC, Event
from ipvault.records.families import all_kinds

LEVELS: Final = ("informational", "low", "medium", "high", "critical")
"""Those of Sigma, the mildest first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records: for each field that is named, one of its values is among these."""

    wanted: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def classes(self) -> frozenset[str] | None:
        """The public classes that its records have; None if that can be any."""
        found = {name: values for name, values in self.wanted if name in ("class", "action")}
        classes = found.get("class")
        if actions := found.get("action"):
            of_actions = frozenset(all_kinds()[action].CLASS for action in actions)
            classes = of_actions if classes is None else classes & of_actions
        return classes

    def matches(self, event: Event) -> bool:
        for name, values in self.wanted:
            if name == "action":  # which nearly all rules ask for, of every record
                if event.action not in values:
                    return False
            elif values.isdisjoint(event.values(name)):
                return False
        return True


class Sample(NamedTuple):
    """Events that somebody made up, and how many findings a rule has to make of them."""

    name: str
    finds: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule; which of its parameters have a meaning depends on its type: see the detector of that name.

    Times are in seconds, but for `days`. `titles` are those in other languages.
    """

    id: str
    title: str
    titles: dict[str, str]
    level: str
    about: str
    type: str
    selection: Selection
    filter: Selection | None = None
    then: Selection | None = None
    group_by: tuple[str, ...] = ("who",)
    field: str = ""
    timespan: float = 0
    gte: int = 1
    days: int = 0
    events: int = 0
    percent: float = 0
    sigmas: float = 0
    tests: tuple[Sample, ...] = ()

    def matches(self, event: Event) -> bool:
        """Whether an event is what it looks for."""
        return self.selection.matches(event) and not (self.filter is not None and self.filter.matches(event))


def in_order(wanted: dict[str, frozenset[str]]) -> Selection:
    """A selection that asks first what can be told without opening a record."""
    return Selection(tuple(sorted(wanted.items(), key=lambda one: (one[0] not in PUBLIC, one[0]))))

"""What all detectors share: whom an event counts for, and the making of findings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from itertools import product
from typing import ClassVar, Final

from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.finding import MAX_CITED, Finding
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.windows import MAX_GROUPS, Group, Seen

MAX_FINDINGS: Final = 10_000
"""Findings of one rule; a rule that finds more than that finds nothing that anybody could look at."""


class Detector(ABC):
    """Looks for what a rule says, at one event after the other, of which it keeps none.

    `found` are its findings in the order in which they were made; `is_full` says that there were more than are kept.
    """

    TYPE: ClassVar[str]
    TAKES: ClassVar[frozenset[str]] = frozenset()
    """The parameters of a rule that it needs, by their names in a file of rules."""
    MAY_TAKE: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.found: list[Finding] = []
        self.is_full = False
        self._open: dict[Group, Finding] = {}

    @property
    def classes(self) -> frozenset[str] | None:
        """The public classes of the records that it has to see; None for all."""
        return self.rule.selection.classes

    @abstractmethod
    def take(self, event: Event) -> None:
        """Look at the next event, which is of one of `classes`."""

    def groups_of(self, event: Event) -> Iterable[Group]:
        """Whom or what an event counts for."""
        if self.rule.group_by == ("who",):  # as most are
            return ((event.who,),)
        return product(*(event.values(name) for name in self.rule.group_by))

    def group_of(self, event: Event) -> Group:
        """The first of them."""
        return next(iter(self.groups_of(event)), ())

    def goes_on(self, group: Group, seen: Seen) -> bool:
        """Whether an event belongs to what was found of a group within the timespan; then it is added to that."""
        finding = self._open.get(group)
        if finding is None:
            return False
        if not 0 <= seen.time - finding.until <= self.rule.timespan:
            del self._open[group]
            return False
        if finding.last != seen.seq:
            finding.go_on(seen.seq, seen.time, seen.signer, seen.amount)
        return True

    def report(
        self, group: Group, cited: Iterable[Seen], measure: float = 0, *, burst: Group | None = None
    ) -> Finding | None:
        """Make a finding, unless there are too many; with `burst`, what `goes_on` for that group is added to it.

        Of an event that counts for several groups there is one finding where all of them rest on the same records.
        """
        seen = sorted({one.seq: one for one in cited}.values())
        latest = self.found[-1] if self.found else None
        if latest and (latest.records, latest.last) == (tuple(one.seq for one in seen[-MAX_CITED:]), seen[-1].seq):
            if burst is not None:
                self._open[burst] = latest
            return latest
        if len(self.found) == MAX_FINDINGS:
            self.is_full = True
            return None
        finding = Finding(
            self.rule.id,
            self.rule.level,
            tuple(one.seq for one in seen[-MAX_CITED:]),
            min(one.time for one in seen),
            max(one.time for one in seen),
            tuple(zip(self.rule.group_by, group, strict=False)),
            len(seen),
            seen[-1].seq,
            measure,
            {one.signer for one in seen},
        )
        self.found.append(finding)
        if burst is not None:
            if len(self._open) >= MAX_GROUPS:
                self._open.clear()
            self._open[burst] = finding
        return finding

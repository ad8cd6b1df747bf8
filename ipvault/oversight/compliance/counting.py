"""How many records of each kind a vault has, in one reading of its journal that keeps a few numbers for each kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ipvault.oversight.compliance.framework import Measure
from ipvault.records.families import all_kinds
from ipvault.vault.journal_query import JournalRow, Query, read_journal
from ipvault.vault.vault import Vault


@dataclass(slots=True)
class Tally:
    """Records of one kind, or of several: how many, and number and time (RFC 3339) of the first and the last."""

    count: int = 0
    first: int = -1
    first_time: str = ""
    last: int = -1
    last_time: str = ""

    def add(self, other: Tally) -> None:
        """Count those of another tally too."""
        if not other.count:
            return
        if not self.count or other.first < self.first:
            self.first, self.first_time = other.first, other.first_time
        if other.last > self.last:
            self.last, self.last_time = other.last, other.last_time
        self.count += other.count


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found: a tally for each kind that was looked for, and how many records could not be read.

    Those are in rooms that are not the reader's, or were forgotten: of what kind they are is not known.
    """

    kinds: dict[str, Tally]
    closed: int

    def of(self, kinds: Iterable[str]) -> Tally:
        """The tally of several kinds together."""
        together = Tally()
        for kind in kinds:
            together.add(self.kinds[kind])
        return together


def kinds_of(measures: Iterable[Measure]) -> set[str]:
    """The kinds of records that these measures leave."""
    return {kind for measure in measures for kind in measure.kinds}


def count_records(vault: Vault, kinds: Collection[str], since: str | None = None, until: str | None = None) -> Counted:
    """Count the records of `kinds` from and before a time (RFC 3339). Raises `JournalBroken`, or `FormatTooNew`."""
    classes = frozenset(all_kinds()[kind].CLASS for kind in kinds)
    return tally(read_journal(vault, Query(since=since, until=until, classes=classes)) if kinds else (), kinds)


def tally(rows: Iterable[JournalRow], kinds: Collection[str]) -> Counted:
    """Count rows as they come."""
    found = {kind: Tally() for kind in kinds}
    closed = 0
    for row in rows:
        leaf = row.leaf
        if row.fields is None:
            closed += 1
        elif row.action in found:
            found[row.action].add(Tally(1, leaf.seq, leaf.time, leaf.seq, leaf.time))
    return Counted(found, closed)

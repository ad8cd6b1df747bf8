"""Retention: for how long documents are kept, and what was destroyed when that was over."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import OWNERS, WRITERS, Place, Record, record
from ipvault.records.domains import Day, DayCount, DayOrEmpty, Id, ItemType, Label, Name, Tag, Text, Word

SCHEMA = """
CREATE TABLE retention_rule (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, terms TEXT NOT NULL,
    withdrawn TEXT NOT NULL
);
CREATE TABLE retention_event (item TEXT PRIMARY KEY, seq INTEGER NOT NULL, day TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE retention_applied (
    run TEXT NOT NULL, item TEXT NOT NULL, rule TEXT NOT NULL, until TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (run, item)
) WITHOUT ROWID;
"""

DAYS: Final = "days"
MONTHS: Final = "months"
YEARS: Final = "years"
UNITS: Final = (DAYS, MONTHS, YEARS)

ADDED: Final = "added"
CHANGED: Final = "changed"
EVENT: Final = "event"
STARTS: Final = (ADDED, CHANGED, EVENT)
"""Since when something is kept: since it was added, since its newest version was, or since something happened."""

ERASE: Final = "erase"
REVIEW: Final = "review"
ENDS: Final = (ERASE, REVIEW)
"""What is to become of it when that is over: it is destroyed, or somebody looks at it."""


class RetentionRuleRecord(Record):
    """A fact about a rule. Stands in the root room, because a rule is for the whole vault."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS
    IN_ROOT_ONLY: ClassVar[bool] = True

    rule: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSet(RetentionRuleRecord):
    """What is in the scope is kept for so long: a new rule, or another form of one that is known.

    In the scope is what any of its five lists names; all is if none names anything.
    """

    KIND: ClassVar[str] = "retention.set"

    rule: Id
    name: Name
    scope_items: tuple[Id, ...]
    scope_rooms: tuple[Id, ...]
    scope_labels: tuple[Label, ...]
    scope_types: tuple[ItemType, ...]
    scope_tags: tuple[Tag, ...]
    keep: DayCount
    unit: Word
    start: Word
    then: Word
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.rule, at.seq, at.time, at.signer, json.dumps(self.fields()))
        view.execute("INSERT OR REPLACE INTO retention_rule VALUES (?, ?, ?, ?, ?, '')", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionWithdrawn(RetentionRuleRecord):
    """The rule counts no more."""

    KIND: ClassVar[str] = "retention.withdrawn"

    rule: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE retention_rule SET withdrawn = ? WHERE id = ?", (at.time, self.rule))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionDated(Record):
    """What rules with `event` wait for happened on this day, for these items of the room; empty for not yet."""

    KIND: ClassVar[str] = "retention.dated"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    items: tuple[Id, ...]
    day: DayOrEmpty
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        rows = [(at.seq, self.day, item, at.room) for item in self.items]
        query = "INSERT OR REPLACE INTO retention_event SELECT id, ?, ? FROM item WHERE id = ? AND room = ?"
        view.executemany(query, rows)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionApplied(Record):
    """Items of this room are destroyed in this transaction because a rule says so.

    The rule of each, and the last day for which it was kept, stand at the same place of the three lists.
    """

    KIND: ClassVar[str] = "retention.applied"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    run: Id
    items: tuple[Id, ...]
    rules: tuple[Id, ...]
    until: tuple[Day, ...]
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        rows = [(self.run, *of_one, at.seq) for of_one in zip(self.items, self.rules, self.until, strict=False)]
        view.executemany("INSERT OR IGNORE INTO retention_applied VALUES (?, ?, ?, ?, ?)", rows)

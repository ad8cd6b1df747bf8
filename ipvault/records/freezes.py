"""Freezes: what does not leave the vault while an incident is looked into."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Place, Record, record
from ipvault.records.domains import Id, Text

SCHEMA = """
CREATE TABLE freeze (
    id TEXT PRIMARY KEY, incident TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL,
    lifted TEXT NOT NULL, lifter TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE frozen (
    freeze TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (freeze, kind, value)
) WITHOUT ROWID;
"""


class FreezeRecord(Record):
    """A fact about a freeze. Stands in the root room, because all members have to heed it; says nothing of why."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS
    IN_ROOT_ONLY: ClassVar[bool] = True

    freeze: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeSet(FreezeRecord):
    """From here on these items, and what is in these rooms, do not leave; and nothing goes to these recipients."""

    KIND: ClassVar[str] = "freeze.set"

    freeze: Id
    incident: Id
    items: tuple[Id, ...]
    rooms: tuple[Id, ...]
    outsiders: tuple[Id, ...]

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.freeze, self.incident, at.seq, at.time, at.signer)
        if view.execute("INSERT OR IGNORE INTO freeze VALUES (?, ?, ?, ?, ?, '', '', '')", row).rowcount:
            lists = {"item": self.items, "room": self.rooms, "recipient": self.outsiders}
            found = {(self.freeze, kind, value) for kind, values in lists.items() for value in values}
            view.executemany("INSERT INTO frozen VALUES (?, ?, ?)", found)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeLifted(FreezeRecord):
    """It is over, for the reason given."""

    KIND: ClassVar[str] = "freeze.lifted"

    freeze: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        over = (at.time, at.signer, self.reason, self.freeze)
        view.execute("UPDATE freeze SET lifted = ?, lifter = ?, reason = ? WHERE id = ?", over)
        view.execute("DELETE FROM frozen WHERE freeze = ?", (self.freeze,))

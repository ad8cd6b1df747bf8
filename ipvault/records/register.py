"""The register of trade secrets: what is one, why it is one, who agreed. Stands in the room of those who may know."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import OWNERS, WRITERS, Place, Record, record
from ipvault.records.domains import Count, DayOrEmpty, Detail, Id, Name, Rating, Text, Word

SCHEMA = """
CREATE TABLE secret (
    id TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, proposer TEXT NOT NULL,
    content TEXT NOT NULL, PRIMARY KEY (id, room)
);
CREATE TABLE secret_scoring (
    secret TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, scorer TEXT NOT NULL,
    scores TEXT NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (secret, room)
);
CREATE TABLE secret_approval (
    secret TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, member TEXT NOT NULL,
    reason TEXT NOT NULL, scoring INTEGER NOT NULL, PRIMARY KEY (secret, room)
);
CREATE TABLE secret_retirement (
    secret TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, member TEXT NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (secret, room)
);
"""

FACTORS: Final = ("known-outside", "known-inside", "measures", "value", "effort", "acquisition")
"""Those of the Restatement (First) of Torts § 757, comment b, in its order."""

SECRET_TYPES: Final = (
    *("formula", "process", "method", "design", "data", "software"),
    *("customers", "commercial", "technique", "other"),
)


class SecretRecord(Record):
    """A fact about one entry of the register, which has an id."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    secret: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SecretProposed(SecretRecord):
    """Something is a trade secret, as whoever signs it says: `description` says in particular what, `title` does not.

    The catalog is not told the description: it is committed to here, and read from here when it has to be shown.
    """

    KIND: ClassVar[str] = "secret.proposed"

    secret: Id
    title: Name
    description: Text
    type: Word
    owner: Name
    custodian: Name
    items: tuple[Id, ...]
    value: Detail
    until_day: DayOrEmpty

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        content = json.dumps(dataclasses.replace(self, description="").fields())
        row = (self.secret, at.room, at.seq, at.time, at.signer, content)
        view.execute("INSERT OR IGNORE INTO secret VALUES (?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SecretScored(SecretRecord):
    """How much each of the six factors speaks for a trade secret (1 little, 5 much), and why; the last counts."""

    KIND: ClassVar[str] = "secret.scored"

    secret: Id
    factors: tuple[Word, ...]
    scores: tuple[Rating, ...]
    reasons: tuple[Text, ...]

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.secret, at.room, at.seq, at.time, at.signer, json.dumps(self.scores), json.dumps(self.reasons))
        view.execute("INSERT OR REPLACE INTO secret_scoring VALUES (?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SecretApproved(SecretRecord):
    """An owner of the room, other than who proposed it, agrees with an entry as it was scored by record `scoring`."""

    KIND: ClassVar[str] = "secret.approved"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    secret: Id
    scoring: Count
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.secret, at.room, at.seq, at.time, at.signer, self.reason, self.scoring)
        view.execute("INSERT OR REPLACE INTO secret_approval VALUES (?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRetired(SecretRecord):
    """Something is no trade secret any more, or never was one."""

    KIND: ClassVar[str] = "secret.retired"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    secret: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.secret, at.room, at.seq, at.time, at.signer, self.reason)
        view.execute("INSERT OR IGNORE INTO secret_retirement VALUES (?, ?, ?, ?, ?, ?)", row)

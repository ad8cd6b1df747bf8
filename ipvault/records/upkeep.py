"""What happened to the journal itself: repairs, accepted rollbacks, forgotten records."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, OWNERS, Place, Public, Record, record
from ipvault.records.domains import Count, Incarnation, Sha256, Text, TornName
from ipvault.storage.layout import torn_path

SCHEMA = """
CREATE TABLE rollback (
    seq INTEGER PRIMARY KEY, accepted TEXT NOT NULL, member TEXT NOT NULL, reason TEXT NOT NULL,
    pinned_seq INTEGER NOT NULL, found_seq INTEGER NOT NULL,
    incarnation INTEGER NOT NULL
);
CREATE TABLE gap (seq INTEGER, room TEXT NOT NULL, class TEXT NOT NULL, PRIMARY KEY (seq, room, class)) WITHOUT ROWID;
CREATE INDEX gap_class ON gap (room, class);
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TailSetAside(Record):
    """An interrupted write was cut off the journal's end; `name` is that of the file that keeps the bytes."""

    KIND: ClassVar[str] = "journal.repaired"
    CLASS: ClassVar[str] = "repair"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    name: TornName
    length: Count
    sha256: Sha256

    def public(self) -> Public:
        return Public(added=(torn_path(self.name),))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackAccepted(Record):
    """A member accepts a journal that does not continue what his computer had seen, and says why.

    With it begins incarnation number `incarnation` of the journal: the first is that which it was created in.
    """

    KIND: ClassVar[str] = "journal.rollback-accepted"
    CLASS: ClassVar[str] = "anchor"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY
    IN_ROOT_ONLY: ClassVar[bool] = True
    IS_ADDITION: ClassVar[bool] = True

    reason: Text
    pinned_seq: Count
    pinned_hash: Sha256
    found_seq: Count
    found_hash: Sha256
    incarnation: Incarnation

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (at.seq, at.time, at.signer, self.reason, self.pinned_seq, self.found_seq, self.incarnation)
        view.execute("INSERT OR REPLACE INTO rollback VALUES (?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsForgotten(Record):
    """The sealed parts of the records of these sequence numbers were destroyed, for the reason given."""

    KIND: ClassVar[str] = "records.forgotten"
    CLASS: ClassVar[str] = "forget"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    reason: Text
    records: tuple[Count, ...]

    def public(self) -> Public:
        return Public(facts={"records": list(self.records)})

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.executemany("DELETE FROM gap WHERE seq = ?", [(seq,) for seq in self.records])

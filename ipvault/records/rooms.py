"""Rooms, the units of access, and the epochs of their keys."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Place, Public, Record, record
from ipvault.records.domains import Epoch, Id, Name, Sha256, SlotName
from ipvault.storage.layout import link_path, slot_path

SCHEMA = """
CREATE TABLE room (id TEXT PRIMARY KEY, name TEXT NOT NULL, created TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE keyed (
    room TEXT NOT NULL, epoch INTEGER NOT NULL, last_seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL,
    PRIMARY KEY (room, epoch)
) WITHOUT ROWID;
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCreated(Record):
    """A room exists. Stands in the room itself, so that only its members know its name."""

    KIND: ClassVar[str] = "room.created"
    CLASS: ClassVar[str] = "room"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    room: Id
    name: Name

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("INSERT OR REPLACE INTO room VALUES (?, ?, ?)", (self.room, self.name, at.time))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RoomKeyed(Record):
    """A room has a new key: to which its leaf publishes the commitments, and which these slots wrap to members.

    From the second epoch on a link carries the key before it, so that one slot gives the history.
    """

    KIND: ClassVar[str] = "room.keyed"
    CLASS: ClassVar[str] = "key"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    room: Id
    epoch: Epoch
    commitment: Sha256
    records: Sha256
    slots: tuple[SlotName, ...]

    def public(self) -> Public:
        slots = tuple(slot_path(self.room, self.epoch, slot) for slot in self.slots)
        link = (link_path(self.room, self.epoch),) if self.epoch > 1 else ()
        return Public(added=slots + link, facts={"commitment": self.commitment, "records": self.records})

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.room, self.epoch, at.commit, at.time, at.signer)
        view.execute("INSERT OR REPLACE INTO keyed VALUES (?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RoomShared(Record):
    """More slots wrap the present key of a room to members who came, or who may do more than before."""

    KIND: ClassVar[str] = "room.shared"
    CLASS: ClassVar[str] = "key"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    room: Id
    epoch: Epoch
    slots: tuple[SlotName, ...]

    def public(self) -> Public:
        return Public(added=tuple(slot_path(self.room, self.epoch, slot) for slot in self.slots))

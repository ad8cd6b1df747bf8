"""Rooms, the units of access, and the epochs of their keys."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Place, Public, Record, record
from ipvault.records.domains import Epoch, Id, Name, Sha256, SlotName
from ipvault.storage.layout import slot_path

SCHEMA = """
CREATE TABLE room (id TEXT PRIMARY KEY, name TEXT NOT NULL, created TEXT NOT NULL);
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
    """A room has a new key: to which its leaf publishes the commitment, and which these slots wrap to members."""

    KIND: ClassVar[str] = "room.keyed"
    CLASS: ClassVar[str] = "key"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    room: Id
    epoch: Epoch
    commitment: Sha256
    slots: tuple[SlotName, ...]

    def public(self) -> Public:
        slots = tuple(slot_path(self.room, self.epoch, slot) for slot in self.slots)
        return Public(added=slots, facts={"commitment": self.commitment})

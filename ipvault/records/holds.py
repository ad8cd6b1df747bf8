"""Legal holds: what must not be destroyed while a matter goes on, and whom that was told.

What was in the scope of a hold once stays held until the hold is released, whatever becomes of its label or tags; what
comes into the scope later is held from then on.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, OWNERS, Place, Record, record
from ipvault.records.domains import Detail, Id, IdOrEmpty, ItemType, Label, Name, Sha256, Sha256OrEmpty, Tag, Text

SCHEMA = """
CREATE TABLE hold (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, terms TEXT NOT NULL,
    released TEXT NOT NULL, releaser TEXT NOT NULL, release_reason TEXT NOT NULL
);
CREATE TABLE hold_scope (
    hold TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (hold, kind, value)
) WITHOUT ROWID;
CREATE TABLE hold_custodian (
    hold TEXT NOT NULL, person TEXT NOT NULL, noticed TEXT NOT NULL, acknowledged TEXT NOT NULL, evidence TEXT NOT NULL,
    evidence_name TEXT NOT NULL, PRIMARY KEY (hold, person)
);
CREATE TABLE held (
    item TEXT NOT NULL, hold TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (item, hold, kind)
) WITHOUT ROWID;
CREATE VIEW in_scope AS SELECT hold, item.id AS item, kind FROM hold_scope JOIN item WHERE kind = 'all'
    OR (kind = 'item' AND value = item.id) OR (kind = 'room' AND value = item.room)
    OR (kind = 'label' AND value = item.label) OR (kind = 'type' AND value = item.type)
    OR (kind = 'tag' AND EXISTS (SELECT 1 FROM tag WHERE tag.item = item.id AND tag = value));
CREATE TRIGGER hold_new AFTER INSERT ON item BEGIN
    INSERT OR IGNORE INTO held SELECT item, hold, kind FROM in_scope WHERE item = NEW.id;
END;
CREATE TRIGGER hold_described AFTER UPDATE OF label, type ON item BEGIN
    INSERT OR IGNORE INTO held SELECT item, hold, kind FROM in_scope WHERE item = NEW.id;
END;
CREATE TRIGGER hold_tagged AFTER INSERT ON tag BEGIN
    INSERT OR IGNORE INTO held SELECT item, hold, kind FROM in_scope WHERE item = NEW.item;
END;
CREATE TRIGGER hold_left AFTER DELETE ON item BEGIN
    DELETE FROM held WHERE item = OLD.id;
END;
"""


class HoldRecord(Record):
    """A fact about a hold. Stands in the root room, because a hold is for the whole vault and all have to heed it."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS
    IN_ROOT_ONLY: ClassVar[bool] = True

    hold: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(HoldRecord):
    """From here on nothing in the scope is destroyed. In it is what any of its five lists names; all is if none does.

    The custodians, who are to be told, are `members` of the vault and `outsiders`, who are recipients.
    """

    KIND: ClassVar[str] = "hold.placed"

    hold: Id
    matter: Name
    reason: Text
    scope_items: tuple[Id, ...]
    scope_rooms: tuple[Id, ...]
    scope_labels: tuple[Label, ...]
    scope_types: tuple[ItemType, ...]
    scope_tags: tuple[Tag, ...]
    members: tuple[Sha256, ...]
    outsiders: tuple[Id, ...]

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.hold, at.seq, at.time, at.signer, json.dumps(self.fields()))
        if not view.execute("INSERT OR IGNORE INTO hold VALUES (?, ?, ?, ?, ?, '', '', '')", row).rowcount:
            return
        lists = {
            "item": self.scope_items,
            "room": self.scope_rooms,
            "label": self.scope_labels,
            "type": self.scope_types,
            "tag": self.scope_tags,
        }
        scope = {(self.hold, kind, value) for kind, values in lists.items() for value in values}
        view.executemany("INSERT INTO hold_scope VALUES (?, ?, ?)", scope or {(self.hold, "all", "")})
        people = {(self.hold, person) for person in (*self.members, *self.outsiders)}
        view.executemany("INSERT INTO hold_custodian VALUES (?, ?, '', '', '', '')", people)
        view.execute("INSERT INTO held SELECT item, hold, kind FROM in_scope WHERE hold = ?", (self.hold,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased(HoldRecord):
    """The hold is over, for the reason given: it keeps nothing any more."""

    KIND: ClassVar[str] = "hold.released"

    hold: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        over = (at.time, at.signer, self.reason, self.hold)
        view.execute("UPDATE hold SET released = ?, releaser = ?, release_reason = ? WHERE id = ?", over)
        view.execute("DELETE FROM hold_scope WHERE hold = ?", (self.hold,))
        view.execute("DELETE FROM held WHERE hold = ?", (self.hold,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class HoldNoticed(HoldRecord):
    """Letters to these custodians were written: that they must not destroy anything either."""

    KIND: ClassVar[str] = "hold.noticed"

    hold: Id
    members: tuple[Sha256, ...]
    outsiders: tuple[Id, ...]

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        told = [(at.time, self.hold, person) for person in (*self.members, *self.outsiders)]
        view.executemany("UPDATE hold_custodian SET noticed = ? WHERE hold = ? AND person = ?", told)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAcknowledged(HoldRecord):
    """A custodian says that he knows of the hold: a member himself, or an owner for an outsider.

    `evidence` is the SHA-256 of what the outsider wrote, `evidence_name` what that file is called.
    """

    KIND: ClassVar[str] = "hold.acknowledged"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    hold: Id
    member: Sha256OrEmpty
    outsider: IdOrEmpty
    evidence: Sha256OrEmpty
    evidence_name: Detail

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (at.time, self.evidence, self.evidence_name, self.hold, self.member or self.outsider)
        query = (
            "UPDATE hold_custodian SET acknowledged = ?, evidence = ?, evidence_name = ? WHERE hold = ? AND person = ?"
        )
        view.execute(query, row)

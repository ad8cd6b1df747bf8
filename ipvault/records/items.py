"""Items and their versions: what the vault holds, under which name, with which classification."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import NOTHING_PUBLIC, OWNERS, WRITERS, Place, Public, Record, record
from ipvault.records.domains import (
    Count,
    Id,
    ItemName,
    ItemType,
    Label,
    Sha256,
    Tag,
    Text,
    Time,
    TimeOrEmpty,
    VersionNumber,
)
from ipvault.storage.layout import object_path

SCHEMA = """
CREATE TABLE item (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL, type TEXT NOT NULL,
    note TEXT NOT NULL, created TEXT NOT NULL, creator TEXT NOT NULL, changed TEXT NOT NULL, removed TEXT,
    version INTEGER NOT NULL, size INTEGER NOT NULL, tags TEXT NOT NULL
);
CREATE INDEX item_name ON item (name);
CREATE TABLE tag (item TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (item, tag)) WITHOUT ROWID;
CREATE TABLE version (
    item TEXT NOT NULL, number INTEGER NOT NULL, object TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    source TEXT NOT NULL, added TEXT NOT NULL, adder TEXT NOT NULL, erased TEXT,
    epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL, from_time TEXT NOT NULL, PRIMARY KEY (item, number)
);
CREATE INDEX version_content ON version (sha256);
CREATE TABLE past_presence (
    item TEXT NOT NULL, number INTEGER NOT NULL, sha256 TEXT NOT NULL, room TEXT NOT NULL, from_seq INTEGER NOT NULL,
    from_time TEXT NOT NULL, until_seq INTEGER, until_time TEXT
);
CREATE TABLE past_key (
    item TEXT NOT NULL, number INTEGER NOT NULL, room TEXT NOT NULL, epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL,
    until_seq INTEGER NOT NULL, until_time TEXT NOT NULL
);
CREATE TABLE handled (item TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY (item, member)) WITHOUT ROWID;
CREATE TABLE departed (
    item TEXT PRIMARY KEY, seq INTEGER NOT NULL, created TEXT NOT NULL, creator TEXT NOT NULL, room TEXT NOT NULL,
    label TEXT NOT NULL, tags TEXT NOT NULL
);
CREATE TABLE departed_version (
    item TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, added TEXT NOT NULL,
    adder TEXT NOT NULL, erased TEXT
);
CREATE TABLE arrived (item TEXT PRIMARY KEY, seq INTEGER NOT NULL);
"""

_NEW_ITEM = "INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, 0, '')"

_NEW_ITEM_WITH_CONTENT = "INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 1, ?, '')"
_NEW_VERSION = "INSERT OR IGNORE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_HANDLED = "INSERT OR IGNORE INTO handled SELECT id, ?2 FROM item WHERE id = ?1 AND creator <> ?2"
"""Somebody else than whoever added an item has changed what it says, or what is said of it."""

_END_OF_PRESENCE = (
    "INSERT INTO past_presence SELECT item, number, sha256, ?, from_seq, from_time, ?, ? FROM version "
    "WHERE item = ? AND object = ? AND erased IS NULL"
)
"""The content of a version was in this room until now: in the catalog, `version` tells since when it is where it is."""

_END_OF_KEY = (
    "INSERT INTO past_key SELECT item, number, room, epoch, from_seq, :seq, :time FROM version "
    "JOIN item ON item.id = version.item WHERE item = :item AND object = :object AND room = :room AND erased IS NULL"
)
"""The content of a version stood there under this key until now."""

_UNENDED_PRESENCE = (
    "INSERT INTO past_presence SELECT item, number, sha256, ?, from_seq, from_time, NULL, NULL FROM version "
    "WHERE item = ? AND erased IS NULL AND object NOT IN (SELECT value FROM json_each(?))"
)
"""What a departure leaves behind: nobody sees the version in this room any more, but whoever has the key opens it."""

_DEPARTURE = (
    (
        "INSERT OR REPLACE INTO departed "
        "SELECT id, :commit, created, creator, room, label, tags FROM item WHERE id = :item"
    ),
    "DELETE FROM departed_version WHERE item = :item",
    (
        "INSERT INTO departed_version "
        "SELECT item, number, size, sha256, added, adder, erased FROM version WHERE item = :item"
    ),
    "DELETE FROM item WHERE id = :item",
    "DELETE FROM tag WHERE item = :item",
    "DELETE FROM version WHERE item = :item",
)


class ItemRecord(Record):
    """A fact about one item."""

    __slots__ = ()
    CLASS: ClassVar[str] = "item"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    item: Id

    def _touch(self, view: sqlite3.Connection, at: Place) -> bool:
        """Note the time of the change. False for an item that is not in the record's room: that stays as it is."""
        changed = view.execute("UPDATE item SET changed = ? WHERE id = ? AND room = ?", (at.time, self.item, at.room))
        return changed.rowcount > 0


def _write_tags(view: sqlite3.Connection, item: str, tags: tuple[str, ...]) -> None:
    """`tag` is for finding, the item's own column for showing."""
    view.execute("DELETE FROM tag WHERE item = ?", (item,))
    view.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(item, tag) for tag in tags])
    view.execute("UPDATE item SET tags = ? WHERE id = ?", ("\n".join(tags), item))


def _write_version(view: sqlite3.Connection, row: tuple[str | int | None, ...], at: Place) -> None:
    """A version, once: what was recorded first stays. The item shows the newest."""
    item, number, _object, size, *_rest = row
    if view.execute(_NEW_VERSION, (*row, at.epoch, at.seq, at.time)).rowcount > 0:
        view.execute("UPDATE item SET version = ?, size = ? WHERE id = ? AND version < ?", (number, size, item, number))


def _end_key(view: sqlite3.Connection, at: Place, item: str, object_id: str) -> None:
    view.execute(_END_OF_KEY, {"seq": at.seq, "time": at.time, "room": at.room, "item": item, "object": object_id})


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(ItemRecord):
    """An item and its first version. `source` is the file that it came from, or empty for a pipe."""

    KIND: ClassVar[str] = "item.added"

    item: Id
    name: ItemName
    label: Label
    type: ItemType
    tags: tuple[Tag, ...]
    note: Text
    object: Id
    size: Count
    sha256: Sha256
    source: Text

    def public(self) -> Public:
        return Public(added=(object_path(self.object),))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        item = (self.item, at.room, self.name, self.label, self.type, self.note, at.time, at.signer, at.time)
        if view.execute(_NEW_ITEM_WITH_CONTENT, (*item, self.size)).rowcount > 0:
            if self.tags:
                _write_tags(view, self.item, self.tags)
            content = (self.object, self.size, self.sha256, self.source)
            row = (self.item, 1, *content, at.time, at.signer, None, at.epoch, at.seq, at.time)
            view.execute(_NEW_VERSION, row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAdded(ItemRecord):
    """A new version of an item."""

    KIND: ClassVar[str] = "item.updated"

    item: Id
    version: VersionNumber
    object: Id
    size: Count
    sha256: Sha256
    source: Text

    def public(self) -> Public:
        return Public(added=(object_path(self.object),))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        newest = view.execute("SELECT version FROM item WHERE id = ?", (self.item,)).fetchone()
        if newest is not None and self.version > newest[0] and self._touch(view, at):
            content = (self.object, self.size, self.sha256, self.source)
            _write_version(view, (self.item, self.version, *content, at.time, at.signer, None), at)
            view.execute(_HANDLED, (self.item, at.signer))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDescribed(ItemRecord):
    """The whole new description of an item."""

    KIND: ClassVar[str] = "item.described"

    item: Id
    label: Label
    type: ItemType
    tags: tuple[Tag, ...]
    note: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            described = (self.label, self.type, self.note, self.item)
            view.execute("UPDATE item SET label = ?, type = ?, note = ? WHERE id = ?", described)
            _write_tags(view, self.item, self.tags)
            view.execute(_HANDLED, (self.item, at.signer))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRenamed(ItemRecord):
    """An item has a new name in the same room."""

    KIND: ClassVar[str] = "item.renamed"

    item: Id
    name: ItemName

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute("UPDATE item SET name = ? WHERE id = ?", (self.name, self.item))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLeft(ItemRecord):
    """An item went to another room; stands in the room that it left."""

    KIND: ClassVar[str] = "item.left"

    item: Id
    to: Id
    objects: tuple[Id, ...]

    def public(self) -> Public:
        return Public(removed=tuple(map(object_path, self.objects)))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if not self._touch(view, at):
            return
        for object_id in self.objects:
            view.execute(_END_OF_PRESENCE, (at.room, at.seq, at.time, self.item, object_id))
            _end_key(view, at, self.item, object_id)
        view.execute(_UNENDED_PRESENCE, (at.room, self.item, json.dumps(self.objects)))
        for step in _DEPARTURE:
            view.execute(step, {"item": self.item, "commit": at.commit})


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemArrived(ItemRecord):
    """An item came from another room; `VersionArrived` records with its versions follow.

    Who made it and when is believed only of an item that was seen leaving, in the same transaction.
    """

    KIND: ClassVar[str] = "item.arrived"

    item: Id
    name: ItemName
    label: Label
    type: ItemType
    tags: tuple[Tag, ...]
    note: Text
    created: Time
    creator: Sha256

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        origin = view.execute(
            "SELECT created, creator FROM departed WHERE item = ? AND seq = ?", (self.item, at.commit)
        ).fetchone() or (at.time, at.signer)
        item = (self.item, at.room, self.name, self.label, self.type, self.note, *origin, at.time)
        if view.execute(_NEW_ITEM, item).rowcount > 0:
            _write_tags(view, self.item, self.tags)
            view.execute("INSERT OR REPLACE INTO arrived VALUES (?, ?)", (self.item, at.commit))
            view.execute(_HANDLED, (self.item, ""))  # not everybody who reads it here can see who had added it there


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionArrived(ItemRecord):
    """A version of an item that came from another room, sealed anew; `erased` is empty for one that is there.

    Stands in the transaction of the arrival. Who added it and when is believed as with `ItemArrived`.
    """

    KIND: ClassVar[str] = "item.version-arrived"

    item: Id
    version: VersionNumber
    object: Id
    size: Count
    sha256: Sha256
    source: Text
    added: Time
    adder: Sha256
    erased: TimeOrEmpty

    def public(self) -> Public:
        return NOTHING_PUBLIC if self.erased else Public(added=(object_path(self.object),))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        arrived = view.execute("SELECT 1 FROM arrived WHERE item = ? AND seq = ?", (self.item, at.commit)).fetchone()
        if arrived is None or not self._touch(view, at):
            return
        origin = view.execute(
            "SELECT added, adder, erased FROM departed_version JOIN departed USING (item) "
            "WHERE item = ? AND seq = ? AND number = ? AND size = ? AND sha256 = ? AND (erased IS NULL) = ?",
            (self.item, at.commit, self.version, self.size, self.sha256, not self.erased),
        ).fetchone() or (at.time, at.signer, at.time if self.erased else None)
        content = (self.object, self.size, self.sha256, self.source)
        _write_version(view, (self.item, self.version, *content, *origin), at)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(ItemRecord):
    """An item is out of sight; its content stays and it can be restored."""

    KIND: ClassVar[str] = "item.removed"

    item: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute("UPDATE item SET removed = ? WHERE id = ?", (at.time, self.item))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRestored(ItemRecord):
    """A removed item is back."""

    KIND: ClassVar[str] = "item.restored"

    item: Id

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute("UPDATE item SET removed = NULL WHERE id = ?", (self.item,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionErased(ItemRecord):
    """The content and the key of a version are destroyed here; the leaf names the file that went."""

    KIND: ClassVar[str] = "item.erased"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    item: Id
    version: VersionNumber
    object: Id
    reason: Text

    def public(self) -> Public:
        return Public(removed=(object_path(self.object),))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute(_END_OF_PRESENCE, (at.room, at.seq, at.time, self.item, self.object))
            _end_key(view, at, self.item, self.object)
            erased = (at.time, self.item, self.object)  # whichever number the record gives: its content is gone
            view.execute("UPDATE version SET erased = ? WHERE item = ? AND object = ?", erased)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionReencrypted(ItemRecord):
    """The same content of a version stands in a new object, under a newer key; the one that it `replaces` is gone."""

    KIND: ClassVar[str] = "item.reencrypted"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    item: Id
    version: VersionNumber
    object: Id
    replaces: Id

    def public(self) -> Public:
        return Public(added=(object_path(self.object),), removed=(object_path(self.replaces),))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        _end_key(view, at, self.item, self.replaces)
        view.execute(
            "UPDATE version SET object = ?, epoch = ? WHERE item = ? AND number = ? AND object = ? "
            "AND erased IS NULL AND EXISTS (SELECT 1 FROM item WHERE id = version.item AND room = ?)",
            (self.object, at.epoch, self.item, self.version, self.replaces, at.room),
        )

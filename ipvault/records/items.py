"""Items and their versions: what the vault holds, under which name, with which classification."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, WRITERS, Place, Record, record

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
    source TEXT NOT NULL, added TEXT NOT NULL, adder TEXT NOT NULL, erased TEXT, PRIMARY KEY (item, number)
);
CREATE INDEX version_content ON version (sha256);
"""

_NEW_ITEM = "INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, 0, '')"


class _ItemRecord(Record):
    """A fact about one item."""

    __slots__ = ()
    CLASS: ClassVar[str] = "item"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    item: str

    def _touch(self, view: sqlite3.Connection, at: Place) -> bool:
        """Note the time of the change. False for an item that is not in the record's room: that stays as it is."""
        changed = view.execute("UPDATE item SET changed = ? WHERE id = ? AND room = ?", (at.time, self.item, at.room))
        return changed.rowcount > 0


def _write_tags(view: sqlite3.Connection, item: str, tags: tuple[str, ...]) -> None:
    """`tag` is for finding, the item's own column for showing."""
    view.execute("DELETE FROM tag WHERE item = ?", (item,))
    view.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(item, tag) for tag in tags])
    view.execute("UPDATE item SET tags = ? WHERE id = ?", ("\n".join(tags), item))


def _write_version(view: sqlite3.Connection, row: tuple[str | int | None, ...]) -> None:
    """A version, once: what was recorded first stays. The item shows the newest."""
    item, number, _object, size, *_rest = row
    if view.execute("INSERT OR IGNORE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row).rowcount > 0:
        view.execute("UPDATE item SET version = ?, size = ? WHERE id = ? AND version < ?", (number, size, item, number))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(_ItemRecord):
    """An item and its first version. `source` is the file that it came from, or empty for a pipe."""

    KIND: ClassVar[str] = "item.added"

    item: str
    name: str
    label: str
    type: str
    tags: tuple[str, ...]
    note: str
    object: str
    size: int
    sha256: str
    source: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        item = (self.item, at.room, self.name, self.label, self.type, self.note, at.time, at.signer, at.time)
        if view.execute(_NEW_ITEM, item).rowcount > 0:
            if self.tags:
                _write_tags(view, self.item, self.tags)
            content = (self.object, self.size, self.sha256, self.source)
            _write_version(view, (self.item, 1, *content, at.time, at.signer, None))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAdded(_ItemRecord):
    """A new version of an item."""

    KIND: ClassVar[str] = "item.updated"

    item: str
    version: int
    object: str
    size: int
    sha256: str
    source: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            content = (self.object, self.size, self.sha256, self.source)
            _write_version(view, (self.item, self.version, *content, at.time, at.signer, None))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDescribed(_ItemRecord):
    """The whole new description of an item."""

    KIND: ClassVar[str] = "item.described"

    item: str
    label: str
    type: str
    tags: tuple[str, ...]
    note: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            described = (self.label, self.type, self.note, self.item)
            view.execute("UPDATE item SET label = ?, type = ?, note = ? WHERE id = ?", described)
            _write_tags(view, self.item, self.tags)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRenamed(_ItemRecord):
    """An item has a new name in the same room."""

    KIND: ClassVar[str] = "item.renamed"

    item: str
    name: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute("UPDATE item SET name = ? WHERE id = ?", (self.name, self.item))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLeft(_ItemRecord):
    """An item went to another room; stands in the room that it left."""

    KIND: ClassVar[str] = "item.left"

    item: str
    to: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if not self._touch(view, at):
            return
        for table, column in (("item", "id"), ("tag", "item"), ("version", "item")):
            view.execute(f"DELETE FROM {table} WHERE {column} = ?", (self.item,))  # noqa: S608  # fixed names


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemArrived(_ItemRecord):
    """An item came from another room; `VersionArrived` records with its versions follow."""

    KIND: ClassVar[str] = "item.arrived"

    item: str
    name: str
    label: str
    type: str
    tags: tuple[str, ...]
    note: str
    created: str
    creator: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        item = (self.item, at.room, self.name, self.label, self.type, self.note, self.created, self.creator, at.time)
        if view.execute(_NEW_ITEM, item).rowcount > 0:
            _write_tags(view, self.item, self.tags)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionArrived(_ItemRecord):
    """A version of an item that came from another room, sealed anew; `erased` is empty for one that is there."""

    KIND: ClassVar[str] = "item.version-arrived"

    item: str
    version: int
    object: str
    size: int
    sha256: str
    source: str
    added: str
    adder: str
    erased: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            content = (self.object, self.size, self.sha256, self.source)
            _write_version(view, (self.item, self.version, *content, self.added, self.adder, self.erased or None))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(_ItemRecord):
    """An item is out of sight; its content stays and it can be restored."""

    KIND: ClassVar[str] = "item.removed"

    item: str
    reason: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute("UPDATE item SET removed = ? WHERE id = ?", (at.time, self.item))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRestored(_ItemRecord):
    """A removed item is back."""

    KIND: ClassVar[str] = "item.restored"

    item: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            view.execute("UPDATE item SET removed = NULL WHERE id = ?", (self.item,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VersionErased(_ItemRecord):
    """The content and the key of a version are destroyed here; the leaf names the file that went."""

    KIND: ClassVar[str] = "item.erased"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    item: str
    version: int
    reason: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self._touch(view, at):
            erased = (at.time, self.item, self.version)
            view.execute("UPDATE version SET erased = ? WHERE item = ? AND number = ?", erased)

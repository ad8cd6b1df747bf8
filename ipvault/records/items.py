"""Items and their versions: what the vault holds, under which name, with which classification."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, WRITERS, Place, Record, record

SCHEMA = """
CREATE TABLE item (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL, type TEXT NOT NULL,
    note TEXT NOT NULL, created TEXT NOT NULL, creator TEXT NOT NULL, changed TEXT NOT NULL, removed TEXT
);
CREATE INDEX item_name ON item (name);
CREATE TABLE tag (item TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (item, tag)) WITHOUT ROWID;
CREATE TABLE version (
    item TEXT NOT NULL, number INTEGER NOT NULL, object TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    source TEXT NOT NULL, added TEXT NOT NULL, adder TEXT NOT NULL, erased TEXT, PRIMARY KEY (item, number)
);
CREATE INDEX version_content ON version (sha256);
"""


class _ItemRecord(Record):
    """A fact about one item."""

    __slots__ = ()
    CLASS: ClassVar[str] = "item"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    item: str

    def items(self) -> tuple[str, ...]:
        return (self.item,)

    def _changed(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE item SET changed = ? WHERE id = ?", (at.time, self.item))


def _write_tags(view: sqlite3.Connection, item: str, tags: tuple[str, ...]) -> None:
    view.execute("DELETE FROM tag WHERE item = ?", (item,))
    view.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(item, tag) for tag in tags])


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
        view.execute(
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (self.item, at.room, self.name, self.label, self.type, self.note, at.time, at.signer, at.time),
        )
        if self.tags:
            _write_tags(view, self.item, self.tags)
        view.execute(
            "INSERT OR REPLACE INTO version VALUES (?, 1, ?, ?, ?, ?, ?, ?, NULL)",
            (self.item, self.object, self.size, self.sha256, self.source, at.time, at.signer),
        )


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
        view.execute(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (self.item, self.version, self.object, self.size, self.sha256, self.source, at.time, at.signer),
        )
        self._changed(view, at)


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
        view.execute(
            "UPDATE item SET label = ?, type = ?, note = ? WHERE id = ?", (self.label, self.type, self.note, self.item)
        )
        _write_tags(view, self.item, self.tags)
        self._changed(view, at)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRenamed(_ItemRecord):
    """An item has a new name in the same room."""

    KIND: ClassVar[str] = "item.renamed"

    item: str
    name: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE item SET name = ? WHERE id = ?", (self.name, self.item))
        self._changed(view, at)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLeft(_ItemRecord):
    """An item went to another room; stands in the room that it left."""

    KIND: ClassVar[str] = "item.left"

    item: str
    to: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
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
        view.execute(
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (self.item, at.room, self.name, self.label, self.type, self.note, self.created, self.creator, at.time),
        )
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
        view.execute(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.item,
                self.version,
                self.object,
                self.size,
                self.sha256,
                self.source,
                self.added,
                self.adder,
                self.erased or None,
            ),
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(_ItemRecord):
    """An item is out of sight; its content stays and it can be restored."""

    KIND: ClassVar[str] = "item.removed"

    item: str
    reason: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE item SET removed = ? WHERE id = ?", (at.time, self.item))
        self._changed(view, at)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRestored(_ItemRecord):
    """A removed item is back."""

    KIND: ClassVar[str] = "item.restored"

    item: str

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE item SET removed = NULL WHERE id = ?", (self.item,))
        self._changed(view, at)


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
        view.execute("UPDATE version SET erased = ? WHERE item = ? AND number = ?", (at.time, self.item, self.version))
        self._changed(view, at)

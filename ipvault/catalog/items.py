"""Queries about items: find one by its address, list many, their versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.patterns import glob_to_regex

MIN_ID_PREFIX = 4


class Version(NamedTuple):
    """One content of an item; `size` in bytes, `erased` the time of its destruction or None."""

    item: str
    number: int
    object: str
    size: int
    sha256: str
    source: str
    added: str
    adder: str
    erased: str | None


class Item(NamedTuple):
    """An item as the catalog has it. `version` and `size` are those of its newest version."""

    id: str
    room: str
    room_name: str
    name: str
    label: str
    type: str
    note: str
    created: str
    creator: str
    changed: str
    removed: str | None
    version: int
    size: int
    tags: tuple[str, ...]


class Selection(NamedTuple):
    """Which items to list: by glob pattern, room name, label, type, tags (all of them), and time of the last change."""

    pattern: str | None = None
    room: str | None = None
    label: str | None = None
    type: str | None = None
    tags: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    removed: bool = False


_ITEM = """
SELECT item.id, item.room, room.name, item.name, item.label, item.type, item.note, item.created, item.creator,
       item.changed, item.removed, item.version, item.size, item.tags
FROM item JOIN room ON room.id = item.room
"""


def _items(catalog: Catalog, where: str, parameters: Sequence[Any]) -> Iterator[Item]:
    """The items that a condition selects, by room and name."""
    query = f"{_ITEM} WHERE {where} ORDER BY room.name, item.name"
    for *values, tags in catalog.view.execute(query, parameters):
        yield Item._make((*values, tuple(tags.split("\n")) if tags else ()))


def select(catalog: Catalog, selection: Selection) -> Iterator[Item]:
    """The items of a selection, sorted by room and name."""
    conditions = ["item.removed IS NOT NULL" if selection.removed else "item.removed IS NULL"]
    parameters: list[str] = []
    for condition, value in (
        ("room.name = ?", selection.room),
        ("item.label = ?", selection.label),
        ("item.type = ?", selection.type),
        ("item.changed >= ?", selection.since),
        ("item.changed < ?", selection.until),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    for tag in selection.tags:
        conditions.append("EXISTS (SELECT 1 FROM tag WHERE tag.item = item.id AND tag.tag = ?)")
        parameters.append(tag)
    found = _items(catalog, " AND ".join(conditions), parameters)
    if selection.pattern is None:
        return found
    matches = glob_to_regex(selection.pattern).fullmatch
    return (item for item in found if matches(item.name) or matches(f"{item.room_name}:{item.name}"))


def by_name(catalog: Catalog, name: str, room_name: str | None = None) -> list[Item]:
    """The items, removed ones included, that have exactly this name."""
    if room_name is None:
        return list(_items(catalog, "item.name = ?", (name,)))
    return list(_items(catalog, "item.name = ? AND room.name = ?", (name, room_name)))


def by_id_prefix(catalog: Catalog, prefix: str) -> list[Item]:
    """The items whose id starts so; nothing for a prefix that is too short to mean one."""
    if len(prefix) < MIN_ID_PREFIX or not all(digit in "0123456789abcdef" for digit in prefix):
        return []
    return list(_items(catalog, "item.id >= ? AND item.id < ?", (prefix, prefix + "g")))


def by_content(catalog: Catalog, sha256: str) -> Item | None:
    """The item that holds this content in a version that is still there."""
    row = catalog.view.execute(
        "SELECT version.item FROM version JOIN item ON item.id = version.item "
        "WHERE version.sha256 = ? AND version.erased IS NULL AND item.removed IS NULL LIMIT 1",
        (sha256,),
    ).fetchone()
    return next(_items(catalog, "item.id = ?", row)) if row else None


def is_taken(catalog: Catalog, room: str, name: str) -> bool:
    """Whether an item that is not removed has this name in the room (an id)."""
    row = catalog.view.execute(
        "SELECT 1 FROM item WHERE name = ? AND room = ? AND removed IS NULL", (name, room)
    ).fetchone()
    return row is not None


def versions(catalog: Catalog, item: str) -> list[Version]:
    """All versions of an item, oldest first, erased ones included."""
    rows: list[tuple[Any, ...]] = catalog.view.execute(
        "SELECT item, number, object, size, sha256, source, added, adder, erased FROM version "
        "WHERE item = ? ORDER BY number",
        (item,),
    ).fetchall()
    return [Version(*row) for row in rows]


def names(catalog: Catalog) -> list[str]:
    """All names in use, for suggestions."""
    return [row[0] for row in catalog.view.execute("SELECT DISTINCT name FROM item WHERE removed IS NULL")]


def names_by_id(catalog: Catalog) -> dict[str, str]:
    """What every item is called now, removed ones included, and every room and member."""
    query = (
        "SELECT id, name FROM item UNION ALL SELECT id, name FROM room UNION ALL SELECT fingerprint, name FROM member"
    )
    return dict(catalog.view.execute(query))


def search(catalog: Catalog, words: str) -> list[Item]:
    """Items whose name, tags or note hold all of the words (prefixes count), best match first.

    The index is made when it is asked for: SQLite FTS5, in memory like the rest.
    """
    terms = [term for term in ("".join(c if c.isalnum() else " " for c in words)).split() if term]
    if not terms:
        return []
    view = catalog.view
    view.execute("CREATE VIRTUAL TABLE temp.words USING fts5 (item UNINDEXED, name, tags, note, tokenize='unicode61')")
    try:
        view.execute(
            "INSERT INTO temp.words SELECT id, name, "
            "coalesce((SELECT group_concat(tag, ' ') FROM tag WHERE tag.item = item.id), ''), note "
            "FROM main.item WHERE removed IS NULL"
        )
        match = " ".join(f'"{term}"*' for term in terms)
        found = view.execute("SELECT item FROM temp.words WHERE words MATCH ? ORDER BY rank", (match,)).fetchall()
    except sqlite3.OperationalError:
        found = []
    finally:
        view.execute("DROP TABLE temp.words")
    return [item for row in found for item in _items(catalog, "item.id = ?", row)]

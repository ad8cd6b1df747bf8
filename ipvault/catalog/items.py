"""Queries about items: find one by its address, list many, their versions."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.ledger import PER_QUERY
from ipvault.catalog.patterns import glob_to_regex
from ipvault.catalog.prefixes import MIN_ID_PREFIX


class Version(NamedTuple):
    """One content of an item; `size` in bytes, `erased` the time of its destruction or None.

    `epoch` is that of its room's key when its object was written.
    """

    item: str
    number: int
    object: str
    size: int
    sha256: str
    source: str
    added: str
    adder: str
    erased: str | None
    epoch: int


_VERSION = ", ".join(f"version.{column}" for column in Version._fields)


def split_tags(tag_lines: str) -> tuple[str, ...]:
    """The tags of a line each, which is how the catalog has them."""
    return tuple(tag_lines.split("\n")) if tag_lines else ()


class Item(NamedTuple):
    """An item as the catalog has it. `version` and `size` are those of its newest version.

    `erased` is the time when the last of its versions was destroyed; an item of which something is left has None.
    """

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
    erased: str | None
    tag_lines: str

    @property
    def tags(self) -> tuple[str, ...]:
        """In alphabetical order."""
        return split_tags(self.tag_lines)


class Listed(NamedTuple):
    """What a list shows of an item: of many of them, the columns that nobody looks at would take as long again."""

    room_name: str
    name: str
    id: str
    label: str
    type: str
    changed: str
    removed: str | None
    version: int
    size: int
    erased: str | None
    tag_lines: str

    @property
    def tags(self) -> tuple[str, ...]:
        """In alphabetical order."""
        return split_tags(self.tag_lines)


T = TypeVar("T", Item, Listed)

_COLUMNS = {field: f"item.{field}" for field in Item._fields} | {
    "room_name": "room.name",
    "tag_lines": "item.tags",
    # What has nothing left was removed as well: for the others that need not be worked out.
    "erased": "CASE WHEN item.removed IS NULL THEN NULL ELSE (SELECT CASE WHEN count(*) = count(erased) "
    "THEN max(erased) END FROM version WHERE version.item = item.id) END",
}


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


def _found(catalog: Catalog, shape: type[T], where: str, parameters: Sequence[Any]) -> Iterator[T]:
    """The items that a condition selects, by room and name."""
    columns = ", ".join(_COLUMNS[field] for field in shape._fields)
    tables = "item JOIN room ON room.id = item.room"
    query = f"SELECT {columns} FROM {tables} WHERE item.version > 0 AND {where}"  # noqa: S608  # fixed names
    by_place = itemgetter(shape._fields.index("room_name"), shape._fields.index("name"))
    # Sorted in Python, which is faster than ORDER BY for many.
    return map(shape._make, sorted(catalog.view.execute(query, parameters), key=by_place))


def _items(catalog: Catalog, where: str, parameters: Sequence[Any]) -> Iterator[Item]:
    return _found(catalog, Item, where, parameters)


def select(catalog: Catalog, selection: Selection) -> Iterator[Item]:
    """The items of a selection, sorted by room and name."""
    return _selected(catalog, Item, selection)


def all_items(catalog: Catalog) -> list[Item]:
    """Every item, those in their place first, then those that were removed."""
    return [*select(catalog, Selection()), *select(catalog, Selection(removed=True))]


def select_listed(catalog: Catalog, selection: Selection) -> Iterator[Listed]:
    """The same, with what a list shows of them."""
    return _selected(catalog, Listed, selection)


def _selected(catalog: Catalog, shape: type[T], selection: Selection) -> Iterator[T]:
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
    found = _found(catalog, shape, " AND ".join(conditions), parameters)
    if selection.pattern is None:
        return found
    return filter(_name_filter(catalog, selection.pattern), found)


def _name_filter(catalog: Catalog, pattern: str) -> Callable[[Item | Listed], bool]:
    """Which names a pattern means: with a room's name before a colon, those in that room and no others."""
    room, _colon, within = pattern.partition(":")
    if catalog.view.execute("SELECT 1 FROM room WHERE name = ?", (room,)).fetchone():
        matches = glob_to_regex(within).fullmatch
        return lambda item: item.room_name == room and matches(item.name) is not None
    matches = glob_to_regex(pattern).fullmatch
    return lambda item: bool(matches(item.name) or matches(f"{item.room_name}:{item.name}"))


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


def by_content(catalog: Catalog, sha256: str, room: str) -> Iterator[tuple[str, str, Version]]:
    """The versions of this content that were not erased, of items that are in their place, each with its item's room
    (an id) and name; first those in `room`.

    This is what the journal says: whether the files are still there is another matter.
    """
    for place, name, *row in catalog.view.execute(
        f"SELECT item.room, item.name, {_VERSION} FROM version JOIN item ON item.id = version.item "  # noqa: S608  # fixed names
        "WHERE version.sha256 = ? AND version.erased IS NULL AND item.removed IS NULL "
        "ORDER BY item.room <> ?, version.rowid",
        (sha256, room),
    ):
        yield place, name, Version._make(row)


def holder(catalog: Catalog, room: str, name: str) -> str | None:
    """The id of the item, not removed, that has this name in the room (an id)."""
    row = catalog.view.execute(
        "SELECT id FROM item WHERE name = ? AND room = ? AND removed IS NULL AND version > 0", (name, room)
    ).fetchone()
    return row[0] if row else None


def versions(catalog: Catalog, item: str) -> list[Version]:
    """All versions of an item, oldest first, erased ones included."""
    query = f"SELECT {_VERSION} FROM version WHERE item = ? ORDER BY number"  # noqa: S608  # fixed names
    return [Version._make(row) for row in catalog.view.execute(query, (item,))]


def versions_of(catalog: Catalog, ids: Iterable[str]) -> dict[str, list[Version]]:
    """The same of several items, by their ids; those that are not there are left out."""
    query = f"SELECT {_VERSION} FROM version WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, number"  # noqa: S608  # fixed names
    found: dict[str, list[Version]] = {}
    for version in map(Version._make, catalog.view.execute(query, (json.dumps([*ids]),))):
        found.setdefault(version.item, []).append(version)
    return found


def older_versions(catalog: Catalog, room: str, epoch: int, limit: int) -> list[Version]:
    """Versions of a room's items, removed ones too, whose objects were written under a key before that of `epoch`."""
    query = (
        f"SELECT {_VERSION} FROM version JOIN item ON item.id = version.item "  # noqa: S608  # fixed names
        "WHERE item.room = ? AND version.epoch < ? AND version.erased IS NULL ORDER BY version.item, number LIMIT ?"
    )
    return [Version._make(row) for row in catalog.view.execute(query, (room, epoch, limit))]


def items_of(catalog: Catalog, ids: Collection[str]) -> dict[str, Item]:
    """The items with these ids, as far as they are there, by id."""
    wanted = sorted(set(ids))
    found: dict[str, Item] = {}
    for start in range(0, len(wanted), PER_QUERY):
        some = wanted[start : start + PER_QUERY]
        found.update((item.id, item) for item in _items(catalog, f"item.id IN ({', '.join('?' * len(some))})", some))
    return found


def item_of(catalog: Catalog, version: Version) -> Item:
    """The item that a version is of."""
    return next(iter(_items(catalog, "item.id = ?", (version.item,))))


def names(catalog: Catalog) -> list[str]:
    """All names in use, for suggestions."""
    query = "SELECT DISTINCT name FROM item WHERE removed IS NULL AND version > 0"
    return [row[0] for row in catalog.view.execute(query)]


def names_by_id(catalog: Catalog) -> dict[str, str]:
    """What every item is called now, removed ones included, and every room, member and recipient."""
    query = (
        "SELECT id, name FROM item UNION ALL SELECT id, name FROM room UNION ALL SELECT fingerprint, name FROM member "
        "UNION ALL SELECT id, name FROM recipient "
        "UNION ALL SELECT recipient_card.fingerprint, name FROM recipient_card JOIN recipient ON recipient = id"
    )
    return dict(catalog.view.execute(query))

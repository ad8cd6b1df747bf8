"""Item addresses as people type them: a name, `room:name`, a short id, each with `@version` if wanted.

Anybody who may add items chooses their names, and a name can look like every other kind of address. So no kind goes
before another: an address that can be read in several ways, each of which means something else, is ambiguous. Only a
whole id means its item whatever others are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, NoReturn
from unicodedata import normalize

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Selection, Version, by_id_prefix, by_name, select, versions
from ipvault.catalog.patterns import is_pattern
from ipvault.catalog.suggestions import instead_of_name, instead_of_pattern
from ipvault.errors import (
    AmbiguousAddress,
    AmbiguousRoom,
    Conflict,
    Erased,
    NoMatch,
    NoSuchRoom,
    NoSuchVersion,
    NotARoom,
    NotFound,
    RoomClosed,
)
from ipvault.records.vocabulary import ROOT
from ipvault.text import _

SHORT_ID = 8
ID_LENGTH = 32

_SHOWN = 5


class Room(NamedTuple):
    """A room that this member can open; `epoch` is that of its present key."""

    id: str
    name: str
    epoch: int


class _Meaning(NamedTuple):
    """What one reading of an address means: an item, and the version that it names, if it does."""

    item: Item
    number: int | None = None


def rooms(catalog: Catalog) -> list[Room]:
    """The rooms that this member can open, the root room included."""
    found = catalog.view.execute("SELECT id, name FROM room ORDER BY name").fetchall()
    return [Room(room, name, catalog.epoch(room)) for room, name in found]


def closed_rooms(catalog: Catalog) -> dict[str, RoomClosed]:
    """The rooms (ids) of which nothing is taken any more, each with what there is to say of it."""
    return {
        room: RoomClosed(room=catalog.name_of(room) or room[:SHORT_ID], seq=closing.seq, reason=closing.reason)
        for room, closing in catalog.closings().items()
    }


def find_room(catalog: Catalog, name: str) -> Room:
    """The room of that name that holds items; raises `NoSuchRoom`, or `Ambiguous` where two are called so."""
    usable = [room for room in rooms(catalog) if room.name != ROOT]
    named = [room for room in usable if room.name == name]
    if len(named) > 1:
        raise AmbiguousRoom(name=name, candidates=", ".join(room.id for room in named))
    if not named:
        raise NoSuchRoom(name=name, rooms=", ".join(room.name for room in usable))
    return named[0]


def root_room(catalog: Catalog) -> Room:
    """The room of the roster and the vault-wide records."""
    return next(room for room in rooms(catalog) if room.name == ROOT)


def new_address(catalog: Catalog, typed: str) -> tuple[str | None, str]:
    """The room and the name that somebody means who types `ROOM:NAME` or a name for an item; no room for the latter.

    A colon that follows no room's name is more likely a spelling mistake than part of a name, and the item would be
    shown to the wrong people: `NotARoom`.
    """
    room, colon, name = normalize("NFC", typed).partition(":")
    if not colon or "/" in room:
        return None, typed
    try:
        return find_room(catalog, room).name, name
    except NoSuchRoom as missing:
        raise NotARoom(**missing.fields) from None


def find_item(catalog: Catalog, address: str, *, removed: bool = False) -> Item:
    """The one item that `address`, without a version, means. Raises `NotFound` or `Ambiguous`.

    Removed items are found only when `removed` is true, and then only they: one that is in its place is a `Conflict`.
    """
    items = _meant(catalog, address, removed=removed)
    if not items:
        _not_found(catalog, address, removed=removed)
    if len(items) > 1:
        raise _ambiguous(catalog, address, map(_Meaning, items))
    return items[0]


def find_any(catalog: Catalog, address: str) -> Item:
    """The one item that `address` means: one in its place, or else one that was removed."""
    is_gone = not _meant(catalog, address) and bool(_meant(catalog, address, removed=True))
    return find_item(catalog, address, removed=is_gone)


def address_of(catalog: Catalog, item: Item) -> str:
    """The shortest address by which an item that is in its place is found, and nothing else."""
    return _exact(catalog, _Meaning(item))


def find_items(catalog: Catalog, addresses: Sequence[str], *, removed: bool = False) -> list[Item]:
    """What several addresses or patterns mean together, each item once, in the order asked for.

    Raises the same as `find_item`, and `NotFound` for a pattern that matches nothing. One that matches several items
    and is the name of one of them as well is ambiguous. To bring back, erased items match no pattern.
    """
    found: dict[str, Item] = {}
    for address in addresses:
        for item in _matching(catalog, address, removed=removed) or [find_item(catalog, address, removed=removed)]:
            found.setdefault(item.id, item)
    return list(found.values())


def find_version(catalog: Catalog, address: str) -> tuple[Item, Version]:
    """The item and version that `address` means: the newest, or the one after `@`.

    Raises `NotFound`, `Ambiguous`, `NoSuchVersion` or `Erased`.
    """
    meanings = _versions_meant(catalog, address)
    if len(meanings) > 1:
        raise _ambiguous(catalog, address, meanings)
    if not meanings:
        base, number = _split(address)
        if number is None or not _meant(catalog, base):
            _not_found(catalog, address)
        meanings = [_Meaning(find_item(catalog, base), number)]
    item, number = meanings[0]
    return item, pick_version(catalog, item, number)


def pick_version(catalog: Catalog, item: Item, number: int | None) -> Version:
    """A version of an item whose content is still there; the newest by default."""
    wanted = item.version if number is None else number
    for version in versions(catalog, item.id):
        if version.number == wanted:
            if version.erased:
                raise Erased(name=item.name, version=version.number, when=version.erased[:10])
            return version
    raise NoSuchVersion(name=item.name, version=wanted)


def find_versions(
    catalog: Catalog, addresses: Sequence[str], left_out: Callable[[Item], None] | None = None
) -> list[tuple[Item, Version]]:
    """What several addresses or patterns mean together, each version once, in the order asked for.

    A pattern takes the newest version of every item that it matches; `left_out` is told of those in which that was
    erased. Raises the same as `find_version` and `find_items`, `Erased` too for a pattern that finds nothing else.
    """
    found: dict[tuple[str, int], tuple[Item, Version]] = {}
    for address in addresses:
        items = _matching(catalog, address)
        matching = newest_versions(catalog, items, left_out)
        if items and not matching:
            pick_version(catalog, items[0], None)
        for item, version in matching or [find_version(catalog, address)]:
            found.setdefault((item.id, version.number), (item, version))
    return list(found.values())


def newest_versions(
    catalog: Catalog, items: Iterable[Item], left_out: Callable[[Item], None] | None = None
) -> list[tuple[Item, Version]]:
    """Each item with its newest version; `left_out` is told of those in which that was erased."""
    found = []
    for item in items:
        newest = versions(catalog, item.id)[-1]
        if not newest.erased:
            found.append((item, newest))
        elif left_out:
            left_out(item)
    return found


def _matching(catalog: Catalog, address: str, *, removed: bool = False) -> list[Item]:
    """The items that an address means if it is a pattern; nothing for one that is none, or is just a name."""
    if not is_pattern(address) or not _is_text(address):
        return []
    matching = [item for item in select(catalog, Selection(pattern=address, removed=removed)) if not item.erased]
    named = _meant(catalog, address, removed=removed)
    if not matching and not named:
        raise NoMatch(name=address, suggestion=instead_of_pattern(catalog, address, removed=removed))
    if named and {item.id for item in matching} - {item.id for item in named}:
        others = [item for item in matching if item not in named]
        raise _ambiguous(catalog, address, map(_Meaning, [*named, *others]))
    return [] if named else matching


def _meant(catalog: Catalog, address: str, *, removed: bool = False) -> list[Item]:
    """The items, removed ones or not, that any reading of an address means. A whole id is read in no other way."""
    if not _is_text(address):
        return []
    address = normalize("NFC", address)  # as names are stored
    by_id = by_id_prefix(catalog, address)
    if by_id and len(address) == ID_LENGTH:
        readings = [by_id]
    else:
        room, colon, name = address.partition(":")
        readings = [by_name(catalog, address), by_name(catalog, name, room) if colon else [], by_id]
    found = {item.id: item for items in readings for item in items if bool(item.removed) == removed}
    return list(found.values())


def _versions_meant(catalog: Catalog, address: str) -> list[_Meaning]:
    """What any reading of an address means where one version is wanted: it is all a name, or a version stands last."""
    base, number = _split(address)
    named = [
        _Meaning(item, number)
        for item in (_meant(catalog, base) if number is not None else ())
        if any(version.number == number for version in versions(catalog, item.id))
    ]
    if any(base == meaning.item.id for meaning in named):
        return named
    whole = [_Meaning(item) for item in _meant(catalog, address)]
    same = {(item.id, item.version) for item, _number in whole}
    return whole + [meaning for meaning in named if (meaning.item.id, meaning.number) not in same]


def _split(address: str) -> tuple[str, int | None]:
    """An address without the version at its end, and that version, if there is one."""
    base, at, suffix = address.rpartition("@")
    if at and suffix.isascii() and suffix.isdigit():
        return base, int(suffix[:9])
    return address, None


def _is_text(address: str) -> bool:
    """Whether what was typed is text at all: a file name need not be, and no item is called so."""
    try:
        address.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_found(catalog: Catalog, address: str, *, removed: bool = False) -> NoReturn:
    if removed and _meant(catalog, address):
        raise Conflict(problem=_("{name} was not removed: it is in its place").format(name=address))
    base, _number = _split(address)
    gone = _meant(catalog, base, removed=True)
    raise NotFound(name=address, suggestion=instead_of_name(catalog, base if _is_text(base) else "", gone))


def _ambiguous(catalog: Catalog, address: str, meanings: Iterable[_Meaning]) -> AmbiguousAddress:
    """Says what the meanings are, and how to write each so that it means nothing else."""
    import shlex

    shown = list(meanings)[:_SHOWN]
    candidates = ", ".join(_described(meaning) for meaning in shown)
    ways = ", ".join(shlex.quote(_exact(catalog, meaning)) for meaning in shown)
    return AmbiguousAddress(name=address, candidates=candidates, ways=ways)


def _described(meaning: _Meaning) -> str:
    item, number = meaning
    text = f"{item.room_name}:{item.name} ({item.id[:SHORT_ID]})"
    return text if number is None else _("version {version} of {name}").format(version=number, name=text)


def _exact(catalog: Catalog, meaning: _Meaning) -> str:
    """The first of an item's addresses that can be read in one way only; that of a version, if it is one."""
    item, number = meaning
    suffix = "" if number is None else f"@{number}"
    for base in (item.name, f"{item.room_name}:{item.name}", item.id[:SHORT_ID]):
        address = base + suffix
        if not is_pattern(address) and (
            _meant(catalog, base, removed=bool(item.removed)) == [item]
            and (item.removed or len(_versions_meant(catalog, address)) == 1)
        ):
            return address
    return item.id + suffix

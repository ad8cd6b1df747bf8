"""Item addresses as people type them: a name, `room:name`, a short id, each with `@version` if wanted."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple
from unicodedata import normalize

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Selection, Version, by_id_prefix, by_name, names, select, versions
from ipvault.catalog.patterns import is_pattern
from ipvault.errors import Ambiguous, Conflict, Erased, NoSuchRoom, NoSuchVersion, NotFound, VaultError
from ipvault.records.vocabulary import ROOT
from ipvault.text import _

SHORT_ID = 8
ID_LENGTH = 32


class Room(NamedTuple):
    """A room that this member can open; `epoch` is that of its present key."""

    id: str
    name: str
    epoch: int


def rooms(catalog: Catalog) -> list[Room]:
    """The rooms that this member can open, the root room included."""
    return [Room(*row) for row in catalog.view.execute("SELECT id, name, epoch FROM room ORDER BY name")]


def find_room(catalog: Catalog, name: str) -> Room:
    """The room of that name that holds items; raises `NoSuchRoom`."""
    usable = [room for room in rooms(catalog) if room.name != ROOT]
    for room in usable:
        if room.name == name:
            return room
    raise NoSuchRoom(name=name, rooms=", ".join(room.name for room in usable))


def root_room(catalog: Catalog) -> Room:
    """The room of the roster and the vault-wide records."""
    return next(room for room in rooms(catalog) if room.name == ROOT)


def find_item(catalog: Catalog, address: str, *, removed: bool = False) -> Item:
    """The one item that `address`, without a version, means. Raises `NotFound` or `Ambiguous`.

    Removed items are found only when `removed` is true, and then only they: one that is in its place is a `Conflict`.
    """
    if not _is_text(address):
        raise NotFound(name=address, suggestion=_suggestion(catalog, ""))
    candidates = _meant(catalog, address, removed=removed)
    if removed and not candidates and _meant(catalog, address, removed=False):
        raise Conflict(problem=_("{name} was not removed: it is in its place").format(name=address))
    if not candidates:
        raise NotFound(name=address, suggestion=_suggestion(catalog, address))
    if len(candidates) > 1:
        found = ", ".join(f"{item.room_name}:{item.name} ({item.id[:SHORT_ID]})" for item in candidates[:5])
        raise Ambiguous(name=address, candidates=found)
    return candidates[0]


def find_version(catalog: Catalog, address: str) -> tuple[Item, Version]:
    """The item and version that `address` means: the newest, or the one after `@`.

    Raises `NotFound`, `Ambiguous`, `NoSuchVersion` or `Erased`.
    """
    try:
        item, number = find_item(catalog, address), None
    except NotFound as not_found:
        base, at, suffix = address.rpartition("@")
        if not at or not suffix.isascii() or not suffix.isdigit():
            raise
        try:
            item, number = find_item(catalog, base), int(suffix[:9])
        except NotFound:
            raise not_found from None
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


def find_versions(catalog: Catalog, addresses: list[str]) -> list[tuple[Item, Version]]:
    """What several addresses or patterns mean together, each version once, in the order asked for.

    A pattern takes the newest version of every item that it matches; one that matches nothing is `NotFound`.
    """
    found: dict[tuple[str, int], tuple[Item, Version]] = {}
    for address in addresses:
        try:
            pairs = [find_version(catalog, address)]
        except NotFound:
            if not is_pattern(address):
                raise
            pairs = _matching(catalog, address)
            if not pairs:
                raise
        for item, version in pairs:
            found.setdefault((item.id, version.number), (item, version))
    return list(found.values())


def _matching(catalog: Catalog, pattern: str) -> list[tuple[Item, Version]]:
    pairs = []
    for item in select(catalog, Selection(pattern=pattern)):
        try:
            pairs.append((item, pick_version(catalog, item, None)))
        except VaultError:
            continue  # an erased item matches a pattern without having anything to release
    return pairs


def _meant(catalog: Catalog, address: str, *, removed: bool) -> list[Item]:
    """The items, removed ones or not, that an address means.

    A whole id comes first, so that no name can take its place; then a name, a room and name, the beginning of an id.
    """
    address = normalize("NFC", address)  # as names are stored
    room, _colon, name = address.partition(":")
    queries: tuple[Callable[[], list[Item]], ...] = (
        lambda: by_id_prefix(catalog, address) if len(address) == ID_LENGTH else [],
        lambda: by_name(catalog, address),
        lambda: by_name(catalog, name, room),
        lambda: by_id_prefix(catalog, address),
    )
    for query in queries:
        if found := [item for item in query() if bool(item.removed) == removed]:
            return found
    return []


def _is_text(address: str) -> bool:
    """Whether what was typed is text at all: a file name need not be, and no item is called so."""
    try:
        address.encode()
    except UnicodeEncodeError:
        return False
    return True


def _suggestion(catalog: Catalog, address: str) -> str:
    wanted = address.rpartition("@")[0] or address
    if gone := _meant(catalog, wanted, removed=True):
        import shlex

        erased = all(version.erased for item in gone for version in versions(catalog, item.id))
        text = (
            _("it was erased; its record remains: ipvault history {quoted}")
            if erased
            else _("it was removed; to bring it back: ipvault restore {quoted}")
        )
        return text.format(quoted=shlex.quote(wanted))
    known = names(catalog)
    close = get_close_matches(wanted, known, n=3, cutoff=0.6)
    if not close and wanted:
        close = [name for name in known if wanted.casefold() in name.casefold()][:3]
    if close:
        return _("did you mean {names}?").format(names=", ".join(close))
    return _("`ipvault list` shows what is there, `ipvault list --removed` what was removed")

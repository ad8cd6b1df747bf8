"""What people call the parties and the scope of an agreement, and the ids by which its record names them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ipvault.catalog.address import ID_LENGTH, Room, address_of, find_any, rooms
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import items_of
from ipvault.catalog.recipients import by_id, find_recipient, matching
from ipvault.errors import NoSuchRoom
from ipvault.records.vocabulary import ROOT


class Names:
    """Both ways for one catalog. What nobody here can see is called by its id, which is taken back if it is in `kept`.

    A name is written only if it means one thing, so that what is written is read as what it was.
    """

    def __init__(self, catalog: Catalog, kept: Collection[str] = ()) -> None:
        self._catalog: Final = catalog
        self._kept: Final = kept
        self._rooms: Final[list[Room]] = [room for room in rooms(catalog) if room.name != ROOT]

    def find_party(self, typed: str) -> str:
        """Raises `NoSuchRecipient` or `AmbiguousRecipient`. One that was removed is found by its id only."""
        if len(typed) == ID_LENGTH and (typed in self._kept or by_id(self._catalog, typed)):
            return typed
        return find_recipient(self._catalog, typed).id

    def party(self, id_: str) -> str:
        """How to write a party."""
        found = by_id(self._catalog, id_)
        if found is None or found.removed:
            return id_
        ways = (way for way in (found.name, found.fingerprint) if matching(self._catalog, way) == [found])
        return next(ways, id_)

    def find_item(self, typed: str) -> str:
        """Raises `NotFound` or `Ambiguous`."""
        return typed if typed in self._kept else find_any(self._catalog, typed).id

    def item(self, id_: str) -> str:
        """How to write an item."""
        found = items_of(self._catalog, [id_]).get(id_)
        return address_of(self._catalog, found) if found and not found.removed else id_

    def find_room(self, typed: str) -> str:
        """Raises `NoSuchRoom` if that is the name of none, or of several."""
        found = [room.id for room in self._rooms if typed in (room.id, room.name)]
        if len(found) != 1 and typed not in self._kept:
            raise NoSuchRoom(name=typed, rooms=", ".join(room.name for room in self._rooms))
        return found[0] if len(found) == 1 else typed

    def room(self, id_: str) -> str:
        """How to write a room."""
        name = self._catalog.name_of(id_)
        return name if name and [room.id for room in self._rooms if room.name == name] == [id_] else id_

"""Which items something is about: by themselves, by their room, label, type or tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ipvault.catalog.address import find_any, find_items, find_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.patterns import is_pattern


class Scope(NamedTuple):
    """The items that any of the lists names (items and rooms by their ids); all items where none names anything."""

    items: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Scope:
        """What a record says, in fields that begin with `scope_`."""
        return cls(*(tuple(said[f"scope_{name}"]) for name in cls._fields))

    def fields(self) -> dict[str, tuple[str, ...]]:
        """The same for a record."""
        return {f"scope_{name}": value for name, value in self._asdict().items()}

    def includes(self, item: Item) -> bool:
        """Whether an item is in it, as it is now."""
        return not any(self) or bool(self.naming(item))

    def naming(self, item: Item) -> dict[str, tuple[str, ...]]:
        """By which of its lists an item is in it, as it is now, and what of that list says so."""
        said = {"items": (item.id,), "rooms": (item.room,), "labels": (item.label,), "types": (item.type,)}
        found = {name: set(listed) for name, listed in {**said, "tags": item.tags}.items()}
        named = {name: tuple(one for one in listed if one in found[name]) for name, listed in self._asdict().items()}
        return {name: which for name, which in named.items() if which}


def find_scope(catalog: Catalog, scope: Scope) -> Scope:
    """The same scope with items and rooms, which stand in it as somebody typed them, by their ids.

    Raises what finding them raises. A pattern means the items that match it now.
    """
    return scope._replace(
        items=tuple(dict.fromkeys(item.id for typed in scope.items for item in _meant(catalog, typed))),
        rooms=tuple(dict.fromkeys(find_room(catalog, typed).id for typed in scope.rooms)),
    )


def _meant(catalog: Catalog, typed: str) -> Sequence[Item]:
    return find_items(catalog, [typed]) if is_pattern(typed) else [find_any(catalog, typed)]

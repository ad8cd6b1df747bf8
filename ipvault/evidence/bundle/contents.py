"""Which records a bundle holds, and what of each: the chosen ones, what signs them, and who signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.evidence.bundle.disclosure import Disclosure
from ipvault.evidence.journal_lines import Line
from ipvault.journal.leaf import Leaf
from ipvault.journal.payload import Fields
from ipvault.vault.room_keys import RoomKeys


class Shown(NamedTuple):
    """What a bundle has of a record: of each field, by name and in their order, its text or None for a withheld one.

    `fields` is None of a record of which nothing can be said: it was forgotten, or its room is closed to the maker.
    `ground` says why all of it is withheld.
    """

    leaf: Leaf
    signer: str
    fields: dict[str, tuple[bytes, bool]] | None
    ground: str


def show(line: Line, signer: str, keys: RoomKeys, disclosure: Disclosure) -> Shown:
    """A chosen record as the bundle shows it."""
    leaf, sealed = line
    texts = keys.texts(leaf, sealed)
    fields: Fields | None = keys.fields(leaf, sealed)
    if texts is None or fields is None:
        return Shown(leaf, signer, None, "")
    rule = disclosure.withheld_by(leaf.seq, fields)
    visible = frozenset() if rule else disclosure.shows(fields)
    shown = {name: (text, name in visible) for name, text in texts.items()}
    return Shown(leaf, signer, shown, rule.text if rule else "")

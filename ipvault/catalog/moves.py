"""Items that go to another room: what leaves arrives there, whole and in the same transaction.

Only who may erase destroys; others must not, by a departure that leads nowhere or by bringing something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ipvault.catalog.catalog import Catalog
from ipvault.journal.leaf import Leaf
from ipvault.records.base import Record
from ipvault.records.items import ItemArrived, ItemLeft, ItemRecord, VersionArrived
from ipvault.text import _

_Transaction = Sequence[tuple[Record | None, Leaf]]


def objection_to_moves(transaction: _Transaction) -> tuple[int, str] | None:
    """Where and why an item leaves without arriving, or None.

    What cannot be read, in a room that is closed to the reader or because it was forgotten, may be the other half as
    far as its leaf allows, which tells its class and how many objects it adds.
    """
    departures = [(record, leaf) for record, leaf in transaction if isinstance(record, ItemLeft)]
    if not departures:
        return None
    arrived = {(record.item, leaf.room) for record, leaf in transaction if isinstance(record, ItemArrived)}
    brought, unread = _brought(transaction), _unread(transaction)
    for record, leaf in departures:
        is_there = (record.item, record.to) in arrived or record.to in unread
        if missing := max(0, len(record.objects) - brought[record.item, record.to]):
            unread[record.to] = unread.get(record.to, 0) - missing
        if record.to == leaf.room or not is_there or unread.get(record.to, 0) < 0:
            return leaf.seq, _("it takes an item out of its room that arrives in no other")
    return None


def _brought(transaction: _Transaction) -> Counter[tuple[str, str]]:
    """How many versions with their contents arrive, by item and room."""
    numbers = {
        (record.item, leaf.room, record.version)
        for record, leaf in transaction
        if isinstance(record, VersionArrived) and not record.erased
    }
    return Counter((item, room) for item, room, _number in numbers)


def _unread(transaction: _Transaction) -> dict[str, int]:
    """How many objects come with records of items that cannot be read, by room; nothing for a room without any."""
    found: dict[str, int] = {}
    for record, leaf in transaction:
        if record is None and leaf.kind == ItemRecord.CLASS:
            found[leaf.room] = found.get(leaf.room, 0) + sum(change.added for change in leaf.files)
    return found


def objection_to_arrival(catalog: Catalog, record: Record, _room: str, _signer: str) -> str | None:
    """Why a version that left a room, as far as that can be read, is not the one that arrives, or None."""
    if not isinstance(record, VersionArrived):
        return None
    query = "SELECT room FROM departed WHERE item = ? AND seq > ?"
    left = catalog.view.execute(query, (record.item, catalog.head.seq)).fetchone()
    if left is None or catalog.has_gap(left[0], ItemRecord.CLASS) or catalog.is_locked(left[0]):
        return None
    query = (
        "SELECT 1 FROM departed_version "
        "WHERE item = ? AND number = ? AND size = ? AND sha256 = ? AND (erased IS NULL) = ?"
    )
    same = (record.item, record.version, record.size, record.sha256, not record.erased)
    if catalog.view.execute(query, same).fetchone():
        return None
    return _("it brings a version that is not the one that left")

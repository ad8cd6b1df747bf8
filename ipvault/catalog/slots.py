"""Who is to have a room's key, held against how many slots wrap it: slots do not say whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.tenures import tenures
from ipvault.journal.leaf import Leaf
from ipvault.records.rooms import RoomKeyed
from ipvault.storage.layout import link_path
from ipvault.text import _


def objection_to_slots(catalog: Catalog, transaction: Sequence[Leaf], before: int) -> tuple[int, str] | None:
    """Where a key is wrapped to others than those who are in its room at the end of the transaction, or None.

    `catalog` is that of then, `before` the last record before it. A new key has as many slots as the room has members,
    and no more are added to the present one than members to whom the transaction gives a role.
    """
    shared: Counter[str] = Counter()
    for leaf in transaction:
        if leaf.kind != RoomKeyed.CLASS:
            continue
        slots = sum(change.added and change.path != link_path(leaf.room, leaf.epoch) for change in leaf.files)
        shared[leaf.room] += 0 if leaf.facts else slots
        given = {tenure.member for tenure in tenures(catalog, room=leaf.room) if tenure.from_seq > before}
        if shared[leaf.room] > len(given) or (leaf.facts and slots != len(catalog.members(leaf.room))):
            return leaf.seq, _("it gives a key to more or fewer than are to have it")
    return None

"""Taking one checked record into the catalog, whether it was read or has just been written."""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.journal.leaf import Leaf
from ipvault.records.base import Place, Record
from ipvault.records.items import ItemRecord


def take(catalog: Catalog, record: Record, leaf: Leaf, last: Leaf) -> None:
    """Do what `record` says; `leaf` is its own, noted already, and `last` the signed one of its transaction.

    Raises `ChainBroken` for a record of an item that removes another one's content.
    """
    if isinstance(record, ItemRecord):
        catalog.note_item(leaf.seq, record.item, leaf.files)
    project(catalog, record, Place(leaf.seq, leaf.time, last.signer, leaf.room, leaf.epoch, last.seq))


def project(catalog: Catalog, record: Record, place: Place) -> None:
    """Take what `record` says into the tables of its family, or note that it counts for nothing."""
    if record.IS_ADDITION:
        from ipvault.catalog.standing import why_disregarded  # most journals hold none

        if reason := why_disregarded(catalog, record, place.room, place.signer):
            catalog.note_disregarded(place.seq, place.signer, reason)
            return
    record.project(catalog.view, place)

"""Agreements in a catalog without a vault, and items and recipients that they can be about."""

from __future__ import annotations

from typing import Any

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.journal.head import empty_head
from ipvault.records.agreements import AgreementSet, AgreementTerminated
from ipvault.records.base import Place, Record

MAIN_ROOM, OTHER_ROOM = "1" * 32, "2" * 32
BOB, EVE = "b" * 32, "e" * 32
DOCUMENT = "d" * 32


def item(id_: str = "a", room: str = MAIN_ROOM, label: str = "confidential", tags: tuple[str, ...] = ()) -> Item:
    """An item with one version; its id is made of one digit."""
    times = "2026-01-01T00:00:00.000Z"
    name = f"item-{id_}"
    found = (id_ * 32, room, "room", name, label, "other", "", times, "f" * 64, times, None, 1, 1, None)
    return Item._make((*found, "\n".join(tags)))


def terms(id_: str = "1", version: int = 1, **fields: Any) -> AgreementSet:
    """Terms with Bob, unless they say otherwise; the id is made of one digit."""
    whole = {"type": "nda", "title": f"agreement {id_}", "parties": (BOB,), **fields}
    return AgreementSet(agreement=id_ * 32, version=version, document=DOCUMENT, **whole)


def terminated(id_: str, day: str, reason: str = "") -> AgreementTerminated:
    return AgreementTerminated(agreement=id_ * 32, day=day, reason=reason)


def catalog_of(*records: Record, room: str = MAIN_ROOM) -> Catalog:
    """What these records, in this order and in one room, add up to."""
    catalog = Catalog(empty_head("a" * 32))
    for seq, record in enumerate(records):
        record.project(catalog.view, Place(seq, "2026-01-01T00:00:00.000Z", "f" * 64, room, 1, seq))
    return catalog

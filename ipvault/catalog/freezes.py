"""Freezes: what is frozen, and what every reader checks of records because of that."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.records.base import Record
from ipvault.records.freezes import FreezeLifted, FreezeSet
from ipvault.records.items import ItemLeft
from ipvault.text import _


class Freeze(NamedTuple):
    """A freeze, set by record `seq`; what was lifted freezes nothing. Items, rooms and recipients are ids."""

    id: str
    incident: str
    seq: int
    time: str
    signer: str
    lifted: str
    lifter: str
    reason: str
    items: tuple[str, ...]
    rooms: tuple[str, ...]
    recipients: tuple[str, ...]


def freezes(catalog: Catalog, incident: str = "") -> list[Freeze]:
    """All freezes, or those of an incident (an id), lifted ones too, the oldest first."""
    query = "SELECT * FROM freeze WHERE ?1 IN ('', incident) ORDER BY seq"
    return [_whole(catalog, row) for row in catalog.view.execute(query, (incident,)).fetchall()]


def freezing_item(catalog: Catalog, item: Item) -> str | None:
    """The incident (an id) because of which an item does not leave, by itself or by its room, or None."""
    return _incident(catalog, {"item": item.id, "room": item.room})


def freezing_recipient(catalog: Catalog, recipient: str) -> str | None:
    """The incident (an id) because of which nothing goes to a recipient (an id), or None."""
    return _incident(catalog, {"recipient": recipient})


def objection_to_freezing(catalog: Catalog, record: Record, room: str, _signer: str) -> str | None:
    """Why nobody may say in `room` what this record says, because of freezes, or None; for others None."""
    match record:
        case FreezeSet(freeze=freeze):
            is_about = record.items or record.rooms or record.outsiders
            is_new = _lifted(catalog, freeze) is None
            return None if is_new and is_about else _("it freezes nothing, or a second time")
        case FreezeLifted(freeze=freeze) if _lifted(catalog, freeze) != "":
            return _("it lifts a freeze that there is not")
        case ItemLeft():
            return objection_to_thawing(catalog, room)
    return None


def objection_to_thawing(catalog: Catalog, room: str) -> str | None:
    """Why an item must not go from a room (an id) to another, or None: it would be frozen there no more."""
    is_frozen = _incident(catalog, {"room": room}) is not None
    return _("it takes an item out of a room that is frozen") if is_frozen else None


def _lifted(catalog: Catalog, freeze: str) -> str | None:
    """When a freeze was lifted; empty for one that stands, None for one that there is not."""
    row = catalog.view.execute("SELECT lifted FROM freeze WHERE id = ?", (freeze,)).fetchone()
    return row[0] if row else None


def _incident(catalog: Catalog, wanted: dict[str, str]) -> str | None:
    for kind, value in wanted.items():
        query = "SELECT incident FROM frozen JOIN freeze ON id = freeze WHERE kind = ? AND value = ? ORDER BY seq"
        if row := catalog.view.execute(query, (kind, value)).fetchone():
            return str(row[0])
    return None


def _whole(catalog: Catalog, row: tuple[str, ...]) -> Freeze:
    id_, incident, seq, *rest = row
    query = "SELECT kind, value FROM frozen WHERE freeze = ? ORDER BY kind, value"
    found = catalog.view.execute(query, (id_,)).fetchall()
    lists = (tuple(value for kind, value in found if kind == wanted) for wanted in ("item", "room", "recipient"))
    return Freeze._make((id_, incident, int(seq), *rest, *lists))

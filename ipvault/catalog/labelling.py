"""Labels and the tags that protect a document: who may lower them, which every reader checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import split_tags
from ipvault.catalog.privacy import PERSONAL_DATA, SUBJECT
from ipvault.records.base import Record
from ipvault.records.items import ItemArrived, ItemDescribed, ItemRecord
from ipvault.records.vocabulary import LABELS, OWNER
from ipvault.text import N_, _

LOWERED: Final = N_("it lowers a label, or drops a tag that protects, and whoever signs it is no owner of the room")


def export_classes(tags: Iterable[str]) -> list[str]:
    """The tags that say by which list an item is export-controlled: `ear:` with an ECCN, `itar`, or `itar:` and more.

    Source: 15 CFR 774 (Commerce Control List), 22 CFR 121 (United States Munitions List).
    """
    return [tag for tag in tags if tag.casefold() == "itar" or tag.casefold().startswith(("ear:", "itar:"))]


def objection_to_labelling(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why `signer` must not describe an item in `room` so, or None; for other records None.

    Where descriptions were forgotten, or cannot be read, nobody can tell what the label was before. What arrives from
    another room has the label that it left with, as far as the departure can be seen.
    """
    match record:
        case ItemDescribed() if _is_certain(catalog, room):
            return objection_to_lowering(catalog, record, room, signer)
        case ItemArrived(item=item) if catalog.role(signer, room) != OWNER:
            query = "SELECT room, label, tags FROM departed WHERE item = ? AND seq > ?"
            left = catalog.view.execute(query, (item, catalog.head.seq)).fetchone()
            if left and _is_certain(catalog, left[0]) and _is_lower(record, *left[1:]):
                return _(LOWERED)
    return None


def objection_to_lowering(catalog: Catalog, record: ItemDescribed, room: str, signer: str) -> str | None:
    """Why `signer` must not describe an item in `room` so, by all that is known here, or None.

    An owner of the room may lower its label, and so may whoever added it, as long as nobody else has changed it and it
    is in its first room: that is how a slip is put right.
    """
    query = (
        "SELECT label, tags FROM item WHERE id = ?1 AND room = ?2 "
        "AND (creator <> ?3 OR EXISTS (SELECT 1 FROM handled WHERE item = id))"
    )
    before = catalog.view.execute(query, (record.item, room, signer)).fetchone()
    if before is None or catalog.role(signer, room) == OWNER:
        return None
    return _(LOWERED) if _is_lower(record, *before) else None


def _is_certain(catalog: Catalog, room: str) -> bool:
    return not catalog.has_gap(room, ItemRecord.CLASS) and not catalog.is_locked(room)


def _is_lower(record: ItemDescribed | ItemArrived, label: str, tag_lines: str) -> bool:
    dropped = {*split_tags(tag_lines)} - {*record.tags}
    return LABELS.index(record.label) < LABELS.index(label) or any(map(_protects, dropped))


def _protects(tag: str) -> bool:
    return tag == PERSONAL_DATA or tag.startswith(SUBJECT) or bool(export_classes([tag]))

"""Queries about marked copies."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class MarkedCopy(NamedTuple):
    """A copy as record `seq` of a room in an epoch tells of it; for the rest see `records.marks`."""

    id: str
    seq: int
    time: str
    signer: str
    room: str
    epoch: int
    channel: str
    package: str
    recipient: str
    name: str
    item: str
    version: int
    original: str
    marked: str


def marked_copy(catalog: Catalog, id_: str) -> MarkedCopy | None:
    """The copy that has this id, if there is one."""
    row = catalog.view.execute("SELECT * FROM marked_copy WHERE id = ?", (id_,)).fetchone()
    return MarkedCopy._make(row) if row else None


def copies_of(catalog: Catalog, sha256: str) -> list[MarkedCopy]:
    """The copies that were made with exactly this content, the oldest first."""
    rows = catalog.view.execute("SELECT * FROM marked_copy WHERE marked = ? ORDER BY seq", (sha256,))
    return [MarkedCopy._make(row) for row in rows]


def known_version(catalog: Catalog, room: str, sha256: str) -> tuple[str, int]:
    """The item of a room, and its newest version, that has this content; nothing and 0 where there is none."""
    query = (
        "SELECT item.id, version.number FROM version JOIN item ON item.id = version.item "
        "WHERE item.room = ? AND version.sha256 = ? ORDER BY version.number DESC LIMIT 1"
    )
    row = catalog.view.execute(query, (room, sha256)).fetchone()
    return (str(row[0]), int(row[1])) if row else ("", 0)

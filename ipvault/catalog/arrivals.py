"""Queries about items that came from outside, in packages."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Arrival(NamedTuple):
    """An item that was received in a package into a room; the sender is a fingerprint, with the name on his card."""

    item: str
    room: str
    package: str
    sender: str
    sender_name: str
    time: str


def arrivals(catalog: Catalog) -> list[Arrival]:
    """All of them, the oldest first."""
    return [Arrival._make(row) for row in catalog.view.execute("SELECT * FROM arrival ORDER BY time, item, room")]

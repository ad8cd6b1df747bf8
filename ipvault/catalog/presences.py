"""Which content was in which room, from one record to another: what everything about access is worked out from.

A record counts here exactly as it does for items: where it changes nothing there, it begins and ends nothing here.
"""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Presence(NamedTuple):
    """The content of a version in a room; `until_seq` is None as long as it is there for whoever has the room's key."""

    item: str
    number: int
    sha256: str
    room: str
    from_seq: int
    from_time: str
    until_seq: int | None
    until_time: str | None


_PRESENCES = """
SELECT * FROM past_presence WHERE item = coalesce(?1, item)
UNION ALL
SELECT version.item, number, sha256, item.room, from_seq, from_time, NULL, NULL FROM version
JOIN item ON item.id = version.item WHERE version.erased IS NULL AND version.item = coalesce(?1, version.item)
ORDER BY from_seq
"""


def presences(catalog: Catalog, item: str | None = None) -> list[Presence]:
    """All that there ever were, or those of an item, as far as this member can read; the oldest first."""
    return [Presence._make(row) for row in catalog.view.execute(_PRESENCES, (item,))]

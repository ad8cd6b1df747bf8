"""Who could open something after a certain record: roles that were held, keys that were kept, packages sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.packages import Package, packages, packages_holding
from ipvault.catalog.presences import presences
from ipvault.catalog.tenures import BEYOND, Tenure, kept_keys, older_keys, tenures


class Moment:
    """A vault after record `last`; without one now."""

    def __init__(self, catalog: Catalog, last: int = BEYOND) -> None:
        self.catalog = catalog
        self._last = last

    def is_within(self, from_seq: int, until_seq: int | None) -> bool:
        """Whether what lasted from one record to another was so then."""
        return from_seq <= self._last and (until_seq is None or until_seq > self._last)

    def rooms_of(self, item: str) -> set[str]:
        """The rooms in which there was content of an item."""
        found = presences(self.catalog, item)
        return {one.room for one in found if self.is_within(one.from_seq, one.until_seq)}

    @cached_property
    def _tenures(self) -> list[Tenure]:
        return tenures(self.catalog)

    def held(self, rooms: Collection[str] | None = None) -> Iterator[Tenure]:
        """The roles that were held, anywhere or in some rooms."""
        found = (one for one in self._tenures if rooms is None or one.room in rooms)
        return (one for one in found if self.is_within(one.from_seq, one.until_seq))

    def kept(self, rooms: Collection[str] | None = None) -> Iterator[Tenure]:
        """The roles that were held no more, and whose keys were still those of their rooms."""
        for room in sorted({one.room for one in self._tenures} if rooms is None else rooms):
            yield from kept_keys(self.catalog, room, self._last)

    def kept_older(self, rooms: Collection[str] | None = None, item: str | None = None) -> Iterator[tuple[Tenure, int]]:
        """The roles that were held no more, and whose keys (up to this epoch) are not those of their rooms any more,
        but still opened what was stored there; with `item`, a version of that.
        """
        query = (
            "SELECT 1 FROM version JOIN item ON item.id = version.item WHERE room = ?1 AND version.epoch <= ?2 "
            "AND from_seq <= ?3 AND erased IS NULL AND item.id = coalesce(?4, item.id) UNION ALL "
            "SELECT 1 FROM past_key WHERE room = ?1 AND epoch <= ?2 AND from_seq <= ?3 AND until_seq > ?3 "
            "AND item = coalesce(?4, item) LIMIT 1"
        )
        for room in sorted({one.room for one in self._tenures} if rooms is None else rooms):
            for tenure, epoch in older_keys(self.catalog, room, self._last):
                if self.catalog.view.execute(query, (room, epoch, self._last, item)).fetchone():
                    yield tenure, epoch

    def shared(self, items: Collection[str] | None = None) -> Iterator[Package]:
        """The packages that there were, all or those with any of these items."""
        found = packages(self.catalog) if items is None else packages_holding(self.catalog, items)
        return (package for package in found if package.seq <= self._last)

    def epoch(self, room: str) -> int:
        """That of the room's key; 0 before the first that this member knows of."""
        query = "SELECT max(epoch) FROM keyed WHERE room = ? AND last_seq <= ?"
        (epoch,) = self.catalog.view.execute(query, (room, self._last)).fetchone()
        return epoch or 0

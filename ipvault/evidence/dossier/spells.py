"""Who could open an item, from one record to another: what `Moment` tells of each point at which that can change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.moments import Moment
from ipvault.catalog.packages import Package, packages_holding, recipients_of
from ipvault.catalog.presences import presences
from ipvault.catalog.tenures import end_of_key, tenures


class Way(NamedTuple):
    """How somebody (a fingerprint) can open an item: in a role in a room, with the key kept from it, or a package."""

    fingerprint: str
    room: str
    role: str
    package: str
    is_kept: bool


@dataclass
class Spell:
    """A way that was open from one time to another; `until` is empty as long as it is.

    `epochs` are the first and the last of the room's key in that time, 0 for a package. `records` are those that began
    and ended it.
    """

    way: Way
    since: str
    epochs: tuple[int, int]
    records: list[int]
    until: str = ""


class _Event(NamedTuple):
    """A record by which access can begin or end, in a room or by a package: that of `member`, or else everybody's."""

    seq: int
    time: str
    place: str
    member: str = ""


@dataclass
class _Teller:
    catalog: Catalog
    item: str
    shared: list[Package]
    open: dict[Way, Spell] = field(default_factory=dict)
    closed: list[Spell] = field(default_factory=list)

    def pass_by(self, commit: int, events: list[_Event]) -> None:
        """Take in what is so after the record `commit`, with the events up to it since the last time."""
        ways = dict(self._ways(Moment(self.catalog, commit)))
        for way in [way for way in self.open if way not in ways]:
            spell = self.open.pop(way)
            spell.records += _about(way, events)
            spell.until = events[-1].time
            self.closed.append(spell)
        for way, (grant, epoch) in ways.items():
            if way in self.open:
                spell = self.open[way]
                spell.epochs = (spell.epochs[0], epoch)
            else:
                records = sorted({grant, *_about(way, events)})
                self.open[way] = Spell(way, events[-1].time, (epoch, epoch), records)

    def _ways(self, moment: Moment) -> Iterator[tuple[Way, tuple[int, int]]]:
        """Those that are open, each with the record that gave it, and the epoch of the room's key."""
        rooms = moment.rooms_of(self.item)
        for is_kept, found in ((False, moment.held(rooms)), (True, moment.kept(rooms))):
            for one in found:
                way = Way(one.member, one.room, one.role, "", is_kept)
                yield way, (one.from_seq, moment.epoch(one.room))
        for one, epoch in moment.kept_older(rooms, self.item):
            yield Way(one.member, one.room, one.role, "", is_kept=True), (one.from_seq, epoch)
        for package in self.shared:
            if moment.is_within(package.seq, None):
                for fingerprint in recipients_of(self.catalog, package.id):
                    yield Way(fingerprint, "", "", package.id, is_kept=False), (package.seq, 0)


def spells(catalog: Catalog, item: str, commit_of: Callable[[int], int]) -> list[Spell]:
    """All of them, in the order in which they began.

    `commit_of` gives the last record of a transaction by any record in it: what a transaction changes in between is
    never so.
    """
    shared = packages_holding(catalog, (item,))
    teller = _Teller(catalog, item, shared)
    by_commit: dict[int, list[_Event]] = {}
    for event in sorted(_events(catalog, item, shared)):
        by_commit.setdefault(commit_of(event.seq), []).append(event)
    for commit, events in by_commit.items():
        teller.pass_by(commit, events)
    found = [*teller.closed, *teller.open.values()]
    return sorted(found, key=lambda spell: (spell.records[0], spell.way))


def _events(catalog: Catalog, item: str, shared: list[Package]) -> Iterator[_Event]:
    rooms = set()
    for presence in presences(catalog, item):
        rooms.add(presence.room)
        yield _Event(presence.from_seq, presence.from_time, presence.room)
        if presence.until_seq is not None:
            yield _Event(presence.until_seq, presence.until_time or "", presence.room)
    for room in rooms:
        for tenure in tenures(catalog, room=room):
            yield _Event(tenure.from_seq, tenure.from_time, room, tenure.member)
            if tenure.until_seq is not None:
                yield _Event(tenure.until_seq, tenure.until_time or "", room, tenure.member)
                if key_end := end_of_key(catalog, tenure):
                    yield _Event(*key_end, room, tenure.member)
        for seq, time in catalog.view.execute("SELECT last_seq, time FROM keyed WHERE room = ?", (room,)):
            yield _Event(seq, time, room)
    ends = "SELECT until_seq, until_time, room FROM past_key WHERE item = ?"
    for seq, time, room in catalog.view.execute(ends, (item,)):
        yield _Event(seq, time, room)
    for package in shared:
        yield _Event(package.seq, package.shared, package.id)


def _about(way: Way, events: list[_Event]) -> list[int]:
    """The records among these that concern a way."""
    place = way.package or way.room
    return sorted({event.seq for event in events if event.place == place and event.member in ("", way.fingerprint)})

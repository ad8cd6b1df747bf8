"""Who had which role in which room, from one record to another, and how long the keys of that time open what is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.records.vocabulary import AUDITOR

BEYOND: Final = 10**15
"""More than any record's number."""


class Tenure(NamedTuple):
    """A role that somebody had in a room, from one record to another; `until_seq` is None as long as he has it."""

    member: str
    room: str
    role: str
    from_seq: int
    from_time: str
    until_seq: int | None
    until_time: str | None


def tenures(catalog: Catalog, member: str | None = None, room: str | None = None) -> list[Tenure]:
    """All roles that anybody, or one member, ever had, anywhere or in one room, in the order in which they began."""
    query = "SELECT * FROM tenure WHERE member = coalesce(?, member) AND room = coalesce(?, room) ORDER BY from_seq"
    return [Tenure._make(row) for row in catalog.view.execute(query, (member, room))]


def end_of_key(catalog: Catalog, tenure: Tenure) -> tuple[int, str] | None:
    """The record, and its time, from which the keys of a tenure open nothing new: the room's next key after its end.

    A key that the member himself made, on leaving, is none that he does not know. None as long as there is no other.
    """
    if tenure.until_seq is None:
        return None
    query = "SELECT last_seq, time FROM keyed WHERE room = ? AND last_seq >= ? AND signer <> ? ORDER BY epoch LIMIT 1"
    row: tuple[int, str] | None = catalog.view.execute(query, (tenure.room, tenure.until_seq, tenure.member)).fetchone()
    return row


def kept_keys(catalog: Catalog, room: str, last: int = BEYOND) -> list[Tenure]:
    """The last tenures of those who may do less in a room than the key that they had lets them, since it is still that.

    With `last`, after that record. Of a room whose present key this member does not know, nobody can be told.
    """
    (known,) = catalog.view.execute("SELECT max(epoch) FROM keyed WHERE room = ?", (room,)).fetchone()
    if known != catalog.epoch(room):
        return []
    return list({one.member: one for one, next_key in _had_more(catalog, room, last) if next_key > last}.values())


def older_keys(catalog: Catalog, room: str, last: int = BEYOND) -> list[tuple[Tenure, int]]:
    """The last tenures of those who may do less in a room than they could, with the epoch of the last key to content
    that they knew, where the room has another since. With `last`, after that record.
    """
    found: dict[str, tuple[Tenure, int]] = {}
    kept = {one.member for one in kept_keys(catalog, room, last) if one.role != AUDITOR}
    query = "SELECT max(epoch) FROM keyed WHERE room = ? AND last_seq < ?"
    for tenure, next_key in _had_more(catalog, room, last):
        if next_key <= last and tenure.role != AUDITOR and tenure.member not in kept:
            (epoch,) = catalog.view.execute(query, (room, next_key)).fetchone()
            found[tenure.member] = tenure, epoch or 0
    return list(found.values())


def _had_more(catalog: Catalog, room: str, last: int) -> Iterator[tuple[Tenure, int]]:
    """The tenures that had ended after record `last`, of those who may do less then, each with the record from which
    its keys open nothing new, in the order in which they began.
    """
    begun = [tenure for tenure in tenures(catalog, room=room) if tenure.from_seq <= last]
    roles = {tenure.member: tenure.role for tenure in begun if tenure.until_seq is None or tenure.until_seq > last}
    for tenure in begun:
        role = roles.get(tenure.member)
        has_less = role is None or (role == AUDITOR and tenure.role != AUDITOR)
        if has_less and tenure.until_seq is not None and tenure.until_seq <= last:
            next_key = end_of_key(catalog, tenure)
            yield tenure, BEYOND + 1 if next_key is None else next_key[0]

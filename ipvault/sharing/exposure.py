"""Who could have read what: told by the journal, by roles and epochs and packages, not by who says that he did.

A slot of a room gives its whole history, so a member could read every version that was in the room while he was in it
or before, as far as its object was still there; and what was added after he left but before the room had a new key,
because the key that he kept opens that too. An auditor has no key to content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import packages, receipts, versions_in
from ipvault.records.vocabulary import AUDITOR
from ipvault.vault.journal_query import JournalRow, Query, read_journal
from ipvault.vault.vault import Vault

_NEVER = 10**15
_ITEM_CLASS = frozenset(("item",))


class Exposure(NamedTuple):
    """A version that somebody could have, and why: as a member of `room` in `role`, or by `package`.

    `since` is when that became possible, `until` when it ended, or empty: what was read before stays read. `seq` is the
    record that began it; `opened` says that a receipt tells so. Names are those of today.
    """

    item: str
    name: str
    version: int
    sha256: str
    room: str
    role: str
    package: str
    seq: int
    since: str
    until: str
    opened: bool


@dataclass(slots=True)
class _Presence:
    """The object of a version in a room, from one record to another."""

    item: str
    version: int
    sha256: str
    room: str
    first: int
    since: str
    last: int = _NEVER
    until: str = ""


class Tenure(NamedTuple):
    """A role that somebody had in a room, from one record to another; `until_seq` is None as long as he has it."""

    member: str
    room: str
    role: str
    from_seq: int
    from_time: str
    until_seq: int | None
    until_time: str | None


def tenures(catalog: Catalog, member: str | None = None) -> list[Tenure]:
    """All roles that anybody, or one member, ever had, in the order in which they began."""
    query = "SELECT * FROM tenure WHERE member = coalesce(?, member) ORDER BY from_seq"
    return [Tenure._make(row) for row in catalog.view.execute(query, (member,))]


def exposure(vault: Vault, fingerprints: Collection[str], since: str = "") -> list[Exposure]:
    """Every version that the holder of these identities could have, as a member or as a recipient, by item and version.

    With `since`, only what could be read at that time or later. A version is listed once for each reason.
    """
    names = names_by_id(vault.catalog)
    presences = _presences(vault)
    found = [
        *(one for who in fingerprints for one in _as_member(vault.catalog, who, presences, names)),
        *_as_recipient(vault.catalog, fingerprints, presences, names),
    ]
    return sorted(
        (one for one in found if not one.until or one.until >= since), key=lambda one: (one.name, one.version)
    )


def _presences(vault: Vault) -> list[_Presence]:
    """When which version was in which room, as far as this member can read it."""
    found: list[_Presence] = []
    there: dict[tuple[str, int], _Presence] = {}
    for row in read_journal(vault, Query(actions=_ITEM_CLASS)):
        fields = row.fields or {}
        item, version = str(fields.get("item")), fields.get("version", 1)
        match row.action:
            case "item.added" | "item.updated" | "item.version-arrived" if not fields.get("erased"):
                number, leaf = int(str(version)), row.leaf
                here = _Presence(item, number, str(fields["sha256"]), leaf.room, leaf.seq, leaf.time)
                there[item, number] = here
                found.append(here)
            case "item.left":
                for known in [known for known in there.values() if known.item == item]:
                    _end(there, known, row)
            case "item.erased" if isinstance(version, int) and (item, version) in there:
                _end(there, there[item, version], row)
    return found


def _end(there: dict[tuple[str, int], _Presence], gone: _Presence, row: JournalRow) -> None:
    gone.last, gone.until = row.leaf.seq, row.leaf.time
    del there[gone.item, gone.version]


def _as_member(catalog: Catalog, member: str, presences: list[_Presence], names: dict[str, str]) -> Iterator[Exposure]:
    seen: set[int] = set()
    for tenure in tenures(catalog, member):
        if tenure.role == AUDITOR:
            continue
        end, ended = _end_of_key(catalog, tenure)
        for number, one in enumerate(presences):
            if number not in seen and one.room == tenure.room and one.first < end and one.last > tenure.from_seq:
                seen.add(number)
                seq, since = max((tenure.from_seq, tenure.from_time), (one.first, one.since))
                until = min(filter(None, (one.until, ended)), default="")
                name, room = names.get(one.item, one.item), names.get(one.room, one.room)
                why = (room, tenure.role, "", seq, since, until, False)
                yield Exposure(one.item, name, one.version, one.sha256, *why)


def _end_of_key(catalog: Catalog, tenure: Tenure) -> tuple[int, str]:
    """The record, and its time, from which the keys of somebody who left open nothing new: the room's next key."""
    if tenure.until_seq is None:
        return _NEVER, ""
    query = "SELECT last_seq, time FROM keyed WHERE room = ? AND last_seq >= ? ORDER BY epoch LIMIT 1"
    row: tuple[int, str] | None = catalog.view.execute(query, (tenure.room, tenure.until_seq)).fetchone()
    return row or (_NEVER, "")


def _as_recipient(
    catalog: Catalog, fingerprints: Collection[str], presences: list[_Presence], names: dict[str, str]
) -> Iterator[Exposure]:
    hashes = {(one.item, one.version): one.sha256 for one in presences}
    for package in packages(catalog, fingerprints) if fingerprints else ():
        signed = [one.event for one in receipts(catalog, package.id) if one.fingerprint in fingerprints]
        for version in versions_in(catalog, package.id):
            sha256 = hashes.get((version.item, version.number), "")
            room = names.get(version.room, version.room)
            why = (room, "", package.id, package.seq, package.shared, "", "opened" in signed)
            yield Exposure(version.item, version.name, version.number, sha256, *why)

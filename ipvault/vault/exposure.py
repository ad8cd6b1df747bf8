"""Who could have read what: told by the journal, by roles and epochs and packages, not by who says that he did.

A slot of a room gives its whole history, so a member could read every version that was in the room while he was in it
or before, as far as its object was still there; and what was added after he left but before the room had a new key,
which somebody else made, because the key that he kept opens that too. An auditor has no key to content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import packages, receipts, recipients_of, versions_in
from ipvault.catalog.presences import Presence, presences
from ipvault.catalog.tenures import BEYOND, Tenure, end_of_key, tenures
from ipvault.records.vocabulary import AUDITOR
from ipvault.vault.forgotten import forgotten_presences
from ipvault.vault.timeline import last_record_by
from ipvault.vault.vault import Vault

_Point = tuple[int, str]
"""The record with which something began or ended, and its time."""

_NEVER: _Point = (BEYOND, "")


class Exposure(NamedTuple):
    """A version that somebody (a fingerprint) could have, and why: as a member of `room`, first in `role`, or by
    `package`.

    `since` is when that became possible, `until` when it ended, or empty: what was read before stays read. `seq` is the
    record that began it; `opened` says that a receipt tells so; `roles` are all that he had meanwhile. Names are those
    of today.
    """

    fingerprint: str
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
    roles: tuple[str, ...]


def exposure(vault: Vault, fingerprints: Collection[str], since: str = "") -> list[Exposure]:
    """Every version that the holder of these identities could have, as a member or as a recipient, by item and version.

    With `since` (RFC 3339), only what could be read later than that. A version is listed once for each identity and
    reason, and for each time without a break. What was forgotten is listed by its id, which is its name then, and
    without a hash.
    """
    names, known = names_by_id(vault.catalog), presences(vault.catalog)
    there = [*known, *forgotten_presences(vault, known)]
    after = last_record_by(vault, since) if since else -1
    found = [
        *(one for who in fingerprints for one in _as_member(vault.catalog, who, there, names, after)),
        *_as_recipient(vault.catalog, fingerprints, there, names),
    ]
    return sorted(found, key=lambda one: (one.name, one.version))


class _Reach(NamedTuple):
    """A time in which a member could read a version without a break, with the roles that he had, the first first."""

    roles: tuple[str, ...]
    begin: _Point
    end: _Point


def _as_member(
    catalog: Catalog, member: str, there: Sequence[Presence], names: dict[str, str], after: int
) -> Iterator[Exposure]:
    """What a member could read, as far as that did not end with the record `after` or before."""
    his = [
        (tenure, end_of_key(catalog, tenure) or _NEVER) for tenure in tenures(catalog, member) if tenure.role != AUDITOR
    ]
    for one in there:
        for reach in _reaches([(tenure, end) for tenure, end in his if tenure.room == one.room], one):
            (seq, since), (end, until) = reach.begin, reach.end
            name, room = names.get(one.item, one.item), names.get(one.room, one.room)
            why = (room, reach.roles[0], "", seq, since, until, False, reach.roles)
            if end > after:
                yield Exposure(member, one.item, name, one.number, one.sha256, *why)


def _reaches(his: Sequence[tuple[Tenure, _Point]], one: Presence) -> list[_Reach]:
    """When the holder of these roles, each with the end of its keys, could read what was in their room then.

    Another role is no break, nor is coming back while the key that one kept was still that of the room.
    """
    found: list[_Reach] = []
    gone = _end_of(one)
    for tenure, key_end in his:
        if one.from_seq >= key_end[0] or gone[0] <= tenure.from_seq:
            continue
        begin = max((tenure.from_seq, tenure.from_time), (one.from_seq, one.from_time))
        end = min(gone, key_end)
        if found and begin[0] <= found[-1].end[0]:
            roles = found[-1].roles if found[-1].roles[-1] == tenure.role else (*found[-1].roles, tenure.role)
            found[-1] = found[-1]._replace(roles=roles, end=max(found[-1].end, end))
        else:
            found.append(_Reach((tenure.role,), begin, end))
    return found


def _end_of(presence: Presence) -> _Point:
    return _NEVER if presence.until_seq is None else (presence.until_seq, presence.until_time or "")


def _as_recipient(
    catalog: Catalog, fingerprints: Collection[str], there: Sequence[Presence], names: dict[str, str]
) -> Iterator[Exposure]:
    stays: dict[tuple[str, int], list[Presence]] = {}
    for one in there:
        stays.setdefault((one.item, one.number), []).append(one)
    for package in packages(catalog, fingerprints) if fingerprints else ():
        opened = {one.fingerprint for one in receipts(catalog, package.id) if one.event == "opened"}
        for version in versions_in(catalog, package.id):
            sent = [one for one in stays.get((version.item, version.number), ()) if one.from_seq < package.seq]
            room = names.get(version.room, version.room)
            what = (version.item, version.name, version.number, sent[-1].sha256 if sent else "", room, "", package.id)
            for who in recipients_of(catalog, package.id):
                if who in fingerprints:
                    yield Exposure(who, *what, package.seq, package.shared, "", who in opened, ())

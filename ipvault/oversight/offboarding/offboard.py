"""Taking somebody out of everything at once: all rooms, with new keys, and all that is shared with him."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ipvault.catalog.address import rooms as rooms_of, root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.packages import Package
from ipvault.catalog.recipients import Recipient, with_cards
from ipvault.catalog.reviews import offboardings
from ipvault.catalog.roster import Member, members, outlived as outlived_in
from ipvault.errors import AmbiguousMember, Denied
from ipvault.journal.head import Head
from ipvault.records.reviews import PersonOffboarded
from ipvault.records.vocabulary import OWNER
from ipvault.text import _
from ipvault.vault.denials import last_owner
from ipvault.vault.membership import Leave, rooms_without_owner, take_out
from ipvault.vault.rekeying import holders, next_key
from ipvault.vault.revoking import stop_sharing
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


class Offboarded(NamedTuple):
    """What it came to, now: the rooms (ids) that the member left, those left before that have a new key by this, and
    all of which the key is still known to him; recipients with whom nothing is shared any more, packages revoked, and
    packages left, because others own their rooms.

    `is_new` says whether there was anything to do; `head` is that of the journal after it.
    """

    name: str
    identities: frozenset[str]
    rooms: list[str]
    renewed: list[str]
    outlived: list[str]
    recipients: list[Recipient]
    packages: list[Package]
    left: list[Package]
    is_new: bool
    head: Head


def offboard(vault: Vault, name: str, identities: Collection[str], reason: str, *, dry_run: bool = False) -> Offboarded:
    """End all that the holder of these identities may, in one transaction; with `dry_run`, say what that would be.

    What was done before is not done again. Raises `Denied` to whoever would leave by this, or has no right to it,
    `LastOwner` for the only owner of a room, and `AmbiguousMember` for several members.
    """
    if vault.member in identities:
        raise Denied(reason=_("nobody offboards themselves, since they would know the new keys: another owner has to"))
    with transaction(vault) as change:
        member = _member(vault.catalog, name, identities)
        leave = _leave(vault, change, member, reason) if member else Leave([], [], [])
        renewed = _renew_keys(vault, change, identities, [*leave.rekeyed, *leave.outlived])
        to = with_cards(vault.catalog, identities)
        revoked: list[Package] = []
        left: list[Package] = []
        for recipient in to:
            done = stop_sharing(vault, change, recipient, reason)
            revoked += done.packages
            left += done.left
        stopped = [one for one in to if not one.revoked]
        known = offboardings(vault.catalog, identities)
        is_new = bool(member or renewed or stopped or revoked or not known)
        if is_new:
            record = PersonOffboarded(
                name=name,
                identities=tuple(sorted(identities)),
                recipients=tuple(one.id for one in to),
                packages=tuple(one.id for one in revoked),
                reason=reason,
            )
            change.record(record, root_room(vault.catalog).id)
        if dry_run:
            change.rehearse()
            head = vault.catalog.head
        else:
            head = change.commit()
    rooms = [*leave.rekeyed, *leave.outlived]
    outlived = sorted({*leave.outlived, *_rooms_with_keys_of(vault.catalog, identities)} - {*renewed})
    whose = frozenset(identities)
    return Offboarded(name, whose, rooms, renewed, outlived, stopped, revoked, left, is_new, head)


def _rooms_with_keys_of(catalog: Catalog, identities: Collection[str]) -> list[str]:
    """The rooms (ids) of which somebody still has the key who left them."""
    return [room.id for room in rooms_of(catalog) if not set(identities).isdisjoint(outlived_in(catalog, room.id))]


def _renew_keys(vault: Vault, change: Transaction, identities: Collection[str], leaving: Collection[str]) -> list[str]:
    """New keys for the rooms of this user that somebody left before and that have had none since."""
    catalog = vault.catalog
    rooms = [
        id_
        for id_ in _rooms_with_keys_of(catalog, identities)
        if id_ not in leaving and id_ not in catalog.closings() and catalog.role(vault.member, id_) == OWNER
    ]
    for id_ in rooms:
        next_key(vault, change, id_, holders(catalog, catalog.members(id_)))
    return rooms


def _member(catalog: Catalog, name: str, identities: Collection[str]) -> Member | None:
    found = [one for one in members(catalog) if one.fingerprint in identities]
    if len(found) > 1:
        candidates = ", ".join(f"{one.name} ({one.fingerprint[:16]})" for one in found)
        raise AmbiguousMember(name=name, candidates=candidates)
    return found[0] if found else None


def _leave(vault: Vault, change: Transaction, member: Member, reason: str) -> Leave:
    kept = rooms_without_owner(vault.catalog, member, sorted(vault.catalog.rooms_of(member.fingerprint)))
    if kept:
        raise last_owner(vault.catalog, member.fingerprint, kept)
    return take_out(vault, change, member, None, reason=reason)

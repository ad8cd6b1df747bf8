"""Making the keys of rooms: a first one, the next one, and slots for more members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.roster import member
from ipvault.journal.leaf import FileChange
from ipvault.keys.room_key import RoomKey
from ipvault.records.rooms import RoomKeyed, RoomShared
from ipvault.records.vocabulary import AUDITOR
from ipvault.storage.layout import link_path, slot_path
from ipvault.vault.transaction import Transaction
from ipvault.vault.vault import Vault

FIRST_EPOCH = 1


class Holder(NamedTuple):
    """Somebody who gets a room's key: the fingerprint, the public key to wrap it to, and the role in the room."""

    fingerprint: str
    kem: bytes
    role: str


def holders(catalog: Catalog, roles: Mapping[str, str]) -> list[Holder]:
    """Members, each with a role, as holders of the key of a room."""
    return [Holder(who, bytes.fromhex(member(catalog, who).kem), role) for who, role in roles.items()]


def first_key(vault: Vault, change: Transaction, room: str, to: Iterable[Holder]) -> RoomKey:
    """Announce the first key of a new room, which those of `to` get."""
    key = RoomKey.generate(vault.id, room, FIRST_EPOCH, vault.machine.random)
    _announce(vault, change, key, to, ())
    return key


def next_key(vault: Vault, change: Transaction, room: str, to: Iterable[Holder]) -> RoomKey:
    """Announce a room's next key, which only those of `to` get. What follows in the room is sealed with it.

    Raises `Denied` for whoever is no owner of the room.
    """
    change.check(RoomKeyed, room)
    before = vault.keys.for_content(room, vault.catalog.epoch(room))
    key = RoomKey.generate(vault.id, room, before.epoch + 1, vault.machine.random)
    _announce(vault, change, key, to, (change.file(link_path(room, key.epoch), key.link_to(before)),))
    return key


def share_key(vault: Vault, change: Transaction, room: str, to: Iterable[Holder]) -> None:
    """Give those of `to` the room's present key, and with it what was before. Raises `Denied` as `next_key`."""
    change.check(RoomShared, room)
    key = vault.keys.for_content(room, vault.catalog.epoch(room))
    slots = _slots(vault, change, key, to)
    record = RoomShared(room=room, epoch=key.epoch, slots=tuple(slots))
    change.record(record, room, tuple(slots.values()))


def _announce(
    vault: Vault, change: Transaction, key: RoomKey, to: Iterable[Holder], link: tuple[FileChange, ...]
) -> None:
    slots = _slots(vault, change, key, to)
    commitment, records = key.commitments
    record = RoomKeyed(room=key.room, epoch=key.epoch, commitment=commitment, records=records, slots=tuple(slots))
    change.use(key)
    change.record(record, key.room, (*slots.values(), *link))


def _slots(vault: Vault, change: Transaction, key: RoomKey, to: Iterable[Holder]) -> dict[str, FileChange]:
    """One slot a member, under random names and in their order, so that nobody sees whose is whose."""
    made = {}
    for fingerprint, kem, role in to:
        wrapped = key.for_records() if role == AUDITOR else key
        made[vault.machine.random(8).hex()] = wrapped.slot_for(fingerprint, kem)
    return {name: change.file(slot_path(key.room, key.epoch, name), made[name]) for name in sorted(made)}

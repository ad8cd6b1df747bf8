"""Rooms: making one, giving it a new key, and writing what it holds anew under that."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.address import Room, rooms as open_rooms, root_room
from ipvault.catalog.items import Version, item_of, older_versions
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.journal.leaf import FileChange
from ipvault.records.items import VersionReencrypted
from ipvault.records.members import RoleGranted
from ipvault.records.rooms import RoomCreated
from ipvault.records.vocabulary import OWNER
from ipvault.storage.layout import object_path
from ipvault.text import _
from ipvault.vault.items import stage_anew
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.rekeying import first_key, holders, next_key
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault

_BATCH: Final = 256
"""Versions that one transaction writes anew at most."""

_BATCH_BYTES: Final = 1 << 28
"""Bytes of content after which a transaction ends: what a kill loses, and the disk space that both copies take."""


def create_room(vault: Vault, name: str) -> tuple[Room, Head]:
    """A new room, of which this user is the owner. Raises `Denied` for whoever is no owner of the vault."""
    with transaction(vault) as change:
        catalog, root = vault.catalog, root_room(vault.catalog).id
        if any(room.name == name for room in open_rooms(catalog)):
            raise Conflict(problem=_("there is a room called {name} already").format(name=name))
        granted = RoleGranted(member=vault.member, room=vault.machine.random(16).hex(), role=OWNER)
        change.record(granted, root)
        key = first_key(vault, change, granted.room, holders(catalog, {vault.member: OWNER}))
        change.record(RoomCreated(room=key.room, name=name), key.room)
        head = change.commit()
    return Room(key.room, name, key.epoch), head


def rotate(vault: Vault, room: Room) -> tuple[Room, Head]:
    """Give a room a new key, for those who are in it now. Raises `Denied` for whoever is no owner of it."""
    with transaction(vault) as change:
        key = next_key(vault, change, room.id, holders(vault.catalog, vault.catalog.members(room.id)))
        head = change.commit()
    return room._replace(epoch=key.epoch), head


def reencrypt(vault: Vault, room: Room, progress: Progress = unobserved) -> tuple[int, Head]:
    """Write anew, batch by batch, every version of a room that is under an older key than the present one.

    A batch is a transaction: if this is interrupted, the next call goes on from there. Returns how many it wrote.
    `progress` is told bytes. Raises `Denied` for whoever is no owner of the room.
    """
    written, head = 0, vault.catalog.head
    while True:
        with transaction(vault) as change:
            change.check(VersionReencrypted, room.id)
            present = room._replace(epoch=vault.catalog.epoch(room.id))
            batch = _batch(older_versions(vault.catalog, room.id, present.epoch, _BATCH))
            for version in batch:
                _write_anew(vault, change, version, present, progress)
            if batch:
                head = change.commit()
        written += len(batch)
        if not older_versions(vault.catalog, room.id, present.epoch, 1):
            return written, head


def _batch(versions: list[Version]) -> list[Version]:
    """Of the versions the first, and as many more as are not too much for one transaction."""
    size = 0
    chosen: list[Version] = []
    for version in versions:
        size += version.size
        if chosen and size > _BATCH_BYTES:
            break
        chosen.append(version)
    return chosen


def _write_anew(vault: Vault, change: Transaction, version: Version, room: Room, progress: Progress) -> None:
    object_id, file = stage_anew(vault, change, item_of(vault.catalog, version), version, room, progress)
    gone = FileChange(False, object_path(version.object))
    change.condemn((gone,))
    record = VersionReencrypted(item=version.item, version=version.number, object=object_id, replaces=version.object)
    change.record(record, room.id, (file, gone))

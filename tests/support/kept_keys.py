"""All keys that somebody ever had, tried on all that lies about: no right is asked, and the program takes no part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from ipvault.crypto import aead
from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.journal.leaf import parse_leaf
from ipvault.journal.payload import open_payload, payload_context
from ipvault.keys.commitments import Commitments
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import RecordKey, RoomKey
from ipvault.storage.store import Store
from ipvault.vault.objects import DEK_SIZE, HEADER_SIZE
from ipvault.vault.vault import Vault

_SEALED_DEK_SIZE = aead.sealed_size(DEK_SIZE)
_ENOUGH = 1 << 24


@dataclass(frozen=True)
class KeptKeys:
    """An identity, every room key that it could get hold of, and the key of every object that those opened."""

    identity: Identity
    rooms: tuple[RecordKey, ...]
    objects: tuple[Secret, ...]

    @classmethod
    def of(cls, vault: Vault) -> Self:
        """What this member can write down today."""
        found = (vault.keys.find(room, epoch) for room, epoch in vault.catalog.keyed())
        rooms = tuple(key for key in found if key)
        sealed = ((name, vault.store.read(path, _ENOUGH)) for path, name in _objects(vault.store))
        deks = (dek for name, data in sealed for key in rooms if (dek := _unwrapped(key, name, data)))
        return cls(vault.identity, rooms, tuple(deks))

    def open_among(self, store: Store) -> set[str]:
        """What of a vault's files opens with any of them: paths of objects, slots and links, and `record N`."""
        vault = self.rooms[0].vault
        places: dict[tuple[str, int], Commitments] = {}
        found: set[str] = set()
        with store.open_journal() as journal:
            for line in journal:
                raw, _tab, sealed = line.rstrip(b"\n").partition(b"\t")
                leaf = parse_leaf(raw)
                if leaf.facts and leaf.kind == "key":
                    places[leaf.room, leaf.epoch] = Commitments(
                        str(leaf.facts["commitment"]), str(leaf.facts["records"])
                    )
                context = payload_context(vault, leaf.room, leaf.epoch, leaf.seq)
                if any(_opens(open_payload, key.record_key, context, sealed, leaf.commitment) for key in self.rooms):
                    found.add(f"record {leaf.seq}")
        for path, name in _objects(store):
            data = store.read(path, _ENOUGH)
            content = pae("content", vault, name)
            by_dek = (_opens(aead.unseal, dek, content, data[HEADER_SIZE:]) for dek in self.objects)
            if any(_unwrapped(key, name, data) for key in self.rooms) or any(by_dek):
                found.add(path)
        fingerprint = self.identity.public.fingerprint
        for path in store.files("rooms"):
            data = store.read(path, _ENOUGH)
            for (room, epoch), published in places.items():
                slot = (vault, room, epoch, data, published, fingerprint, self.identity.kem)
                by_slot = (_opens(grade.from_slot, *slot) for grade in (RoomKey, RecordKey))
                if any(by_slot) or any(_opens(key.previous, data, published) for key in self.rooms):
                    found.add(path)
        return found


def _objects(store: Store) -> Iterator[tuple[str, str]]:
    """The path and the id of every object."""
    return ((path, path.rpartition("/")[2]) for path in store.files("objects"))


def _unwrapped(key: RecordKey, name: str, data: bytes) -> Secret | None:
    """The key of an object, if it is under this key, whatever the object says of itself."""
    if not isinstance(key, RoomKey):
        return None
    context = pae("dek", key.vault, key.room, key.epoch, name)
    try:
        return Secret(aead.unseal(key.wrap_key, context, data[HEADER_SIZE - _SEALED_DEK_SIZE : HEADER_SIZE]))
    except AuthenticationFailed:
        return None


def _opens(how: Callable[..., object], *arguments: object) -> bool:
    try:
        how(*arguments)
    except AuthenticationFailed:
        return False
    return True

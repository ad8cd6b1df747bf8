"""A vault in memory: the cheapest passphrase check, a clock of its own, random bytes out of a seed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.crypto import argon2
from ipvault.crypto.secret import Secret
from ipvault.journal.commit import Draft, sign_transaction
from ipvault.journal.leaf import Facts, FileChange
from ipvault.keys.card import Details
from ipvault.keys.identity import Identity
from ipvault.keys.member_file import MemberFile
from ipvault.keys.room_key import RecordKey, RoomKey
from ipvault.records.base import Record
from ipvault.records.members import MemberEnrolled, RoleGranted
from ipvault.records.rooms import RoomCreated, RoomKeyed
from ipvault.records.vocabulary import MAIN, OWNER, READER
from ipvault.storage.layout import slot_path
from ipvault.vault.clock import timestamp
from ipvault.vault.creation import create_vault
from ipvault.vault.descriptor import Descriptor
from ipvault.vault.ingest import Description, Ingested, add
from ipvault.vault.member_files import read_member_file
from ipvault.vault.opening import open_vault
from ipvault.vault.pins import Pin, PinFile
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Machine, Vault
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.verify import Opener, verify_vault
from tests.support.ipvault_cheap import CHEAPEST
from tests.support.memory_store import MemoryStore

PASSPHRASE = Secret(b"canary crane-quartz 17")
PLAIN = Description(label="internal", type="other")
"""How items are classified where a test does not care."""


@contextmanager
def cheap_kdf() -> Iterator[None]:
    """Passphrase checks cost nothing, and such parameters are accepted, until the end of the block."""
    with patch.multiple(argon2, DEFAULT=CHEAPEST, FLOOR=CHEAPEST):
        yield


class MemoryPins(PinFile):
    """A pin that is kept in memory."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"), "0" * 32)
        self.pin: Pin | None = None

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self) -> Pin | None:
        return self.pin

    def write(self, pin: Pin) -> None:
        self.pin = pin


class Clock:
    """A second goes by whenever somebody looks."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        self.time += 1
        return self.time


class SeededRandom:
    """Random bytes that are the same in every run."""

    def __init__(self, seed: bytes = b"ipvault") -> None:
        self._seed = seed
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._seed + self._count.to_bytes(8, "little")).digest(size)


@dataclass
class MemoryVault:
    """A store with a vault in it, and what its owner and his computer know of it."""

    store: MemoryStore
    descriptor: Descriptor
    member: str
    master_key: Secret
    machine: Machine
    pins: MemoryPins

    @classmethod
    def create(cls, random: Callable[[int], bytes] | None = None) -> MemoryVault:
        store, clock, pins = MemoryStore(), Clock(), MemoryPins()
        random = random or SeededRandom()
        with cheap_kdf():
            descriptor, member, master_key, _head = create_vault(
                store, details=Details("Ada Lovelace"), passphrase=PASSPHRASE, now=clock(), random=random
            )
        return cls(store, descriptor, member, master_key, Machine(pins, clock, random), pins)

    def copied(self) -> MemoryVault:
        """The same vault in a store of its own, on a computer that has seen as much."""
        pins = MemoryPins()
        pins.pin = self.pins.pin
        return replace(self, store=deepcopy(self.store), pins=pins, machine=replace(self.machine, pins=pins))

    def member_file(self) -> MemberFile:
        with cheap_kdf():
            return read_member_file(self.store, self.descriptor.id, self.member)

    def identity(self) -> Identity:
        return self.member_file().open_identity(self.master_key)

    def open(self, *, accept_rollback: bool = False) -> Vault:
        """What the next command sees, from the snapshot if there is one."""
        member_file = self.member_file()
        return open_vault(
            self.store, self.descriptor, member_file, self.master_key, self.machine, accept_rollback=accept_rollback
        )

    def replayed(self) -> Vault:
        """The vault as its whole journal gives it, to look at only: no snapshot is read, and nothing is written."""
        without_snapshot = copy(self.store)
        without_snapshot.cache = {}
        return replace(self, store=without_snapshot).open()

    def verified(self, *, keyless: bool = False) -> Report:
        """What `verify --content`, or `verify --keyless`, finds."""

        def unlock() -> Opener:
            return Opener(self.member, self.identity(), self.pins, self.replayed)

        return verify_vault(self.store, lambda _vault: self.pins, None if keyless else unlock, content=not keyless)


def add_content(vault: Vault, content: dict[str, bytes], *, room: str = MAIN, again: bool = True) -> Ingested:
    """Store contents under their names in one transaction, as pipes."""
    sources = [Source(name, pipe=Pipe(io.BytesIO(data))) for name, data in content.items()]
    return add(vault, sources, room=room, description=PLAIN, again=again)


def place(vault: Vault, path: str, data: bytes = b"") -> FileChange:
    """Publish a file, whoever will name it; what a leaf says of it."""
    staged = vault.store.stage(path)
    staged.write(data)
    staged.close()
    vault.store.publish([staged])
    vault.store.settle([staged])
    return FileChange(True, path, len(data), hashlib.sha256(data).hexdigest())


def add_room(vault: Vault, name: str) -> str:
    """Make another room, of which this member is the owner; its id. No command does that yet."""
    random = vault.machine.random
    key, slot_name = RoomKey.generate(vault.id, random(16).hex(), 1, random), random(8).hex()
    slot = key.slot_for(vault.member, vault.identity.public.kem)
    file = place(vault, slot_path(key.room, 1, slot_name), slot)
    root = vault.keys.present(root_room(vault.catalog).id, 1)
    granted = RoleGranted(member=vault.member, room=key.room, role=OWNER)
    keyed = keyed_with(key, slot_name)
    created = RoomCreated(room=key.room, name=name)
    append(
        vault,
        draft(granted, root),
        draft(keyed, key, (file,)),
        draft(created, key),
    )
    return key.room


def keyed_with(key: RoomKey, *slots: str) -> RoomKeyed:
    """The record that announces a key and its slots."""
    commitment, records = key.commitments
    return RoomKeyed(room=key.room, epoch=key.epoch, commitment=commitment, records=records, slots=slots)


def blind_slots(vault: Vault, room: str, epoch: int, count: int) -> dict[str, FileChange]:
    """Slots that nobody opens, by name: as many as a key must have besides."""
    names = [vault.machine.random(8).hex() for _ in range(count)]
    return {name: place(vault, slot_path(room, epoch, name), bytes(1168)) for name in names}


def enrolled(identity: Identity) -> MemberEnrolled:
    """The record that enrols somebody."""
    public = identity.public
    keys = {"kem": public.kem.hex(), "ed25519": public.ed25519.hex(), "mldsa44": public.mldsa44.hex()}
    details = Details("Grace Hopper", "Navy", "grace@example.org", "US")
    return MemberEnrolled(member=public.fingerprint, **details._asdict(), **keys)


def enrolment(vault: Vault, identity: Identity, roles: dict[str, str]) -> list[Draft]:
    """Drafts that enrol somebody with a role in each of these rooms (ids). No command does that yet."""
    fingerprint = identity.public.fingerprint
    root = vault.keys.present(root_room(vault.catalog).id, 1)
    granted = [RoleGranted(member=fingerprint, room=room, role=role) for room, role in roles.items()]
    if root.room not in roles:
        granted.insert(0, RoleGranted(member=fingerprint, room=root.room, role=READER))
    return [draft(enrolled(identity), root), *(draft(grant, root) for grant in granted)]


def draft(record: Record, key: RecordKey, files: tuple[FileChange, ...] = (), facts: Facts | None = None) -> Draft:
    """A record as it goes into a room, whoever may write it and whether or not any reader takes it."""
    public = dict(record.public().facts) if facts is None else facts
    return Draft(record.CLASS, key.room, key.epoch, key.record_key, record.fields(), files, public)


def append(vault: Vault, *drafts: Draft, by: Identity | None = None) -> None:
    """Commit drafts as they are, past all checks of a transaction, signed by somebody, and follow."""
    identity = by or vault.identity
    lines, _head = sign_transaction(
        vault.id,
        vault.catalog.head,
        drafts,
        signer=identity.public.fingerprint,
        key=identity.signing_key,
        time=timestamp(vault.machine.now()),
        random=vault.machine.random,
    )
    vault.store.append_journal(b"".join(lines), vault.catalog.head.offset)
    vault.follow()
    vault.pin()


def tables(catalog: Catalog) -> dict[str, list[tuple[object, ...]]]:
    """All that a catalog holds, by table, in an order that does not depend on how it came in."""
    view = catalog.view
    names = [row[0] for row in view.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: sorted(view.execute(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608

"""Making a new vault: its first member, the root room and the room `main`, in one founding transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from ipvault import __version__
from ipvault.crypto.secret import Secret
from ipvault.journal.commit import Draft, sign_transaction
from ipvault.journal.head import Head, empty_head
from ipvault.journal.leaf import FileChange
from ipvault.keys.card import Details
from ipvault.keys.identity import Identity
from ipvault.keys.member_file import MemberFile
from ipvault.keys.room_key import RoomKey
from ipvault.records.base import Record
from ipvault.records.genesis import VaultCreated
from ipvault.records.members import MemberEnrolled, MemberFileReplaced, RoleGranted
from ipvault.records.rooms import RoomCreated, RoomKeyed
from ipvault.records.vocabulary import MAIN, OWNER, ROOT
from ipvault.storage.layout import DESCRIPTOR, member_path, slot_path
from ipvault.storage.store import StagedFile, Store
from ipvault.vault.clock import timestamp
from ipvault.vault.descriptor import Descriptor
from ipvault.vault.drafting import draft

FIRST_EPOCH: Final = 1


class _Founding:
    """The drafts and files of the founding transaction."""

    def __init__(self, store: Store, vault: str, random: Callable[[int], bytes]) -> None:
        self.store = store
        self.vault = vault
        self.random = random
        self.drafts: list[Draft] = []
        self.staged: list[StagedFile] = []

    def file(self, path: str, data: bytes) -> FileChange:
        staged = self.store.stage(path)
        self.staged.append(staged)
        staged.write(data)
        staged.close()
        return FileChange(True, path, len(data), hashlib.sha256(data).hexdigest())

    def record(self, record: Record, key: RoomKey, files: tuple[FileChange, ...] = ()) -> None:
        self.drafts.append(draft(record, key, files))

    def room(self, name: str, key: RoomKey, identity: Identity) -> None:
        public, slot = identity.public, self.random(8).hex()
        file = self.file(slot_path(key.room, key.epoch, slot), key.slot_for(public.fingerprint, public.kem))
        commitment, records = key.commitments
        keyed = RoomKeyed(room=key.room, epoch=key.epoch, commitment=commitment, records=records, slots=(slot,))
        self.record(keyed, key, (file,))
        self.record(RoomCreated(room=key.room, name=name), key)


def create_vault(
    store: Store, *, details: Details, passphrase: Secret, now: float, random: Callable[[int], bytes]
) -> tuple[Descriptor, str, Secret, Head]:
    """Fill an empty store: the descriptor, the owner's fingerprint, his master key, and the journal's head."""
    descriptor = Descriptor(random(16).hex(), timestamp(now))
    vault = descriptor.id
    identity = Identity.generate(random)
    public = identity.public
    owner = public.fingerprint
    member_file, master_key = MemberFile.create(vault, identity, passphrase, descriptor.created, random)
    root, main = (RoomKey.generate(vault, random(16).hex(), FIRST_EPOCH, random) for _ in (ROOT, MAIN))

    with store.lock(lambda: None):
        founding = _Founding(store, vault, random)
        created = VaultCreated(vault=vault, software=f"ipvault {__version__}")
        founding.record(created, root, (founding.file(DESCRIPTOR, descriptor.to_toml()),))
        enrolled = MemberEnrolled(
            member=owner,
            **details._asdict(),
            kem=public.kem.hex(),
            ed25519=public.ed25519.hex(),
            mldsa44=public.mldsa44.hex(),
        )
        founding.record(enrolled, root)
        file = founding.file(member_path(owner, 1), member_file.to_toml())
        founding.record(MemberFileReplaced(member=owner, generation=1), root, (file,))
        for name, key in ((ROOT, root), (MAIN, main)):
            founding.room(name, key, identity)
            founding.record(RoleGranted(member=owner, room=key.room, role=OWNER), root)
        store.publish(founding.staged)
        lines, head = sign_transaction(
            vault,
            empty_head(vault),
            founding.drafts,
            signer=owner,
            key=identity.signing_key,
            time=descriptor.created,
            random=random,
        )
        store.append_journal(b"".join(lines), 0)
        store.settle(founding.staged)
    return descriptor, owner, master_key, head

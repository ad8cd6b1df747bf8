"""Journals that somebody else wrote: with a signing key of his own, and real room keys or invented ones."""

from __future__ import annotations

from dataclasses import dataclass

from ipvault.catalog.address import root_room
from ipvault.crypto.secret import Secret
from ipvault.journal.commit import Draft, sign_transaction
from ipvault.journal.head import Head
from ipvault.journal.leaf import FileChange
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import RoomKey
from ipvault.records.base import Record
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault
from tests.support.tampering import journal_of


@dataclass
class Forger:
    """Somebody with a signing key, real room keys or invented ones, and an editor."""

    identity: Identity
    name: str = ""

    @property
    def fingerprint(self) -> str:
        return self.name or self.identity.public.fingerprint

    def append(self, made: MemoryVault, head: Head, *drafts: Draft) -> bytes:
        """The journal with a transaction of his."""
        return journal_of(made) + b"".join(self.lines(made, head, *drafts))

    def lines(self, made: MemoryVault, head: Head, *drafts: Draft) -> list[bytes]:
        """A transaction of his that follows `head`; its last line is signed."""
        lines, _head = sign_transaction(
            made.descriptor.id,
            head,
            drafts,
            signer=self.fingerprint,
            key=self.identity.signing_key,
            time="2027-06-01T00:00:00.000Z",
            random=made.machine.random,
        )
        return lines


def root_key(vault: Vault) -> RoomKey:
    """The key of the room that the roster is in."""
    return vault.keys.for_content(root_room(vault.catalog).id, 1)


def invented(record: Record, room: str, files: tuple[FileChange, ...] = ()) -> Draft:
    """A record sealed with a key that its forger made up."""
    return Draft(record.CLASS, room, 1, Secret(bytes(32)), record.fields(), files, dict(record.public().facts))


def main_key(vault: Vault) -> RoomKey:
    """The key of the room that documents are in."""
    (room,) = vault.catalog.view.execute("SELECT id FROM room WHERE name = 'main'").fetchone()
    return vault.keys.for_content(room, 1)

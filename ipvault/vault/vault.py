"""The open vault: a store, a member's keys, and the catalog up to the journal's end.

It opens, follows the journal and makes transactions. What can be done with a vault are functions elsewhere that take
one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from ipvault.catalog.authority import objection
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.snapshot import open_snapshot, seal_snapshot
from ipvault.crypto.secret import Secret
from ipvault.errors import FormatTooNew, JournalBroken, Rollback, StorageFailed
from ipvault.journal.chain import Chain, ChainBroken, Entry, empty_head
from ipvault.journal.leaf import VERSION, UnknownVersion
from ipvault.journal.payload import FORGOTTEN
from ipvault.keys.identity import Identity
from ipvault.records.base import Place
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _
from ipvault.vault.journal_file import holds, lines_from
from ipvault.vault.pins import Pin, PinFile
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.room_keys import RoomKeys

SNAPSHOT_EVERY: Final = 256
"""Records after which the snapshot is made anew: replaying fewer costs less than writing it."""


@dataclass(frozen=True)
class Machine:
    """What a vault takes from the computer that it is used on.

    Its pin, the time in seconds since 1970, random bytes, a way to tell the user something that he should know but
    that stops nothing, and one to tell him that another process has to be waited for.
    """

    pins: PinFile
    now: Callable[[], float] = time.time
    random: Callable[[int], bytes] = os.urandom
    warn: Callable[[str], None] = lambda _: None
    waiting: Callable[[], None] = lambda: None


class Vault:
    """An open vault; `vault.opening` makes one. `catalog` is the view up to the last commit that was followed."""

    def __init__(
        self, store: Store, vault_id: str, member: str, identity: Identity, master_key: Secret, machine: Machine
    ) -> None:
        self.store = store
        self.id = vault_id
        self.member = member
        self.identity = identity
        self.machine = machine
        self.catalog = Catalog(empty_head(vault_id))
        self.keys = RoomKeys(store, vault_id, member, identity, lambda: self.catalog)
        self.heeds_pin = True
        self._master_key = master_key
        self._since_snapshot = 0

    def load_snapshot(self) -> None:
        """Start from the member's snapshot, if there is one and the journal still continues it."""
        sealed = self.store.read_cache(self.member)
        catalog = open_snapshot(sealed, self._master_key, self.id, self.member) if sealed else None
        if catalog is None:
            return
        with self.store.open_journal() as journal:
            if not holds(journal, catalog.head):
                return
        self.catalog = catalog

    def save_snapshot(self) -> None:
        """Write the member's snapshot."""
        self.store.write_cache(self.member, seal_snapshot(self.catalog, self._master_key, self.id, self.member))
        self._since_snapshot = 0

    def follow(self, progress: Progress = unobserved) -> None:
        """Take in what the journal has since; `progress` is told the bytes of each transaction.

        Raises `JournalBroken` where the journal is not what members with the right to it wrote, `FormatTooNew` where a
        newer ipvault wrote it, `Rollback` where it lacks what this computer has seen.
        """
        with self.store.open_journal() as journal:
            if self.heeds_pin:
                self._check_pin(journal)
            catalog = self.catalog
            catalog.view.execute("BEGIN")
            try:
                self._apply_new(journal, progress)
            except ChainBroken as error:
                raise JournalBroken(seq=error.seq, reason=error.reason) from None
            except UnknownVersion as error:
                raise FormatTooNew(place=JOURNAL, found=error.args[0], supported=VERSION) from None
            catalog.view.execute("COMMIT")
        if self._since_snapshot >= SNAPSHOT_EVERY:
            self.save_snapshot()

    def pin(self) -> None:
        """Remember on this computer how far the journal goes; where that fails, say so."""
        try:
            known = self.machine.pins.read()
            if known is None or known.head != self.catalog.head:
                self.machine.pins.write(Pin(self.catalog.head, self.member))
        except (StorageFailed, OSError) as error:
            self.machine.warn(_("this computer could not note how far the journal goes: {error}").format(error=error))

    def start_over(self) -> None:
        """The journal was rewritten: make the catalog anew from all of it."""
        self.catalog = Catalog(empty_head(self.id))
        self.follow()
        self.pin()

    def committed(self, records: int) -> None:
        """A transaction of ours is in the journal and the catalog: pin it, and keep the snapshot young."""
        self.pin()
        self._since_snapshot += records
        if self._since_snapshot >= SNAPSHOT_EVERY:
            self.save_snapshot()

    def _check_pin(self, journal: BinaryIO) -> None:
        pin = self.machine.pins.read()
        if pin is not None and pin.head != self.catalog.head and not holds(journal, pin.head):
            raise Rollback(pinned_seq=pin.head.seq)

    def _apply_new(self, journal: BinaryIO, progress: Progress) -> None:
        catalog = self.catalog
        chain = Chain(self.id, catalog.head, catalog.signers())
        missing: list[int] = []
        for transaction in chain.transactions(lines_from(journal, catalog.head.offset)):
            before = catalog.head
            self.apply(transaction)
            missing.extend(entry.leaf.seq for entry in transaction if entry.sealed == FORGOTTEN)
            catalog.head, catalog.time = chain.head, transaction[-1].leaf.time
            self._since_snapshot += len(transaction)
            progress(chain.head.offset - before.offset)
        for seq in missing:
            if not catalog.is_forgotten(seq):
                raise ChainBroken(seq, "its sealed part is missing, and no record says that it was forgotten")

    def apply(self, transaction: list[Entry]) -> None:
        """Take a checked transaction into the catalog: first what is public, then what our keys open."""
        founding = self.catalog.head.seq < 0
        signer = transaction[-1].leaf.signer
        for entry in transaction:
            self.catalog.note_public(entry.leaf)
        for leaf, sealed, offset in transaction:
            record = self.keys.record(leaf, sealed)
            if record is None:
                continue
            if reason := objection(self.catalog, record, leaf, signer, founding=founding):
                raise ChainBroken(leaf.seq, reason)
            self.catalog.apply(record, Place(leaf.seq, leaf.time, signer, leaf.room, leaf.epoch, offset))

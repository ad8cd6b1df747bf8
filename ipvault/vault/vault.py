"""The open vault: a store, a member's keys, and the catalog up to the journal's end.

It opens, follows the journal and makes transactions. What can be done with a vault are functions elsewhere that take
one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.snapshot import open_snapshot, seal_snapshot
from ipvault.crypto import hkdf
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import KeyringRefused, NotYetMember, Rollback, StorageFailed, VaultBusy, VaultError
from ipvault.journal.head import empty_head
from ipvault.keys.identity import Identity
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _
from ipvault.vault.journal_file import holds, is_in_place
from ipvault.vault.pins import Pin, PinFile
from ipvault.vault.progress import Progress, unobserved

if TYPE_CHECKING:
    from ipvault.vault.room_keys import RoomKeys

SNAPSHOT_BYTES_PER_RECORD: Final = 512 * 1024
"""A new snapshot is due when it is no larger than this for each record since the last: replaying fewer costs less."""


@dataclass(frozen=True)
class Machine:
    """What a vault takes from the computer that it is used on.

    Its pin, the time in seconds since 1970, random bytes, ways to tell the user something that stops nothing, be it to
    act on (`warn`) or not (`remark`), and one to tell him that another process has to be waited for.
    """

    pins: PinFile
    now: Callable[[], float] = time.time
    random: Callable[[int], bytes] = os.urandom
    warn: Callable[[str], None] = lambda _: None
    remark: Callable[[str], None] = lambda _: None
    waiting: Callable[[], None] = lambda: None

    def note(self, pin: Pin, *, going_back: bool = False) -> None:
        """Remember a pin. What it stands for has happened, so where that fails the user is told, and nothing stops."""
        try:
            (self.pins.write if going_back else self.pins.advance)(pin)
        except (StorageFailed, KeyringRefused, VaultBusy, OSError) as error:
            self.warn(_("this computer could not note how far the journal goes: {error}").format(error=error))


class Vault:
    """An open vault; `vault.opening` makes one.

    `catalog` is the view up to the last commit that was followed, `found` the head that there was when it was opened.
    Up to `unread` the journal was not read, since the snapshot stands for it; `vault.unread` does that.
    """

    def __init__(
        self, store: Store, vault_id: str, member: str, identity: Identity, master_key: Secret, machine: Machine
    ) -> None:
        self.store = store
        self.id = vault_id
        self.member = member
        self.identity = identity
        self.machine = machine
        self.heeds_pin = True
        self._master_key = master_key
        self._since_snapshot = 0
        self.catalog = self._snapshot() or Catalog(empty_head(vault_id))
        self.found = self.unread = self.catalog.head

    @cached_property
    def keys(self) -> RoomKeys:
        """The room keys that this member's slots give."""
        from ipvault.vault.room_keys import RoomKeys

        return RoomKeys(self.store, self.id, self.member, self.identity, lambda: self.catalog)

    def _snapshot(self) -> Catalog | None:
        """The member's snapshot, if there is one; `follow` sees whether the journal still continues it."""
        if sealed := self.store.open_cache(self.member):
            with sealed:
                return open_snapshot(sealed, self._master_key, self.id, self.member)
        return None

    def secret_for(self, purpose: str) -> Secret:
        """A key that this member alone can derive, for what he keeps in the cache of this vault."""
        return hkdf.expand(self._master_key, pae("cache-key", purpose, self.id, self.member))

    def renew_snapshot(self) -> None:
        """Write the member's snapshot if there is anything new since."""
        if self._since_snapshot:
            self.save_snapshot()

    def save_snapshot(self) -> None:
        """Write the member's snapshot."""
        self.store.write_cache(self.member, seal_snapshot(self.catalog, self._master_key, self.id, self.member))
        self._since_snapshot = 0

    def follow(self, progress: Progress = unobserved) -> None:
        """Take in what the journal has since; `progress` is told the bytes of each transaction.

        Raises `JournalBroken` where the journal is not what members with the right to it wrote, `FormatTooNew` where a
        newer ipvault wrote it, `Rollback` where it lacks what this computer has seen.
        """
        pin = self.machine.pins.read() if self.heeds_pin else None  # first, since others can commit and pin meanwhile
        with self.store.open_journal() as journal:
            if not is_in_place(journal, self.catalog.head):  # a forgetting moved it, or worse, which the pin tells
                self.read_anew()
            if self.store.size(JOURNAL) != self.catalog.head.offset:
                from ipvault.vault.following import follow

                try:
                    self._since_snapshot += follow(self, journal, progress)
                except NotYetMember:
                    self._check_pin(journal, pin)
                    raise
            self._check_pin(journal, pin)
        self._keep_snapshot_young()

    def read_anew(self) -> None:
        """Let the next reading of the journal begin with its first record."""
        self.catalog = Catalog(empty_head(self.id))
        self.unread = self.catalog.head

    def pin(self) -> None:
        """Remember on this computer how far the journal goes; never less than before."""
        if not self.heeds_pin:
            return  # what came before the record that accepts a rollback does not accept it
        known = None
        with suppress(OSError, VaultError):
            known = self.machine.pins.read()
        if known is None or known.head.seq < self.catalog.head.seq:
            self.machine.note(Pin(self.catalog.head, self.member))

    def start_over(self) -> None:
        """The journal was rewritten: make the catalog anew from all of it."""
        self.read_anew()
        self.follow()
        self.pin()

    def committed(self, records: int) -> None:
        """A transaction of ours is in the journal and the catalog: pin it, and keep the snapshot young."""
        self.pin()
        self._since_snapshot += records
        self._keep_snapshot_young()

    def _keep_snapshot_young(self) -> None:
        if self._since_snapshot and self._since_snapshot * SNAPSHOT_BYTES_PER_RECORD >= self.catalog.image_size():
            self.save_snapshot()

    def _check_pin(self, journal: BinaryIO, pin: Pin | None) -> None:
        head = self.catalog.head
        if pin is not None and pin.head != head and not holds(journal, pin.head, head.offset):
            raise Rollback(pinned_seq=pin.head.seq)

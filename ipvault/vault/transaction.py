"""One change: records and files that stand or fall together. The journal's sync is the only commit point.

The order is that of design.md §6: lock, read the tail, publish the files, append and sync the journal; then snapshot
and pin. What a crash leaves before the append is garbage that the next transaction sweeps; after it, all is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import chain
from typing import Final

from ipvault.catalog.address import closed_rooms, root_room
from ipvault.catalog.authority import objection_to_content, objection_to_role, objection_to_transaction
from ipvault.catalog.projection import take
from ipvault.catalog.slots import objection_to_slots
from ipvault.errors import Denied, DiskFull, RecordTooLong, VaultError
from ipvault.journal.commit import Draft, Sealed, outline, sealer, sign_sealed
from ipvault.journal.head import MAX_LINE, Head
from ipvault.journal.leaf import FileChange, Leaf
from ipvault.keys.room_key import RecordKey, RoomKey
from ipvault.records.base import Record
from ipvault.records.rooms import RoomKeyed
from ipvault.records.vocabulary import OWNER
from ipvault.storage.blocks import blocks
from ipvault.storage.layout import torn_path
from ipvault.storage.store import ATTEMPTS_LIMIT, JOURNAL, StagedFile
from ipvault.text import _
from ipvault.vault.attempts import drain
from ipvault.vault.clock import timestamp
from ipvault.vault.drafting import draft
from ipvault.vault.processes import MANY, meanwhile, spread
from ipvault.vault.vault import Vault

_TAIL_KEPT: Final = (16 * 1024 * 1024, 1024 * 1024, 64 * 1024, 0)
"""How many bytes of an interrupted write are kept: the most of these for which the disk has room."""


class Transaction:
    """Collects records and staged files; `commit` makes all of them true, or none."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._records: list[Record] = []
        self._drafts: list[Draft] = []
        self._staged: list[StagedFile] = []
        self._attempts_length: int | None = None
        self._cuts_tail = False
        self._condemned: list[str] = []
        self._roles: dict[str, str | None] = {}
        self._keys: dict[str, RecordKey] = {}

    def stage(self, path: str) -> StagedFile:
        """Begin a file that is to be published as `path`."""
        staged = self._vault.store.stage(path)
        self._staged.append(staged)
        return staged

    def file(self, path: str, data: bytes) -> FileChange:
        """Have a small file published as `path`; what its record has to say about it."""
        staged = self.stage(path)
        staged.write(data)
        staged.close()
        return FileChange(True, path, len(data), hashlib.sha256(data).hexdigest())

    def adopt(self, path: str) -> None:
        """Have a file published that was staged before, perhaps by a forked process."""
        self._staged.append(self._vault.store.adopt(path))

    def record(self, record: Record, room: str, files: tuple[FileChange, ...] = ()) -> None:
        """Add a fact of a room (an id). Raises `Denied` if this member may not write it, or `RoomClosed`."""
        self.check(record, room)
        self._records.append(record)
        self._drafts.append(draft(record, self._key(room), files))

    def check(self, record: Record | type[Record], room: str) -> None:
        """See that this member may write such a record in a room. Raises `Denied`, or `RoomClosed`."""
        if room not in self._roles:
            if closed := closed_rooms(self._vault.catalog).get(room):
                raise closed
            self._roles[room] = self._vault.catalog.role(self._vault.member, room)
        if objection_to_role(record, record.CLASS, self._roles[room]):
            from ipvault.vault.denials import role_missing  # what words a denial asks much, and most are none

            raise role_missing(self._vault.catalog, record, room, self._vault.member)

    def use(self, key: RoomKey) -> None:
        """The records that follow are sealed with this key of their room, which this member makes as its owner."""
        self._roles[key.room], self._keys[key.room] = OWNER, key

    def _key(self, room: str) -> RecordKey:
        """The key that is a room's present one, here and now."""
        if room not in self._keys:
            self._keys[room] = self._vault.keys.present(room, self._vault.catalog.epoch(room))
        return self._keys[room]

    def condemn(self, files: Iterable[FileChange]) -> None:
        """Files that this transaction takes out of the vault go when it is committed, even if the program dies then."""
        self._condemned += [file.path for file in files]

    def set_aside(self, tail: Iterable[bytes], length: int) -> int:
        """Cut off with this commit what an interrupted write left at the journal's end: `length` bytes.

        `tail`, the beginning of it, is kept in a file. Returns how many bytes that are.
        """
        from ipvault.records.upkeep import TailSetAside  # tails are rare

        vault = self._vault
        name = f"{vault.catalog.head.seq + 1}-{vault.machine.random(8).hex()}"
        staged = self.stage(torn_path(name))
        kept, digest = 0, hashlib.sha256()
        for block in tail:
            staged.write(block)
            digest.update(block)
            kept += len(block)
        staged.close()
        torn = FileChange(True, staged.path, kept, digest.hexdigest())
        record = TailSetAside(name=name, length=length, sha256=digest.hexdigest())
        self.record(record, root_room(vault.catalog).id, (torn,))
        self._cuts_tail = True
        return kept

    def take_attempts(self) -> None:
        """Add the unlock attempts that are over."""
        vault = self._vault
        taken = drain(vault.store, vault.machine.now(), vault.catalog.is_known_attempt)
        room = root_room(vault.catalog).id
        for record in taken.records:
            self.record(record, room)
        self._attempts_length = taken.length if taken.length or taken.dropped else None
        if taken.dropped:
            text = _(
                "journal/attempts held more than {count} MiB of unlock attempts, so the newest of them are dropped: "
                "find out who tried so often, or who can write to the vault"
            )
            vault.machine.warn(text.format(count=ATTEMPTS_LIMIT >> 20))

    def commit(self) -> Head:
        """Publish the files and append the records; the journal's head after it. Nothing to record changes nothing."""
        vault = self._vault
        if not self._drafts:
            return vault.catalog.head
        catalog, time = vault.catalog, timestamp(vault.machine.now())
        catalog.view.execute("BEGIN")
        try:
            leaves = outline(catalog.head, self._drafts, signer=vault.member, time=time)
            with self._sealing(leaves) as sealed, meanwhile(self._publish, pays=len(self._staged) >= MANY):
                self._absorb(leaves)
                lines, head = self._sign(sealed)
            if self._cuts_tail:
                vault.store.cut_journal(catalog.head.offset)
            staged, self._staged = self._staged, []
            self._append(b"".join(lines), staged)
        except BaseException:
            catalog.view.execute("ROLLBACK")
            raise
        catalog.view.execute("COMMIT")
        catalog.head, catalog.time = head, time
        catalog.note_time(vault.member, time, (leaf.kind for leaf in leaves))
        for made in self._drafts:
            if made.kind == RoomKeyed.CLASS:
                vault.keys.renew(made.room)
        with meanwhile(lambda: self._clean_up(staged), pays=len(staged) >= MANY):
            vault.committed(len(lines))
        return head

    def rehearse(self) -> None:
        """See that `commit` would record this, and record nothing. Raises `Denied` as it does."""
        vault = self._vault
        catalog = vault.catalog
        if self._drafts:
            catalog.view.execute("BEGIN")
            try:
                self._absorb(
                    outline(catalog.head, self._drafts, signer=vault.member, time=timestamp(vault.machine.now()))
                )
            finally:
                catalog.view.execute("ROLLBACK")

    def _publish(self) -> None:
        self._vault.store.publish(self._staged)
        if self._condemned:
            self._vault.store.condemn(self._condemned)

    def _absorb(self, leaves: Sequence[Leaf]) -> None:
        """Take the records into the catalog without opening them again; what no reader would take raises here."""
        catalog = self._vault.catalog
        for record, leaf in zip(self._records, leaves, strict=True):
            catalog.note_public(leaf)
            if reason := objection_to_content(catalog, record, leaf.room, self._vault.member):
                from ipvault.vault.denials import content_denied

                raise content_denied(catalog, record, reason, self._vault.member)
            take(catalog, record, leaf, leaves[-1])
        if undecided := objection_to_transaction(list(zip(self._records, leaves, strict=True))):
            raise Denied(reason=undecided[1])
        if keyed := objection_to_slots(catalog, leaves, catalog.head.seq):
            raise Denied(reason=keyed[1])

    def _append(self, lines: bytes, staged: list[StagedFile]) -> None:
        """The commit point. On failure the files go only if it is certain that no record names them."""
        store, offset = self._vault.store, self._vault.catalog.head.offset
        try:
            store.append_journal(lines, offset)
        except BaseException:
            with suppress(VaultError, FileNotFoundError):
                if store.size(JOURNAL) == offset:
                    store.discard(staged)
            raise

    def commit_rewriting(self, journal: Iterable[bytes]) -> Head:
        """Put `journal`, the present one with payloads left out, in place of it, with the records appended."""
        vault = self._vault
        leaves = outline(vault.catalog.head, self._drafts, signer=vault.member, time=timestamp(vault.machine.now()))
        with self._sealing(leaves) as sealed:
            lines, _head = self._sign(sealed)
        vault.store.replace_journal(chain(journal, lines))
        self._clean_up([])
        vault.start_over()
        return vault.catalog.head

    def _sealing(self, leaves: Sequence[Leaf]) -> AbstractContextManager[Iterator[Sealed]]:
        seal = sealer(self._vault.id, self._drafts, leaves, self._vault.machine.random)
        return spread(lambda number, _progress: seal(number), len(self._drafts))

    def _sign(self, sealed: Iterator[Sealed]) -> tuple[list[bytes], Head]:
        vault = self._vault
        lines, head = sign_sealed(vault.id, vault.catalog.head, sealed, vault.identity.signing_key)
        if any(len(line) > MAX_LINE for line in lines):
            raise RecordTooLong(limit=MAX_LINE // 2**20)
        return lines, head

    def _clean_up(self, staged: list[StagedFile]) -> None:
        """What follows a commit; the next transaction sweeps and drops what this could not."""
        store = self._vault.store
        store.settle(staged)
        with suppress(VaultError, OSError):
            if self._condemned:
                store.remove(self._condemned)
        with suppress(VaultError, OSError):
            if self._attempts_length is not None:
                store.drop_attempts(self._attempts_length)
        self._records, self._drafts, self._condemned = [], [], []
        self._attempts_length, self._cuts_tail = None, False

    def abandon(self) -> None:
        """Remove what was staged and not committed."""
        staged, self._staged = self._staged, []
        if staged:
            self._vault.store.discard(staged)


@contextmanager
def transaction(vault: Vault) -> Iterator[Transaction]:
    """A transaction under the vault's lock, on top of everything that others have committed.

    What the block has not committed when it ends is removed. Raises `VaultBusy` when the lock is not to be had.
    """
    with vault.store.lock(vault.machine.waiting):
        _prepare(vault)
        change = Transaction(vault)
        change.take_attempts()
        try:
            yield change
        finally:
            change.abandon()


def journal_attempts(vault: Vault) -> None:
    """Journal the unlock attempts that are over, unless another process is writing or the medium is read-only."""
    with suppress(VaultError), vault.store.try_lock() as locked:
        if locked:
            _prepare(vault)
            change = Transaction(vault)
            change.take_attempts()
            change.commit()


def _prepare(vault: Vault) -> None:
    """Follow what others have committed, and clear away what an interrupted command left."""
    vault.follow()
    vault.store.sweep(vault.catalog.is_referenced)
    _set_torn_tail_aside(vault)


def _set_torn_tail_aside(vault: Vault) -> None:
    """Cut what an interrupted write left after the last commit, keep its beginning in a file, and record that.

    Anybody can append to the journal, as much as the disk holds and more, if it is a hole: not all of it is kept. A
    disk that is full by it has room again only when it has been cut: then less is kept.
    """
    end = vault.catalog.head.offset
    length = vault.store.size(JOURNAL) - end
    if length <= 0:
        return
    kept = _keep_what_fits(vault, end, length)
    if kept < min(length, _TAIL_KEPT[0]):
        text = _("the disk is full, so of the {length} bytes after the last commit only the first {kept} were kept")
        vault.machine.warn(text.format(length=length, kept=kept))
    vault.machine.remark(_("an interrupted write at the end of the journal was set aside; nothing committed was lost"))


def _keep_what_fits(vault: Vault, end: int, length: int) -> int:
    for most in _TAIL_KEPT[:-1]:
        with suppress(DiskFull):
            return _set_aside(vault, end, length, most)
    return _set_aside(vault, end, length, _TAIL_KEPT[-1])


def _set_aside(vault: Vault, end: int, length: int, most: int) -> int:
    change = Transaction(vault)
    try:
        with vault.store.open_journal() as journal:
            journal.seek(end)
            kept = change.set_aside(blocks(journal.read, most), length)
        change.commit()
    finally:
        change.abandon()
    return kept

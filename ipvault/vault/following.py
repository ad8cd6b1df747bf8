"""Taking committed transactions into the catalog, each checked: the chain, what our keys open, and who had the right.

It is imported when there is something new: a command that finds its snapshot up to date needs none of it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ipvault.catalog.authority import objection, objection_to_transaction
from ipvault.catalog.ledger import Ledger
from ipvault.catalog.projection import take
from ipvault.catalog.slots import objection_to_slots
from ipvault.errors import FormatTooNew, JournalBroken, NoLongerMember, NotYetMember
from ipvault.journal.chain import Chain, Entry
from ipvault.journal.epochs import PresentEpochs
from ipvault.journal.head import ChainBroken, empty_head
from ipvault.journal.leaf import VERSION, UnknownVersion
from ipvault.journal.payload import FORGOTTEN
from ipvault.records.vocabulary import ROOT
from ipvault.storage.store import JOURNAL
from ipvault.text import N_, _
from ipvault.vault.announcements import announcing_leaves
from ipvault.vault.journal_file import lines_from
from ipvault.vault.member_files import has_member_file
from ipvault.vault.progress import Progress

if TYPE_CHECKING:
    from ipvault.journal.leaf import Leaf
    from ipvault.records.base import Record
    from ipvault.vault.vault import Vault


STILL_THERE: Final = N_("a record says that it was forgotten, and its sealed part is there again")


def follow(vault: Vault, journal: BinaryIO, progress: Progress) -> int:
    """Bring the vault's catalog to the journal's last commit; how many records that were.

    Raises `JournalBroken` where the journal is not what members with the right to it wrote, `FormatTooNew` where a
    newer ipvault wrote it.
    """
    before = vault.catalog.head.seq
    try:
        if before >= 0:
            _follow(vault, journal, progress)
    except (_Opened, NoLongerMember):  # who was let in again gets the keys that are missing here later on
        vault.read_anew()
        before = -1
    if before < 0:
        announced = _announced(vault, journal)
        vault.keys.look_ahead(announced)
        try:
            _follow(vault, journal, progress)
        except (JournalBroken, NoLongerMember):  # which a stranger's keys find in any journal
            is_known = announced is vault.catalog or vault.member in announced.signers()
            if is_known or has_member_file(vault.store, vault.member) or not _is_sound(vault, journal):
                raise
            raise NotYetMember from None
        finally:
            vault.keys.look_ahead(None)
    return vault.catalog.head.seq - before


class _Opened(Exception):
    """A room of which the catalog lacks records, because there was no key to it, can be opened now."""


def _announced(vault: Vault, journal: BinaryIO) -> Ledger:
    """The slots and links that lie ahead, as far as they can be told without checking the chain; else those known."""
    leaves = announcing_leaves(journal, vault.store.size(JOURNAL))
    if leaves is None:
        return vault.catalog
    announced = Ledger()
    with suppress(ChainBroken):
        for leaf in leaves:
            announced.note_public(leaf)
    return announced


def _is_sound(vault: Vault, journal: BinaryIO) -> bool:
    """Whether the journal is a chain that its signers signed, as far as can be told without any key."""
    try:
        for _transaction in Chain(vault.id, empty_head(vault.id)).transactions(partial(lines_from, journal)):
            pass
    except (ChainBroken, UnknownVersion):
        return False
    return True


def _follow(vault: Vault, journal: BinaryIO, progress: Progress) -> None:
    view = vault.catalog.view
    view.execute("BEGIN")
    try:
        _apply_new(vault, journal, progress)
    except ChainBroken as error:
        raise JournalBroken(seq=error.seq, reason=error.reason) from None
    except UnknownVersion as error:
        raise FormatTooNew(place=JOURNAL, found=error.args[0], supported=VERSION) from None
    finally:
        view.execute("COMMIT")  # what was checked before an error stays, and `head` says how far that is


def _apply_new(vault: Vault, journal: BinaryIO, progress: Progress) -> None:
    catalog = vault.catalog
    chain = Chain(vault.id, catalog.head, catalog.signers())
    epochs = PresentEpochs(lambda leaf: catalog.epoch(leaf.room))
    missing: set[int] = set()
    forgotten: list[int] = []
    for transaction in chain.transactions(partial(lines_from, journal)):
        before = catalog.head
        for entry in transaction:
            epochs.check(entry.leaf)
        _apply(vault, transaction)
        missing.update(entry.leaf.seq for entry in transaction if entry.sealed == FORGOTTEN)
        for entry in transaction:
            if entry.leaf.kind == "forget":
                forgotten += cast(list[int], entry.leaf.facts["records"])
        last = transaction[-1].leaf
        catalog.head, catalog.time = chain.head, last.time
        catalog.note_time(last.signer, last.time, (entry.leaf.kind for entry in transaction))
        progress(chain.head.offset - before.offset)
    for seq in sorted(missing):
        if not catalog.is_forgotten(seq):
            raise ChainBroken(seq, _("its sealed part is missing, and no record says that it was forgotten"))
    for seq in forgotten:  # what was read before is in its place, so it was not forgotten either
        if seq not in missing:
            raise ChainBroken(seq, _(STILL_THERE))


def _apply(vault: Vault, transaction: list[Entry]) -> None:
    """Take a checked transaction into the catalog: first what is public, then what our keys open."""
    before = vault.catalog.head.seq
    founding = before < 0
    for entry in transaction:
        vault.catalog.note_public(entry.leaf)
    _renew_keys(vault, {entry.leaf.room for entry in transaction if entry.leaf.kind == "key"}, founding=founding)
    _Taking(vault, transaction[-1].leaf, founding=founding).take(transaction)
    if not founding and (keyed := objection_to_slots(vault.catalog, [entry.leaf for entry in transaction], before)):
        raise ChainBroken(*keyed)


def _renew_keys(vault: Vault, rooms: set[str], *, founding: bool) -> None:
    """There may be slots for us among new ones. What was closed to us before has to be read again."""
    for room in rooms:
        vault.keys.renew(room)
        key = vault.keys.find(room, vault.catalog.epoch(room))
        if key is not None and key.epoch > 1 and not vault.keys.leads_back(key):
            vault.catalog.note_broken_link(room, key.epoch)
        if founding and key is None and vault.keys.damaged:
            raise vault.keys.damaged
        if key is not None and not vault.keys.is_looking_ahead and vault.catalog.is_locked(room):
            raise _Opened


class _Taking:
    """Taking in what the records of one transaction say; `last` is its signed leaf.

    What only members of a room can tell to be wrong closes that room, from that record on, and no more: they could be
    let into it long after the others went on. What everybody can tell ends the following, and so does the first
    transaction, without which there is nothing to go on with. Both raise `ChainBroken`, or `UnknownVersion`.
    """

    def __init__(self, vault: Vault, last: Leaf, *, founding: bool) -> None:
        self._vault = vault
        self._catalog = vault.catalog
        self._last = last
        self._founding = founding
        self._closings = vault.catalog.closings()

    def take(self, transaction: list[Entry]) -> None:
        records = [(self._open(entry), entry.leaf) for entry in transaction]
        while wrong := objection_to_transaction(records):
            self._close(next(leaf for _record, leaf in records if leaf.seq == wrong[0]), ChainBroken(*wrong))
            records = [(None if self._is_closed(leaf) else record, leaf) for record, leaf in records]
        for (record, leaf), entry in zip(records, transaction, strict=True):
            is_locked = self._vault.keys.find(leaf.room, leaf.epoch) is None
            if is_locked and self._catalog.name_of(leaf.room) == ROOT:
                raise NoLongerMember  # so whether others had the right to what they signed cannot be judged either
            self._check(None if self._is_closed(leaf) else record, leaf)
            if record is not None and not self._is_closed(leaf):
                self._project(record, leaf)
            elif is_locked:
                self._catalog.note_locked(leaf.room)
            elif entry.sealed == FORGOTTEN:
                self._catalog.note_gap(leaf.room, leaf.kind, leaf.seq)

    def _open(self, entry: Entry) -> Record | None:
        """The record, unless it is not ours to read, was forgotten, or stands in a room that is closed."""
        if self._is_closed(entry.leaf):
            return None
        try:
            return self._vault.keys.record(entry.leaf, entry.sealed)
        except (ChainBroken, UnknownVersion) as error:
            if self._catalog.commitments(entry.leaf.room, entry.leaf.epoch) is None:
                raise
            self._close(entry.leaf, error)
            return None

    def _check(self, record: Record | None, leaf: Leaf) -> None:
        """See that its signer had the right to a record."""
        reason = objection(self._catalog, record, leaf, self._last.signer, founding=self._founding)
        if reason is None:
            return
        if objection(self._catalog, None, leaf, self._last.signer, founding=self._founding):
            raise ChainBroken(leaf.seq, reason)
        self._close(leaf, ChainBroken(leaf.seq, reason))

    def _project(self, record: Record, leaf: Leaf) -> None:
        try:
            take(self._catalog, record, leaf, self._last)
        except ChainBroken as error:
            self._close(leaf, error)

    def _is_closed(self, leaf: Leaf) -> bool:
        return leaf.room in self._closings and self._closings[leaf.room].seq <= leaf.seq

    def _close(self, leaf: Leaf, error: ChainBroken | UnknownVersion) -> None:
        """Take nothing more out of this record's room. Raises the error instead where everybody can tell."""
        if self._founding or self._catalog.name_of(leaf.room) == ROOT:
            raise error
        newer = _("a newer ipvault wrote it")
        reason = error.reason if isinstance(error, ChainBroken) else newer
        self._catalog.close(leaf.room, leaf.seq, reason)
        self._closings = self._catalog.closings()

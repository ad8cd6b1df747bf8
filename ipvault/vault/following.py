"""Taking committed transactions into the catalog, each checked: the chain, what our keys open, and who had the right.

It is imported when there is something new: a command that finds its snapshot up to date needs none of it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ipvault.catalog.authority import objection, objection_to_moves
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.ledger import Ledger
from ipvault.catalog.projection import take
from ipvault.errors import FormatTooNew, JournalBroken, NoLongerMember
from ipvault.journal.chain import Chain, Entry
from ipvault.journal.head import ChainBroken, empty_head
from ipvault.journal.leaf import VERSION, UnknownVersion
from ipvault.journal.payload import FORGOTTEN
from ipvault.records.vocabulary import ROOT
from ipvault.storage.store import JOURNAL
from ipvault.text import N_, _
from ipvault.vault.announcements import announcing_leaves
from ipvault.vault.journal_file import lines_from
from ipvault.vault.progress import Progress

if TYPE_CHECKING:
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
        vault.catalog, before = Catalog(empty_head(vault.id)), -1
    if before < 0:
        vault.keys.look_ahead(_announced(vault, journal))
        try:
            _follow(vault, journal, progress)
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
    missing: set[int] = set()
    forgotten: list[int] = []
    for transaction in chain.transactions(partial(lines_from, journal)):
        before = catalog.head
        _apply(vault, transaction)
        missing.update(entry.leaf.seq for entry in transaction if entry.sealed == FORGOTTEN)
        for entry in transaction:
            if entry.leaf.kind == "forget":
                forgotten += cast(list[int], entry.leaf.facts["records"])
        catalog.head, catalog.time = chain.head, transaction[-1].leaf.time
        progress(chain.head.offset - before.offset)
    for seq in sorted(missing):
        if not catalog.is_forgotten(seq):
            raise ChainBroken(seq, _("its sealed part is missing, and no record says that it was forgotten"))
    for seq in forgotten:  # what was read before is in its place, so it was not forgotten either
        if seq not in missing:
            raise ChainBroken(seq, _(STILL_THERE))


def _apply(vault: Vault, transaction: list[Entry]) -> None:
    """Take a checked transaction into the catalog: first what is public, then what our keys open."""
    founding = vault.catalog.head.seq < 0
    last = transaction[-1].leaf
    for entry in transaction:
        vault.catalog.note_public(entry.leaf)
    _renew_keys(vault, {entry.leaf.room for entry in transaction if entry.leaf.kind == "key"}, founding=founding)
    records = [(vault.keys.record(leaf, sealed), leaf) for leaf, sealed, _offset in transaction]
    if moved := objection_to_moves(records):
        raise ChainBroken(*moved)
    for record, leaf in records:
        is_closed = record is None and vault.keys.find(leaf.room, leaf.epoch) is None
        if is_closed and vault.catalog.name_of(leaf.room) == ROOT:
            raise NoLongerMember  # so whether others had the right to what they signed cannot be judged either
        if reason := objection(vault.catalog, record, leaf, last.signer, founding=founding):
            raise ChainBroken(leaf.seq, reason)
        if record is not None:
            take(vault.catalog, record, leaf, last)
        elif is_closed:
            vault.catalog.note_closed(leaf.room)
        else:
            vault.catalog.note_gap(leaf.room, leaf.kind)


def _renew_keys(vault: Vault, rooms: set[str], *, founding: bool) -> None:
    """There may be slots for us among new ones. What was closed to us before has to be read again."""
    for room in rooms:
        vault.keys.renew(room)
        key = vault.keys.find(room, vault.catalog.epoch(room))
        if key is not None and key.epoch > 1:
            vault.keys.find(room, key.epoch - 1)  # now that its link is known to be one, it has to lead there
        if founding and key is None and vault.keys.damaged:
            raise vault.keys.damaged
        if key is not None and not vault.keys.is_looking_ahead and vault.catalog.is_closed(room):
            raise _Opened

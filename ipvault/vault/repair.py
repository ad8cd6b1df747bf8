"""Healing a vault from other copies of it, which may be old, or damaged in other places.

Whatever is taken is authenticated: a file has the hash that the journal names, a record follows from the one before it
and is signed. So it does not matter who kept a copy. Nothing is changed before the vault as it would be has been opened
and checked like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from ipvault.catalog.address import root_room
from ipvault.catalog.ledger import Ledger
from ipvault.errors import Conflict, Damaged, JournalBroken, NoCopy, Rollback, VaultError
from ipvault.journal.head import ChainBroken, Head, empty_head
from ipvault.journal.leaf import FileChange, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.records.healing import VaultRepaired
from ipvault.storage.blocks import blocks
from ipvault.storage.copying import CopyStore
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.layout import DESCRIPTOR, PUBLISHED
from ipvault.storage.staged import LocalStagedFile
from ipvault.storage.store import JOURNAL, Store
from ipvault.storage.tree import Tree
from ipvault.text import _
from ipvault.vault.copied_files import copy_checked, described, file_problem
from ipvault.vault.journal_file import holds, lines_from
from ipvault.vault.merging import Merger
from ipvault.vault.pins import PinFile
from ipvault.vault.progress import Stage, unobserved_stage
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from ipvault.vault.verification.files_check import is_lost_tail

_FILES_A_RECORD: Final = 1000
_BATCH: Final = 256
_BLOCK: Final = 1024 * 1024
_PARTS: Final = ("members", "objects", "rooms")


class Loss(NamedTuple):
    """A file that is missing or altered, what is wrong with it, and the copy that has it, if any does."""

    change: FileChange
    problem: str
    source: DirectoryStore | None


class Repair(NamedTuple):
    """What is to be healed: files; records, counted, from the first on; bytes that are no records.

    `is_rewriting` says whether the journal changes, `size` is how long it was when it was looked at.
    """

    losses: list[Loss]
    records: int
    first: int
    garbage: int
    is_rewriting: bool
    size: int

    @property
    def healed(self) -> list[Loss]:
        """The files that can be had."""
        return [loss for loss in self.losses if loss.source is not None]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to be done."""
        return bool(self.healed) or self.is_rewriting


def plan_repair(
    store: CopyStore,
    copies: Sequence[DirectoryStore],
    pins_of: Callable[[str], PinFile],
    stage: Stage = unobserved_stage,
) -> Repair:
    """Find what is wrong with the vault in `store` and which of the copies can help; `store` then shows it healed.

    `pins_of` gives the pin of a vault id. Raises `Conflict` for a copy of another vault, `JournalBroken` where no copy
    has a record that is damaged, `Rollback` where none has the newest that this computer has seen, `CopiesFork` where
    it is not clear how the journal goes on.
    """
    vault = _vault_of(store, copies)
    merger = Merger(vault, [store, *copies])
    try:
        size = _size(store)
        with stage(_("Checking the journal"), size) as progress:
            ledger, told = Ledger(), 0
            try:
                for leaf in merger.leaves():
                    ledger.note_public(leaf)
                    if merger.head.offset - told > _BLOCK:
                        progress(merger.head.offset - told)
                        told = merger.head.offset
            except ChainBroken as error:
                raise JournalBroken(seq=error.seq, reason=error.reason) from None
        if not merger.is_ours:
            store.show_journal(merger.blocks())
            if not merger.is_settled:
                with store.open_journal() as journal:
                    store.show_journal(merger.settled(lines_from(journal, 0)))
        _check_pin(store, pins_of(vault))
    finally:
        merger.close()
    files = [FileChange(True, path, length, sha256) for path, length, sha256 in ledger.published()]
    with stage(_("Checking files"), sum(change.length for change in files)) as progress:
        losses = []
        for change in files:
            if (problem := file_problem(store, change)) is not None:
                lender = _lender(copies, change)
                if lender or not is_lost_tail(store, change.path):
                    losses.append(Loss(change, problem, lender))
            progress(change.length)
    store.lent = {loss.change.path: loss.source for loss in losses if loss.source is not None}
    first = min(merger.taken, default=0)
    return Repair(losses, len(merger.taken), first, merger.garbage, not merger.is_ours, size)


def carry_out(vault: Vault, store: CopyStore, repair: Repair, copies: Sequence[DirectoryStore]) -> Head:
    """Put in place what `plan_repair` found, and record it; `vault` was opened on `store` as it was shown healed.

    Whatever interrupts it, each file is what it was before, or healed. Raises `Conflict` if the vault has changed
    meanwhile.
    """
    with transaction(vault) as change:
        if repair.is_rewriting and _size(store) != repair.size:
            raise Conflict(problem=_("the journal has changed meanwhile; run the repair once more"))
        for start in range(0, len(repair.healed), _BATCH):
            store.put([_fetch(store, loss) for loss in repair.healed[start : start + _BATCH]])
        store.lent = {}
        paths = [loss.change.path for loss in repair.healed]
        sources = tuple(copy.place for copy in copies)
        room = root_room(vault.catalog).id
        for start in range(0, max(len(paths), 1), _FILES_A_RECORD):
            some = tuple(paths[start : start + _FILES_A_RECORD])
            records, first = (repair.records, repair.first) if start == 0 else (0, 0)
            change.record(VaultRepaired(sources=sources, files=some, records=records, first=first), room)
        if not repair.is_rewriting:
            return change.commit()
        with store.open_journal() as journal:
            return change.commit_rewriting(blocks(journal.read))


def _fetch(store: CopyStore, loss: Loss) -> LocalStagedFile:
    """A file of a copy, staged; it is hashed once more while it is copied."""
    staged = store.stage(loss.change.path)
    copy_checked(loss.source or store, loss.change, staged)
    return staged


def _lender(copies: Iterable[DirectoryStore], change: FileChange) -> DirectoryStore | None:
    """The first copy that has a file as the journal names it."""
    return next((copy for copy in copies if file_problem(copy, change) is None), None)


def _check_pin(store: CopyStore, pins: PinFile) -> None:
    """What this computer has seen must be in the journal as it would be."""
    pin = pins.read()
    with store.open_journal() as journal:
        if pin is not None and not holds(journal, pin.head, store.size(JOURNAL)):
            raise Rollback(pinned_seq=pin.head.seq)


def _size(store: CopyStore) -> int:
    """The length of the journal that is in place, whichever is shown."""
    try:
        return Tree.size(store, JOURNAL)
    except (FileNotFoundError, VaultError):
        return 0


def _vault_of(store: Store, copies: Sequence[DirectoryStore]) -> str:
    """The id of the vault: what the VAULT files say, as far as some journal begins with it.

    Raises `Damaged` where none does, `Conflict` for a copy of another vault, and `NoCopy` for what is of none.
    """
    places = [store, *copies]
    ids = [described(place) for place in places]
    beginnings = [_beginning(place) for place in places]
    for copy, *traces in zip(copies, ids[1:], beginnings[1:], strict=True):
        if not any(traces) and not any(PUBLISHED.fullmatch(path) for top in _PARTS for path in copy.files(top)):
            raise NoCopy(path=copy.place)
    known = [vault for vault in ids if vault and empty_head(vault).hash in beginnings]
    if not known:
        raise Damaged(place=DESCRIPTOR, reason=_("it is not the description of a vault"))
    for copy, found in zip(copies, ids[1:], strict=True):
        if found in known and found != known[0]:
            raise Conflict(problem=_("{path} is a copy of another vault").format(path=copy.place))
    return known[0]


def _beginning(place: Store) -> str:
    """What the first record names as its predecessor, which follows from the vault's id."""
    with suppress(FileNotFoundError, VaultError, MalformedLeaf, UnknownVersion), place.open_journal() as journal:
        return parse_leaf(next(lines_from(journal, 0), b"").partition(b"\t")[0]).previous
    return ""

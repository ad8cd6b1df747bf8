"""The account of one item up to a day: the journal played back that far, and every record of it that counts.

A record counts where it changed what the catalog says, or stands in a room that the item had been in by then: anybody
can name any item in a room of his own. Of everything else, what concerns the vault as a whole is kept, since measures
of protection are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, items_of, names_by_id, split_tags
from ipvault.errors import NothingRecorded, UsageError
from ipvault.evidence.bundle.disclosure import Disclosure
from ipvault.evidence.dossier.closed import BY_DEFAULT, as_told
from ipvault.evidence.dossier.model import Person, Thing
from ipvault.journal.chain import Entry
from ipvault.journal.head import Head, empty_head
from ipvault.journal.leaf import Leaf
from ipvault.journal.payload import FORGOTTEN
from ipvault.records.base import Place, Record
from ipvault.records.items import ItemRecord
from ipvault.text import _
from ipvault.vault.journal_query import committed, items_in
from ipvault.vault.timeline import last_record_by
from ipvault.vault.vault import Vault

R = TypeVar("R", bound=Record)

_OF_NO_ITEM: Final = "auth"
"""Records of this class, of which there is one for each unlocking, are not read."""

_TAGS: Final = "tags"
"""By its tags an agreement can cover an item: so they are taken in where they are not told, too."""


class State(NamedTuple):
    """How an item was described; `room` is an id."""

    room: str
    name: str
    label: str
    type: str
    note: str
    tags: tuple[str, ...]
    is_removed: bool


class Told(NamedTuple):
    """A record that counts; `before` and `after` are how the item was described around it, None where it is not."""

    seq: int
    time: str
    signer: str
    room: str
    record: Record
    before: State | None
    after: State | None


@dataclass
class Account:
    """What the records up to number `last`, which `head` is, say of an item, as far as `vault` can read them.

    `catalog` is what they add up to, without other items. `unread` are the records of which nothing is known, by their
    rooms, `forgotten` those whose content was destroyed, `withheld` those that the `disclosure` keeps closed, by its
    rules, `strange` those that name the item and do not count, `commits` the last ones of transactions. `seen` is the
    item as the catalog had it last, with tags that may have to stay closed. `method_in` gives the digest of the weights
    by which risks are assessed, by the policy that a catalog has.
    """

    vault: Vault
    item: str
    as_of: str
    last: int
    catalog: Catalog
    head: Head
    disclosure: Disclosure
    method_in: Callable[[Catalog], str]
    seen: Item | None = None
    told: list[Told] = field(default_factory=list)
    rooms: set[str] = field(default_factory=set)
    unread: dict[str, list[int]] = field(default_factory=dict)
    forgotten: dict[str, list[int]] = field(default_factory=dict)
    withheld: dict[str, list[int]] = field(default_factory=dict)
    strange: list[int] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)

    def of(self, kind: type[R]) -> Iterator[tuple[Told, R]]:
        """The records of a kind, or of a family of kinds, in their order."""
        return ((one, one.record) for one in self.told if isinstance(one.record, kind))

    def of_item(self, kind: type[R]) -> Iterator[tuple[Told, R]]:
        """Those that are about the item."""
        return ((one, record) for one, record in self.of(kind) if self.item in items_in(record.fields()))

    def commit_of(self, seq: int) -> int:
        """The last record of the transaction that a record is in."""
        return self.commits[bisect_left(self.commits, seq)]

    def state(self) -> State | None:
        """How the item is described now; None where it went to a room that is closed to this member."""
        query = "SELECT room, name, label, type, note, tags, removed NOT NULL FROM item WHERE id = ?"
        row = self.catalog.view.execute(query, (self.item,)).fetchone()
        if row is None:
            return None
        room, name, label, type_, note, tags, is_removed = row
        told = split_tags(tags) if _TAGS in self.disclosure.shown else ()
        return State(room, name, label, type_, note, told, bool(is_removed))

    @cached_property
    def times(self) -> dict[int, str]:
        """The times of the records that count, by their numbers."""
        return {one.seq: one.time for one in self.told}

    @cached_property
    def names(self) -> dict[str, str]:
        """What the item, rooms, members and recipients were called in the end, by their ids."""
        return names_by_id(self.catalog)

    def person(self, fingerprint: str) -> Person:
        """Somebody, with the name that records give."""
        return Person(fingerprint, self.names.get(fingerprint, ""))

    def room(self, id_: str) -> Thing:
        """A room, with the name that records give."""
        return Thing(id_, self.names.get(id_, ""))


def gather(
    vault: Vault,
    item: str,
    as_of: str = "",
    disclosure: Disclosure = BY_DEFAULT,
    *,
    method_in: Callable[[Catalog], str],
) -> Account:
    """The account of an item (an id) by the end of the journal, or by then (RFC 3339), as far as it is disclosed.

    `method_in` gives the digest of the weights by which risks are assessed, by the policy that a catalog has.

    Raises `NothingRecorded` if no record says that it was there by then, `UsageError` if those that say so are
    withheld, and what reading the journal raises.
    """
    last = vault.catalog.head.seq
    if as_of:
        last = last_record_by(vault, as_of, _times(vault, last))
    nothing = empty_head(vault.id)
    account = Account(vault, item, as_of, last, Catalog(nothing), nothing, disclosure, method_in)
    player = _Player(account)
    view = account.catalog.view
    view.execute("BEGIN")
    for transaction in _transactions(vault, last):
        player.play(transaction)
    view.execute("COMMIT")
    if not account.rooms and account.withheld:
        rules = ", ".join(account.withheld)
        raise UsageError(problem=_("{rules} withholds every record that says what it is").format(rules=rules))
    if not account.rooms:
        raise NothingRecorded(name=names_by_id(vault.catalog).get(item, item), when=as_of or vault.catalog.time)
    return account


def _transactions(vault: Vault, last: int) -> Iterator[list[Entry]]:
    with closing(committed(vault)) as transactions:
        for transaction in transactions:
            if transaction[0].leaf.seq > last:
                return
            yield transaction


def _times(vault: Vault, last: int) -> Iterator[tuple[int, str]]:
    return ((transaction[-1].leaf.seq, transaction[-1].leaf.time) for transaction in _transactions(vault, last))


class _Player:
    """Plays transactions, all of which were checked when the vault was opened."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._vault = account.vault
        self._closings = account.vault.catalog.closings()
        self._state: State | None = None

    def play(self, transaction: list[Entry]) -> None:
        account, last = self._account, transaction[-1].leaf
        for entry in transaction:
            account.catalog.note_public(entry.leaf)
        told = [one for entry in transaction if entry.leaf.kind != _OF_NO_ITEM for one in self._play(entry, last)]
        for one in told:  # an item that came in a package is recorded after that
            if self._is_foreign(one.record) and one.room not in account.rooms:
                account.strange.append(one.seq)
            else:
                account.told.append(one)
        account.commits.append(last.seq)
        account.head = Head(last.seq, last.hash, transaction[-1].offset + len(transaction[-1].line))

    def _is_foreign(self, record: Record) -> bool:
        """Whether a record names the item without changing it."""
        return not isinstance(record, ItemRecord) and self._account.item in items_in(record.fields())

    def _play(self, entry: Entry, last: Leaf) -> Iterator[Told]:
        account, leaf = self._account, entry.leaf
        record = self._open(entry)
        if record is None:
            gap = account.forgotten if entry.sealed == FORGOTTEN else account.unread
            gap.setdefault(leaf.room, []).append(leaf.seq)
            return
        about = items_in(record.fields())
        is_ours = account.item in about
        if isinstance(record, ItemRecord) and not is_ours:
            return
        rule = account.disclosure.withheld_by(leaf, record.fields()) if is_ours or not about else None
        if rule:
            account.withheld.setdefault(rule.text, []).append(leaf.seq)
            return
        shown = account.disclosure.shown
        known, record = as_told(record, shown | {_TAGS}), as_told(record, shown)
        before, changes = self._state, account.catalog.view.total_changes
        known.project(account.catalog.view, Place(leaf.seq, leaf.time, last.signer, leaf.room, leaf.epoch, last.seq))
        if is_ours and isinstance(record, ItemRecord):
            if account.catalog.view.total_changes == changes:
                account.strange.append(leaf.seq)
                return
            account.rooms.add(leaf.room)
            account.seen = items_of(account.catalog, [account.item]).get(account.item, account.seen)
            self._state = account.state()
        if is_ours or not about:
            yield Told(leaf.seq, leaf.time, last.signer, leaf.room, record, before, self._state)

    def _open(self, entry: Entry) -> Record | None:
        closed = self._closings.get(entry.leaf.room)
        if closed is not None and closed.seq <= entry.leaf.seq:
            return None
        return self._vault.keys.record(entry.leaf, entry.sealed)

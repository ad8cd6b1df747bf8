"""Reading the journal back: records with their fields, filtered."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from ipvault.catalog.address import ID_LENGTH, SHORT_ID, find_any
from ipvault.catalog.traces import traces_of
from ipvault.errors import FormatTooNew, JournalBroken, NotFound
from ipvault.journal.canonical import JsonValue
from ipvault.journal.chain import Chain, Entry
from ipvault.journal.head import ChainBroken, empty_head
from ipvault.journal.leaf import VERSION, Leaf, UnknownVersion
from ipvault.records.base import Record
from ipvault.records.custody import CustodyCorrected, CustodyStarted, CustodyTransferred
from ipvault.records.domains import MAX_NUMBER
from ipvault.records.packages import PackageRevoked, ReceiptImported
from ipvault.records.timestamps import TimestampImported
from ipvault.storage.store import JOURNAL
from ipvault.vault.journal_file import lines_from
from ipvault.vault.vault import Vault

_NAMELESS: Final = re.compile(f"[0-9a-f]{{{SHORT_ID},{ID_LENGTH}}}")
"""What can be the beginning of an id: to look for shorter ones would be to read the whole journal for many a word."""

_TELLING: Final = frozenset(
    kind.KIND
    for kind in (
        *(PackageRevoked, ReceiptImported, TimestampImported),
        *(CustodyStarted, CustodyTransferred, CustodyCorrected),
    )
)
"""Kinds of records that tell of an item without naming it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which records: time from and before (RFC 3339 prefixes), item ids, kinds or classes, signer fingerprints.

    The sequence numbers `from_seq` and `until_seq` are the first and the last.
    Where `classes` are named, no record of another one is opened, which takes its time.
    """

    since: str | None = None
    until: str | None = None
    items: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    from_seq: int = 0
    until_seq: int = MAX_NUMBER

    @classmethod
    def of(cls, *kinds: type[Record], items: Iterable[str] = ()) -> Query:
        """The records of these kinds, of all items or of some (ids)."""
        return cls(
            items=frozenset(items),
            actions=frozenset(kind.KIND for kind in kinds),
            classes=frozenset(kind.CLASS for kind in kinds),
        )


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One record; `signer` signed its commit.

    `fields` is None where it was forgotten, this member has no key, or its room was closed by it or one before.
    """

    leaf: Leaf
    hash: str
    signer: str
    fields: dict[str, JsonValue] | None = field(default=None)

    @property
    def action(self) -> str:
        """The kind of the record, or its public class where only that is known."""
        kind = self.fields.get("kind") if self.fields else None
        return kind if isinstance(kind, str) else self.leaf.kind

    def to_json(self) -> dict[str, Any]:
        """The record for programs: what is public, and the fields where they can be read."""
        leaf = self.leaf
        return {
            "seq": leaf.seq,
            "time": leaf.time,
            "class": leaf.kind,
            "action": self.action,
            "room": leaf.room,
            "epoch": leaf.epoch,
            "signer": self.signer,
            "hash": self.hash,
            "previous": leaf.previous,
            "files": [{"added": f.added, "path": f.path, "length": f.length, "sha256": f.sha256} for f in leaf.files],
            "facts": leaf.facts,
            "fields": self.fields,
        }


def read_journal(vault: Vault, query: Query) -> Iterator[JournalRow]:
    """The committed records that match, oldest first, read through the chain: what it shows is what was signed.

    Raises `JournalBroken`, or `FormatTooNew`.
    """
    with closing(committed(vault)) as transactions:
        for transaction in transactions:
            if transaction[0].leaf.seq > query.until_seq:
                return
            yield from _rows(vault, transaction, query)


def read_about(vault: Vault, query: Query) -> Iterator[JournalRow]:
    """The records about the items of a query, as `read_journal` gives them, and what else tells of these items.

    That is what became of packages that held them, timestamps, and custody of a content that they had.
    """
    traces = traces_of(vault.catalog, query.items)
    for row in read_journal(vault, replace(query, items=frozenset())):
        fields = row.fields or {}
        known, found = (traces, texts_in(fields)) if row.action in _TELLING else (query.items, items_in(fields))
        if not known.isdisjoint(found):
            yield row


def committed(vault: Vault) -> Generator[list[Entry], None, None]:
    """The transactions, oldest first. Raises `JournalBroken`, or `FormatTooNew`."""
    chain = Chain(vault.id, empty_head(vault.id))
    with vault.store.open_journal() as journal:
        try:
            yield from chain.transactions(partial(lines_from, journal))
        except ChainBroken as error:
            raise JournalBroken(seq=error.seq, reason=error.reason) from None
        except UnknownVersion as error:
            raise FormatTooNew(place=JOURNAL, found=error.args[0], supported=VERSION) from None


def known_item(vault: Vault, address: str) -> tuple[str, str]:
    """The id and the name of the item that an address means, in its place or removed.

    One whose first record was forgotten is known by its id only, from the records that are left; its name is empty.
    Raises what `find_any` raises.
    """
    try:
        item = find_any(vault.catalog, address)
    except NotFound:
        if not _NAMELESS.fullmatch(address):
            raise
        about = ((row.fields or {}).get("item") for row in read_journal(vault, Query(actions=frozenset(("item",)))))
        ids = {id_ for id_ in about if isinstance(id_, str) and id_.startswith(address)}
        if len(ids) != 1:
            raise
        return ids.pop(), ""
    return item.id, item.name


def _rows(vault: Vault, transaction: list[Entry], query: Query) -> Iterator[JournalRow]:
    signer = transaction[-1].leaf.signer
    if query.members and signer not in query.members:
        return
    closings = vault.catalog.closings()
    for leaf, sealed, _offset in transaction:
        if not query.from_seq <= leaf.seq <= query.until_seq or (query.since and leaf.time < query.since):
            continue
        if (query.until and leaf.time >= query.until) or (query.classes and leaf.kind not in query.classes):
            continue
        closing = closings.get(leaf.room)
        fields = vault.keys.fields(leaf, sealed) if closing is None or leaf.seq < closing.seq else None
        row = JournalRow(leaf, leaf.hash, signer, fields)
        if query.actions and row.action not in query.actions and leaf.kind not in query.actions:
            continue
        if query.items and query.items.isdisjoint(items_in(fields or {})):
            continue
        yield row


def items_in(fields: dict[str, JsonValue]) -> set[str]:
    """The items (ids) that a record is about: one, or all that were in a package."""
    one, several = fields.get("item"), fields.get("items")
    return {item for item in (one, *(several if isinstance(several, list) else ())) if item and isinstance(item, str)}


def texts_in(fields: Mapping[str, JsonValue]) -> Iterator[str]:
    """The texts that a record has as fields, and in lists."""
    for value in fields.values():
        yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))

"""Reading the journal back: records with their fields, filtered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ipvault.catalog.items import touches
from ipvault.errors import JournalBroken
from ipvault.journal.canonical import JsonValue
from ipvault.journal.chain import ChainBroken
from ipvault.journal.leaf import Leaf, MalformedLeaf, parse_leaf
from ipvault.vault.journal_file import lines_from
from ipvault.vault.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which records: time from and before (RFC 3339 prefixes), item ids, kinds or classes, signer fingerprints."""

    since: str | None = None
    until: str | None = None
    items: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    from_seq: int = 0


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One record. `fields` is None where it was forgotten or this member has no key; `signer` signed its commit."""

    leaf: Leaf
    hash: str
    signer: str
    fields: dict[str, JsonValue] | None = field(default=None)

    @property
    def action(self) -> str:
        """The kind of the record, or its public class where only that is known."""
        kind = self.fields.get("kind") if self.fields else None
        return kind if isinstance(kind, str) else self.leaf.kind


def read_journal(vault: Vault, query: Query) -> Iterator[JournalRow]:
    """The committed records that match, oldest first. Raises `JournalBroken` for a line that is none."""
    pending: list[tuple[Leaf, bytes]] = []
    with vault.store.open_journal() as journal:
        start = _start_of(vault, query)
        offset = start
        for line in lines_from(journal, start):
            if offset >= vault.catalog.head.offset:
                return
            offset += len(line)
            raw, _tab, sealed = line[:-1].partition(b"\t")
            try:
                leaf = parse_leaf(raw)
            except MalformedLeaf as error:
                raise JournalBroken(seq="?", reason=str(error)) from None
            pending.append((leaf, sealed))
            if leaf.signer:
                yield from _rows(vault, pending, leaf.signer, query)
                pending.clear()


def _start_of(vault: Vault, query: Query) -> int:
    """The offset before which nothing can match: that of the first record about the items."""
    firsts = [touches(vault.catalog, item)[:1] for item in query.items]
    offsets = [first[0][1] for first in firsts if first]
    return min(offsets) if offsets and len(offsets) == len(firsts) else 0


def _rows(vault: Vault, transaction: list[tuple[Leaf, bytes]], signer: str, query: Query) -> Iterator[JournalRow]:
    if query.members and signer not in query.members:
        return
    for leaf, sealed in transaction:
        if leaf.seq < query.from_seq or (query.since and leaf.time < query.since):
            continue
        if query.until and leaf.time >= query.until:
            continue
        try:
            fields = vault.keys.fields(leaf, sealed)
        except ChainBroken as error:
            raise JournalBroken(seq=error.seq, reason=error.reason) from None
        row = JournalRow(leaf, leaf.hash, signer, fields)
        if query.actions and row.action not in query.actions and leaf.kind not in query.actions:
            continue
        if query.items and not (fields and fields.get("item") in query.items):
            continue
        yield row


def records_about(vault: Vault, item: str) -> Iterator[JournalRow]:
    """Every record about an item, read from where the catalog knows them to be."""
    with vault.store.open_journal() as journal:
        for _seq, offset in touches(vault.catalog, item):
            line = next(lines_from(journal, offset), b"")
            raw, _tab, sealed = line[:-1].partition(b"\t")
            leaf = parse_leaf(raw)
            signer = leaf.signer or _signer_after(lines_from(journal, offset))
            yield JournalRow(leaf, leaf.hash, signer, vault.keys.fields(leaf, sealed))


def _signer_after(lines: Iterator[bytes]) -> str:
    """Who signed the commit that ends the transaction in which `lines` begin."""
    return next((signer for line in lines if (signer := parse_leaf(line.partition(b"\t")[0]).signer)), "")

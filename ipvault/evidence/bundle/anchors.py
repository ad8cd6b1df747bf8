"""What a bundle holds of people outside: heads that witnesses signed, and timestamps of heads, contents and tokens."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ipvault.catalog.anchors import anchors
from ipvault.catalog.statistics import incarnation
from ipvault.catalog.timestamps import Stamp, Timestamp, timestamps
from ipvault.errors import TimestampsNotInstalled
from ipvault.evidence.bundle.contents import Contents, Shown
from ipvault.evidence.forks import is_continued
from ipvault.evidence.journal_lines import lines_at
from ipvault.evidence.journal_tree import JournalTree
from ipvault.evidence.timestamps import Evidence
from ipvault.evidence.witnessed_heads import signed_head
from ipvault.journal.checkpoint import Checkpoint, TreeHead, origin_of, witness_name
from ipvault.journal.note import NoteSignature
from ipvault.keys.card import Card
from ipvault.records.vocabulary import TIMESTAMP
from ipvault.vault.vault import Vault


class Stamped(NamedTuple):
    """A timestamp (an id), what it is `of` (a head by its size, a record by its number, a timestamp by its id), and
    the token with whom it was checked."""

    id: str
    of: str
    evidence: Evidence


class Anchored(NamedTuple):
    """Earlier heads that hold chosen records fast; timestamps; and those witnesses of the heads whose cards the maker
    trusts.

    `left_out` are the ids of timestamps that do not prove what they are kept for, so that they would spoil the bundle.
    """

    heads: list[Checkpoint]
    stamps: list[Stamped]
    witnesses: list[Card]
    left_out: list[str]


def collect_anchors(
    vault: Vault, tree: JournalTree, contents: Contents, chosen: Iterable[int], trusted: Sequence[Card]
) -> Anchored:
    """What is kept of witnesses and authorities about the chosen records, as far as this member can open and check it.

    The heads are signed anew, by the maker; of the lines of witnesses those are taken over that can be checked. What a
    record says without a right signature of somebody outside is left out: any member can write such a record.
    """
    found, left_out = _sound_stamps(vault, tree, contents)
    held = _first_heads([*_witnessed(vault, tree, trusted), *_dated(vault, tree, found)], sorted(chosen))
    heads = []
    for head, lines in held.items():
        signed = Checkpoint.sign(head, vault.identity, int(vault.machine.now()))
        heads.append(Checkpoint(head, (*signed.signatures, *dict.fromkeys(lines))))
    names = {line.name for checkpoint in heads for line in checkpoint.signatures}
    witnesses = [card for card in trusted if witness_name(card.fingerprint) in names]
    return Anchored(heads, _that_belong(found, contents, held), witnesses, left_out)


class _Statement(NamedTuple):
    """A head that `who` vouches for, and the lines of a checkpoint by which that can be checked, if there are any."""

    who: tuple[str, str]
    head: TreeHead
    lines: tuple[NoteSignature, ...]


def _witnessed(vault: Vault, tree: JournalTree, trusted: Sequence[Card]) -> Iterator[_Statement]:
    """The heads that trusted witnesses have signed, and that the journal continues."""
    cards = {card.fingerprint: card for card in trusted}
    for anchor in anchors(vault.catalog):
        card = cards.get(anchor.authority)
        signed = signed_head(anchor, vault.id, card) if card else None
        if signed and is_continued(tree, signed.head):
            lines = tuple(line for line in signed.signatures if line.name == witness_name(anchor.authority))
            yield _Statement((anchor.kind, anchor.authority), signed.head, lines)


def _dated(vault: Vault, tree: JournalTree, found: Iterable[_Found]) -> Iterator[_Statement]:
    """The heads of which there is a sound timestamp."""
    origins = {origin_of(vault.id, number) for number in range(1, incarnation(vault.catalog) + 1)}
    for one, stamp, _evidence in found:
        if one.target == "head" and one.origin in origins:
            yield _Statement((TIMESTAMP, stamp.ca), TreeHead(one.origin, one.size, tree.root(one.size)), ())


def _first_heads(statements: Iterable[_Statement], chosen: Sequence[int]) -> dict[TreeHead, list[NoteSignature]]:
    """The heads that hold a chosen record which no smaller head holds that the same person or authority vouches for.

    Of one size there is one head.
    """
    found: dict[TreeHead, list[NoteSignature]] = {}
    heads: dict[int, TreeHead] = {}
    last: dict[tuple[str, str], int] = {}
    for who, head, lines in sorted(statements, key=lambda one: one.head.size):
        is_first = any(last.get(who, 0) <= seq < head.size for seq in chosen)
        if not is_first or heads.setdefault(head.size, head) != head:
            continue
        last[who] = head.size
        found.setdefault(head, []).extend(lines)
    return found


class _Found(NamedTuple):
    """A timestamp that proves what it is kept for, by the certificates that are kept with it."""

    timestamp: Timestamp
    stamp: Stamp
    evidence: Evidence


def _sound_stamps(vault: Vault, tree: JournalTree, contents: Contents) -> tuple[list[_Found], list[str]]:
    """The timestamps of heads, of contents whose hashes are shown, and those that renew one of them; and the ids of
    those among them that are not sound, or cannot be checked here.
    """
    wanted = _wanted(vault, contents)
    kept = _kept(vault, tree, [stamp.seq for _one, stamp in wanted])
    found, left_out = [], []
    for one, stamp in wanted:
        try:
            from ipvault.evidence.timestamp_check import problem_of

            is_sound = not problem_of(vault, one, stamp, kept, None, tree.root)
        except TimestampsNotInstalled:
            is_sound = False
        if is_sound:
            found.append(_Found(one, stamp, kept[stamp.seq]))
        else:
            left_out.append(one.id)
    return found, left_out


def _wanted(vault: Vault, contents: Contents) -> list[tuple[Timestamp, Stamp]]:
    hashes = {_content_shown(shown) for shown in contents.shown.values()}
    found: dict[str, tuple[Timestamp, Stamp]] = {}
    for one in timestamps(vault.catalog):
        is_wanted = one.target == "head" or (one.item, one.imprint) in hashes or one.renews in found
        if one.stamp is not None and is_wanted:
            found[one.id] = (one, one.stamp)
    return list(found.values())


def _kept(vault: Vault, tree: JournalTree, seqs: Iterable[int]) -> dict[int, Evidence]:
    """What the records of these numbers keep, as far as this member can open them."""
    with vault.store.open_journal() as journal:
        lines = lines_at(journal, vault.catalog.head.offset, tree.leaf, sorted(seqs))
        opened = {line.leaf.seq: vault.keys.fields(*line) for line in lines}
    return {seq: Evidence.of(fields) for seq, fields in opened.items() if fields}


def _that_belong(found: Iterable[_Found], contents: Contents, heads: Collection[TreeHead]) -> list[Stamped]:
    """The timestamps of these heads, of contents whose hashes are shown, and those that renew one of them."""
    newest_first = sorted(contents.shown.items(), reverse=True)  # a release has the same content as what it is of
    records = {_content_shown(shown): seq for seq, shown in newest_first}
    sizes = {(head.origin, head.size) for head in heads}
    stamped: dict[str, Stamped] = {}
    for one, _stamp, evidence in found:
        of = ""
        if one.target == "head" and (one.origin, one.size) in sizes:
            of = f"head {one.size}"
        elif one.target == "item" and (one.item, one.imprint) in records:
            of = f"record {records[one.item, one.imprint]}"
        elif one.target == "timestamp" and one.renews in stamped:
            of = f"timestamp {one.renews}"
        if of:
            stamped[one.id] = Stamped(one.id, of, evidence)
    return list(stamped.values())


def _content_shown(shown: Shown) -> tuple[object, ...]:
    """The item and the hash that a record has, as far as they are shown."""
    fields = shown.fields or {}
    texts = (fields.get(name, (b"", False)) for name in ("item", "sha256"))
    return tuple(json.loads(text)[2] if is_shown else None for text, is_shown in texts)

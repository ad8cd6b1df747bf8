"""What a bundle holds of people outside: heads that witnesses signed, and timestamps of heads, contents and tokens."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ipvault.catalog.anchors import Anchor, anchors
from ipvault.catalog.timestamps import timestamps
from ipvault.errors import NoSuchRecord
from ipvault.evidence.bundle.contents import Contents, Shown
from ipvault.evidence.journal_lines import lines_at
from ipvault.evidence.journal_tree import JournalTree
from ipvault.evidence.timestamps import Evidence
from ipvault.journal.checkpoint import Checkpoint, TreeHead, witness_name
from ipvault.journal.note import NoteSignature
from ipvault.keys.card import Card
from ipvault.records.vocabulary import WITNESS
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
    """

    heads: list[Checkpoint]
    stamps: list[Stamped]
    witnesses: list[Card]


def collect_anchors(
    vault: Vault, tree: JournalTree, contents: Contents, chosen: Iterable[int], trusted: Sequence[Card]
) -> Anchored:
    """What is kept of witnesses and authorities about the chosen records, as far as this member can open it.

    The heads are signed anew, by the maker; of the lines of witnesses those are taken over that can be checked.
    """
    heads = []
    found = _first_anchors(tree, anchors(vault.catalog), sorted(chosen))
    for head, said in found.items():
        cosigned = [Checkpoint.parse(one.evidence.encode()) for one in said if one.kind == WITNESS]
        lines = [line for one in cosigned for card in trusted for line in _lines_of(card, one)]
        signed = Checkpoint.sign(head, vault.identity, int(vault.machine.now()))
        heads.append(Checkpoint(head, (*signed.signatures, *lines)))
    names = {line.name for checkpoint in heads for line in checkpoint.signatures}
    witnesses = [card for card in trusted if witness_name(card.fingerprint) in names]
    return Anchored(heads, _stamps(vault, tree, contents, {head.size for head in found}), witnesses)


def _first_anchors(tree: JournalTree, known: Iterable[Anchor], chosen: Sequence[int]) -> dict[TreeHead, list[Anchor]]:
    """The heads that hold a chosen record which no smaller head of the same witness or authority holds.

    An anchor that the journal does not continue, from before a rollback that was accepted, is none of its; and of one
    size there is one head.
    """
    found: dict[TreeHead, list[Anchor]] = {}
    origins: dict[int, str] = {}
    last: dict[tuple[str, str], int] = {}
    for anchor in sorted(known, key=lambda one: one.size):
        who = (anchor.kind, anchor.authority)
        is_first = any(last.get(who, 0) <= seq < anchor.size for seq in chosen)
        origin = anchor.evidence.partition("\n")[0]
        if not is_first or origins.setdefault(anchor.size, origin) != origin or not _holds(tree, anchor):
            continue
        last[who] = anchor.size
        found.setdefault(TreeHead(origin, anchor.size, bytes.fromhex(anchor.root)), []).append(anchor)
    return found


def _lines_of(witness: Card, cosigned: Checkpoint) -> tuple[NoteSignature, ...]:
    """What a witness signed of a head; nothing if a signature is wrong."""
    is_right = cosigned.cosigned_at(witness.public) is not None
    return cosigned.only_of(witness.public).signatures if is_right else ()


def _stamps(vault: Vault, tree: JournalTree, contents: Contents, sizes: Collection[int]) -> list[Stamped]:
    """The timestamps of these heads, of contents whose hashes are shown, and those that renew one of them."""
    hashes = {_content_shown(shown): seq for seq, shown in contents.shown.items()}
    found: dict[str, tuple[int, str]] = {}
    for one in timestamps(vault.catalog):
        of = {
            "head": f"head {one.size}" if one.size in sizes else "",
            "item": f"record {hashes.get((one.item, one.imprint), '')}",
            "timestamp": f"timestamp {one.renews}" if one.renews in found else "",
        }[one.target]
        if one.stamp is not None and of and not of.endswith(" "):
            found[one.id] = (one.stamp.seq, of)
    seqs = sorted(seq for seq, _of in found.values())
    with vault.store.open_journal() as journal:
        lines = lines_at(journal, vault.catalog.head.offset, tree.leaf, seqs)
        opened = {line.leaf.seq: vault.keys.fields(*line) for line in lines}
    evidence = {seq: Evidence.of(fields) for seq, fields in opened.items() if fields}
    return [Stamped(id_, of, evidence[seq]) for id_, (seq, of) in found.items() if seq in evidence]


def _content_shown(shown: Shown) -> tuple[object, ...]:
    """The item and the hash that a record has, as far as they are shown."""
    fields = shown.fields or {}
    texts = (fields.get(name, (b"", False)) for name in ("item", "sha256"))
    return tuple(json.loads(text)[2] if is_shown else None for text, is_shown in texts)


def _holds(tree: JournalTree, anchor: Anchor) -> bool:
    try:
        return tree.root(anchor.size).hex() == anchor.root
    except NoSuchRecord:
        return False

"""Heads of the journal that a witness has signed, as anchors keep them: true by the witness's signature alone."""

from __future__ import annotations

from collections.abc import Iterable

from ipvault.catalog.anchors import Anchor
from ipvault.evidence.forks import is_continued
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.note import MalformedNote
from ipvault.keys.card import Card
from ipvault.records.vocabulary import WITNESS
from ipvault.vault.clock import timestamp


def signed_head(anchor: Anchor, vault: str, card: Card) -> Checkpoint | None:
    """The checkpoint of a vault's journal that a witness signed, if it is what the anchor says of it; None if not."""
    if (anchor.kind, anchor.authority) != (WITNESS, card.fingerprint):
        return None
    try:
        checkpoint = Checkpoint.parse(anchor.evidence.encode())
    except MalformedNote:
        return None
    head, time = checkpoint.head, checkpoint.cosigned_at(card.public)
    is_said = (head.vault, head.size, head.root.hex()) == (vault, anchor.size, anchor.root)
    return checkpoint if is_said and time is not None and timestamp(time) == anchor.time else None


def witnessed_size(known: Iterable[Anchor], tree: JournalTree, card: Card) -> int:
    """How many of a journal's first records a witness has signed, in this incarnation or an earlier one."""
    for anchor in sorted(known, key=lambda one: one.size, reverse=True):
        signed = signed_head(anchor, tree.vault, card)
        if signed and is_continued(tree, signed.head):
            return signed.head.size
    return 0

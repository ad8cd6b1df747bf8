"""The head of a vault's journal, signed by whoever opened it."""

from __future__ import annotations

from collections.abc import Iterable

from ipvault.catalog.statistics import incarnation
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.checkpoint import Checkpoint, TreeHead, origin_of
from ipvault.keys.identity import PublicIdentity
from ipvault.text import _
from ipvault.vault.vault import Vault


def present_head(vault: Vault, tree: JournalTree) -> TreeHead:
    """The head of the journal as far as `tree` goes."""
    return TreeHead(origin_of(vault.id, incarnation(vault.catalog)), tree.size, tree.root(tree.size))


def sign_head(vault: Vault, tree: JournalTree) -> Checkpoint:
    """The checkpoint of the journal as far as `tree` goes. Nothing is recorded: a head says nothing of any content."""
    return Checkpoint.sign(present_head(vault, tree), vault.identity, int(vault.machine.now()))


def half_signed(checkpoint: Checkpoint, people: Iterable[tuple[str, PublicIdentity]]) -> str | None:
    """What is to be said of a checkpoint that has one of the two lines of one of these people, by their names."""
    for name, public in people:
        if checkpoint.is_half_signed_by(public):
            text = _(
                "one of the two signature lines of {name} on it is missing; both have to be there, the short one and "
                "the long one (ML-DSA-44), so that neither key alone can be forged: ask for the file as it was written"
            )
            return text.format(name=name)
    return None

"""The head of a vault's journal, signed by whoever opened it."""

from __future__ import annotations

from ipvault.catalog.statistics import incarnation
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.checkpoint import Checkpoint, TreeHead, origin_of
from ipvault.vault.vault import Vault


def present_head(vault: Vault, tree: JournalTree) -> TreeHead:
    """The head of the journal as far as `tree` goes."""
    return TreeHead(origin_of(vault.id, incarnation(vault.catalog)), tree.size, tree.root(tree.size))


def sign_head(vault: Vault, tree: JournalTree) -> Checkpoint:
    """The checkpoint of the journal as far as `tree` goes. Nothing is recorded: a head says nothing of any content."""
    return Checkpoint.sign(present_head(vault, tree), vault.identity, int(vault.machine.now()))

"""Checking proofs about a journal: that of one record, and that the journal continues an earlier head."""

from __future__ import annotations

from pathlib import Path

from ipvault.catalog.roster import identities_at
from ipvault.errors import HeadRefused, StrangersHead
from ipvault.evidence.forks import refuse_fork, refuse_stranger
from ipvault.evidence.heads import half_signed
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.proof import Continuation, Inclusion
from ipvault.journal.tree import EMPTY_ROOT
from ipvault.text import _
from ipvault.vault.vault import Vault


def check_proof(
    vault: Vault, tree: JournalTree, proof: Inclusion | Continuation, place: str, fork_file: Path
) -> list[str]:
    """Who signed the checkpoint of a proof that is right, and is of the journal up to where `tree` goes.

    Raises `StrangersHead` if no member did, `Forked`, with both heads in `fork_file`, if the journal is another one,
    and `HeadRefused` for a proof that does not prove what it says, or is of another vault.
    """
    checkpoint = proof.checkpoint
    refuse_stranger(checkpoint.head, vault.id, place)
    members = identities_at(vault.catalog, min(checkpoint.head.size, tree.size) - 1)
    names = [name for name, public in members if checkpoint.is_signed_by(public)]
    if not names:
        if reason := half_signed(checkpoint, members):
            raise HeadRefused(place=place, reason=reason)
        raise StrangersHead(place=place)
    refuse_fork(tree, checkpoint, place, fork_file, vault.machine.now())
    if isinstance(proof, Inclusion):
        is_right = proof.number < checkpoint.head.size and proof.includes(tree.leaf(proof.number))
    else:
        is_right = proof.old <= checkpoint.head.size and proof.continues(
            tree.root(proof.old) if proof.old else EMPTY_ROOT
        )
    if not is_right:
        raise HeadRefused(place=place, reason=_("its proof is wrong"))
    return names

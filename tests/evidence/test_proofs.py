"""Proofs about a journal, checked against the vault: right ones, and whatever somebody makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipvault.errors import Forked, HeadRefused, StrangersHead
from ipvault.evidence.heads import sign_head
from ipvault.evidence.journal_tree import open_tree
from ipvault.evidence.proofs import check_proof
from ipvault.journal.checkpoint import Checkpoint, TreeHead
from ipvault.journal.proof import Continuation, Inclusion
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.outsiders import EVE


@pytest.fixture
def vault() -> Vault:
    """One with a document."""
    vault = MemoryVault.create().open()
    add_content(vault, {"a": b"a"})
    return vault


def proofs(vault: Vault) -> list[Inclusion | Continuation]:
    """One of a record, one since an earlier head, and one since nothing."""
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        checkpoint = sign_head(vault, tree)
        since = (Continuation(old, tuple(tree.consistency(old)), checkpoint) for old in (0, 3))
        return [Inclusion(3, tuple(tree.inclusion(3)), checkpoint), *since]


def check(vault: Vault, proof: Inclusion | Continuation, fork_file: Path) -> list[str]:
    """Who signed it."""
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        return check_proof(vault, tree, proof, "proof", fork_file)


def test_a_right_proof(vault: Vault, tmp_path: Path) -> None:
    """It is right, and stays so when the journal has become longer; who signed its checkpoint is told."""
    made = proofs(vault)
    add_content(vault, {"b": b"b"})
    for proof in made:
        assert check(vault, proof, tmp_path / "fork") == ["Ada Lovelace"]
    assert not (tmp_path / "fork").exists()


@pytest.mark.parametrize("which", [0, 2])
def test_a_proof_of_something_else(vault: Vault, tmp_path: Path, which: int) -> None:
    """Another number, a hash that was altered, left out or added, and half of the signatures are refused."""
    proof = proofs(vault)[which]
    first, *others = proof.path
    paths = ((bytes(32), *others), tuple(others), (*proof.path, bytes(32)))
    head = proof.checkpoint.head
    for wrong in (
        *(proof._replace(path=path) for path in paths),
        *(type(proof)(number, proof.path, proof.checkpoint) for number in (4, head.size, head.size + 1, 10**15 - 1)),
        proof._replace(checkpoint=Checkpoint(head, proof.checkpoint.signatures[:1])),
        proof._replace(checkpoint=Checkpoint.sign(head._replace(origin=f"ipvault.vault/{'0' * 32}"), EVE.identity, 1)),
    ):
        with pytest.raises(HeadRefused):
            check(vault, wrong, tmp_path / "fork")
    assert first
    assert not (tmp_path / "fork").exists()


def test_a_proof_of_a_stranger(vault: Vault, tmp_path: Path) -> None:
    """One whose checkpoint no member signed proves nothing, however right it is."""
    proof = proofs(vault)[0]
    for head in (proof.checkpoint.head, proof.checkpoint.head._replace(size=999_999)):
        with pytest.raises(StrangersHead):
            check(vault, proof._replace(checkpoint=Checkpoint.sign(head, EVE.identity, 1)), tmp_path / "fork")


def test_a_proof_about_another_journal_of_the_vault(vault: Vault, tmp_path: Path) -> None:
    """A member signed it, and the journal does not continue it: both heads are kept."""
    proof = proofs(vault)[0]
    head = TreeHead(proof.checkpoint.head.origin, proof.checkpoint.head.size, bytes(32))
    with pytest.raises(Forked):
        check(vault, proof._replace(checkpoint=Checkpoint.sign(head, vault.identity, 1)), tmp_path / "fork")
    assert (tmp_path / "fork").exists()

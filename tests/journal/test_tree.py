"""The Merkle tree: RFC 6962, held against published vectors and against the definition written down plainly."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ipvault.journal import tree

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "merkle.json").read_text())

FROM_NOTHING = [vector["file"] for vector in VECTORS["consistency"] if vector["size1"] == 0]
"""There the vectors refuse what C2SP tlog-witness asks for: every tree continues the empty one."""


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\0" + bytes((number,))).digest() for number in range(count)]


def stored(hashes: list[bytes]) -> list[bytes]:
    """The row of stored hashes, by the definition: behind each leaf the subtrees that it completes."""
    row: list[bytes] = []
    for number, leaf in enumerate(hashes):
        row.append(leaf)
        width = 2
        while (number + 1) % width == 0:
            row.append(plain_root(hashes[number + 1 - width : number + 1]))
            width *= 2
    return row


def plain_root(hashes: list[bytes]) -> bytes:
    """The Merkle tree hash, as RFC 6962 defines it."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + plain_root(hashes[:half]) + plain_root(hashes[half:])).digest()


def values(vector: dict[str, Any], *names: str) -> list[bytes]:
    return [b64decode(vector[name] or "") for name in names]


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["file"])
def test_inclusion_vectors(vector: dict[str, Any]) -> None:
    """Every published proof of inclusion is accepted or refused as its authors say."""
    leaf, root = values(vector, "leafHash", "root")
    path = [b64decode(one) for one in vector["proof"] or ()]
    verdict = tree.proves_inclusion(leaf, vector["leafIdx"], vector["treeSize"], root, path)
    assert verdict is not vector["wantErr"]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["file"])
def test_consistency_vectors(vector: dict[str, Any]) -> None:
    """So is every proof of consistency, but for those that start at nothing."""
    old, root = values(vector, "root1", "root2")
    path = [b64decode(one) for one in vector["proof"] or ()]
    verdict = tree.proves_consistency(vector["size1"], old, vector["size2"], root, path)
    if vector["file"] not in FROM_NOTHING:
        assert verdict is not vector["wantErr"]


def test_every_tree_continues_the_empty_one() -> None:
    """It takes no proof to continue what has no leaves, and none is taken; its root is that of RFC 6962."""
    assert tree.proves_consistency(0, tree.EMPTY_ROOT, 2, bytes(32), [])
    assert tree.proves_consistency(0, tree.EMPTY_ROOT, 0, tree.EMPTY_ROOT, [])
    assert not tree.proves_consistency(0, bytes(32), 2, bytes(32), [])
    assert not tree.proves_consistency(0, tree.EMPTY_ROOT, 2, bytes(32), [bytes(32)])
    assert not tree.proves_consistency(0, tree.EMPTY_ROOT, 0, bytes(32), [])


@given(st.integers(0, 70), st.integers(0, 70))
def test_roots_and_consistency(one: int, other: int) -> None:
    """Of every size the root is that of the definition, and a larger tree is shown to continue a smaller one."""
    old, size = sorted((one, other))
    hashes = leaves(size)
    row = stored(hashes)
    assert len(row) == tree.stored_count(size)
    old_root, root = (plain_root(hashes[:count]) for count in (old, size))
    assert (tree.root(row, old), tree.root(row, size)) == (old_root, root)
    path = tree.consistency_proof(row, old, size)
    assert tree.proves_consistency(old, old_root, size, root, path)
    if 0 < old < size:
        assert not tree.proves_consistency(old, root, size, root, path)
        assert not tree.proves_consistency(old, old_root, size, old_root, path)
        assert not tree.proves_consistency(old - 1, old_root, size, root, path)
        assert not tree.proves_consistency(old, old_root, size, root, [*path, root])


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_inclusion(place: tuple[int, int]) -> None:
    """Each leaf is shown to be in the tree, no other leaf by its path, and not at another place."""
    index, size = place
    hashes = leaves(size)
    row, root = stored(hashes), plain_root(hashes)
    path = tree.inclusion_proof(row, index, size)
    assert tree.proves_inclusion(hashes[index], index, size, root, path)
    assert not tree.proves_inclusion(hashes[index - 1] if size > 1 else root[::-1], index, size, root, path)
    assert not tree.proves_inclusion(hashes[index], size, size, root, path)
    assert not tree.proves_inclusion(hashes[index], index, size, root, [*path, root])
    if path:
        assert not tree.proves_inclusion(hashes[index], index ^ 1, size, root, path)
        assert not tree.proves_inclusion(hashes[index], index, size, root, path[1:])


def test_endless_proofs_are_refused() -> None:
    """No proof is longer than that of the largest tree there can be."""
    path = [bytes(32)] * (tree.MAX_PROOF + 1)
    assert not tree.proves_inclusion(bytes(32), 0, 2**70, bytes(32), path)
    assert not tree.proves_consistency(1, bytes(32), 2**70, bytes(32), path)

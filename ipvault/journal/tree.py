"""The Merkle tree over the journal (RFC 6962): its root, and proofs that do without the journal.

The journal's leaf hash is the tree's leaf hash, so the tree's size is the number of records. Hashes of whole subtrees
are stored in one row that only ever grows: each leaf's, and right behind it those of the subtrees that it completes
(the order of `StoredHashIndex` in golang.org/x/mod/sumdb/tlog). From it the tree of every earlier size can be had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, Protocol

HASH_SIZE: Final = 32
MAX_PROOF: Final = 63
"""Hashes of the longest proof (C2SP tlog-witness)."""

EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without leaves."""


class StoredHashes(Protocol):
    """The row of stored hashes."""

    def __getitem__(self, index: int, /) -> bytes: ...


def stored_count(size: int) -> int:
    """How many hashes are stored of a tree of `size` leaves."""
    return 2 * size - size.bit_count()


def stored_index(level: int, number: int) -> int:
    """Where the hash of the subtree of 2 ** `level` leaves is stored that has `number` others of its size before it."""
    last_leaf = ((number + 1) << level) - 1
    return stored_count(last_leaf) + level


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks(hashes: StoredHashes, size: int) -> list[bytes]:
    """The hashes of the largest whole subtrees of a tree of `size` leaves, from left to right."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append(hashes[stored_index(level, start >> level)])
            start += 1 << level
    return found


def root(hashes: StoredHashes, size: int) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _subtree(hashes, 0, size) if size else EMPTY_ROOT


def _subtree(hashes: StoredHashes, start: int, end: int) -> bytes:
    """The hash over the leaves from `start`, at which a subtree of this size begins, to before `end`."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return hashes[stored_index(level, start >> level)]
    middle = _split(start, end)
    return node_hash(_subtree(hashes, start, middle), _subtree(hashes, middle, end))


def _split(start: int, end: int) -> int:
    """Where the right half begins: the left is the largest whole subtree that is not all."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_proof(hashes: StoredHashes, index: int, size: int) -> list[bytes]:
    """The audit path of the leaf `index`, which is below `size`: its sibling first (RFC 6962, 2.1.1)."""
    path, start, end = [], 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(_subtree(hashes, middle, end))
            end = middle
        else:
            path.append(_subtree(hashes, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(hashes: StoredHashes, old: int, size: int) -> list[bytes]:
    """The proof that the tree of `old` leaves, at most `size`, is the beginning of that of `size` (RFC 6962, 2.1.2)."""
    if old == 0:
        return []
    path, start, end = [], 0, size
    while old != end:
        middle = _split(start, end)
        if old <= middle:
            path.append(_subtree(hashes, middle, end))
            end = middle
        else:
            path.append(_subtree(hashes, start, middle))
            start = middle
    if start:
        path.append(_subtree(hashes, start, end))
    return path[::-1]


def proves_inclusion(leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` leads from the hash of leaf `index` to the root of a tree of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or len(path) > MAX_PROOF or len(leaf) != HASH_SIZE:
        return False
    here, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of `size` continues that of `old` (RFC 9162, 2.1.4.2).

    Every tree continues the empty one, and itself, which needs no path.
    """
    if not 0 <= old <= size or len(path) > MAX_PROOF:
        return False
    if old == size:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    whole = old & (old - 1) == 0
    steps = [old_root, *path] if whole else [*path]
    if len(steps) < 2:
        return False
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_found = found = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and (old_found, found) == (old_root, root)

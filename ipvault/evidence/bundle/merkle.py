"""Hashes and proofs of a Merkle tree, as in RFC 9162, section 2.1, and the message of a signature over parts."""

from __future__ import annotations

import hashlib
import struct


def encode(kind: bytes, *parts: bytes) -> bytes:
    """The message that a signature covers: the number of parts, then the length and the bytes of each."""
    pieces = (b"ipvault/v1/" + kind, *parts)
    return struct.pack("<Q", len(pieces)) + b"".join(struct.pack("<Q", len(piece)) + piece for piece in pieces)


def leaf_hash(raw: bytes) -> bytes:
    """Section 2.1.1."""
    return hashlib.sha256(b"\x00" + raw).digest()


def proves_inclusion(leaf: bytes, index: int, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether a leaf hash is number `index` in the tree of that size and root (2.1.3.2)."""
    if index >= size:
        return False
    node, above, digest = index, size - 1, leaf
    for other in path:
        if above == 0:
            return False
        if node & 1 or node == above:
            digest = _inner(other, digest)
            while not node & 1 and node:
                node, above = node >> 1, above >> 1
        else:
            digest = _inner(digest, other)
        node, above = node >> 1, above >> 1
    return above == 0 and digest == root


def proves_consistency(old: int, old_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether the tree of that size and root begins with the smaller one, of `old` leaves (2.1.4.2)."""
    if not 0 < old < size or not path:
        return False
    hashes = [old_root, *path] if old & (old - 1) == 0 else path
    node, above = old - 1, size - 1
    while node & 1:
        node, above = node >> 1, above >> 1
    was = digest = hashes[0]
    for other in hashes[1:]:
        if above == 0:
            return False
        if node & 1 or node == above:
            was, digest = _inner(other, was), _inner(other, digest)
            while not node & 1 and node:
                node, above = node >> 1, above >> 1
        else:
            digest = _inner(digest, other)
        node, above = node >> 1, above >> 1
    return above == 0 and was == old_root and digest == root


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()

"""The root of the Merkle tree over the journal (RFC 6962 §2.1), whose leaf hashes are the journal's."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from typing import Final

_EMPTY: Final = hashlib.sha256().digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in their order."""
    peaks: list[tuple[int, bytes]] = []  # the largest whole subtrees so far: how many leaves, and the hash
    for leaf in leaves:
        size, node = 1, leaf
        while peaks and peaks[-1][0] == size:
            node = _inner(peaks.pop()[1], node)
            size *= 2
        peaks.append((size, node))
    if not peaks:
        return _EMPTY
    _size, root = peaks.pop()
    for _size, left in reversed(peaks):
        root = _inner(left, root)
    return root


def head_text(origin: str, size: int, root: bytes) -> bytes:
    """The text of a checkpoint (https://c2sp.org/tlog-checkpoint)."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n".encode()


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()

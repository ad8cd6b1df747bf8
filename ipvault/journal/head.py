"""Where a journal stands, and that it is broken: small enough to be imported by commands that only read."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from ipvault.crypto.pae import pae

MAX_LINE: Final = 4 * 1024 * 1024
"""Bytes of the longest line, with its line feed, that is read as one: no record comes near it."""


class ChainBroken(Exception):
    """The journal is not what was written.

    `seq` is the record at which that shows, `reason` a short clause.
    """

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(seq, reason)
        self.seq = seq
        self.reason = reason


class Head(NamedTuple):
    """Where a journal stands: its last record, that leaf's hash, and the length in bytes up to and with that line."""

    seq: int
    hash: str
    offset: int


def empty_head(vault: str) -> Head:
    """The head of a journal without records; its hash is what record 0 names as its predecessor."""
    return Head(-1, hashlib.sha256(pae("journal", vault)).hexdigest(), 0)


def leaf_hash(raw: bytes) -> str:
    """The hash of a leaf's bytes, SHA-256(0x00 || leaf) as in RFC 6962, in hexadecimal."""
    return hashlib.sha256(b"\x00" + raw).hexdigest()

"""Finding the rare records that announce signing keys and room keys, without parsing the rest of the journal.

What is found so is not checked: it tells where to look, and the chain tells what counts.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from ipvault.journal.leaf import Leaf, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.vault.journal_file import lines_from

_BLOCK: Final = 8 * 1024 * 1024
MOST_ANNOUNCING: Final = 20_000
"""Leaves that announce keys beyond which they are not held: anybody can append more that nobody ever signs."""

ANNOUNCING: Final = ("member", "key")
"""The classes whose records announce keys."""

_MARKS: Final = tuple(f'"k":"{name}"'.encode() for name in ANNOUNCING)


def announcing_leaves(journal: BinaryIO, size: int) -> list[Leaf] | None:
    """The leaves of the classes that announce keys, in the order of the file; of several with one number the first.

    None if they are more than MOST_ANNOUNCING.
    """
    starts: set[int] = set()
    overlap = max(map(len, _MARKS))
    for base in range(0, size, _BLOCK):
        journal.seek(max(0, base - overlap))
        block = journal.read(_BLOCK + overlap)
        for mark in _MARKS:
            at = block.find(mark)
            while at >= 0:
                starts.add(max(0, base - overlap) + at)
                at = block.find(mark, at + 1)
        if len(starts) > MOST_ANNOUNCING:
            return None
        if b"\0" in block:  # what comes after that was never committed, and can be a hole of any length
            break
    leaves: dict[int, Leaf] = {}
    for at in sorted(starts):
        leaf = _leaf_around(journal, at)
        if leaf is not None:
            leaves.setdefault(leaf.seq, leaf)
    return list(leaves.values())


def _leaf_around(journal: BinaryIO, at: int) -> Leaf | None:
    """The leaf in which the byte at `at` lies; its class stands within its first kilobyte."""
    begin = max(0, at - 1024)
    journal.seek(begin)
    before = journal.read(at - begin)
    feed = before.rfind(b"\n")
    start = begin + feed + 1 if feed >= 0 else begin
    line = next(lines_from(journal, start), b"")
    try:
        return parse_leaf(line.partition(b"\t")[0])
    except (MalformedLeaf, UnknownVersion):
        return None

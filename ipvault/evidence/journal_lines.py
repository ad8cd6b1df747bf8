"""Single records out of a journal of any length: found by their number, and trusted because the tree holds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from typing import BinaryIO, Final, NamedTuple

from ipvault.errors import JournalBroken
from ipvault.journal.leaf import Leaf, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.journal.payload import FORGOTTEN
from ipvault.text import _
from ipvault.vault.journal_file import lines_from

_NEAR: Final = 1024
"""So many records are read over rather than looked for anew."""

_CLOSE: Final = 64 * 1024
"""So many bytes are read through rather than halved once more."""

_NUMBER: Final = re.compile(rb'"n":([0-9]{1,15}),')


class Line(NamedTuple):
    """A record as it stands in the journal."""

    leaf: Leaf
    sealed: bytes


def lines_at(journal: BinaryIO, end: int, leaf_hash: Callable[[int], bytes], seqs: Iterable[int]) -> Iterator[Line]:
    """The records of these numbers, which ascend, from a journal of `end` bytes.

    `leaf_hash` tells what the hash of a record has to be. Raises `JournalBroken` where it is another.
    """
    wanted = iter(seqs)
    seq = next(wanted, None)
    while seq is not None:
        with closing(lines_from(journal, _offset_of(journal, end, seq))) as lines:
            for number, line in enumerate(lines, seq):
                if number < seq:
                    continue
                yield _checked(line, seq, leaf_hash(seq))
                seq, here = next(wanted, None), number
                if seq is None or seq > here + _NEAR:
                    break


def _checked(line: bytes, seq: int, expected: bytes) -> Line:
    raw, _tab, sealed = line.removesuffix(b"\n").partition(b"\t")
    try:
        leaf = parse_leaf(raw)
    except (MalformedLeaf, UnknownVersion):
        leaf = None
    is_sealed = leaf is not None and (sealed == FORGOTTEN or sha256(sealed).hexdigest() == leaf.sealed_hash)
    if leaf is None or not is_sealed or leaf.hash != expected.hex():
        raise JournalBroken(seq=seq, reason=_("it is not the record that was there a moment ago"))
    return Line(leaf, sealed)


def _offset_of(journal: BinaryIO, end: int, seq: int) -> int:
    """Where the line of record `seq` begins, by bisection: lines are in the order of their numbers."""
    low, high = 0, end  # it begins at `low` or later, and before `high`
    while high - low > _CLOSE:
        middle = (low + high) // 2
        start, number = _line_after(journal, middle)
        if number is None or start >= high:
            high = middle
        elif number <= seq:
            low = start
        else:
            high = middle
    offset = low
    with closing(lines_from(journal, low)) as lines:
        for line in lines:
            number = _number(line)
            if number is None or number >= seq:
                break
            offset += len(line)
    return offset


def _line_after(journal: BinaryIO, offset: int) -> tuple[int, int | None]:
    """Where the first line begins that begins after `offset`, and the number of its record if there is one."""
    with closing(lines_from(journal, offset)) as lines:
        start = offset + len(next(lines, b""))
        return start, _number(next(lines, b""))


def _number(line: bytes) -> int | None:
    found = _NUMBER.search(line.partition(b"\t")[0])
    return int(found[1]) if found else None

"""Reading the journal file: lines from an offset, the record at a place, and whether a head is still part of it."""

from __future__ import annotations

from collections.abc import Generator
from io import BufferedReader, RawIOBase
from typing import BinaryIO, Final, cast

from ipvault.journal.head import MAX_LINE, Head, leaf_hash

_BUFFER: Final = 1024 * 1024


def lines_from(journal: BinaryIO, offset: int) -> Generator[bytes, None, None]:
    """The lines from `offset` on, each with its line feed; one that is longer than any record comes in pieces."""
    journal.seek(offset)
    buffered = BufferedReader(cast(RawIOBase, journal), _BUFFER)
    try:
        while line := buffered.readline(MAX_LINE):
            yield line
    finally:
        if not journal.closed:  # as it is where an error ended the reading: then this runs later than the reader's end
            buffered.detach()


def line_ending_at(journal: BinaryIO, offset: int) -> bytes:
    """The line whose line feed is the last byte before `offset`, without it; empty if there is none."""
    start, tail = offset, b""
    while start > 0 and len(tail) <= MAX_LINE:
        step = min(start, 64 * 1024)
        start -= step
        journal.seek(start)
        tail = journal.read(step) + tail
        if not tail.endswith(b"\n"):
            return b""
        if (feed := tail.rfind(b"\n", 0, -1)) >= 0:
            return tail[feed + 1 : -1]
    return tail[:-1]


def is_in_place(journal: BinaryIO, head: Head) -> bool:
    """Whether the leaf of `head` is where the head says: not so after a forgetting, which moves what follows it."""
    return head.seq < 0 or _is_leaf_of(line_ending_at(journal, head.offset), head)


def holds(journal: BinaryIO, head: Head, end: int) -> bool:
    """Whether the journal up to `end` still has the leaf of `head`: at its place or, after a forgetting, at another."""
    if head.offset <= end and is_in_place(journal, head):
        return True
    offset = 0
    for line in lines_from(journal, 0):
        offset += len(line)
        if offset > end:
            break
        raw = line.partition(b"\t")[0]
        if b'"n":%d,' % head.seq in raw:
            return line.endswith(b"\n") and _is_leaf_of(line, head)
    return False


def _is_leaf_of(line: bytes, head: Head) -> bool:
    return leaf_hash(line.partition(b"\t")[0]) == head.hash

"""Proofs as files: of one record (https://c2sp.org/tlog-proof), and that one head continues another.

For the second C2SP has no file; it is what one sends to a witness (https://c2sp.org/tlog-witness, add-checkpoint).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.note import MAX_NOTE, MalformedNote
from ipvault.journal.tree import HASH_SIZE, MAX_PROOF, proves_consistency, proves_inclusion
from ipvault.keys.canonical_base64 import from_base64, to_base64

MAX_PROOF_FILE: Final = MAX_NOTE + 64 * (MAX_PROOF + 1)
"""Bytes of either file."""

_OLD: Final = re.compile("old (0|[1-9][0-9]{0,14})")
_INDEX: Final = re.compile(r"c2sp\.org/tlog-proof@v1\nindex (0|[1-9][0-9]{0,14})")


class Inclusion(NamedTuple):
    """That record `number` is in the journal of which `checkpoint` is the head."""

    number: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return f"c2sp.org/tlog-proof@v1\nindex {self.number}\n{_lines(self.path)}\n{self.checkpoint}"

    @classmethod
    def parse(cls, data: bytes) -> Inclusion:
        """Read one, without extra data, at most MAX_PROOF_FILE bytes; whether it is right is another question.

        Raises `MalformedNote`.
        """
        return cls(*_parsed(data, _INDEX))

    def includes(self, leaf: bytes) -> bool:
        """Whether the record has this hash."""
        head = self.checkpoint.head
        return proves_inclusion(leaf, self.number, head.size, head.root, self.path)


class Continuation(NamedTuple):
    """That the journal of which `checkpoint` is the head begins with the `old` records of an earlier head."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return f"old {self.old}\n{_lines(self.path)}\n{self.checkpoint}"

    @classmethod
    def parse(cls, data: bytes) -> Continuation:
        """Read one, at most MAX_PROOF_FILE bytes; whether the proof is right is another question.

        Raises `MalformedNote`.
        """
        return cls(*_parsed(data, _OLD))

    def continues(self, root: bytes) -> bool:
        """Whether the earlier head had this root."""
        head = self.checkpoint.head
        return proves_consistency(self.old, root, head.size, head.root, self.path)


def parse_proof(data: bytes) -> Inclusion | Continuation:
    """Read either of them. Raises `MalformedNote`."""
    return Inclusion.parse(data) if _INDEX.match(data.decode("ascii", "replace")) else Continuation.parse(data)


def _parsed(data: bytes, beginning: re.Pattern[str]) -> tuple[int, tuple[bytes, ...], Checkpoint]:
    """The number at the beginning of such a file, its hashes, and the checkpoint. Raises `MalformedNote`."""
    head, gap, note = data.partition(b"\n\n")
    try:
        text = head.decode("ascii")
    except ValueError:
        raise MalformedNote from None
    match = beginning.match(text)
    if match is None or not gap:
        raise MalformedNote
    rest, *lines = text[match.end() :].split("\n")
    if rest or len(lines) > MAX_PROOF:
        raise MalformedNote
    try:
        path = tuple(from_base64(line, HASH_SIZE) for line in lines)
    except ValueError:
        raise MalformedNote from None
    return int(match[1]), path, Checkpoint.parse(note)


def _lines(path: Sequence[bytes]) -> str:
    return "".join(f"{to_base64(one)}\n" for one in path)

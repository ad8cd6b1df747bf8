"""Proofs as files: of one record (https://c2sp.org/tlog-proof), and that one head continues another.

For the second C2SP has no file; it is what one sends to a witness (https://c2sp.org/tlog-witness, add-checkpoint).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.note import MAX_NOTE, MalformedNote
from ipvault.journal.tree import HASH_SIZE, MAX_PROOF, proves_consistency
from ipvault.keys.canonical_base64 import from_base64, to_base64

MAX_PROOF_FILE: Final = MAX_NOTE + 64 * (MAX_PROOF + 1)
"""Bytes of either file."""

_OLD: Final = re.compile("old (0|[1-9][0-9]{0,14})")


def inclusion_file(index: int, path: Sequence[bytes], checkpoint: Checkpoint) -> str:
    """That record `index` is in the journal of which `checkpoint` is the head."""
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{_lines(path)}\n{checkpoint}"


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
        head, gap, note = data.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
            path = tuple(from_base64(line, HASH_SIZE) for line in lines[: MAX_PROOF + 1])
        except ValueError:
            raise MalformedNote from None
        match = _OLD.fullmatch(first)
        if match is None or not gap or len(lines) > MAX_PROOF:
            raise MalformedNote
        return cls(int(match[1]), path, Checkpoint.parse(note))

    def continues(self, root: bytes) -> bool:
        """Whether the earlier head had this root."""
        head = self.checkpoint.head
        return proves_consistency(self.old, root, head.size, head.root, self.path)


def _lines(path: Sequence[bytes]) -> str:
    return "".join(f"{to_base64(one)}\n" for one in path)

"""A first pass over the journal: where to cut it into parts, and what every part must know beforehand.

The parts are checked side by side. Each begins after a signed line, with the head that this line claims; that the part
before really ends there is checked when they are put together. Signing keys and room keys are announced by rare
records, which are found by their class without parsing the rest. What it found is compared afterwards with what the
parts checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from ipvault.journal.head import Head, empty_head, leaf_hash
from ipvault.journal.leaf import Leaf, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.vault.announcements import announcing_leaves
from ipvault.vault.journal_file import lines_from

LEAST_PART: Final = 16 * 1024 * 1024
"""Bytes of journal below which another process costs more than it brings."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines from `start` to the byte offset `end`; `end` is None for the last part."""

    start: Head
    end: int | None


@dataclass(slots=True)
class Survey:
    """The parts, and the leaves that announce keys, in order.

    `founding_end` is the last record of the first transaction, which enrols its own signer. If it `is_flooded`, more
    is announced than a survey holds: then there is one part, and nothing is said of keys.
    """

    parts: list[Part]
    announcing: list[Leaf]
    founding_end: int = -1
    is_flooded: bool = False

    def signers_before(self, seq: int) -> dict[str, str]:
        """Fingerprint to public key of the signers enrolled by the records before `seq`."""
        signers: dict[str, str] = {}
        for leaf in self.announcing:
            if leaf.kind == "member" and leaf.seq < seq and {"member", "key"} <= leaf.facts.keys():
                signers.setdefault(str(leaf.facts["member"]), str(leaf.facts["key"]))
        return signers


def survey(journal: BinaryIO, size: int, vault: str, parts: int) -> Survey:
    """Read the journal once, fast."""
    start = empty_head(vault)
    announcing = announcing_leaves(journal, size)
    result = Survey([], announcing or [], is_flooded=announcing is None)
    if founding := _signed_head_after(journal, 0):
        result.founding_end = founding.seq
    count = 1 if announcing is None else max(1, min(parts, size // LEAST_PART))
    heads = [start]
    for number in range(1, count):
        head = _signed_head_after(journal, size * number // count)
        if head is not None and head.offset > heads[-1].offset:
            heads.append(head)
    ends: list[int | None] = [head.offset for head in heads[1:]]
    result.parts = [Part(head, end) for head, end in zip(heads, [*ends, None], strict=True)]
    return result


def _signed_head_after(journal: BinaryIO, offset: int) -> Head | None:
    """The head that the first signed line after `offset` claims."""
    lines = lines_from(journal, offset)
    position = offset + (len(next(lines, b"")) if offset else 0)
    for line in lines:
        position += len(line)
        if b"\0" in line:  # here what was committed ends, and a hole of any length can follow
            return None
        raw = line.partition(b"\t")[0]
        if b'"sig":"' in raw and line.endswith(b"\n"):
            try:
                return Head(parse_leaf(raw).seq, leaf_hash(raw), position)
            except (MalformedLeaf, UnknownVersion):
                return None
    return None

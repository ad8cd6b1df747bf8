"""What a rule found: the records that it rests on, and an id that stays the same from run to run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ipvault.crypto.pae import pae

MAX_CITED: Final = 1_000
"""Records that a finding cites by number; it counts the others."""


@dataclass
class Finding:
    """`records` are those that made it one, `last` is the last that went on with it, and `count` how many there are.

    `since` and `until` are the times of the first and last (seconds since 1970). `group` is who or what it is about, as
    fields and values. `measure` is what was counted, compared or measured, if that is a number. `signers` are those who
    wrote the records.
    """

    rule: str
    level: str
    records: tuple[int, ...]
    since: float
    until: float
    group: tuple[tuple[str, str], ...]
    count: int
    last: int
    measure: float = 0
    signers: set[str] = field(default_factory=set)

    @cached_property
    def id(self) -> str:
        """SHA-256 over the rule's id and the numbers of the records that made it a finding."""
        return hashlib.sha256(pae("insight", self.rule, *self.records)).hexdigest()

    def go_on(self, seq: int, time: float, signer: str, measure: float = 1) -> None:
        """One record more of the same."""
        self.count += 1
        self.last = seq
        self.until = max(self.until, time)
        self.measure += measure
        self.signers.add(signer)

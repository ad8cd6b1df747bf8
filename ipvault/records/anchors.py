"""What somebody outside has said of the journal: statements that hold it fast from outside."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Count, Name, Sha256, Text, Time
from ipvault.records.vocabulary import WITNESS

SCHEMA = """
CREATE TABLE anchor (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL, time TEXT NOT NULL,
    authority TEXT NOT NULL, name TEXT NOT NULL, evidence TEXT NOT NULL, recorder TEXT NOT NULL
);
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWitnessed(Record):
    """A witness, of whom the member has a card that he trusts, signed that the journal had this size and root.

    `checkpoint` is the cosigned checkpoint, `time` when the witness signed it by his own clock.
    """

    KIND: ClassVar[str] = "anchor.witnessed"
    CLASS: ClassVar[str] = "anchor"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    witness: Sha256
    name: Name
    size: Count
    root: Sha256
    time: Time
    checkpoint: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (at.seq, WITNESS, self.size, self.root, self.time, self.witness, self.name, self.checkpoint, at.signer)
        view.execute("INSERT OR REPLACE INTO anchor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

"""The policy of the vault: under which conditions documents leave it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Place, Record, record
from ipvault.records.domains import Text, VersionNumber

SCHEMA = """
CREATE TABLE policy (
    version INTEGER PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, content TEXT NOT NULL,
    reason TEXT NOT NULL
);
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet(Record):
    """From here on this policy applies: the whole of it, as TOML. Versions count up from 1; stands in the root room."""

    KIND: ClassVar[str] = "policy.set"
    CLASS: ClassVar[str] = "policy"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    version: VersionNumber
    content: Text
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.version, at.seq, at.time, at.signer, self.content, self.reason)
        view.execute("INSERT OR IGNORE INTO policy VALUES (?, ?, ?, ?, ?, ?)", row)

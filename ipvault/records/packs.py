"""Packs: frameworks of a firm's own, for reports on what the vault shows of their controls."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Place, Record, record
from ipvault.records.domains import Name, Text, VersionNumber

SCHEMA = """
CREATE TABLE pack (
    pack TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PackImported(Record):
    """The vault has this pack, as TOML, in place of an earlier one of the same id; stands in the root room."""

    KIND: ClassVar[str] = "pack.imported"
    CLASS: ClassVar[str] = "policy"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    pack: Name
    version: VersionNumber
    content: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.pack, at.seq, at.time, at.signer, self.content)
        view.execute("INSERT OR REPLACE INTO pack VALUES (?, ?, ?, ?, ?)", row)

"""Marked copies: what was given to whom, by the id that the copy carries."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import CopyId, Count, Detail, IdOrEmpty, Sha256, Sha256OrEmpty, Word

SCHEMA = """
CREATE TABLE marked_copy (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, room TEXT NOT NULL,
    epoch INTEGER NOT NULL, channel TEXT NOT NULL, package TEXT NOT NULL, recipient TEXT NOT NULL, name TEXT NOT NULL,
    item TEXT NOT NULL, version INTEGER NOT NULL, original TEXT NOT NULL, marked TEXT NOT NULL
) WITHOUT ROWID;
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMarked(Record):
    """A copy was about to be handed over by `channel`, with a mark that carries the id `copy`.

    `recipient` is a fingerprint, or empty where `name` is all that is known. `item` and `version` are empty and 0 for a
    file that is not in the vault. `original` and `marked` are the SHA-256 of the file before and after.
    """

    KIND: ClassVar[str] = "copy.marked"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    copy: CopyId
    channel: Word
    package: IdOrEmpty
    recipient: Sha256OrEmpty
    name: Detail
    item: IdOrEmpty
    version: Count
    original: Sha256
    marked: Sha256

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        where = (self.copy, at.seq, at.time, at.signer, at.room, at.epoch)
        to = (self.channel, self.package, self.recipient, self.name)
        what = (self.item, self.version, self.original, self.marked)
        row = (*where, *to, *what)
        view.execute("INSERT OR IGNORE INTO marked_copy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

"""Records of the journal that went to other programs, such as those of a security team."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Count, Text, Word

SCHEMA = """
CREATE TABLE journal_export (
    seq INTEGER PRIMARY KEY, member TEXT NOT NULL, format TEXT NOT NULL, selection TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL
);
"""

EVERY: Final = "every"
CHOSEN: Final = "chosen"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class JournalExported(Record):
    """Records `first` to `last` were about to leave in this format, to `destination`; stands in the root room.

    `selection` is `every`, or `chosen` where a filter left some of them out; `names` says whether names, and what else
    people wrote, were `included` or `redacted`.
    """

    KIND: ClassVar[str] = "journal.exported"
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    format: Word
    first: Count
    last: Count
    selection: Word
    names: Word
    destination: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (at.seq, at.signer, self.format, self.selection, self.first, self.last)
        view.execute("INSERT OR REPLACE INTO journal_export VALUES (?, ?, ?, ?, ?, ?)", row)

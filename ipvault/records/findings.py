"""What was found in documents and is no reason to keep them back: false alarms, waived by somebody who says why."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Sha256, Text

SCHEMA = """
CREATE TABLE waiver (
    finding TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, member TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (finding, member)
) WITHOUT ROWID;
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWaived(Record):
    """A finding in a document is a false alarm; `finding` depends on the rule, the match and the whole document."""

    KIND: ClassVar[str] = "finding.waived"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    finding: Sha256
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.finding, at.seq, at.time, at.signer, self.reason)
        view.execute("INSERT OR IGNORE INTO waiver VALUES (?, ?, ?, ?, ?)", row)

"""What rules found in the journal and somebody has looked at."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Count, Name, Sha256, Text

SCHEMA = """
CREATE TABLE insight_acknowledgement (
    finding TEXT NOT NULL, rule TEXT NOT NULL, last INTEGER NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL,
    member TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (finding, member)
) WITHOUT ROWID;
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class InsightAcknowledged(Record):
    """Somebody looked at what a rule found, and says why nothing more is to be done; stands in the root room.

    `finding` is its id, which depends on the rule and on `records`, those that made it a finding. What goes on with it
    after record `last` is not acknowledged; one that says so of what is yet to come says nothing.
    """

    KIND: ClassVar[str] = "insight.acknowledged"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY
    IN_ROOT_ONLY: ClassVar[bool] = True

    finding: Sha256
    rule: Name
    records: tuple[Count, ...]
    last: Count
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self.last >= at.seq:
            return
        row = (self.finding, self.rule, self.last, at.seq, at.time, at.signer, self.reason)
        view.execute("INSERT OR REPLACE INTO insight_acknowledgement VALUES (?, ?, ?, ?, ?, ?, ?)", row)

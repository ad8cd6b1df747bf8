"""The chain of custody of things that are evidence: who had them from when on, and that they stayed as they were."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Count, Id, Name, Sha256, Text

SCHEMA = """
CREATE TABLE custody (id TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE custody_step (
    custody TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, recorder TEXT NOT NULL, giver TEXT NOT NULL,
    receiver TEXT NOT NULL, sha256_before TEXT NOT NULL, sha256_after TEXT NOT NULL, reason TEXT NOT NULL,
    corrects INTEGER,
    PRIMARY KEY (custody, seq)
) WITHOUT ROWID;
"""

_STEP = "INSERT OR IGNORE INTO custody_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class _OfCustody(Record):
    """About the thing that has the id `custody`."""

    __slots__ = ()
    CLASS: ClassVar[str] = "anchor"
    IS_ADDITION: ClassVar[bool] = True
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyStarted(_OfCustody):
    """Somebody, named as `holder`, has it now, with this hash."""

    KIND: ClassVar[str] = "custody.started"

    custody: Id
    title: Name
    sha256: Sha256
    holder: Name
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("INSERT OR IGNORE INTO custody VALUES (?, ?)", (self.custody, self.title))
        step = (self.custody, at.seq, at.time, at.signer, "", self.holder, self.sha256, self.sha256, self.reason)
        view.execute(_STEP, (*step, None))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyTransferred(_OfCustody):
    """It went from one person to another, with the hash of before, and that of what arrived."""

    KIND: ClassVar[str] = "custody.transferred"

    custody: Id
    giver: Name
    receiver: Name
    sha256_before: Sha256
    sha256_after: Sha256
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        step = (self.custody, at.seq, at.time, at.signer, self.giver, self.receiver)
        view.execute(_STEP, (*step, self.sha256_before, self.sha256_after, self.reason, None))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyCorrected(_OfCustody):
    """What record `seq` says of it, which is not itself a correction, is wrong, and `reason` says why; this is right.

    Of several corrections of one record the last counts. Nothing is deleted.
    """

    KIND: ClassVar[str] = "custody.corrected"

    custody: Id
    seq: Count
    receiver: Name
    sha256_before: Sha256
    sha256_after: Sha256
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        step = (self.custody, at.seq, at.time, at.signer, "", self.receiver)
        view.execute(_STEP, (*step, self.sha256_before, self.sha256_after, self.reason, self.seq))

"""Unlocking: who opened the vault, and who tried."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import AttemptId, Count, Sha256, Time

SCHEMA = """
CREATE TABLE login (
    member TEXT PRIMARY KEY, last TEXT, last_failed TEXT,
    failed_before INTEGER NOT NULL DEFAULT 0, failed_since INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE attempt (id TEXT PRIMARY KEY, seq INTEGER NOT NULL);
"""

_REMEMBERED: Final = 10_000
"""For how many records an attempt is known, so that a crash before the attempts are cleared does not count it twice."""


class _AttemptRecord(Record):
    """An attempt to unlock the vault as `member` at `at` (UTC; the record may be written later)."""

    __slots__ = ()
    CLASS: ClassVar[str] = "auth"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    attempt: AttemptId
    member: Sha256

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("DELETE FROM attempt WHERE seq < ?", (at.seq - _REMEMBERED,))
        view.execute("INSERT OR REPLACE INTO attempt VALUES (?, ?)", (self.attempt, at.seq))
        view.execute("INSERT OR IGNORE INTO login (member) VALUES (?)", (self.member,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked(_AttemptRecord):
    """It succeeded."""

    KIND: ClassVar[str] = "auth.unlocked"

    attempt: AttemptId
    member: Sha256
    at: Time

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        _AttemptRecord.project(self, view, at)
        view.execute(
            "UPDATE login SET last = ?, failed_before = failed_since, failed_since = 0 WHERE member = ?",
            (self.at, self.member),
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockFailed(_AttemptRecord):
    """It did not succeed, or never finished."""

    KIND: ClassVar[str] = "auth.failed"

    attempt: AttemptId
    member: Sha256
    at: Time

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        _AttemptRecord.project(self, view, at)
        view.execute(
            "UPDATE login SET failed_since = failed_since + 1, last_failed = ? WHERE member = ?", (self.at, self.member)
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptsDropped(Record):
    """More attempts waited for their records than are kept: `length` bytes of them, the newest, were dropped."""

    KIND: ClassVar[str] = "auth.dropped"
    CLASS: ClassVar[str] = "auth"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    length: Count

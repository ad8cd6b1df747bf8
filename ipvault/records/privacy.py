"""Data protection: what people ask about their data, what was answered, and what they consented to."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import OWNERS, WRITERS, Place, Record, record
from ipvault.records.domains import Day, DayOrEmpty, Detail, Id, IdOrEmpty, Name, Sha256OrEmpty, Tag, Text, Time, Word

SCHEMA = """
CREATE TABLE privacy_request (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, terms TEXT NOT NULL,
    due TEXT NOT NULL, extended TEXT NOT NULL, answer TEXT NOT NULL, answered TEXT NOT NULL, reason TEXT NOT NULL,
    closed TEXT NOT NULL, told TEXT NOT NULL, late TEXT NOT NULL
);
CREATE TABLE consent (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL,
    terms TEXT NOT NULL, withdrawn TEXT NOT NULL, reason TEXT NOT NULL
);
"""

ERASURE: Final = "erasure"
ACCESS: Final = "access"
RIGHTS: Final = (ERASURE, ACCESS)

GDPR: Final = "gdpr"
CCPA: Final = "ccpa"
OWN: Final = "own"
LAWS: Final = (GDPR, CCPA, OWN)

GRANTED: Final = "granted"
PARTLY: Final = "partly"
REFUSED: Final = "refused"
ANSWERS: Final = (GRANTED, PARTLY, REFUSED)


class PrivacyRecord(Record):
    """A fact about a request of a data subject. Stands in the root room, because it is about the whole vault."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS
    IN_ROOT_ONLY: ClassVar[bool] = True

    request: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRequested(PrivacyRecord):
    """Somebody asks for the erasure of his data, or for access to it; the answer is `due` by then.

    The subject is called `subject`, and is a `member` or an `outsider` (a recipient), or neither. `received` is the day
    in the time zone `zone` on which the request came.
    """

    KIND: ClassVar[str] = "privacy.requested"

    request: Id
    right: Word
    subject: Name
    member: Sha256OrEmpty
    outsider: IdOrEmpty
    law: Word
    received: Day
    zone: Detail
    due: Time
    note: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.request, at.seq, at.time, at.signer, json.dumps(self.fields()), self.due)
        view.execute("INSERT OR IGNORE INTO privacy_request VALUES (?, ?, ?, ?, ?, ?, '', '', '', '', '', '', '')", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyExtended(PrivacyRecord):
    """The answer is due later, for the reason given, which the subject is told."""

    KIND: ClassVar[str] = "privacy.extended"

    request: Id
    due: Time
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.due, self.reason, self.request)
        view.execute("UPDATE privacy_request SET due = ?, extended = ? WHERE id = ?", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyDecided(PrivacyRecord):
    """What is answered: granted, partly or refused. `items` were erased or told of, `left` were not."""

    KIND: ClassVar[str] = "privacy.decided"

    request: Id
    answer: Word
    items: tuple[Id, ...]
    left: tuple[Id, ...]
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.answer, at.time, self.reason, self.request)
        view.execute("UPDATE privacy_request SET answer = ?, answered = ?, reason = ? WHERE id = ?", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyClosed(PrivacyRecord):
    """The subject was told the answer, as `told` says; `late` is why that was after it was due, or empty."""

    KIND: ClassVar[str] = "privacy.closed"

    request: Id
    told: Text
    late: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (at.time, self.told, self.late, self.request)
        view.execute("UPDATE privacy_request SET closed = ?, told = ?, late = ? WHERE id = ?", row)


class ConsentRecord(Record):
    """A fact about a consent. Stands in the room of the document that shows it."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    consent: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(ConsentRecord):
    """A subject agreed that items which the two lists name are passed on for a purpose, as `document` (an item) shows.

    `parties` are the recipients that may get them; none named means anybody.
    """

    KIND: ClassVar[str] = "consent.given"

    consent: Id
    subject: Name
    purpose: Text
    basis: Text
    document: Id
    scope_items: tuple[Id, ...]
    scope_tags: tuple[Tag, ...]
    parties: tuple[Id, ...]
    from_day: DayOrEmpty
    until_day: DayOrEmpty

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.consent, at.room, at.seq, at.time, at.signer, json.dumps(self.fields()))
        view.execute("INSERT OR IGNORE INTO consent VALUES (?, ?, ?, ?, ?, ?, '', '')", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(ConsentRecord):
    """From this day on nothing more is passed on because of it; the first such record counts."""

    KIND: ClassVar[str] = "consent.withdrawn"

    consent: Id
    day: Day
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.day, self.reason, self.consent, at.room)
        view.execute("UPDATE consent SET withdrawn = ?, reason = ? WHERE id = ? AND room = ? AND withdrawn = ''", row)

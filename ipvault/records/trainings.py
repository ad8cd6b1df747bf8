"""Texts that people have to have accepted, such as rules of secrecy, and who has. Stands in the root room."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, OWNERS, Place, Record, record
from ipvault.records.domains import DayOrEmpty, Der, Id, IdOrEmpty, Name, Sha256, Text, VersionNumber

SCHEMA = """
CREATE TABLE training (
    id TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, item TEXT NOT NULL,
    content TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, PRIMARY KEY (id, version)
);
CREATE TABLE training_person (
    training TEXT NOT NULL, person TEXT NOT NULL, due TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (training, person)
) WITHOUT ROWID;
CREATE TABLE acknowledgement (
    training TEXT NOT NULL, version INTEGER NOT NULL, person TEXT NOT NULL, time TEXT NOT NULL, recorder TEXT NOT NULL,
    seq INTEGER NOT NULL, PRIMARY KEY (training, version, person)
) WITHOUT ROWID;
"""

_ACKNOWLEDGED = "INSERT OR IGNORE INTO acknowledgement VALUES (?, ?, ?, ?, ?, ?)"


class TrainingRecord(Record):
    """A fact about a training: a text with a name, which can have several versions."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    IN_ROOT_ONLY: ClassVar[bool] = True

    training: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet(TrainingRecord):
    """This is the text from here on; whoever accepted an earlier version has not accepted this one.

    The text is `content`, or, where that is empty, the content of some version of `item`; `sha256` is its digest.
    """

    KIND: ClassVar[str] = "training.set"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    training: Id
    version: VersionNumber
    name: Name
    sha256: Sha256
    item: IdOrEmpty
    content: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.training, self.version, self.name, self.sha256, self.item, self.content, at.seq, at.time)
        view.execute("INSERT OR IGNORE INTO training VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingAssigned(TrainingRecord):
    """These members (fingerprints) and recipients (ids) are to accept the text, in whatever version, by a day."""

    KIND: ClassVar[str] = "training.assigned"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    training: Id
    members: tuple[Sha256, ...]
    recipients: tuple[Id, ...]
    due: DayOrEmpty

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        rows = [(self.training, person, self.due, at.seq) for person in (*self.members, *self.recipients)]
        view.executemany("INSERT OR REPLACE INTO training_person VALUES (?, ?, ?, ?)", rows)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingAcknowledged(TrainingRecord):
    """Whoever signs accepts a version of a text."""

    KIND: ClassVar[str] = "training.acknowledged"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    training: Id
    version: VersionNumber
    sha256: Sha256

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute(_ACKNOWLEDGED, (self.training, self.version, at.signer, at.time, at.signer, at.seq))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfirmed(TrainingRecord):
    """A recipient has accepted a version of a text, says whoever signs this, and keeps the statement as evidence."""

    KIND: ClassVar[str] = "training.confirmed"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    training: Id
    version: VersionNumber
    sha256: Sha256
    recipient: Id
    evidence: Der

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute(_ACKNOWLEDGED, (self.training, self.version, self.recipient, at.time, at.signer, at.seq))

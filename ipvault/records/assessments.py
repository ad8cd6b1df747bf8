"""How risky it is to share an item with somebody, as assessed, and who accepted that. Stands in the item's room."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import WRITERS, Place, Record, record
from ipvault.records.domains import Count, Detail, Id, Label, Rating, Sha256, Text, VersionNumber, Word

SCHEMA = """
CREATE TABLE assessment (
    id TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, assessor TEXT NOT NULL,
    item TEXT NOT NULL, recipient TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (id, room)
);
CREATE TABLE acceptance (
    assessment TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, member TEXT NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (assessment, room)
);
"""

LOW: Final = "low"
MEDIUM: Final = "medium"
HIGH: Final = "high"
CRITICAL: Final = "critical"
LEVELS: Final = (LOW, MEDIUM, HIGH, CRITICAL)
"""How grave a risk is, the least first."""

COMPARED: Final = "compared"
NOT_COMPARED: Final = "not-compared"


class AssessmentRecord(Record):
    """A fact about one assessment, which has an id."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS

    assessment: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentMade(AssessmentRecord):
    """What it is worth to keep of an assessment: what was known and answered, what follows from it, and why.

    `policy` is the version of the policy with whose weights it was made, and `method` their digest. `label`,
    `fingerprint`, `jurisdiction`, `card` (`compared` or `not-compared`) and the agreements that covered the item, each
    with the version of its terms, are what it rests on. Answers stand at the places of their questions; likelihood,
    impact and reason at those of their risks. `level` is that of the gravest.
    """

    KIND: ClassVar[str] = "assessment.made"

    assessment: Id
    item: Id
    recipient: Id
    policy: Count
    method: Sha256
    label: Label
    fingerprint: Sha256
    jurisdiction: Detail
    card: Word
    agreements: tuple[Id, ...]
    agreement_versions: tuple[VersionNumber, ...]
    questions: tuple[Word, ...]
    answers: tuple[Word, ...]
    risks: tuple[Word, ...]
    likelihoods: tuple[Rating, ...]
    impacts: tuple[Rating, ...]
    reasons: tuple[Text, ...]
    level: Word
    measures: tuple[Word, ...]
    note: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        content = json.dumps(self.fields())
        row = (self.assessment, at.room, at.seq, at.time, at.signer, self.item, self.recipient, content)
        view.execute("INSERT OR IGNORE INTO assessment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentAccepted(AssessmentRecord):
    """A member other than whoever made the assessment accepts the risk; the first acceptance counts."""

    KIND: ClassVar[str] = "assessment.accepted"

    assessment: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.assessment, at.room, at.seq, at.time, at.signer, self.reason)
        view.execute("INSERT OR IGNORE INTO acceptance VALUES (?, ?, ?, ?, ?, ?)", row)

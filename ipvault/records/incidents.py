"""Incidents: what was noticed and when, and every step that was taken about it.

The records of an incident stand in the room in which it was opened, so that only those read them who are in that room;
in the root room, all members do.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import OWNERS, Place, Record, record
from ipvault.records.domains import (
    Count,
    Detail,
    Id,
    IdOrEmpty,
    Name,
    Sha256,
    Sha256OrEmpty,
    Text,
    Time,
    TimeOrEmpty,
    VersionNumber,
    Word,
)

SCHEMA = """
CREATE TABLE incident (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL,
    said TEXT NOT NULL, closed TEXT NOT NULL
);
CREATE TABLE incident_fact (
    seq INTEGER PRIMARY KEY, incident TEXT NOT NULL, time TEXT NOT NULL, signer TEXT NOT NULL, kind TEXT NOT NULL,
    said TEXT NOT NULL
);
"""

PERSONAL: Final = "personal-data"
SECRETS: Final = "secrets"
BOTH: Final = "secrets-and-personal-data"
CONFIDENTIAL: Final = "confidential"
OTHER: Final = "other"
CATEGORIES: Final = (PERSONAL, SECRETS, BOTH, CONFIDENTIAL, OTHER)

LOW: Final = "low"
MEDIUM: Final = "medium"
HIGH: Final = "high"
CRITICAL: Final = "critical"
SEVERITIES: Final = (LOW, MEDIUM, HIGH, CRITICAL)
"""From the least to the most severe."""

AUTHORITY: Final = "authority"
SUBJECTS: Final = "subjects"
PARTNERS: Final = "partners"
PARTIES: Final = (AUTHORITY, SUBJECTS, PARTNERS)
"""Who is notified."""

REPORT: Final = "report"
PAPERS: Final = (REPORT, *PARTIES)
"""What is written out about an incident: a report of all of it, or a draft for one of the parties."""

MET: Final = "met"
WAIVED: Final = "waived"
OUTCOMES: Final = (MET, WAIVED)
"""How a clock ends: what it asks for was done, or it is not to be done, for a reason."""

UNITS: Final = ("hours", "days", "months")

STEPS: Final = ("identify", "team", "assess", "contain", "investigate", "legal", "notify", "remediate", "lessons")
"""The nine steps of an answer to an incident, in their order."""


class IncidentRecord(Record):
    """A fact about an incident."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    incident: Id

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (at.seq, self.incident, at.time, at.signer, self.KIND, json.dumps(self.fields()))
        view.execute("INSERT OR IGNORE INTO incident_fact VALUES (?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(IncidentRecord):
    """Something happened, `occurred` if that is known, of which somebody became `aware`: deadlines count from that.

    `zone` is the time zone in which times are shown; `playbook` says, as TOML, who and what belongs to the answer.
    """

    KIND: ClassVar[str] = "incident.opened"

    incident: Id
    title: Name
    aware: Time
    zone: Detail
    occurred: TimeOrEmpty
    reporter: Detail
    text: Text
    playbook: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.incident, at.room, at.seq, at.time, at.signer, json.dumps(self.fields()))
        view.execute("INSERT OR IGNORE INTO incident VALUES (?, ?, ?, ?, ?, ?, '')", row)
        IncidentRecord.project(self, view, at)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAssigned(IncidentRecord):
    """Somebody has a duty in the answer from here on, who is a `member`, an `outsider` (a recipient), or neither."""

    KIND: ClassVar[str] = "incident.assigned"

    incident: Id
    duty: Name
    person: Name
    member: Sha256OrEmpty
    outsider: IdOrEmpty


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAssessed(IncidentRecord):
    """What it is and how severe, with the `items` that it reaches and the people by whom they could be read.

    The `found_` fields are what followed from the vault, by the `grounds`; where a person decided otherwise, `reason`
    is why.
    """

    KIND: ClassVar[str] = "incident.assessed"

    incident: Id
    category: Word
    severity: Word
    found_category: Word
    found_severity: Word
    items: tuple[Id, ...]
    members: tuple[Sha256, ...]
    outsiders: tuple[Id, ...]
    grounds: tuple[Text, ...]
    reason: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentContained(IncidentRecord):
    """What was done at once, by other records of the same transaction: members taken out, recipients and packages
    revoked, new keys for rooms, a freeze and a hold. `unreached` are packages that are out and stay readable.
    """

    KIND: ClassVar[str] = "incident.contained"

    incident: Id
    members: tuple[Sha256, ...]
    outsiders: tuple[Id, ...]
    packages: tuple[Id, ...]
    rooms: tuple[Id, ...]
    freeze: IdOrEmpty
    hold: IdOrEmpty
    unreached: tuple[Id, ...]
    reason: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPreserved(IncidentRecord):
    """Something is evidence: a thing in a chain of custody, versions of items with their hashes, or the records from
    `first` to `last`, which are both 0 where there are none.
    """

    KIND: ClassVar[str] = "incident.preserved"

    incident: Id
    custody: IdOrEmpty
    items: tuple[Id, ...]
    versions: tuple[VersionNumber, ...]
    hashes: tuple[Sha256, ...]
    first: Count
    last: Count
    reason: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotified(IncidentRecord):
    """A text with this hash was sent to somebody, which meets a clock if one is named; `late` is why it came late."""

    KIND: ClassVar[str] = "incident.notified"

    incident: Id
    party: Word
    person: Name
    clock: Detail
    sent: Time
    sha256: Sha256
    late: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLearned(IncidentRecord):
    """What is to be done better."""

    KIND: ClassVar[str] = "incident.learned"

    incident: Id
    text: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(IncidentRecord):
    """It is over. `unnotified` is why nobody was notified, or empty where somebody was."""

    KIND: ClassVar[str] = "incident.closed"

    incident: Id
    unnotified: Text
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE incident SET closed = ? WHERE id = ?", (at.time, self.incident))
        IncidentRecord.project(self, view, at)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReleased(IncidentRecord):
    """A `paper` about it was written out, a `report` or a draft for one of the parties, with this hash."""

    KIND: ClassVar[str] = "incident.released"

    incident: Id
    paper: Word
    sha256: Sha256


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStarted(IncidentRecord):
    """Something is due so many `unit` after somebody became aware, or after the clock `after` was met."""

    KIND: ClassVar[str] = "clock.started"

    incident: Id
    clock: Name
    law: Detail
    amount: Count
    unit: Word
    after: Detail


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEnded(IncidentRecord):
    """What a clock asks for was done, `at` that time, or is not to be done. `reason` is why not, or why late."""

    KIND: ClassVar[str] = "clock.ended"

    incident: Id
    clock: Name
    outcome: Word
    at: Time
    reason: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAdded(IncidentRecord):
    """Something has to be done by somebody, until then if that is set, before the incident is closed."""

    KIND: ClassVar[str] = "action.added"

    incident: Id
    action: Name
    title: Name
    step: Word
    owner: Detail
    deadline: TimeOrEmpty


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone(IncidentRecord):
    """An action was done: one that was added, by its id, or one of the playbook, by its key."""

    KIND: ClassVar[str] = "action.done"

    incident: Id
    action: Name
    note: Text

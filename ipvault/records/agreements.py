"""Agreements with people outside: what was agreed, on what, from when to when. Stands in the room of the document."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import WRITERS, Place, Record, record
from ipvault.records.domains import (
    Day,
    DayCount,
    DayOrEmpty,
    Detail,
    Id,
    Label,
    Name,
    Tag,
    Text,
    VersionNumber,
    Word,
    WordOrEmpty,
)

SCHEMA = """
CREATE TABLE agreement (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL,
    signer TEXT NOT NULL, terms TEXT NOT NULL, terminated TEXT NOT NULL, reason TEXT NOT NULL
);
"""

NDA: Final = "nda"
ASSIGNMENT: Final = "assignment"
LICENCE: Final = "licence"
DPA: Final = "dpa"
JOINT_VENTURE: Final = "joint-venture"
EMPLOYMENT: Final = "employment"
AGREEMENT_TYPES: Final = (NDA, ASSIGNMENT, LICENCE, DPA, JOINT_VENTURE, EMPLOYMENT, "other")

COMPANY: Final = "company"
EMPLOYEE: Final = "employee"
CONTRACTOR: Final = "contractor"
RELATIONSHIPS: Final = (COMPANY, EMPLOYEE, CONTRACTOR, "other")

EXCLUSIVE: Final = "exclusive"
SOLE: Final = "sole"
EXCLUSIVITIES: Final = (EXCLUSIVE, SOLE, "non-exclusive")

YES: Final = "yes"
UNKNOWN: Final = "unknown"
NOT_NEEDED: Final = "not-needed"
NOTICES: Final = (YES, "no", UNKNOWN, NOT_NEEDED)
"""Whether the notice of 18 U.S.C. 1833(b) is given; `not-needed` is what counsel decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed; what does not apply is empty.

    `parties` are recipients, `party_names` others by name. The scope are the items that any of its four lists names, by
    itself, its room, its label or a tag; all are in it where nothing is named. `from_day` and `until_day` are the first
    and the last day, and confidentiality goes on for `survival_days` after the last. Each fee stands at the same place
    of the three lists.
    """

    type: Word
    title: Name
    parties: tuple[Id, ...] = ()
    party_names: tuple[Name, ...] = ()
    relationship: Word = COMPANY
    scope_items: tuple[Id, ...] = ()
    scope_rooms: tuple[Id, ...] = ()
    scope_labels: tuple[Label, ...] = ()
    scope_tags: tuple[Tag, ...] = ()
    permitted_use: Text = ""
    from_day: DayOrEmpty = ""
    until_day: DayOrEmpty = ""
    survival_days: DayCount = 0
    law: Detail = ""
    consequences: Text = ""
    assignor: Detail = ""
    assignee: Detail = ""
    background: Text = ""
    foreground: Text = ""
    inventors: tuple[Name, ...] = ()
    field_of_use: tuple[Name, ...] = ()
    territory: tuple[Name, ...] = ()
    exclusivity: WordOrEmpty = ""
    restrictions: Text = ""
    fees: tuple[Name, ...] = ()
    fee_amounts: tuple[Detail, ...] = ()
    fee_days: tuple[DayOrEmpty, ...] = ()
    audit_rights: Text = ""
    disputes: Text = ""
    dtsa_notice: Word = UNKNOWN


class AgreementRecord(Record):
    """A fact about one agreement, which has an id, because what was agreed can change."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSet(Terms, AgreementRecord):
    """These are the terms from here on: all of them, of a new agreement or of one that is known. Versions count up.

    `document` is the item that holds what was signed.
    """

    KIND: ClassVar[str] = "agreement.set"

    agreement: Id
    version: VersionNumber
    document: Id

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.agreement, at.room, self.version, at.seq, at.time, at.signer, json.dumps(self.fields()))
        view.execute(
            "INSERT INTO agreement VALUES (?, ?, ?, ?, ?, ?, ?, '', '') ON CONFLICT DO UPDATE SET "
            "version = excluded.version, seq = excluded.seq, time = excluded.time, signer = excluded.signer, "
            "terms = excluded.terms WHERE room = excluded.room AND version < excluded.version",
            row,
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerminated(AgreementRecord):
    """From this day on the agreement covers nothing any more, whatever its terms say; the first such record counts."""

    KIND: ClassVar[str] = "agreement.terminated"

    agreement: Id
    day: Day
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        query = "UPDATE agreement SET terminated = ?, reason = ? WHERE id = ? AND room = ? AND terminated = ''"
        view.execute(query, (self.day, self.reason, self.agreement, at.room))


TERMS: Final = tuple(field.name for field in dataclasses.fields(Terms))
"""The names of the fields that are agreed on."""

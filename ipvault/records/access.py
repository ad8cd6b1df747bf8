"""Plaintext that left the vault."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Count, Id, IdOrEmpty, Sha256, Text, TimeOrEmpty, VersionNumber

SCHEMA = ""

HAS_LEFT = "UPDATE decided SET has_left = 1 WHERE commit_seq = ? AND decision = ? AND room = ?"
"""What a decision let pass has left, which stands in the same transaction and room."""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReleased(Record):
    """A version was about to leave the vault: `channel` is how (cat, export, package), `destination` where to.

    `decision` is the one that let it pass; empty for `cat`, by which a member reads.
    """

    KIND: ClassVar[str] = "content.released"
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    item: Id
    version: VersionNumber
    sha256: Sha256
    channel: Text
    destination: Text
    decision: IdOrEmpty = ""

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        if self.decision:
            view.execute(HAS_LEFT, (at.commit, self.decision, at.room))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReleased(Record):
    """What records say was about to be shown to others: these fields of these records, but for those withheld."""

    KIND: ClassVar[str] = "evidence.released"
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    records: tuple[Count, ...]
    withheld: tuple[Count, ...]
    shown: tuple[Text, ...]
    destination: Text
    reason: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class DossierReleased(Record):
    """What these records say of an item was about to be shown to others: these fields of them, without what records
    that were withheld say. `as_of` is the time up to which, if any.
    """

    KIND: ClassVar[str] = "dossier.released"
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    item: Id
    as_of: TimeOrEmpty
    records: tuple[Count, ...]
    withheld: tuple[Count, ...] = ()
    shown: tuple[Text, ...] = ()
    destination: Text
    reason: Text

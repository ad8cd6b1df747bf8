"""Whether documents may leave the vault: what was asked, what the gate answered, and who approved."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, WRITERS, Place, Record, record
from ipvault.records.domains import Count, Id, Sha256, Text, TimeOrEmpty, VersionNumber, Word

SCHEMA = """
CREATE TABLE release_request (
    id TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, requester TEXT NOT NULL,
    digest TEXT NOT NULL, channel TEXT NOT NULL, expires TEXT NOT NULL, purpose TEXT NOT NULL, reason TEXT NOT NULL,
    override TEXT NOT NULL, basis TEXT NOT NULL, PRIMARY KEY (id, room)
);
CREATE TABLE decided (
    digest TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, decision TEXT NOT NULL,
    commit_seq INTEGER NOT NULL, has_left INTEGER NOT NULL
);
CREATE INDEX decided_digest ON decided (digest, room);
CREATE INDEX decided_commit ON decided (commit_seq);
CREATE TABLE request_version (
    request TEXT NOT NULL, room TEXT NOT NULL, item TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (request, room, item, number)
);
CREATE TABLE request_recipient (request TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (request, fingerprint));
CREATE TABLE approval (
    request TEXT NOT NULL, room TEXT NOT NULL, approver TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL,
    answer TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (request, room, approver)
);
"""

ALLOWED = "allowed"
OVERRIDDEN = "overridden"
"""Outcomes of a decision with which documents leave."""

APPROVED = "approved"
DENIED = "denied"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDecided(Record):
    """The gate let versions of items in this room pass: its outcome is `allowed`, or `overridden` for a `reason`.

    `policy` is the version of the policy, 0 for the one that a vault begins with; `request` is the digest of what was
    asked. It counts if something leaves by it in its transaction. Check, outcome (passed, needs, blocked), subject (the
    id of an item, a fingerprint, or nothing for all) and reason of each verdict stand at the same place of the four
    lists. A decision about several rooms has one of these in each, and one about many items more than one; it is for
    what follows in its transaction only.
    """

    KIND: ClassVar[str] = "release.decided"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    decision: Id
    policy: Count
    channel: Word
    outcome: Word
    request: Sha256
    reason: Text
    checks: tuple[Word, ...]
    outcomes: tuple[Word, ...]
    subjects: tuple[Text, ...]
    reasons: tuple[Text, ...]

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.request, at.room, at.seq, at.time, self.decision, at.commit)
        if self.outcome in (ALLOWED, OVERRIDDEN):
            view.execute("INSERT INTO decided VALUES (?, ?, ?, ?, ?, ?, 0)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequested(Record):
    """Somebody asks others to approve that exactly these versions go to exactly these recipients, on these terms.

    `digest` is that of all that is asked; `override` is why the policy is not to count, and `basis` on which basis what
    is export-controlled is to go; both can be empty. A request about several rooms has one of these in each, with its
    versions.
    """

    KIND: ClassVar[str] = "release.requested"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    request: Id
    digest: Sha256
    channel: Word
    recipients: tuple[Sha256, ...]
    items: tuple[Id, ...]
    versions: tuple[VersionNumber, ...]
    expires: TimeOrEmpty
    purpose: Text
    override: Text
    basis: Text
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        about = (self.digest, self.channel, self.expires, self.purpose, self.reason, self.override, self.basis)
        row = (self.request, at.room, at.seq, at.time, at.signer, *about)
        if view.execute(
            "INSERT OR IGNORE INTO release_request VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
        ).rowcount:
            view.executemany(
                "INSERT OR IGNORE INTO request_version VALUES (?, ?, ?, ?)",
                [(self.request, at.room, *version) for version in zip(self.items, self.versions, strict=False)],
            )
            view.executemany(
                "INSERT OR IGNORE INTO request_recipient VALUES (?, ?)",
                [(self.request, one) for one in self.recipients],
            )


class Answered(Record):
    """What a member who may write in the room answers to a request; the last answer of each counts."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS
    ANSWER: ClassVar[str]

    request: Id
    digest: Sha256
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.request, at.room, at.signer, at.seq, at.time, self.ANSWER, self.reason)
        view.execute("INSERT OR REPLACE INTO approval VALUES (?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproved(Answered):
    """A member other than whoever asked approves a request, by the digest of what is asked."""

    KIND: ClassVar[str] = "request.approved"
    ANSWER: ClassVar[str] = APPROVED

    request: Id
    digest: Sha256
    reason: Text


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDenied(Answered):
    """A member other than whoever asked denies a request."""

    KIND: ClassVar[str] = "request.denied"
    ANSWER: ClassVar[str] = DENIED

    request: Id
    digest: Sha256
    reason: Text

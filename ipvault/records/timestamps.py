"""Timestamps of an authority outside (RFC 3161): what was sent out to be stamped, and the tokens that came back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import (
    Count,
    Der,
    Detail,
    HashName,
    Id,
    IdOrEmpty,
    Imprint,
    Nonce,
    Sha256,
    Sha256OrEmpty,
    StampTarget,
    Time,
)
from ipvault.records.vocabulary import TIMESTAMP

SCHEMA = """
CREATE TABLE timestamp (
    id TEXT PRIMARY KEY, room TEXT NOT NULL, target TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL,
    origin TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL, renews TEXT NOT NULL,
    algorithm TEXT NOT NULL, imprint TEXT NOT NULL, nonce TEXT NOT NULL, requested TEXT NOT NULL,
    requester TEXT NOT NULL, seq INTEGER, authority TEXT, at TEXT, accuracy INTEGER, until TEXT, serial TEXT,
    policy TEXT, ca TEXT, importer TEXT
);
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampRequested(Record):
    """A hash (`imprint`) was handed out to be stamped: of what `target` names, which the fields after it say.

    `version` of an `item`, whose content has that hash; the journal's first `size` records, with `origin` and Merkle
    `root` as the checkpoint has them; or the token of the timestamp that this one `renews`. The other fields are 0 or
    empty.
    """

    KIND: ClassVar[str] = "timestamp.requested"
    CLASS: ClassVar[str] = "anchor"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    timestamp: Id
    target: StampTarget
    item: IdOrEmpty = ""
    version: Count = 0
    origin: Detail = ""
    size: Count = 0
    root: Sha256OrEmpty = ""
    renews: IdOrEmpty = ""
    algorithm: HashName
    imprint: Imprint
    nonce: Nonce

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        what = (self.target, self.item, self.version, self.origin, self.size, self.root, self.renews)
        row = (self.timestamp, at.room, *what, self.algorithm, self.imprint, self.nonce, at.time, at.signer)
        empty = ", ".join(["NULL"] * 9)
        view.execute(f"INSERT OR IGNORE INTO timestamp VALUES ({'?, ' * len(row)}{empty})", row)  # noqa: S608  # fixed


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampImported(Record):
    """The answer to a request: the token, and what it takes to check it when the authority is gone.

    It counts if whoever made the request records it, or an owner of the room.
    `certificates` are those that vouch for the authority's own, to a root, and `revocations` the revocation lists that
    were checked; `until` is the end of the authority's certificate, `ca` the SHA-256 of the root's, `accuracy`
    milliseconds.
    """

    KIND: ClassVar[str] = "timestamp.imported"
    CLASS: ClassVar[str] = "anchor"
    IS_ADDITION: ClassVar[bool] = True
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    timestamp: Id
    token: Der
    certificates: tuple[Der, ...]
    revocations: tuple[Der, ...]
    authority: Detail
    at: Time
    accuracy: Count
    until: Time
    serial: Detail
    policy: Detail
    ca: Sha256

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        said = (self.authority, self.at, self.accuracy, self.until, self.serial, self.policy, self.ca)
        stamped = (at.seq, *said, at.signer)
        view.execute(
            "UPDATE timestamp SET (seq, authority, at, accuracy, until, serial, policy, ca, importer) = "
            "(?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ? AND room = ? AND seq IS NULL",
            (*stamped, self.timestamp, at.room),
        )
        view.execute(
            "INSERT OR REPLACE INTO anchor "
            "SELECT seq, ?, size, root, at, ca, authority, origin || char(10) || ?, importer "
            "FROM timestamp WHERE seq = ? AND target = 'head'",
            (TIMESTAMP, self.token, at.seq),
        )

"""Who belongs to the vault, and in which role in which room. All of it stands in the root room."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, OWNERS, Place, Public, Record, record
from ipvault.records.domains import (
    Ed25519Key,
    Generation,
    Id,
    KemKey,
    MlDsa44Key,
    Name,
    NameOrEmpty,
    Role,
    Sha256,
    Text,
)
from ipvault.storage.layout import member_path

SCHEMA = """
CREATE TABLE member (
    fingerprint TEXT PRIMARY KEY, name TEXT NOT NULL, organisation TEXT NOT NULL, email TEXT NOT NULL,
    jurisdiction TEXT NOT NULL, kem TEXT NOT NULL, ed25519 TEXT NOT NULL, mldsa44 TEXT NOT NULL, enrolled TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE role (
    member TEXT NOT NULL, room TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (member, room)
) WITHOUT ROWID;
CREATE TABLE tenure (
    member TEXT NOT NULL, room TEXT NOT NULL, role TEXT NOT NULL, from_seq INTEGER NOT NULL, from_time TEXT NOT NULL,
    until_seq INTEGER, until_time TEXT, PRIMARY KEY (member, room, from_seq)
) WITHOUT ROWID;
"""


def _end_tenure(view: sqlite3.Connection, member: str, room: str, at: Place) -> None:
    view.execute(
        "UPDATE tenure SET until_seq = ?, until_time = ? "
        "WHERE member = ? AND room = ? AND until_seq IS NULL AND from_seq < ?",
        (at.seq, at.time, member, room, at.seq),
    )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnrolled(Record):
    """Somebody is known to the vault from here on, as the card says. Keys are hexadecimal.

    The leaf repeats the signing key in clear. It gives no right yet: that is what roles are for.
    """

    KIND: ClassVar[str] = "member.enrolled"
    CLASS: ClassVar[str] = "member"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    member: Sha256
    name: Name
    organisation: NameOrEmpty
    email: NameOrEmpty
    jurisdiction: NameOrEmpty
    kem: KemKey
    ed25519: Ed25519Key
    mldsa44: MlDsa44Key

    def public(self) -> Public:
        return Public(facts={"key": self.ed25519, "member": self.member})

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        details = (self.name, self.organisation, self.email, self.jurisdiction)
        view.execute(
            "INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.member, *details, self.kem, self.ed25519, self.mldsa44, at.time),
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFileReplaced(Record):
    """A member's unlock slots and sealed keys are those of this generation; written by the member."""

    KIND: ClassVar[str] = "member.file"
    CLASS: ClassVar[str] = "member"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    member: Sha256
    generation: Generation

    def public(self) -> Public:
        before = (member_path(self.member, self.generation - 1),) if self.generation > 1 else ()
        return Public(added=(member_path(self.member, self.generation),), removed=before)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Record):
    """A member has this role in that room from here on. Who may say so depends on the room: see `authority`."""

    KIND: ClassVar[str] = "member.role"
    CLASS: ClassVar[str] = "member"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    member: Sha256
    room: Id
    role: Role

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("INSERT OR REPLACE INTO role VALUES (?, ?, ?)", (self.member, self.room, self.role))
        _end_tenure(view, self.member, self.room, at)
        begun = (self.member, self.room, self.role, at.seq, at.time)
        view.execute("INSERT OR IGNORE INTO tenure VALUES (?, ?, ?, ?, ?, NULL, NULL)", begun)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(Record):
    """A member has no role in that room any more; in the root room, none in the vault."""

    KIND: ClassVar[str] = "member.removed"
    CLASS: ClassVar[str] = "member"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    member: Sha256
    room: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("DELETE FROM role WHERE member = ? AND room = ?", (self.member, self.room))
        _end_tenure(view, self.member, self.room, at)

"""Who belongs to the vault, and in which role in which room."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Place, Public, Record, record
from ipvault.records.domains import Ed25519Key, Id, KemKey, MlDsa44Key, Name, Role, Sha256
from ipvault.storage.layout import member_path

SCHEMA = """
CREATE TABLE member (
    fingerprint TEXT PRIMARY KEY, name TEXT NOT NULL, kem TEXT NOT NULL, ed25519 TEXT NOT NULL, mldsa44 TEXT NOT NULL,
    enrolled TEXT NOT NULL
);
CREATE TABLE role (member TEXT NOT NULL, room TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (member, room));
"""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnrolled(Record):
    """Somebody is a member from here on. Keys are hexadecimal; the leaf repeats the signing key in clear."""

    KIND: ClassVar[str] = "member.enrolled"
    CLASS: ClassVar[str] = "member"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    member: Sha256
    name: Name
    kem: KemKey
    ed25519: Ed25519Key
    mldsa44: MlDsa44Key

    def public(self) -> Public:
        return Public(added=(member_path(self.member, 1),), facts={"key": self.ed25519, "member": self.member})

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute(
            "INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?, ?)",
            (self.member, self.name, self.kem, self.ed25519, self.mldsa44, at.time),
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Record):
    """A member has this role in that room from here on. Stands in the root room."""

    KIND: ClassVar[str] = "member.role"
    CLASS: ClassVar[str] = "member"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    member: Sha256
    room: Id
    role: Role

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("INSERT OR REPLACE INTO role VALUES (?, ?, ?)", (self.member, self.room, self.role))

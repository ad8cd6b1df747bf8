"""What was sealed to recipients, what came back from them, and what came from outside."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from ipvault.keys.identity import PublicIdentity
from ipvault.keys.statements import contents_message, receipt_message
from ipvault.records.access import HAS_LEFT
from ipvault.records.base import EVERYBODY, WRITERS, Place, Record, record
from ipvault.records.domains import (
    Detail,
    Ed25519Key,
    Id,
    KemKey,
    MlDsa44Key,
    ReceiptEvent,
    Sha256,
    SignaturePair,
    Text,
    Time,
    TimeOrEmpty,
    VersionNumber,
)

SCHEMA = """
CREATE TABLE package (
    id TEXT PRIMARY KEY, manifest TEXT NOT NULL, seq INTEGER NOT NULL, shared TEXT NOT NULL, sharer TEXT NOT NULL,
    expires TEXT NOT NULL, purpose TEXT NOT NULL, revoked TEXT
);
CREATE TABLE package_recipient (
    package TEXT NOT NULL, fingerprint TEXT NOT NULL, is_verified INTEGER NOT NULL, PRIMARY KEY (package, fingerprint)
);
CREATE TABLE package_version (
    package TEXT NOT NULL, room TEXT NOT NULL, item TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (package, room, item, number)
);
CREATE TABLE received (
    item TEXT NOT NULL, content TEXT NOT NULL, package TEXT NOT NULL, sender TEXT NOT NULL, sender_name TEXT NOT NULL,
    sealed TEXT NOT NULL, time TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (item, seq)
) WITHOUT ROWID;
CREATE TABLE receipt (
    package TEXT NOT NULL, manifest TEXT NOT NULL, fingerprint TEXT NOT NULL, event TEXT NOT NULL, at TEXT NOT NULL,
    imported TEXT NOT NULL, PRIMARY KEY (package, manifest, fingerprint, event)
);
"""


class PackageRecord(Record):
    """A fact about a package, in a room that something in it came from or went to."""

    __slots__ = ()
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = WRITERS
    IN_ROOMS_ONLY: ClassVar[bool] = True

    package: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PackageShared(PackageRecord):
    """Versions of items in this room were about to be sealed to recipients (fingerprints), before the file was whole.

    `unverified` are those of them whose cards nobody had compared, `decision` is the one that let it pass. A package
    with items of several rooms has one of these in each.
    """

    KIND: ClassVar[str] = "package.shared"

    package: Id
    manifest: Sha256
    recipients: tuple[Sha256, ...]
    unverified: tuple[Sha256, ...]
    items: tuple[Id, ...]
    versions: tuple[VersionNumber, ...]
    expires: TimeOrEmpty
    purpose: Text
    decision: Id

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.package, self.manifest, at.seq, at.time, at.signer, self.expires, self.purpose)
        view.execute("INSERT OR IGNORE INTO package VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
        view.execute(HAS_LEFT, (at.commit, self.decision, at.room))
        view.executemany(
            "INSERT OR IGNORE INTO package_recipient VALUES (?, ?, ?)",
            [(self.package, one, one not in self.unverified) for one in self.recipients],
        )
        view.executemany(
            "INSERT OR IGNORE INTO package_version VALUES (?, ?, ?, ?)",
            [(self.package, at.room, item, number) for item, number in zip(self.items, self.versions, strict=False)],
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRevoked(PackageRecord):
    """Whoever was sent this package should not use it any more. That cannot be enforced, and is on record."""

    KIND: ClassVar[str] = "package.revoked"

    package: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE package SET revoked = ? WHERE id = ? AND revoked IS NULL", (at.time, self.package))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PackageReceived(PackageRecord):
    """A package from outside was brought into this room: from whom, by the fingerprint and the name on the card.

    The sender's keys and signatures (hexadecimal) prove that he sealed `contents`, the SHA-256 of each item, under this
    manifest. What else stands here is in the manifest, and is told by whoever received it.
    """

    KIND: ClassVar[str] = "package.received"

    package: Id
    manifest: Sha256
    sender: Sha256
    sender_name: Detail
    sealed: Time
    items: tuple[Id, ...]
    contents: tuple[Sha256, ...]
    kem: KemKey
    ed25519: Ed25519Key
    mldsa44: MlDsa44Key
    signatures: SignaturePair

    def is_proven(self) -> bool:
        """Whether the sender signed that."""
        message = contents_message(self.manifest, map(bytes.fromhex, self.contents))
        return len(self.items) == len(self.contents) > 0 and _has_signed(self, self.sender, message)

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        told = (self.package, self.sender, self.sender_name, self.sealed, at.time, at.seq)
        pairs = zip(self.items, self.contents, strict=False)  # whoever proves nothing can say anything
        rows = ((item, content, *told) for item, content in pairs)
        view.executemany("INSERT OR IGNORE INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptImported(Record):
    """A recipient signed that a package was received, opened or destroyed, `at` the time that the receipt says.

    Keys and signatures (hexadecimal) are those of the receipt, so that nobody has to take an importer's word for it. It
    counts for a package of that manifest which was sealed to that recipient.
    """

    KIND: ClassVar[str] = "receipt.imported"
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY
    IN_ROOT_ONLY: ClassVar[bool] = True

    package: Id
    manifest: Sha256
    recipient: Sha256
    event: ReceiptEvent
    at: Time
    kem: KemKey
    ed25519: Ed25519Key
    mldsa44: MlDsa44Key
    signatures: SignaturePair

    def is_proven(self) -> bool:
        """Whether the recipient signed that."""
        message = receipt_message(self.event, self.at, self.package, self.manifest, self.recipient)
        return _has_signed(self, self.recipient, message)

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.package, self.manifest, self.recipient, self.event, self.at, at.time)
        view.execute("INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?, ?)", row)


def _has_signed(record: PackageReceived | ReceiptImported, fingerprint: str, message: bytes) -> bool:
    """Whether the keys in a record have this fingerprint, and its signatures are theirs."""
    from ipvault.crypto.signing import Signatures

    public = PublicIdentity.from_hex(record.kem, record.ed25519, record.mldsa44)
    signatures = Signatures.split(bytes.fromhex(record.signatures))
    return public.fingerprint == fingerprint and public.verifies(signatures, message)

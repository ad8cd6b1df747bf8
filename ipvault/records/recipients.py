"""People outside the vault to whom packages are sealed, as their cards tell them. Stands in the root room."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Place, Record, record
from ipvault.records.domains import Detail, Ed25519Key, Id, KemKey, MlDsa44Key, Name, Sha256, Text
from ipvault.records.vocabulary import OWNER

SCHEMA = """
CREATE TABLE recipient (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, organisation TEXT NOT NULL, email TEXT NOT NULL,
    jurisdiction TEXT NOT NULL, fingerprint TEXT NOT NULL, kem TEXT NOT NULL, ed25519 TEXT NOT NULL,
    mldsa44 TEXT NOT NULL, added TEXT NOT NULL, adder TEXT NOT NULL, removed TEXT, revoked TEXT
);
CREATE TABLE comparison (
    recipient TEXT NOT NULL, member TEXT NOT NULL, time TEXT NOT NULL, is_owners INTEGER NOT NULL,
    PRIMARY KEY (recipient, member)
) WITHOUT ROWID;
CREATE TABLE recipient_card (recipient TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (recipient, fingerprint));
"""

_CARD_TAKEN = "INSERT OR IGNORE INTO recipient_card SELECT id, fingerprint FROM recipient WHERE id = ?"

_CARD_COLUMNS = ("organisation", "email", "jurisdiction", "fingerprint", "kem", "ed25519", "mldsa44")
_card = attrgetter(*_CARD_COLUMNS)
_NEW_CARD = ", ".join(f"{column} = ?" for column in _CARD_COLUMNS)


class RecipientRecord(Record):
    """A fact about one recipient, who has an id, because cards and what people are called can change.

    Whoever may share something, in whatever room, may write it in the root room, with the exceptions in `dealings`.
    """

    __slots__ = ()
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY
    IN_ROOT_ONLY: ClassVar[bool] = True

    recipient: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientAdded(RecipientRecord):
    """Somebody can be sent packages from here on, under this card, which nobody has compared yet."""

    KIND: ClassVar[str] = "recipient.added"

    recipient: Id
    name: Name
    organisation: Detail
    email: Detail
    jurisdiction: Detail
    fingerprint: Sha256
    kem: KemKey
    ed25519: Ed25519Key
    mldsa44: MlDsa44Key

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute(
            "INSERT OR IGNORE INTO recipient VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            (self.recipient, self.name, *_card(self), at.time, at.signer),
        )
        view.execute(_CARD_TAKEN, (self.recipient,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientVerified(RecipientRecord):
    """Whoever signs compared the fingerprint of the recipient's present card over another channel.

    It counts for him, and if he is an owner of the vault then, for everybody.
    """

    KIND: ClassVar[str] = "recipient.verified"

    recipient: Id
    fingerprint: Sha256

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute(
            "INSERT INTO comparison SELECT id, ?3, ?4, EXISTS "
            "(SELECT 1 FROM role WHERE member = ?3 AND room = ?5 AND role = ?6) "
            "FROM recipient WHERE id = ?1 AND fingerprint = ?2 "
            "ON CONFLICT DO UPDATE SET time = excluded.time, is_owners = max(is_owners, excluded.is_owners)",
            (self.recipient, self.fingerprint, at.signer, at.time, at.room, OWNER),
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientUpdated(RecipientRecord):
    """The recipient has another card. With other keys, nobody has compared it yet."""

    KIND: ClassVar[str] = "recipient.updated"

    recipient: Id
    organisation: Detail
    email: Detail
    jurisdiction: Detail
    fingerprint: Sha256
    kem: KemKey
    ed25519: Ed25519Key
    mldsa44: MlDsa44Key

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute(
            "DELETE FROM comparison "
            "WHERE recipient = (SELECT id FROM recipient WHERE recipient.id = ? AND fingerprint <> ?)",
            (self.recipient, self.fingerprint),
        )
        view.execute(f"UPDATE recipient SET {_NEW_CARD} WHERE id = ?", (*_card(self), self.recipient))  # noqa: S608  # fixed names
        view.execute(_CARD_TAKEN, (self.recipient,))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRemoved(RecipientRecord):
    """Nothing is sent to this recipient any more."""

    KIND: ClassVar[str] = "recipient.removed"

    recipient: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE recipient SET removed = ? WHERE id = ?", (at.time, self.recipient))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRevoked(RecipientRecord):
    """Sharing with this recipient is refused from here on; what was shared before stays on record."""

    KIND: ClassVar[str] = "recipient.revoked"

    recipient: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        view.execute("UPDATE recipient SET revoked = ? WHERE id = ? AND revoked IS NULL", (at.time, self.recipient))

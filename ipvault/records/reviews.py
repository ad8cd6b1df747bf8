"""Access as it is reviewed: who has what, who says that it stays, and who left. Stands in the root room.

What it names is what all members read there anyway: members, their roles, recipients, ids of rooms and packages.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, Final

from ipvault.records.base import EVERYBODY, OWNERS, Place, Record, record
from ipvault.records.domains import Id, Name, Sha256, Text, Word, WordOrEmpty

SCHEMA = """
CREATE TABLE review (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, starter TEXT NOT NULL, title TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE review_grant (
    review TEXT NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
    place TEXT NOT NULL, role TEXT NOT NULL, orphan TEXT NOT NULL, PRIMARY KEY (review, id)
) WITHOUT ROWID;
CREATE TABLE review_decision (
    review TEXT NOT NULL, grant_id TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, member TEXT NOT NULL,
    answer TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (review, grant_id)
) WITHOUT ROWID;
CREATE TABLE review_closing (
    review TEXT PRIMARY KEY, seq INTEGER NOT NULL, time TEXT NOT NULL, member TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE offboarding (
    seq INTEGER PRIMARY KEY, time TEXT NOT NULL, member TEXT NOT NULL, name TEXT NOT NULL, identities TEXT NOT NULL,
    recipients TEXT NOT NULL, packages TEXT NOT NULL, reason TEXT NOT NULL
);
"""

ROLE: Final = "role"
KEPT_KEY: Final = "kept-key"
RECIPIENT: Final = "recipient"
PACKAGE_SENT: Final = "package"

KEEP: Final = "keep"
REVOKE: Final = "revoke"
ANSWERS: Final = (KEEP, REVOKE)

LEFT: Final = "left"
NO_AGREEMENT: Final = "no-agreement"
"""Why a grant is one that nobody vouches for: a key outlived a membership, or no agreement is in force."""


class ReviewRecord(Record):
    """A fact about one review, which has an id."""

    __slots__ = ()
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS
    IN_ROOT_ONLY: ClassVar[bool] = True

    review: Id


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStarted(ReviewRecord):
    """All that anybody may, or could, is reviewed as it is now; each grant stands at the same place of the lists.

    `subjects` are those who have it, of a package whoever shared it; `places` rooms, recipients and packages.
    """

    KIND: ClassVar[str] = "review.started"

    review: Id
    title: Name
    grants: tuple[Id, ...]
    types: tuple[Word, ...]
    subjects: tuple[Sha256, ...]
    places: tuple[Id, ...]
    roles: tuple[WordOrEmpty, ...]
    orphans: tuple[WordOrEmpty, ...]

    def rows(self) -> list[tuple[str, str, str, str, str, str]]:
        """Id, type, subject, place, role and orphan of each grant."""
        columns = (self.grants, self.types, self.subjects, self.places, self.roles, self.orphans)
        return list(zip(*columns, strict=False))

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.review, at.seq, at.time, at.signer, self.title)
        view.execute("INSERT OR IGNORE INTO review VALUES (?, ?, ?, ?, ?)", row)
        view.executemany(
            "INSERT OR IGNORE INTO review_grant VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(self.review, number, *grant) for number, grant in enumerate(self.rows(), 1)],
        )


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDecided(ReviewRecord):
    """Somebody other than who has a grant says whether it stays; the last answer counts."""

    KIND: ClassVar[str] = "review.decided"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    review: Id
    grant: Id
    answer: Word
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.review, self.grant, at.seq, at.time, at.signer, self.answer, self.reason)
        view.execute("INSERT OR REPLACE INTO review_decision VALUES (?, ?, ?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClosed(ReviewRecord):
    """Every grant of a review is decided, and what was to be revoked is."""

    KIND: ClassVar[str] = "review.closed"

    review: Id
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        row = (self.review, at.seq, at.time, at.signer, self.reason)
        view.execute("INSERT OR IGNORE INTO review_closing VALUES (?, ?, ?, ?, ?)", row)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOffboarded(Record):
    """Somebody left: the records before this one in its transaction belong together.

    `identities` are all that the person is known to have or have had; of them none has a role any more. Nothing is
    shared with `recipients` from here on, and `packages` were revoked for it.
    """

    KIND: ClassVar[str] = "person.offboarded"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY
    IN_ROOT_ONLY: ClassVar[bool] = True

    name: Name
    identities: tuple[Sha256, ...]
    recipients: tuple[Id, ...]
    packages: tuple[Id, ...]
    reason: Text

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        lists = map(json.dumps, (self.identities, self.recipients, self.packages))
        view.execute(
            "INSERT OR IGNORE INTO offboarding VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (at.seq, at.time, at.signer, self.name, *lists, self.reason),
        )

"""What everybody can see in a journal, key or no key: published files, signers, commitments, forgotten records.

It is an in-memory SQLite database, to which `Catalog` adds what records say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ipvault.journal.head import ChainBroken
from ipvault.keys.commitments import Commitments
from ipvault.text import _

if TYPE_CHECKING:
    from ipvault.journal.leaf import FileChange, Leaf

SCHEMA: Final = """
CREATE TABLE signer (fingerprint TEXT PRIMARY KEY, ed25519 TEXT NOT NULL);
CREATE TABLE file (
    path TEXT PRIMARY KEY, length INTEGER NOT NULL, sha256 BLOB, room BLOB NOT NULL, item BLOB
) WITHOUT ROWID;
CREATE TABLE commitment (
    room TEXT NOT NULL, epoch INTEGER NOT NULL, commitment TEXT NOT NULL, records TEXT NOT NULL,
    PRIMARY KEY (room, epoch)
) WITHOUT ROWID;
CREATE TABLE forgotten (seq INTEGER PRIMARY KEY);
"""

PER_QUERY: Final = 1_000
"""Values that one query is given, of which SQLite takes a limited number."""


class Ledger:
    """The account of what leaves say. `view` is the database, made of `image` if there is one."""

    def __init__(self, image: bytes | memoryview | None = None) -> None:
        self.view = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.view.execute("PRAGMA synchronous = OFF")
        self.view.execute("PRAGMA temp_store = MEMORY")
        if image is None:
            self.view.executescript(SCHEMA)
        else:
            self.view.deserialize(image)

    def note_public(self, leaf: Leaf) -> None:
        """Take in what a leaf says in clear. Raises `ChainBroken` where that contradicts what is known."""
        if leaf.files:
            self.note_files(leaf.seq, leaf.room, leaf.files)
        if leaf.kind == "key":
            self._note_commitment(leaf)
        if leaf.kind == "member" and leaf.facts:
            member, key = leaf.facts["member"], leaf.facts["key"]
            self.view.execute("INSERT OR IGNORE INTO signer VALUES (?, ?)", (member, key))
        if leaf.kind == "forget":
            forgotten = [(number,) for number in leaf.facts["records"]]
            self.view.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", forgotten)

    def note_files(self, seq: int, room: str, files: Sequence[FileChange]) -> None:
        """Take in the files of record `seq`: a path is added once, and removed by the room that added it."""
        for change in files:
            if change.added:
                row = (change.path, change.length, bytes.fromhex(change.sha256), bytes.fromhex(room))
                noted = self.view.execute("INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?, NULL)", row)
            else:
                gone = "UPDATE file SET length = 0, sha256 = NULL WHERE path = ? AND room = ? AND sha256 NOT NULL"
                noted = self.view.execute(gone, (change.path, bytes.fromhex(room)))
            if noted.rowcount == 0 and change.added:
                raise ChainBroken(seq, _("it adds a file that was added before"))
            if noted.rowcount == 0:
                raise ChainBroken(seq, _("it removes a file that its room does not have"))

    def note_item(self, seq: int, item: str, files: Sequence[FileChange]) -> None:
        """Take in that the files of record `seq`, noted already, are content of an item; never of another one's."""
        owner = bytes.fromhex(item)
        for change in files:
            noted = self.view.execute(
                "UPDATE file SET item = ?1 WHERE path = ?2 AND coalesce(item, ?1) = ?1", (owner, change.path)
            )
            if noted.rowcount == 0:
                raise ChainBroken(seq, _("it removes the content of another item"))

    def has_had(self, room: str, items: Iterable[str]) -> bool:
        """Whether all these items have, or had, content that a room published."""
        wanted = sorted({bytes.fromhex(item) for item in items})
        for start in range(0, len(wanted), PER_QUERY):
            some = wanted[start : start + PER_QUERY]
            query = f"SELECT count(DISTINCT item) FROM file WHERE room = ? AND item IN ({', '.join('?' * len(some))})"  # noqa: S608  # marks
            (found,) = self.view.execute(query, (bytes.fromhex(room), *some)).fetchone()
            if found != len(some):
                return False
        return True

    def _note_commitment(self, leaf: Leaf) -> None:
        if leaf.epoch != self.epoch(leaf.room) + bool(leaf.facts):
            raise ChainBroken(leaf.seq, _("the epoch of its key does not follow from the one before"))
        if leaf.facts:
            row = (leaf.room, leaf.epoch, leaf.facts["commitment"], leaf.facts["records"])
            self.view.execute("INSERT INTO commitment VALUES (?, ?, ?, ?)", row)

    def is_forgotten(self, seq: int) -> bool:
        """Whether a record says that this one's sealed part was destroyed."""
        return self.view.execute("SELECT 1 FROM forgotten WHERE seq = ?", (seq,)).fetchone() is not None

    def has_forgotten(self) -> bool:
        """Whether a record says that any sealed part was destroyed."""
        return self.view.execute("SELECT 1 FROM forgotten").fetchone() is not None

    def signers(self) -> dict[str, str]:
        """Fingerprint to Ed25519 public key (hexadecimal) of everybody who ever was a signer."""
        return dict(self.view.execute("SELECT fingerprint, ed25519 FROM signer"))

    def epoch(self, room: str) -> int:
        """The present epoch of a room, also where this member has no key to it; 0 before the first."""
        (epoch,) = self.view.execute("SELECT max(epoch) FROM commitment WHERE room = ?", (room,)).fetchone()
        return epoch or 0

    def commitments(self, room: str, epoch: int) -> Commitments | None:
        """The published commitments to the keys of a room in an epoch."""
        row = self.view.execute(
            "SELECT commitment, records FROM commitment WHERE room = ? AND epoch = ?", (room, epoch)
        ).fetchone()
        return Commitments._make(row) if row else None

    def keyed(self) -> list[tuple[str, int]]:
        """Room and epoch of every key to which there is a published commitment."""
        return list(self.view.execute("SELECT room, epoch FROM commitment"))

    def files(self, folder: str) -> list[tuple[str, str]]:
        """Path and SHA-256 of the files that the journal names under `folder`, which ends with a slash."""
        end = folder[:-1] + chr(ord("/") + 1)
        query = "SELECT path, sha256 FROM file WHERE path >= ? AND path < ? AND sha256 NOT NULL ORDER BY path"
        return [(path, sha256.hex()) for path, sha256 in self.view.execute(query, (folder, end))]

    def published(self) -> Iterator[tuple[str, int, str]]:
        """Path, length and SHA-256 of every file that the vault must have."""
        files = self.view.execute("SELECT path, length, sha256 FROM file WHERE sha256 NOT NULL")
        return ((path, length, sha256.hex()) for path, length, sha256 in files)

    def sha256_of(self, path: str) -> str | None:
        """The SHA-256 that the journal names for a file."""
        row = self.view.execute("SELECT sha256 FROM file WHERE path = ? AND sha256 NOT NULL", (path,)).fetchone()
        return row[0].hex() if row else None

    def is_referenced(self, path: str) -> bool:
        """Whether the journal names this file among those that belong to the vault."""
        return self.sha256_of(path) is not None

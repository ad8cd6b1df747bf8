"""The catalog: an in-memory SQLite database that records are projected into, one by one, in order.

It holds what the member's keys can read. It can be thrown away at any time, because the journal gives it again.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from ipvault.journal.head import Head

if TYPE_CHECKING:
    from ipvault.journal.leaf import Leaf

SCHEMA_VERSION: Final = 3
"""Counted up with any change of the tables, so that snapshots of another shape are made anew."""

_OWN_SCHEMA = """
CREATE TABLE signer (fingerprint TEXT PRIMARY KEY, ed25519 TEXT NOT NULL);
CREATE TABLE file (path TEXT PRIMARY KEY, length INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE commitment (
    room TEXT NOT NULL, epoch INTEGER NOT NULL, commitment TEXT NOT NULL, PRIMARY KEY (room, epoch)
);
CREATE TABLE forgotten (seq INTEGER PRIMARY KEY);
"""


class Catalog:
    """The view and where in the journal it stands.

    `head` is that of the last transaction that was applied, `time` its time (RFC 3339, empty before the first).
    """

    def __init__(self, head: Head, image: bytes | None = None, time: str = "") -> None:
        self.head = head
        self.time = time
        self.view = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.view.execute("PRAGMA synchronous = OFF")
        self.view.execute("PRAGMA temp_store = MEMORY")
        if image is None:
            from ipvault.records.families import SCHEMA  # not needed where a snapshot brings its tables

            self.view.executescript(_OWN_SCHEMA + SCHEMA)
        else:
            self.view.deserialize(image)

    def image_size(self) -> int:
        """How long `image` would be."""
        (pages,), (size,) = (self.view.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return int(pages * size)

    def image(self) -> bytes:
        """The database file as bytes, for a snapshot."""
        return self.view.serialize()

    def note_public(self, leaf: Leaf) -> None:
        """Take in what a leaf says in clear: files, a new signer, the commitment to a room key, forgotten records."""
        for change in leaf.files:
            if change.added:
                self.view.execute(
                    "INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (change.path, change.length, change.sha256)
                )
            else:
                self.view.execute("DELETE FROM file WHERE path = ?", (change.path,))
        if not leaf.facts:
            return
        match leaf.kind, leaf.facts:
            case "member", {"key": str(key), "member": str(member)}:
                self.view.execute("INSERT OR IGNORE INTO signer VALUES (?, ?)", (member, key))
            case "key", {"commitment": str(commitment)}:
                self.view.execute(
                    "INSERT OR IGNORE INTO commitment VALUES (?, ?, ?)", (leaf.room, leaf.epoch, commitment)
                )
            case "forget", {"records": list(numbers)}:
                self.view.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", [(seq,) for seq in numbers])

    def is_forgotten(self, seq: int) -> bool:
        """Whether a record says that this one's sealed part was destroyed."""
        return self.view.execute("SELECT 1 FROM forgotten WHERE seq = ?", (seq,)).fetchone() is not None

    def signers(self) -> dict[str, str]:
        """Fingerprint to Ed25519 public key (hexadecimal) of everybody who ever was a signer."""
        return dict(self.view.execute("SELECT fingerprint, ed25519 FROM signer"))

    def commitment(self, room: str, epoch: int) -> str | None:
        """The published commitment to the key of a room in an epoch."""
        row = self.view.execute(
            "SELECT commitment FROM commitment WHERE room = ? AND epoch = ?", (room, epoch)
        ).fetchone()
        return row[0] if row else None

    def keyed(self) -> list[tuple[str, int]]:
        """Room and epoch of every key to which there is a published commitment."""
        return list(self.view.execute("SELECT room, epoch FROM commitment"))

    def files(self, folder: str) -> list[tuple[str, str]]:
        """Path and SHA-256 of the files that the journal names under `folder`, which ends with a slash."""
        end = folder[:-1] + chr(ord("/") + 1)
        return list(
            self.view.execute("SELECT path, sha256 FROM file WHERE path >= ? AND path < ? ORDER BY path", (folder, end))
        )

    def sha256_of(self, path: str) -> str | None:
        """The SHA-256 that the journal names for a file."""
        row = self.view.execute("SELECT sha256 FROM file WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def is_referenced(self, path: str) -> bool:
        """Whether the journal names this file among those that belong to the vault."""
        return self.sha256_of(path) is not None

    def epoch(self, room: str) -> int:
        """The present epoch of a room that this member can open."""
        return int(self.view.execute("SELECT epoch FROM room WHERE id = ?", (room,)).fetchone()[0])

    def is_known_attempt(self, attempt: str) -> bool:
        """Whether an unlock attempt has been journalled lately."""
        return self.view.execute("SELECT 1 FROM attempt WHERE id = ?", (attempt,)).fetchone() is not None

    def is_enrolled(self, member: str) -> bool:
        """Whether a record that this member can read enrols `member`."""
        return self.view.execute("SELECT 1 FROM member WHERE fingerprint = ?", (member,)).fetchone() is not None

    def role(self, member: str, room: str) -> str | None:
        """A member's role in a room."""
        row = self.view.execute("SELECT role FROM role WHERE member = ? AND room = ?", (member, room)).fetchone()
        return row[0] if row else None

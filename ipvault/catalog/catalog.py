"""The catalog: an in-memory SQLite database that records are projected into, one by one, in order.

It holds what the member's keys can read. It can be thrown away at any time, because the journal gives it again.
"""

from __future__ import annotations

from typing import Final

from ipvault.catalog.ledger import Ledger
from ipvault.journal.head import Head

SCHEMA_VERSION: Final = 7
"""Counted up with any change of the tables, so that snapshots of another shape are made anew."""


class Catalog(Ledger):
    """The view and where in the journal it stands.

    `head` is that of the last transaction that was applied, `time` its time (RFC 3339, empty before the first).
    """

    def __init__(self, head: Head, image: bytes | memoryview | None = None, time: str = "") -> None:
        self.head = head
        self.time = time
        super().__init__(image)
        if image is None:
            from ipvault.records.families import SCHEMA  # not needed where a snapshot brings its tables

            self.view.executescript(SCHEMA)

    def image_size(self) -> int:
        """How long `image` would be."""
        (pages,), (size,) = (self.view.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return int(pages * size)

    def image(self) -> bytes:
        """The database file as bytes, for a snapshot."""
        return self.view.serialize()

    def epoch(self, room: str) -> int:
        """The present epoch of a room, also where this member has no key to it."""
        return int(self.view.execute("SELECT max(epoch) FROM commitment WHERE room = ?", (room,)).fetchone()[0])

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

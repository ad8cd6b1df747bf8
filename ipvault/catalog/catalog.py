"""The catalog: an in-memory SQLite database that records are projected into, one by one, in order.

It holds what the member's keys can read. It can be thrown away at any time, because the journal gives it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Final, NamedTuple

from ipvault.catalog.ledger import Ledger
from ipvault.journal.head import Head
from ipvault.records.vocabulary import EDITOR, OWNER, ROOT

SCHEMA_VERSION: Final = 25
"""Counted up with any change of the tables, so that snapshots of another shape are made anew."""

_OF_READING: Final = """
CREATE TABLE locked (room TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE broken_link (room TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (room, epoch)) WITHOUT ROWID;
CREATE TABLE closing (room TEXT PRIMARY KEY, seq INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE last_time (signer TEXT PRIMARY KEY, time TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE disregarded (seq INTEGER PRIMARY KEY, signer TEXT NOT NULL, reason TEXT NOT NULL);
"""


class Closing(NamedTuple):
    """The record from which on a room is closed, and why."""

    seq: int
    reason: str


@cache
def _empty() -> bytes:
    """The image of a catalog of nothing: to make so many tables takes as long as to read many records."""
    from ipvault.records.families import schema  # not needed where a snapshot brings its tables

    ledger = Ledger()
    ledger.view.executescript(schema() + _OF_READING)
    return ledger.view.serialize()


class Catalog(Ledger):
    """The view and where in the journal it stands.

    `head` is that of the last transaction that was applied, `time` its time (RFC 3339, empty before the first).
    """

    def __init__(self, head: Head, image: bytes | memoryview | None = None, time: str = "") -> None:
        self.head = head
        self.time = time
        super().__init__(_empty() if image is None else image)

    def image_size(self) -> int:
        """How long `image` would be."""
        (pages,), (size,) = (self.view.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return int(pages * size)

    def image(self) -> bytes:
        """The database file as bytes, for a snapshot."""
        return self.view.serialize()

    def note_time(self, signer: str, time: str, classes: Iterable[str]) -> None:
        """Note when `signer` wrote a transaction with records of these classes; it is the last one.

        Unlocking tells nothing, as it comes before what is asked for. What only reads does not put the time back; a
        change does, or whoever set a clock wrong once could never put it right.
        """
        wrote = set(classes) - {"auth"}
        if wrote:
            kept = "max(time, excluded.time)" if wrote == {"access"} else "excluded.time"
            query = f"INSERT INTO last_time VALUES (?, ?) ON CONFLICT DO UPDATE SET time = {kept}"  # noqa: S608
            self.view.execute(query, (signer, time))

    def latest_time(self, member: str) -> str:
        """When `member`, or an owner of the vault, wrote last: the others could say any time. Empty for never."""
        query = (
            "SELECT max(time) FROM last_time WHERE signer = ?1 "
            "OR signer IN (SELECT member FROM role JOIN room ON room.id = room WHERE name = ?2 AND role = ?3)"
        )
        (found,) = self.view.execute(query, (member, ROOT, OWNER)).fetchone()
        return found or ""

    def is_known_attempt(self, attempt: str) -> bool:
        """Whether an unlock attempt has been journalled lately."""
        return self.view.execute("SELECT 1 FROM attempt WHERE id = ?", (attempt,)).fetchone() is not None

    def is_enrolled(self, member: str) -> bool:
        """Whether a record that this member can read enrols `member`."""
        return self.view.execute("SELECT 1 FROM member WHERE fingerprint = ?", (member,)).fetchone() is not None

    def name_of(self, room: str) -> str | None:
        """What a room is called; None where no record that this member can read says that it was created."""
        row = self.view.execute("SELECT name FROM room WHERE id = ?", (room,)).fetchone()
        return row[0] if row else None

    def members(self, room: str) -> dict[str, str]:
        """Fingerprint and role of everybody who has one in a room."""
        return dict(self.view.execute("SELECT member, role FROM role WHERE room = ?", (room,)))

    def rooms_of(self, member: str) -> set[str]:
        """The rooms (ids) in which a member has a role."""
        return {row[0] for row in self.view.execute("SELECT room FROM role WHERE member = ?", (member,))}

    def has_no_owner_without(self, member: str, room: str) -> bool:
        """Whether a room would have no owner if this member were none."""
        return not self.has_owner_besides((member,), room)

    def has_owner_besides(self, members: Collection[str], room: str) -> bool:
        """Whether a room would have an owner if none of these members were one."""
        return any(role == OWNER for other, role in self.members(room).items() if other not in members)

    def note_locked(self, room: str) -> None:
        """Note that a record of this room could not be opened, so that the catalog lacks what it says."""
        self.view.execute("INSERT OR IGNORE INTO locked VALUES (?)", (room,))

    def is_locked(self, room: str) -> bool:
        """Whether the catalog lacks something because this member had no key to the room."""
        return self.view.execute("SELECT 1 FROM locked WHERE room = ?", (room,)).fetchone() is not None

    def locked_rooms(self) -> list[str]:
        """The rooms (ids) with records that this member had no key to."""
        return [row[0] for row in self.view.execute("SELECT room FROM locked ORDER BY room")]

    def close(self, room: str, seq: int, reason: str) -> None:
        """Note that record `seq` of a room is not to be believed: neither it nor what follows there is taken."""
        self.view.execute(
            "INSERT INTO closing VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET seq = excluded.seq, reason = excluded.reason WHERE excluded.seq < seq",
            (room, seq, reason),
        )

    def closings(self) -> dict[str, Closing]:
        """The rooms (ids) of which nothing is taken any more, each with the record that closed it."""
        return {room: Closing(seq, reason) for room, seq, reason in self.view.execute("SELECT * FROM closing")}

    def note_disregarded(self, seq: int, signer: str, reason: str) -> None:
        """Note that record `seq` counts for nothing, and why."""
        self.view.execute("INSERT OR IGNORE INTO disregarded VALUES (?, ?, ?)", (seq, signer, reason))

    def note_gap(self, room: str, public_class: str, seq: int) -> None:
        """Note that record `seq` was forgotten, so that what the next ones refer to may never be found.

        That ends with the record that says so, since whoever wrote after it knew no more than readers do now.
        """
        self.view.execute("INSERT OR IGNORE INTO gap VALUES (?, ?, ?)", (seq, room, public_class))

    def has_gap(self, room: str, public_class: str) -> bool:
        """Whether a record of this class in a room is missing that was still there when the present one was written."""
        query = "SELECT 1 FROM gap WHERE room = ? AND class = ?"
        return self.view.execute(query, (room, public_class)).fetchone() is not None

    def is_writer(self, member: str) -> bool:
        """Whether somebody is an owner or editor of any room."""
        query = "SELECT 1 FROM role WHERE member = ? AND role IN (?, ?)"
        return self.view.execute(query, (member, OWNER, EDITOR)).fetchone() is not None

    def has_shared(self, room: str, package: str) -> bool:
        """Whether something of a room went out in a package."""
        query = "SELECT 1 FROM package_version WHERE package = ? AND room = ?"
        return self.view.execute(query, (package, room)).fetchone() is not None

    def partly_closed(self, member: str) -> list[str]:
        """The rooms (ids) in which a member has a role, although the catalog lacks something of them."""
        query = "SELECT room FROM locked JOIN role USING (room) WHERE member = ? ORDER BY room"
        return [row[0] for row in self.view.execute(query, (member,))]

    def note_broken_link(self, room: str, epoch: int) -> None:
        """Note that the key of this epoch does not lead to the one before."""
        self.view.execute("INSERT OR IGNORE INTO broken_link VALUES (?, ?)", (room, epoch))

    def broken_links(self) -> list[tuple[str, int]]:
        """Room and epoch of the keys that do not lead to those before."""
        return list(self.view.execute("SELECT room, epoch FROM broken_link ORDER BY room, epoch"))

    def role(self, member: str, room: str) -> str | None:
        """A member's role in a room."""
        row = self.view.execute("SELECT role FROM role WHERE member = ? AND room = ?", (member, room)).fetchone()
        return row[0] if row else None

"""What a vault needs of the place that it lives in.

`DirectoryStore` is the one that users have; the tests keep a fake in memory, and an object store can follow. Paths are
relative, with `/`, and made by ipvault: they never carry a name from outside. Nothing here knows what the bytes mean.

Two kinds of file exist. *Published* files (VAULT, members, rooms, objects, torn journal tails) are written once, never
changed, and count only when a journal record names them. The journal grows at its end. Everything in `cache/` and
`tmp/` can be lost at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

JOURNAL = "journal/log"
ATTEMPTS = "journal/attempts"
CACHE = "cache"
LOCK = "lock"
TMP = "tmp"

REMADE = (LOCK, TMP, ATTEMPTS)
"""What every writer needs and makes anew where it is missing, so that whatever else lies there can be moved away."""

ATTEMPTS_LIMIT = 8 << 20
"""Bytes of unlock attempts that are kept until they are journalled: some 40,000, far more than anybody makes."""


class StagedFile(Protocol):
    """A file under `tmp/` that will be published as `path`."""

    path: str

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append all of `data`."""

    def close(self) -> None:
        """No more will be written. Idempotent."""


class Store(Protocol):
    """A directory, or something that behaves like one.

    Every method raises `StorageFailed` (or `ReadOnly`) for what the operating system refuses; a missing file is
    `FileNotFoundError`, so that callers can say what it means.
    """

    @property
    def place(self) -> str:
        """Where this is, for messages."""

    def read(self, path: str, limit: int) -> bytes:
        """The content of a regular file of at most `limit` bytes; a larger one is `Damaged`, read no further."""

    def open(self, path: str) -> BinaryIO:
        """An unbuffered reader of a regular file; links are refused."""

    def size(self, path: str) -> int:
        """Its length in bytes."""

    def files(self, folder: str) -> Iterator[str]:
        """The paths of all files under `folder`, sorted, nothing if there is no such folder."""

    def stage(self, path: str) -> StagedFile:
        """Begin a file that is to be published as `path` (only under the lock)."""

    def adopt(self, path: str) -> StagedFile:
        """A file that was staged and closed before, perhaps by a process forked from this one."""

    def publish(self, staged: Sequence[StagedFile]) -> None:
        """Make the staged files durable under their paths, all or an error, without replacing anything.

        They stay findable under `tmp/` until `settle`, so that the next writer can sweep what a crash left.
        """

    def settle(self, staged: Sequence[StagedFile]) -> None:
        """The commit that names these files is durable: forget that they were staged.

        Failures are silent, since the change has happened: `sweep` does the same.
        """

    def discard(self, staged: Sequence[StagedFile]) -> None:
        """No commit was tried: remove the files, published or not. Failures are silent: `sweep` does the same.

        Not after a call of `append_journal` that failed or was interrupted: the record may be there all the same, and
        only `sweep`, asked with the journal as it then is, can tell.
        """

    def sweep(self, is_referenced: Callable[[str], bool]) -> int:
        """Remove what an interrupted transaction left under `tmp/` and what it published without a record.

        `is_referenced` tells whether a journal record names a path. Returns how many files were of no use any more.
        Only under the lock. Files that were never staged are left alone.
        """

    def condemn(self, paths: Iterable[str]) -> None:
        """Note under `tmp/`, durably, that these published files are about to lose their record.

        If the commit happens and `remove` does not, `sweep` removes them; if it does not happen, `sweep` forgets it.
        """

    def remove(self, paths: Iterable[str]) -> None:
        """Delete published files that no record names any more, or files of `cache/`; missing ones are fine.

        The folders are synced, and that the files were condemned is forgotten.
        """

    def lock(self, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        """Hold the vault's only write lock; `waiting` is called once if that takes long. Raises `VaultBusy`."""

    def lock_holder(self) -> int | None:
        """The id of the process that has the write lock, where the system tells; None if nobody has it, or unknown."""

    def try_lock(self) -> AbstractContextManager[bool]:
        """The same without waiting: whether the lock was had. False, too, where nothing may be written."""

    def open_journal(self) -> BinaryIO:
        """A reader of the journal as it is now. A later `replace_journal` does not disturb it."""

    def append_journal(self, data: bytes, at: int) -> None:
        """Append `data` at offset `at`, which must be the end, with one write and one sync: the commit point.

        On failure what was written is cut off again as far as possible, and the error is raised.
        """

    def cut_journal(self, size: int) -> None:
        """Cut the journal to `size` bytes, durably."""

    def replace_journal(self, chunks: Iterable[bytes]) -> None:
        """Put a rewritten journal in place of the old one, durably and atomically."""

    def append_attempt(self, line: bytes) -> None:
        """Append one line, its LF included, to the unlock attempts and sync; safe without the lock."""

    def read_attempts(self) -> bytes:
        """The oldest unlock attempts not yet journalled: whole lines, at most 1 MiB; more follow after `drop_attempts`.

        After a crash a line can be torn.
        """

    def drop_attempts(self, length: int) -> None:
        """Remove the first `length` bytes of the attempts, which are now journalled (only under the lock).

        Of what follows at most ATTEMPTS_LIMIT bytes stay.
        """

    def write_cache(self, name: str, data: bytes) -> None:
        """Replace a file under `cache/` atomically; not synced, and failures are silent: it is only a cache."""

    def open_cache(self, name: str) -> BinaryIO | None:
        """An unbuffered reader of a file under `cache/`, or None if it cannot be had. It can be of any length."""

"""What is to be stored: files found on disk, or a pipe."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple, Protocol

from ipvault.errors import SourceNotFound, StorageFailed, UsageError
from ipvault.text import _, reason_of
from ipvault.vault.names import name_from_file
from ipvault.vault.objects import BLOCK
from ipvault.vault.progress import Progress, unobserved

SMALL: Final = 4 * 1024 * 1024
"""Bytes of content that are read at once."""


def read_up_to(file: Readable, size: int) -> bytes:
    """The next `size` bytes, or all that is left if that is less."""
    pieces = []
    while size > 0 and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def sha256_of(file: Readable, progress: Progress = unobserved) -> str:
    """The digest (hexadecimal) of all that is left in a file. `progress` is told bytes read."""
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
        progress(len(block))
    return digest.hexdigest()


class Readable(Protocol):
    """Bytes that can be read once."""

    def read(self, size: int, /) -> bytes: ...


class Pipe:
    """A pipe. What is small has arrived before the vault is locked, so a slow program does not keep others waiting."""

    def __init__(self, raw: Readable) -> None:
        self._raw = raw
        self._first = b""

    def wait(self) -> None:
        """Return when a small content has arrived whole, or a large one has begun."""
        self._first = read_up_to(self._raw, SMALL)

    def read(self, size: int, /) -> bytes:
        if not self._first:
            return self._raw.read(size)
        data, self._first = self._first[:size], self._first[size:]
        return data


class Source(NamedTuple):
    """A content to be stored as `name`; `path` is None for a pipe."""

    name: str
    path: str | None = None
    pipe: Pipe | None = None


class Skipped(NamedTuple):
    """A file that is not stored, and why."""

    path: str
    reason: str


class Unreadable(Exception):
    """A source cannot be read now."""

    def __init__(self, skipped: Skipped) -> None:
        super().__init__(skipped)
        self.skipped = skipped


def find_sources(
    paths: list[str], *, recursive: bool, vault: os.stat_result | None = None
) -> Iterator[Source | Skipped]:
    """The files under `paths`, in the order of their names. Links and special files are skipped, never followed.

    So is the directory that `vault` is the status of: a vault is not put into itself.

    A folder's files are named after the folder: `add -r widget` gives `widget/claims.docx`. Raises `SourceNotFound`,
    or `UsageError` for a folder without `recursive`.
    """
    for path in paths:
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise SourceNotFound(path=path) from None
        base = os.path.basename(os.path.abspath(path))
        if stat.S_ISDIR(mode):
            if not recursive:
                raise UsageError(problem=_("{path} is a folder; to take all that is in it, give -r").format(path=path))
            yield from _walk(path, base, vault)
        else:
            yield _classify(path, base, mode)


def sha256_of_file(path: str, progress: Progress = unobserved) -> str:
    """The digest (hexadecimal) of a regular file. Raises `Unreadable`, or `StorageFailed` where reading it failed."""
    with open_source(path) as file:
        try:
            return sha256_of(file, progress)
        except OSError as error:
            raise StorageFailed(path=path, reason=reason_of(error)) from error


def _walk(folder: str, name: str, vault: os.stat_result | None) -> Iterator[Source | Skipped]:
    waiting = [(folder, name, stat.S_IFDIR)]
    while waiting:
        path, name, mode = waiting.pop()
        if not stat.S_ISDIR(mode):
            yield _classify(path, name, mode)
            continue
        try:
            if vault is not None and os.path.samestat(os.lstat(path), vault):
                yield Skipped(path, _("it is the vault itself"))
            else:
                waiting += _inside(path, name)
        except OSError as error:  # one is that so many folders, one in the other, make too long a path
            yield Skipped(path, reason_of(error))


def _inside(folder: str, name: str) -> list[tuple[str, str, int]]:
    """Path, name and kind of all that is in a folder, the last first."""
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=lambda entry: entry.name, reverse=True)
    return [(entry.path, f"{name}/{entry.name}" if name else entry.name, _kind(entry)) for entry in entries]


def _kind(entry: os.DirEntry[str]) -> int:
    """What tells a file, a folder, a link and something else apart in `st_mode`; the folder knows that already."""
    if entry.is_symlink():
        return stat.S_IFLNK
    if entry.is_dir():
        return stat.S_IFDIR
    return stat.S_IFREG if entry.is_file() else 0


def _classify(path: str, name: str, mode: int) -> Source | Skipped:
    if stat.S_ISREG(mode):
        return _named(path, name)
    if stat.S_ISLNK(mode):
        return Skipped(path, _("it is a symbolic link"))
    return Skipped(path, _("it is not a regular file"))


def _named(path: str, name: str) -> Source | Skipped:
    try:
        return Source(name_from_file(name), path)
    except UsageError as error:
        return Skipped(path, str(error))


def open_source(path: str) -> BinaryIO:
    """An unbuffered reader of a regular file, never through a link; raises `Unreadable`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable(Skipped(path, reason_of(error))) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable(Skipped(path, _("it is not a regular file")))
    return open(descriptor, "rb", buffering=0)

"""A file on its way into the vault, and the names that it has on that way.

It is `tmp/` and its path with `-` for `/`, and keeps that name until the commit is durable. So whoever comes next can
tell from `tmp/` alone what an interrupted transaction may have published.

Filesystems without hard links (FAT, exFAT) take a rename instead. There an empty marker, the staged name and `+`,
stands for the name that the rename takes away. The same marker names a published file that is about to lose its
record. Scratch files, which are never published, end with `~`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from ipvault.storage.files import create, failure, write_all
from ipvault.storage.layout import PUBLISHED
from ipvault.storage.linking import link_new
from ipvault.storage.store import ATTEMPTS, CACHE, JOURNAL, LOCK, TMP
from ipvault.storage.tree import is_path

_MODE = 0o400
_MODIFIED_NS = 946_684_800 * 10**9
"""2000-01-01T00:00:00Z: when a document was stored is for those to know who can read the journal."""

_PUSH = 8 << 20
_MARKER = "+"
_SCRATCH = "~"
DRAFT = "draft."
"""How a journal begins under `tmp/` that is looked at before it is put in place; a sweep leaves it for a minute."""


def parent(path: str) -> str:
    """The folder that `path` is in, empty for the root."""
    return path.rpartition("/")[0]


def is_removable(path: str) -> bool:
    """Whether `path` can be removed: the files that the vault lives by cannot, nor can anything outside."""
    return is_path(path) and path not in (JOURNAL, ATTEMPTS, LOCK) and path.partition("/")[0] != TMP


def is_publishable(path: str) -> bool:
    """Whether `path` can be published and swept."""
    return is_removable(path) and path.partition("/")[0] != CACHE


def scratch_name(path: str) -> str:
    """A name under `tmp/` for new content of `path`, which a rename will put there."""
    return f"{_flat(path)}.{os.urandom(8).hex()}{_SCRATCH}"


def is_scratch(name: str) -> bool:
    """Whether `scratch_name` made this name."""
    return name.endswith(_SCRATCH)


def marker_name(path: str) -> str:
    """An entry of `tmp/` by which a sweep finds `path` although no file is staged for it."""
    return _flat(path) + _MARKER


def staged_path(name: str) -> str | None:
    """Where the entry `name` of `tmp/` was to be published, or None if no transaction made that name."""
    path = name.removesuffix(_MARKER).replace("-", "/").replace("%2D", "-")
    return path if is_publishable(path) and PUBLISHED.fullmatch(path) else None


class LocalStagedFile:
    """See StagedFile. Read-only from the start, and with a modification time that tells nothing."""

    __slots__ = ("_descriptor", "_is_marked", "_name", "_pushed", "_written", "is_published", "path")

    def __init__(self, path: str) -> None:
        """One that is there already, whole. Raises ValueError for a path that cannot be published."""
        if not is_publishable(path):
            raise ValueError(path)
        self.path = path
        self.is_published = False
        self._is_marked = False
        self._name = _flat(path)
        self._written = self._pushed = 0
        self._descriptor = -1

    def create(self, tmp: int) -> None:
        """Begin it in the folder `tmp`. Raises OSError."""
        self._descriptor = create(self._name, tmp, _MODE)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """See StagedFile. Every 8 MiB the kernel is told to start writing them out, so that the sync is short."""
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            raise failure(error, self.path) from error
        self._written += len(data)
        if self._written - self._pushed >= _PUSH and sys.platform != "darwin":
            os.posix_fadvise(self._descriptor, self._pushed, self._written - self._pushed, os.POSIX_FADV_DONTNEED)
            self._pushed = self._written

    def close(self) -> None:
        """See StagedFile."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        try:
            try:
                with suppress(PermissionError):
                    os.utime(descriptor, ns=(_MODIFIED_NS, _MODIFIED_NS))
            finally:
                os.close(descriptor)
        except OSError as error:
            raise failure(error, self.path) from error

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called in `tmp/`; first the name of its content."""
        return (self._name, marker_name(self.path)) if self._is_marked else (self._name,)

    def link(self, tmp: int, folder: int) -> bool:
        """Give it its final name too, in its `folder`, or return False where that cannot be done with a link."""
        self.is_published = True
        try:
            self.is_published = link_new(self._name, tmp, self._target, folder)
        except OSError:
            self.is_published = False
            raise
        return self.is_published

    def mark(self, tmp: int) -> None:
        """Prepare for `move`, which may only follow when the marker is durable."""
        os.close(create(marker_name(self.path), tmp))
        self._is_marked = True

    def move(self, tmp: int, folder: int) -> None:
        """Rename it into its folder, over an empty file of our own, so that nobody else's can be replaced."""
        os.close(create(self._target, folder))
        self.is_published = True
        os.rename(self._name, self._target, src_dir_fd=tmp, dst_dir_fd=folder)

    def replace(self, tmp: int, folder: int) -> None:
        """Rename it into its folder over whatever file or link is there, so that it is not staged any more."""
        os.rename(self._name, self._target, src_dir_fd=tmp, dst_dir_fd=folder)

    @property
    def _target(self) -> str:
        return self.path.rpartition("/")[2]


def _flat(path: str) -> str:
    return path.replace("-", "%2D").replace("/", "-")

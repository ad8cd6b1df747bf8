"""Reading a directory of regular files without ever following a link inside it."""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ipvault.errors import Damaged, NoVault, Obstructed, VaultError
from ipvault.storage.files import failure, is_obstacle, open_folder, open_regular
from ipvault.storage.store import REMADE
from ipvault.text import _

_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", re.ASCII)
_DEEPEST = 16  # folders; ipvault makes three, one in the other, and whoever keeps copies in between may add some


def is_path(path: str) -> bool:
    """Whether ipvault would call a file so: ASCII, relative, no hidden or parent folders."""
    return _PATH.fullmatch(path) is not None


class Tree:
    """A directory, held open, so that it stays the same one whatever happens to its name."""

    def __init__(self, root: Path) -> None:
        """Open `root`, which may be a link. Raises NoVault if there is no directory, and StorageFailed."""
        self.place = os.path.realpath(root)
        try:
            self._root = os.open(self.place, os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            raise NoVault(path=self.place) from None
        except OSError as error:
            raise failure(error, self.place) from error
        weakref.finalize(self, os.close, self._root)

    def read(self, path: str, limit: int) -> bytes:
        """See Store."""
        with self.open(path) as file, self._explained(path):
            if os.fstat(file.fileno()).st_size > limit:
                raise Damaged(place=self._full(path), reason=_("it is far larger than ipvault would make it"))
            return file.read()

    def open(self, path: str) -> BinaryIO:
        """See Store."""
        with self._explained(path):
            return open(self._open_file(path), "rb", buffering=0)

    def size(self, path: str) -> int:
        """See Store."""
        with self._explained(path):
            descriptor = self._open_file(path)
            try:
                return os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)

    def files(self, folder: str) -> Iterator[str]:
        """See Store. What is not a directory counts as a file here, so that nothing stays unseen.

        So does a directory deeper than any of ipvault's: nobody's nesting takes our time or memory.
        """
        waiting = self._names(folder)
        while waiting:
            path = waiting.pop()
            if not path.endswith("/"):
                yield path
            elif path.count("/") > _DEEPEST:
                yield path[:-1]
            else:
                waiting += self._names(path[:-1])

    def _names(self, folder: str) -> list[str]:
        """The paths of all that is in a folder, the last first; those of directories end in a slash."""
        names: list[str] = []
        with (
            suppress(FileNotFoundError),
            self._explained(folder),
            self._folder(folder) as there,
            os.scandir(there) as entries,
        ):
            names = [f"{e.name}/" if e.is_dir(follow_symlinks=False) else e.name for e in entries]
        return [f"{folder}/{name}" if folder else name for name in sorted(names, reverse=True)]

    def _full(self, path: str) -> str:
        return f"{self.place}/{path}"

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        """Raise what the operating system refuses as an error of ours; a missing file stays FileNotFoundError."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._failure(error, path) from error

    def _failure(self, error: OSError, path: str) -> VaultError:
        """What to raise for an OSError about `path`."""
        if path in REMADE and is_obstacle(error):
            return Obstructed(place=self._full(path))
        return failure(error, self._full(path))

    def _open_file(self, path: str, flags: int = os.O_RDONLY) -> int:
        if not is_path(path):
            raise ValueError(path)
        folder, _slash, name = path.rpartition("/")
        with self._folder(folder) as there:
            return open_regular(name, there, flags)

    @contextmanager
    def _folder(self, path: str) -> Iterator[int]:
        descriptor = self._open_folder(path)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_folder(self, path: str) -> int:
        """A descriptor of a folder, reached step by step, since O_NOFOLLOW looks at the last step only."""
        descriptor = os.dup(self._root)
        for name in filter(None, path.split("/")):
            try:
                inner = open_folder(name, descriptor)
            finally:
                os.close(descriptor)
            descriptor = inner
        return descriptor

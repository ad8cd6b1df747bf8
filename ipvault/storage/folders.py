"""Going down into folders outside the vault, and making them on the way, without following a link or entering it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from ipvault.errors import DestinationExists, DestinationUnsafe, StorageFailed
from ipvault.storage.files import PRIVATE_FOLDER, open_folder
from ipvault.storage.layout import DESCRIPTOR
from ipvault.storage.store import JOURNAL
from ipvault.text import N_, _, reason_of

_INSIDE: Final = N_("it is inside the vault, which keeps only what is encrypted")
_IN_THE_WAY = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR})


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Raise what the operating system refuses about `path`, a place outside the vault, as an error of ours."""
    try:
        yield
    except FileExistsError as error:
        raise DestinationExists(path=path) from error
    except OSError as error:
        if error.errno in _IN_THE_WAY:
            reason = _("there is a link or a file where a folder is needed")
            raise DestinationUnsafe(path=path, reason=reason) from error
        raise StorageFailed(path=path, reason=reason_of(error)) from error


def reach(start: int, names: Iterable[str], step: Callable[[str, int], int] = open_folder) -> int:
    """A descriptor of the folder that `names` lead to from `start`: step by step, as O_NOFOLLOW sees the last only."""
    here = os.dup(start)
    for name in names:
        try:
            inner = step(name, here)
        finally:
            os.close(here)
        here = inner
    return here


def refuse_inside(folder: int, vault: os.stat_result | None, path: str) -> None:
    """Raise DestinationUnsafe if `folder`, or any above it, is the directory `vault`, if there is one; and OSError."""
    for _above, found in _upwards(folder):
        _refuse(found, vault, path)


def refuse_vaults(folder: int, vault: os.stat_result | None, path: str) -> None:
    """The same, also for a vault that nobody named."""
    for above, found in _upwards(folder):
        _refuse(found, vault, path)
        _refuse_descriptor(above, folder, path)


def _upwards(folder: int) -> Iterator[tuple[str, os.stat_result]]:
    """`folder` and all above it: how each is reached from it, and what it is."""
    above = "."
    found = os.fstat(folder)
    while True:
        yield above, found
        above += "/.."
        below, found = found, os.stat(above, dir_fd=folder)
        if os.path.samestat(below, found):
            return


class NewFolders:
    """The folders made on the way to a file, so that they can be taken back if the file does not come about."""

    def __init__(self, start: int, vault: os.stat_result | None, path: str) -> None:
        """`start` is a descriptor, the caller's; `path` is for the words of a DestinationUnsafe."""
        self.made: list[tuple[str, ...]] = []
        self._start = start
        self._vault = vault
        self._path = path

    def reach(self, names: Iterable[str]) -> int:
        """As the function, and makes what is missing, for the owner only. Raises DestinationUnsafe and OSError."""
        passed: list[str] = []

        def step(name: str, here: int) -> int:
            passed.append(name)
            try:
                inner = open_folder(name, here)
            except FileNotFoundError:
                with suppress(FileExistsError):
                    os.mkdir(name, PRIVATE_FOLDER, dir_fd=here)
                    self.made.append(tuple(passed))
                inner = open_folder(name, here)
            try:
                _refuse(os.fstat(inner), self._vault, self._path)
                _refuse_descriptor(".", inner, self._path)
            except BaseException:
                os.close(inner)
                raise
            return inner

        return reach(self._start, names, step)

    def take_back(self) -> None:
        """Remove those that are empty."""
        for *above, name in reversed(self.made):
            with suppress(OSError):
                folder = reach(self._start, above)
                try:
                    os.rmdir(name, dir_fd=folder)
                finally:
                    os.close(folder)


def _refuse(found: os.stat_result, vault: os.stat_result | None, path: str) -> None:
    if vault is not None and os.path.samestat(found, vault):
        raise DestinationUnsafe(path=path, reason=_(_INSIDE))


def _refuse_descriptor(above: str, folder: int, path: str) -> None:
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        os.stat(f"{above}/{DESCRIPTOR}", dir_fd=folder, follow_symlinks=False)
        os.stat(f"{above}/{JOURNAL}", dir_fd=folder, follow_symlinks=False)
        raise DestinationUnsafe(path=path, reason=_(_INSIDE))

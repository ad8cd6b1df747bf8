"""One writer at a time: flock(2) on a file, which the kernel frees when its holder ends, however it ends.

So a lock file that lies around means nothing. On NFS, Linux turns these locks into byte-range locks on the server.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ipvault.errors import VaultBusy
from ipvault.storage.files import open_regular

PATIENCE = 600.0
"""Seconds to wait for another writer."""

_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05


def acquire(name: str, folder: int, patience: float, waiting: Callable[[], None]) -> int:
    """Lock the file `name`, made if it is missing, and return its descriptor, to be given to `holding`.

    `waiting` is called once if somebody else has it. Raises VaultBusy after `patience` seconds, and OSError.
    """
    pauses = _pauses(patience, waiting)
    while True:
        descriptor = open_regular(name, folder, os.O_RDWR | os.O_CREAT)
        try:
            while not _try(descriptor):
                time.sleep(next(pauses))
            if _is_in_place(descriptor, name, folder):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


@contextmanager
def holding(descriptor: int) -> Iterator[int]:
    """Unlock and close at the end of the block, even if a forked child still has the descriptor."""
    try:
        yield descriptor
    finally:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)


def _pauses(patience: float, waiting: Callable[[], None]) -> Iterator[float]:
    """How long to sleep before each new try; raises VaultBusy when that has been `patience` seconds."""
    deadline = time.monotonic() + patience
    if patience:
        waiting()
    pause = _FIRST_PAUSE
    while time.monotonic() < deadline:
        yield pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    raise VaultBusy(seconds=round(patience))


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_in_place(descriptor: int, name: str, folder: int) -> bool:
    """Whether the locked file is still the one called `name`: it may have been replaced while we waited."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(descriptor))

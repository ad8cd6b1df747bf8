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
from ipvault.text import _

_TELLING = 1.0
"""Seconds of waiting after which a person wonders what is going on."""

_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05


def acquire(name: str, folder: int, patience: float, waiting: Callable[[], None]) -> int:
    """Lock the file `name`, made if it is missing, and return its descriptor, to be given to `holding`.

    `waiting` is called once, after a second in which somebody else has it. Raises VaultBusy after `patience` seconds,
    and OSError.
    """
    pauses = _pauses(patience, waiting)
    while True:
        descriptor = open_regular(name, folder, os.O_RDWR | os.O_CREAT)
        try:
            while not _try(descriptor):
                if (pause := next(pauses, None)) is None:
                    raise VaultBusy(holder=_called(holder(descriptor)), seconds=round(patience))
                time.sleep(pause)
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


def holder(descriptor: int) -> int | None:
    """The id of the process that has locked this file, where the system tells (proc(5), /proc/locks)."""
    inode = f":{os.fstat(descriptor).st_ino}"
    try:
        with open("/proc/locks", encoding="ascii") as file:
            # 1: FLOCK  ADVISORY  WRITE 4711 08:01:1835035 0 EOF
            fields = [words for line in file if (words := line.split())[1] == "FLOCK" and words[5].endswith(inode)]
    except (OSError, ValueError, IndexError):
        return None
    return next((int(words[4]) for words in fields if words[4].isdecimal() and words[4] != "0"), None)


def _called(process: int | None) -> str:
    return _("another ipvault") if process is None else _("another ipvault (process {number})").format(number=process)


def _pauses(patience: float, waiting: Callable[[], None]) -> Iterator[float]:
    """How long to sleep before each new try, until that has been `patience` seconds."""
    start = time.monotonic()
    is_told = False
    pause = _FIRST_PAUSE
    while (waited := time.monotonic() - start) < patience:
        if waited > _TELLING and not is_told:
            waiting()
            is_told = True
        yield pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)


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

"""Opening and writing files so that nothing but a regular file at its own place is ever touched.

Names are single components below an open directory, so that no link on the way can lead elsewhere. All of these raise
OSError as it is; `failure` turns it into an error for people.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress

from ipvault.errors import Damaged, DiskFull, ReadOnly, StorageFailed, VaultError
from ipvault.storage.sync import flush
from ipvault.text import _, reason_of

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

_BUFFER = 1 << 20
_ABANDONED_SECONDS = 60
_ALTERED = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_MODES = frozenset({errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def failure(error: OSError, path: str) -> VaultError:
    """What to raise for an OSError about `path`, a file of a vault."""
    if error.errno == errno.EROFS:
        return ReadOnly()
    if is_obstacle(error):
        return Damaged(place=path, reason=_("there is a link or a special file where a vault has none"))
    if error.errno in _FULL:
        return DiskFull(path=path, reason=reason_of(error))
    return StorageFailed(path=path, reason=reason_of(error))


def is_obstacle(error: OSError) -> bool:
    """Whether a link or another kind of file lies where ipvault has a regular file or a folder."""
    return error.errno in _ALTERED


def open_folder(name: str, folder: int) -> int:
    """A descriptor of the directory `name`; a link to one is ENOTDIR."""
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)


def open_regular(name: str, folder: int, flags: int = os.O_RDONLY) -> int:
    """A descriptor of the regular file `name`; never waits for the other end of a pipe."""
    descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, PRIVATE_FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
    return descriptor


def create(name: str, folder: int, mode: int = PRIVATE_FILE) -> int:
    """A descriptor of a new file; an existing one, or a link, is EEXIST. It can be written whatever its mode."""
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode, dir_fd=folder)


def remove(name: str, folder: int) -> None:
    """Unlink `name` if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def remove_abandoned(prefix: str, folder: int) -> None:
    """Unlink scratch files that begin so and that nobody has touched for a minute: whoever wrote them was killed."""
    for name in os.listdir(folder):
        if name.startswith(prefix):
            with suppress(FileNotFoundError):
                if time.time() - os.lstat(name, dir_fd=folder).st_mtime > _ABANDONED_SECONDS:
                    remove(name, folder)


def set_mode(descriptor: int, mode: int) -> None:
    """chmod, and no complaint on a filesystem that has no modes."""
    try:
        os.fchmod(descriptor, mode)
    except OSError as error:
        if error.errno not in _NO_MODES:
            raise


def write_all(descriptor: int, data: bytes | bytearray | memoryview) -> None:
    """write(2) until all of `data` is out: normally once."""
    written = os.write(descriptor, data)
    if written != len(data):
        rest = memoryview(data).cast("B")[written:]
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def append_durably(descriptor: int, data: bytes, end: int) -> None:
    """Write `data` at the end, which is at `end`, and sync; on any failure cut the file there again, if possible."""
    try:
        write_all(descriptor, data)
        flush(descriptor)
    except BaseException:
        with suppress(OSError):
            os.ftruncate(descriptor, end)
            flush(descriptor)
        raise


def write_new(
    name: str, folder: int, chunks: Iterable[bytes], mode: int = PRIVATE_FILE, *, durable: bool = True
) -> None:
    """Create `name` with this content, all of it or nothing."""
    descriptor = create(name, folder)
    try:
        with open(descriptor, "wb", buffering=_BUFFER, closefd=False) as out:
            out.writelines(chunks)
        set_mode(descriptor, mode)
        if durable:
            flush(descriptor)
    except BaseException:
        remove(name, folder)
        raise
    finally:
        os.close(descriptor)

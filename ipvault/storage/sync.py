"""Making bytes survive a power cut, at the price of one flush where a thousand would be slow."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection
from functools import cache

FEW = 4
"""Up to so many files are synced one by one; above, one sync of their whole filesystem is cheaper."""

_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def flush(descriptor: int) -> None:
    """fsync, and on macOS through the drive's own cache, where fsync stops short of it."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def flush_folder(descriptor: int) -> None:
    """Make the entries of a directory durable, on filesystems that know how."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise


def flush_many(
    filesystem: int, names: Collection[str], open_one: Callable[[str], int], flush_one: Callable[[int], None]
) -> None:
    """Sync all of `names`, each opened by `open_one`: one by one if few, else the filesystem they are on.

    `filesystem` is a descriptor on it that was opened before the writing began: syncfs(2) reports the write errors
    since then. Raises OSError.
    """
    if len(names) > FEW and _flush_filesystem(filesystem):
        return
    for name in names:
        descriptor = open_one(name)
        try:
            flush_one(descriptor)
        finally:
            os.close(descriptor)


def _flush_filesystem(descriptor: int) -> bool:
    """syncfs(2); False where the platform has none."""
    syncfs = _syncfs()
    if syncfs is None:
        return False
    code = syncfs(descriptor)
    if code and code not in _NOT_OFFERED:
        raise OSError(code, os.strerror(code))
    return not code


@cache
def _syncfs() -> Callable[[int], int] | None:
    """A call of syncfs that returns 0 or the errno, or None. Python has no binding of its own."""
    import ctypes

    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None

    def call(descriptor: int) -> int:
        return ctypes.get_errno() if function(descriptor) else 0

    return call

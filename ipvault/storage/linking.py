"""Giving a finished file a second name, which never replaces anything, on filesystems that can do so."""

from __future__ import annotations

import errno
import os

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


def link_new(name: str, folder: int, new_name: str, new_folder: int) -> bool:
    """Hard-link a file, or return False where that cannot be done (FAT, exFAT). Raises FileExistsError and OSError."""
    try:
        os.link(name, new_name, src_dir_fd=folder, dst_dir_fd=new_folder, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True

"""Key files: a factor that one has, such as a file on a USB stick. What counts is every byte of its content."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import Final

from ipvault.crypto.secret import Secret
from ipvault.errors import KeyFileRefused
from ipvault.text import _, reason_of

MIN_SIZE: Final = 32
MAX_SIZE: Final = 1 << 20
NEW_SIZE: Final = 64
"""Bytes; the random ones of a key file that ipvault makes are as many as its hash has."""


def read_key_file(path: str) -> Secret:
    """The SHA-512 of a file or pipe. Links are followed. Raises `KeyFileRefused`.

    Its permissions are not asked, since a stick with FAT has none.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(mode := os.fstat(descriptor).st_mode) and not stat.S_ISFIFO(mode):
                raise KeyFileRefused(path=path, reason=_("it is neither a file nor a pipe"))
            content = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise KeyFileRefused(path=path, reason=reason_of(error)) from error
    if not MIN_SIZE <= len(content) <= MAX_SIZE:
        raise KeyFileRefused(path=path, reason=_("a key file has 32 bytes to 1 MiB"))
    return Secret(hashlib.sha512(content).digest())

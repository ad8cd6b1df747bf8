"""One's own identity on disk: a private file that is never overwritten by mistake, and never half of one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ipvault.errors import (
    Conflict,
    DestinationExists,
    IdentityExists,
    IdentityUnsafe,
    NoIdentity,
    StorageFailed,
    WrongKindOfFile,
)
from ipvault.keys.file_kinds import IDENTITY
from ipvault.keys.identity_file import MAX_SIZE, IdentityFile
from ipvault.storage.atomic import in_turn, replace_file
from ipvault.storage.destination import write_file
from ipvault.text import _, reason_of


def read_identity(path: Path) -> IdentityFile:
    """The identity in `path`. Links are followed; what counts is the file.

    Raises `NoIdentity`, `IdentityUnsafe` if it is not its owner's alone, `WrongKindOfFile`, `StorageFailed`, and what
    reading it raises.
    """
    return IdentityFile.from_toml(_read(path), str(path))


def create_identity(path: Path, identity_file: IdentityFile) -> None:
    """Write a new file. Raises `IdentityExists`, and `DestinationUnsafe` or `StorageFailed`."""
    try:
        with write_file(path, None, replace=False) as out:
            out.write(identity_file.to_toml())
    except DestinationExists:
        raise IdentityExists(path=path) from None


def change_identity(path: Path, before: IdentityFile, after: IdentityFile) -> None:
    """Write `after` in place of `before`. Raises `Conflict` if something else is there meanwhile, `StorageFailed`.

    A link is followed, so that an identity can lie on a stick or in a folder that is kept in step elsewhere.
    """
    real = path.resolve()
    with in_turn(real):
        if _read(real) != before.to_toml():
            raise Conflict(problem=_("the identity in {path} was changed meanwhile; try again").format(path=path))
        replace_file(real, after.to_toml())


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            if reason := _objection(os.fstat(descriptor)):
                raise IdentityUnsafe(path=path, reason=reason)
            return file.read(MAX_SIZE + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NoIdentity(path=path) from None
    except IsADirectoryError:
        raise WrongKindOfFile(place=path, found=_("a folder"), wanted=_(IDENTITY)) from None
    except OSError as error:
        raise StorageFailed(path=path, reason=reason_of(error)) from error


def _objection(status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return _("it is not a file")
    if status.st_uid != os.geteuid():
        return _("it belongs to another user")
    if status.st_mode & 0o077:
        return _("others on this computer may read it; make it yours alone with chmod 600")
    return ""

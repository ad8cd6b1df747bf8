"""Small files that somebody names on the command line: cards and receipts."""

from __future__ import annotations

from typing import Final

from ipvault.cli.invocation import current
from ipvault.errors import NothingArrived, SourceNotFound, StorageFailed, UsageError, WrongKindOfFile
from ipvault.text import _, reason_of
from ipvault.vault.sources import read_up_to

PIPE: Final = "-"


def read_small(path: str, limit: int) -> bytes:
    """What is in a file, or in a pipe (`-`), but no more than `limit` + 1 bytes: who asks sees that it is too much.

    Raises `SourceNotFound`, `StorageFailed`, or `WrongKindOfFile` for a folder.
    """
    if path == PIPE:
        return read_up_to(current().environment.stdin, limit + 1)
    try:
        with open(path, "rb") as file:
            return file.read(limit + 1)
    except IsADirectoryError:
        raise WrongKindOfFile(place=path, found=_("a folder"), wanted=_("a file")) from None
    except (FileNotFoundError, NotADirectoryError):
        raise SourceNotFound(path=path) from None
    except OSError as error:
        raise StorageFailed(path=path, reason=reason_of(error)) from error


def read_sent(path: str, limit: int, what: str) -> bytes:
    """The same of what somebody sent, called `what`. Raises `NothingArrived` for an empty pipe."""
    data = read_small(path, limit)
    if path == PIPE and not data:
        raise NothingArrived(place=what)
    return data


def read_whole(path: str, limit: int) -> bytes:
    """All that is in it. Raises `UsageError` if that is more than `limit` bytes, and what `read_small` raises."""
    data = read_small(path, limit)
    if len(data) > limit:
        raise UsageError(problem=_("{path} is too large").format(path=path))
    return data

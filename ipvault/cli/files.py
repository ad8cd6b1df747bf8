"""Small files that somebody names on the command line: cards and receipts."""

from __future__ import annotations

from typing import Final

from ipvault.cli.invocation import current
from ipvault.errors import SourceNotFound, StorageFailed, WrongKindOfFile
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

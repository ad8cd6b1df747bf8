"""Copies of a vault that somebody names on the command line."""

from __future__ import annotations

from pathlib import Path

from ipvault.errors import NoVault
from ipvault.storage.directory import DirectoryStore


def copy_in(path: Path, refusal: type[NoVault]) -> DirectoryStore:
    """Where a copy is said to be. Raises `refusal`, which says what should be there, if there is no folder of one."""
    try:
        return DirectoryStore(path)
    except NoVault as error:
        raise refusal(path=error.fields["path"]) from None

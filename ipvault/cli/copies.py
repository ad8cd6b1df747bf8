"""Copies of a vault that somebody names on the command line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ipvault.errors import Damaged, FormatTooNew, JournalBroken, NoVault
from ipvault.storage.directory import DirectoryStore
from ipvault.vault.descriptor import read_descriptor


def copy_in(path: Path, refusal: type[NoVault]) -> DirectoryStore:
    """Where a copy is said to be. Raises `refusal`, which says what should be there, if there is none.

    What is damaged in it is for the caller to find.
    """
    try:
        store = DirectoryStore(path)
        with suppress(Damaged, JournalBroken, FormatTooNew):
            read_descriptor(store)
    except NoVault as error:
        raise refusal(path=error.fields["path"]) from None
    return store

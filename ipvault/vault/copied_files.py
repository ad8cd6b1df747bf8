"""Files of one copy of a vault that go to another, each checked against the journal."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from ipvault.errors import Damaged, VaultError
from ipvault.journal.leaf import FileChange
from ipvault.storage.blocks import blocks
from ipvault.storage.layout import DESCRIPTOR
from ipvault.storage.staged import LocalStagedFile
from ipvault.storage.store import Store
from ipvault.text import _
from ipvault.vault.descriptor import MAX_SIZE, Descriptor
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.verification.files_check import problem_with


def copy_checked(source: Store, change: FileChange, staged: LocalStagedFile) -> None:
    """Copy a published file into a staged one. Raises `Damaged` where it is not what the journal names.

    No more than one byte too many is copied, so a file that somebody made long does not fill the disk.
    """
    digest, length = hashlib.sha256(), 0
    try:
        with source.open(change.path) as file:
            for block in blocks(file.read, change.length + 1):
                digest.update(block)
                length += len(block)
                staged.write(block)
    finally:
        staged.close()
    if (length, digest.hexdigest()) != (change.length, change.sha256):
        raise Damaged(place=f"{source.place}/{change.path}", reason=_("it was altered"))


def file_problem(store: Store, change: FileChange, progress: Progress = unobserved) -> str | None:
    """What is wrong with a file, if anything is."""
    try:
        return problem_with(store, change, progress)
    except FileNotFoundError:
        return _("it is missing")


def described(store: Store) -> str | None:
    """The id in the VAULT file, if that can be read."""
    with suppress(FileNotFoundError, VaultError):
        return Descriptor.from_toml(store.read(DESCRIPTOR, MAX_SIZE)).id
    return None

"""Replacing a small file outside of any vault, such as a pin or the configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipvault.errors import Replaced, StorageFailed
from ipvault.storage.files import PRIVATE_FILE, PRIVATE_FOLDER, remove, remove_abandoned, write_new
from ipvault.storage.lock import acquire, holding
from ipvault.storage.sync import flush_folder
from ipvault.text import reason_of

_PATIENCE = 10.0  # seconds; what is done in turn takes milliseconds


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Until the end of the block nobody else is in one for the same `path`, beside which a lock file lies.

    Missing folders are made as by `replace_file`. Raises StorageFailed, and VaultBusy where somebody does not end.
    """
    try:
        make_private(path.parent)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            descriptor = acquire(f"{path.name}.lock", folder, _PATIENCE, lambda: None)
        finally:
            os.close(folder)
    except OSError as error:
        raise StorageFailed(path=str(path), reason=reason_of(error)) from error
    with holding(descriptor):
        yield


def replace_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Put `data` in place of the file at `path`, durably; whoever reads it sees all of the old or all of the new.

    Missing folders are made for the owner only (XDG Base Directory Specification). A link at `path` is replaced, not
    followed. Raises StorageFailed, and then what was there is unchanged, unless it is `Replaced`.
    """
    prefix = f".{path.name}."
    scratch = f"{prefix}{os.urandom(8).hex()}.tmp"
    try:
        make_private(path.parent)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            remove_abandoned(prefix, folder)
            write_new(scratch, folder, [data], mode)
            try:
                os.replace(scratch, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                remove(scratch, folder)
                raise
            try:
                flush_folder(folder)
            except OSError as error:
                raise Replaced(path=str(path), reason=reason_of(error)) from error
        finally:
            os.close(folder)
    except OSError as error:
        raise StorageFailed(path=str(path), reason=reason_of(error)) from error


def make_private(folder: Path) -> None:
    """Make what is missing of a folder, for the owner only. Raises OSError.

    `os.makedirs` gives its mode to the last folder only.
    """
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(PRIVATE_FOLDER, exist_ok=True)

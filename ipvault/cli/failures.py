"""Every exception that ends a run, as an error with an exit code and words."""

from __future__ import annotations

import os

from ipvault.errors import (
    BrokenPipe,
    Interrupted,
    InterruptedOutside,
    MemoryExhausted,
    StorageFailed,
    Unexpected,
    VaultError,
)
from ipvault.text import _, reason_of


def as_vault_error(error: BaseException, *, is_in_vault: bool) -> VaultError:
    """What to tell about `error`. Of an unexpected one only its type and notes: its text could carry anything."""
    if isinstance(error, VaultError):
        return error
    told = _told(error, is_in_vault)
    for note in getattr(error, "__notes__", ()):
        told.add_note(note)
    return told


def _told(error: BaseException, is_in_vault: bool) -> VaultError:
    match error:
        case KeyboardInterrupt():
            return Interrupted() if is_in_vault else InterruptedOutside()
        case BrokenPipeError():
            return BrokenPipe()
        case MemoryError():
            return MemoryExhausted()
        case OSError():
            path = error.filename or _("the input or output")
            return StorageFailed(path=_path(path), reason=reason_of(error))
    return Unexpected(exception=type(error).__name__)


def _path(path: object) -> str:
    return os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else str(path)


def where(error: BaseException) -> list[str]:
    """The traceback of `error`, for IPVAULT_DEBUG: lines of source, never the values of variables."""
    import traceback

    return "".join(traceback.format_exception(error)).splitlines()

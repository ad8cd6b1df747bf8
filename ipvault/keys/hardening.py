"""Keeping keys out of core dumps and away from debuggers of the same user."""

from __future__ import annotations

import sys
from contextlib import suppress

_PR_GET_DUMPABLE = 3  # linux/prctl.h
_PR_SET_DUMPABLE = 4


def harden_process() -> None:
    """No core dump, and no reading of our memory by other processes of the same user. Best effort, silent.

    The limit alone is not enough: Linux hands a crashed process to the program that core_pattern names whatever the
    limit says, unless the process is not dumpable. Children start dumpable again, but keep the limit. A process can
    still open its own `/dev/fd/N` and `/dev/stdin`.
    """
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            _prctl(_PR_SET_DUMPABLE, 0)


def is_dumpable() -> bool | None:
    """Whether a crash may hand this process's memory to the system; None where that cannot be seen."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            return _prctl(_PR_GET_DUMPABLE, 0) != 0
    return None


def _prctl(option: int, value: int) -> int:
    import ctypes

    result: int = ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)
    return result

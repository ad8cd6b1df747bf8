"""What the program's exit codes are called here."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The process exit codes, as `ipvault help exit-codes` documents them."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    PARTIAL = 3
    NO_VAULT = 10
    LOCKED = 11
    WRONG_KEY = 12
    NOT_FOUND = 13
    CONFLICT = 14
    DENIED = 15
    NEEDS_PERSON = 16
    FINDINGS = 17
    EXPIRED = 18
    DAMAGED = 20
    JOURNAL_BROKEN = 21
    ROLLBACK = 22
    TOO_NEW = 23
    STORAGE = 30
    INTERRUPTED = 130
    BROKEN_PIPE = 141

"""Unlock attempts: written and synced before the passphrase is tried, journalled at the next chance.

`journal/attempts` holds one JSON line when an attempt begins and one when it ends. An attempt without an end counts as
failed. The file is not authenticated: whoever can write the vault's directory can empty it, as `help threats` says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from ipvault.records.base import Record
from ipvault.records.domains import is_time
from ipvault.storage.store import ATTEMPTS, ATTEMPTS_LIMIT, Store
from ipvault.vault.clock import timestamp

PENDING_SECONDS: Final = 120
"""How long an attempt may be under way before it counts as given up."""

MAX_RECORDS: Final = 1000
"""How many attempts one transaction takes over; the rest follow with the next."""

MAX_LINES: Final = 4 * MAX_RECORDS
"""How many lines it looks at: twice what so many attempts take."""

_ID: Final = re.compile(r"[0-9a-f]{16}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


class Attempt:
    """One attempt under way."""

    def __init__(self, store: Store, member: str, *, now: float, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._id = random(8).hex()
        self._append({"attempt": self._id, "at": timestamp(now), "member": member})

    def close(self, opened: bool) -> None:
        """Note how it went."""
        self._append({"attempt": self._id, "opened": opened})

    def _append(self, line: dict[str, str | bool]) -> None:
        self._store.append_attempt(json.dumps(line).encode() + b"\n")


class Drain(NamedTuple):
    """Attempts that are over: their records, and how many bytes of the file those account for.

    `dropped` are the bytes at the end of the file for which there is no place even then; a record tells of them too.
    """

    records: list[Record]
    length: int
    dropped: int


def drain(store: Store, now: float, is_journalled: Callable[[str], bool]) -> Drain:
    """The attempts that can be journalled now.

    One that may still be under way waits, and keeps what follows it in the file; those are journalled all the same, so
    that nobody can hide a failed attempt by leaving another one open.
    """
    data = store.read_attempts()
    if not data:
        return Drain([], 0, 0)
    from ipvault.records.authentication import AttemptsDropped, Unlocked, UnlockFailed  # after an unlocking only

    lines = data.splitlines(keepends=True)[:MAX_LINES]
    parsed = [_parse(line) for line in lines]
    ends = {line["attempt"]: line["opened"] for line in parsed if isinstance(line.get("opened"), bool)}
    records: list[Record] = []
    length = 0
    is_any_pending = False
    for text, line in zip(lines, parsed, strict=True):
        if "at" in line:
            attempt, at, member = str(line["attempt"]), str(line["at"]), str(line["member"])
            if len(records) == MAX_RECORDS:
                break
            if attempt not in ends and _age(at, now) < PENDING_SECONDS:
                is_any_pending = True
            elif not is_journalled(attempt):
                outcome = Unlocked if ends.get(attempt) else UnlockFailed
                records.append(outcome(attempt=attempt, member=member, at=at))
        if not is_any_pending:
            length += len(text)
    dropped = max(0, _size(store) - length - ATTEMPTS_LIMIT)
    if dropped:
        records.append(AttemptsDropped(length=dropped))
    return Drain(records, length, dropped)


def _size(store: Store) -> int:
    try:
        return store.size(ATTEMPTS)
    except FileNotFoundError:
        return 0


def _parse(line: bytes) -> dict[str, str | bool]:
    """The members of a line, or nothing for one that ipvault did not write: anybody can write to this file."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    match content:
        case {"attempt": str(attempt), "opened": bool(opened)} if _ID.fullmatch(attempt):
            return {"attempt": attempt, "opened": opened}
        case {"attempt": str(attempt), "at": str(at), "member": str(member)} if (
            _ID.fullmatch(attempt) and is_time(at) and _FINGERPRINT.fullmatch(member)
        ):
            return {"attempt": attempt, "at": at, "member": member}
    return {}


def _age(at: str, now: float) -> float:
    """Seconds since an attempt began, or until then by a clock that was wrong; one whose time cannot be is old."""
    try:
        return abs(now - datetime.fromisoformat(at).timestamp())
    except ValueError:
        return PENDING_SECONDS

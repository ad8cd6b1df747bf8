"""Whose copy a file is: what its marks say, and what the vault's records and keys say to that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ipvault.catalog.marks import MarkedCopy, copies_of, marked_copy
from ipvault.governance.marks.copies import ID_SIZE, is_genuine
from ipvault.governance.marks.mark import read_marks
from ipvault.governance.marks.reading import Reading
from ipvault.vault.vault import Vault


class Standing(StrEnum):
    """What the vault says to a code: it made it; it made one with this id, but not this one; it knows nothing of it."""

    GENUINE = "genuine"
    FORGED = "forged"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What all codes of a file say together."""

    FOUND = "found"
    CONTRADICTORY = "contradictory"
    NOT_OURS = "not-ours"
    NONE = "none"


class Mark(NamedTuple):
    """A code in a file: the id of its copy, where it was read, and what the records say of that copy."""

    copy: str
    standing: Standing
    readings: tuple[Reading, ...]
    known: MarkedCopy | None

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that it was read in, each once."""
        return tuple(dict.fromkeys(reading.channel for reading in self.readings))


class Identified(NamedTuple):
    """What a file tells: its marks, those of the vault first, and copies that are the very same file, bit by bit."""

    marks: tuple[Mark, ...]
    identical: tuple[MarkedCopy, ...]

    @property
    def outcome(self) -> Outcome:
        standings = [mark.standing for mark in self.marks]
        if not standings:
            return Outcome.NONE
        if Standing.GENUINE not in standings:
            return Outcome.NOT_OURS
        return Outcome.FOUND if len(standings) == 1 else Outcome.CONTRADICTORY


def identify(vault: Vault, data: bytes, name: str) -> Identified:
    """Whose copy the file `name` is. Raises `CannotReadMarks`."""
    identical = copies_of(vault.catalog, hashlib.sha256(data).hexdigest())
    return Identified(tuple(_judged(vault, read_marks(data, name))), tuple(identical))


def _judged(vault: Vault, readings: Iterable[Reading]) -> list[Mark]:
    by_code: dict[bytes, list[Reading]] = {}
    for reading in readings:
        by_code.setdefault(reading.code, []).append(reading)
    marks = [_mark(vault, code, tuple(found)) for code, found in by_code.items()]
    return sorted(marks, key=lambda mark: list(Standing).index(mark.standing))


def _mark(vault: Vault, code: bytes, readings: tuple[Reading, ...]) -> Mark:
    copy = code[:ID_SIZE].hex()
    known = marked_copy(vault.catalog, copy)
    if known is None:
        return Mark(copy, Standing.UNKNOWN, readings, None)
    key = vault.keys.for_content(known.room, known.epoch).mark_key
    return Mark(copy, Standing.GENUINE if is_genuine(key, code) else Standing.FORGED, readings, known)

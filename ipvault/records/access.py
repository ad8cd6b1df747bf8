"""Plaintext that left the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Record, record

SCHEMA = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReleased(Record):
    """A version was about to leave the vault: `channel` is how (cat, export), `destination` where to."""

    KIND: ClassVar[str] = "content.released"
    CLASS: ClassVar[str] = "access"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    item: str
    version: int
    sha256: str
    channel: str
    destination: str

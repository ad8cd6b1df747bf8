"""What was brought back from other copies of the vault, and whether a backup can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Record, record
from ipvault.records.domains import Count, Sha256, Text

SCHEMA = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VaultRepaired(Record):
    """Files and records that were missing or altered were taken from other copies of the vault.

    `files` are the paths of the files; `records` counts the records, of which the first is number `first`.
    """

    KIND: ClassVar[str] = "vault.repaired"
    CLASS: ClassVar[str] = "repair"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    sources: tuple[Text, ...]
    files: tuple[Text, ...]
    records: Count
    first: Count


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class BackupDrilled(Record):
    """A backup that ends with record `seq` was restored elsewhere, compared and decrypted, with so many findings."""

    KIND: ClassVar[str] = "backup.drilled"
    CLASS: ClassVar[str] = "governance"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    source: Text
    seq: Count
    hash: Sha256
    files: Count
    size: Count
    contents: Count
    findings: Count

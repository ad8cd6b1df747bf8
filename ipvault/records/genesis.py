"""The first fact of a journal: that the vault was created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import OWNERS, Public, Record, record
from ipvault.records.domains import Id, Text
from ipvault.storage.layout import DESCRIPTOR

SCHEMA = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class VaultCreated(Record):
    """The vault exists; its leaf names the VAULT file and its hash."""

    KIND: ClassVar[str] = "vault.created"
    CLASS: ClassVar[str] = "genesis"
    WRITTEN_BY: ClassVar[frozenset[str]] = OWNERS

    vault: Id
    software: Text

    def public(self) -> Public:
        return Public(added=(DESCRIPTOR,))

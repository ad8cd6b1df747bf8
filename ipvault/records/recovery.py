"""Recovery shares of members: who has them, that they were used, and that they are revoked.

Written by the member, with the record of the member file that has or lacks the slot. Custodians are no members, and
their names are personal data: these records can be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ipvault.records.base import EVERYBODY, Record, record
from ipvault.records.domains import Name, ShareCount, UnlockSlotId

SCHEMA = ""


class _OfRecovery(Record):
    """About the unlock slot `slot` of whoever signed."""

    __slots__ = ()
    CLASS: ClassVar[str] = "auth"
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySplit(_OfRecovery):
    """`shares` were made, of which `threshold` open the slot; `custodians` have one each, or nobody is named."""

    KIND: ClassVar[str] = "recovery.split"

    slot: UnlockSlotId
    threshold: ShareCount
    shares: ShareCount
    custodians: tuple[Name, ...]


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryUsed(_OfRecovery):
    """Shares were brought together and opened it, and a new passphrase was chosen."""

    KIND: ClassVar[str] = "recovery.used"

    slot: UnlockSlotId


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryRevoked(_OfRecovery):
    """It is gone, and with it whatever the shares could open in this vault from here on."""

    KIND: ClassVar[str] = "recovery.revoked"

    slot: UnlockSlotId

"""A sealed identity: unlock slots, each of which opens the master key, and the private keys sealed under that.

There are two kinds of file with one: that of a member in a vault, and one's own (`identity.toml`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from ipvault.crypto import aead
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, LastSlot, NoSlots, NoSuchSlot, TooManySlots
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.identity import SEALED_SIZE, Identity
from ipvault.keys.slot_tables import MAX_SLOTS, parse_slots, slot_table
from ipvault.keys.unlock_slots import RECOVERY, Factors, Owner, UnlockSlot, unlock
from ipvault.text import _
from ipvault.toml import parse_versioned

FORMAT: Final = 1
NOT_ONE: Final = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a file raises that is none."""

_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class SealedIdentity:
    """`place` is the id of the vault whose member this is, or `identity`; `identity` are the sealed private keys."""

    place: str
    fingerprint: str
    slots: tuple[UnlockSlot, ...]
    identity: bytes

    @property
    def owner(self) -> Owner:
        """Whose slots they are."""
        return self.place, self.fingerprint

    def open_slot(self, factors: Factors) -> tuple[UnlockSlot | None, Secret]:
        """The first slot that these factors open, and the master key; no slot where it takes none.

        Raises what `unlock_slots.unlock` does.
        """
        return unlock(self.owner, self.slots, factors)

    def unlock(self, factors: Factors) -> Secret:
        """The master key. Raises what `unlock_slots.unlock` does."""
        return self.open_slot(factors)[1]

    def open_identity(self, master_key: Secret) -> Identity:
        """The identity; raises `Damaged` when the master key does not fit it."""
        try:
            return Identity.unseal(master_key, _context(self.owner), self.identity)
        except aead.AuthenticationFailed:
            raise Damaged(place=self.fingerprint, reason=_("its keys do not open")) from None

    def with_slot(self, slot: UnlockSlot) -> Self:
        """The same with one way more to open it. Raises `TooManySlots`."""
        if len(self.slots) == MAX_SLOTS:
            raise TooManySlots(limit=MAX_SLOTS)
        return replace(self, slots=(*self.slots, slot))

    def without_slot(self, slot_id: str) -> Self:
        """The same with one way fewer. Raises `NoSuchSlot`, and `LastSlot` where only shares could open it any more."""
        left = tuple(slot for slot in self.slots if slot.id != slot_id)
        if left == self.slots:
            if not left:
                raise NoSlots(name=slot_id)
            raise NoSuchSlot(name=slot_id, slots=", ".join(slot.id for slot in self.slots))
        if all(slot.kind == RECOVERY for slot in left):
            raise LastSlot(name=slot_id)
        return replace(self, slots=left)

    def to_document(self, **values: object) -> bytes:
        """The file as TOML, with `values` of its kind in it."""
        import tomli_w  # not needed to read one, which every command does

        document = {
            "format": FORMAT,
            "fingerprint": self.fingerprint,
            **values,
            "identity": to_base64(self.identity),
            "slot": [slot_table(slot) for slot in self.slots],
        }
        return tomli_w.dumps(document, multiline_strings=True).encode()


def parse_document(data: bytes, place: str) -> tuple[dict[str, Any], str, tuple[UnlockSlot, ...], bytes]:
    """What `to_document` wrote to the file at `place`: the values of its kind, fingerprint, slots and sealed keys.

    Raises `FormatTooNew` or `KdfParametersRefused`, and what `NOT_ONE` names for any other file.
    """
    document = parse_versioned(data, place, FORMAT)
    fingerprint, tables = document.pop("fingerprint"), document.pop("slot")
    identity = from_base64(document.pop("identity"), SEALED_SIZE)
    if type(tables) is not list or not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError("values that no such file has")
    return document, fingerprint, parse_slots(tables, place), identity


def seal_identity(identity: Identity, master_key: Secret, owner: Owner) -> bytes:
    """The private keys as a file at the owner's place holds them."""
    return identity.seal(master_key, _context(owner))


def _context(owner: Owner) -> bytes:
    return pae("identity", *owner)

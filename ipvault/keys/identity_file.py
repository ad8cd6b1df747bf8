"""An identity of one's own, outside of any vault: the sealed identity with its card, since the details are the owner's.

A file without slots has its master key in clear: for machines that have nobody to type and no place for a key file.
Whoever can read that is the identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self

from ipvault.crypto.secret import Secret
from ipvault.errors import NotAnIdentity
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.card import Card, Details
from ipvault.keys.file_kinds import IDENTITY, refuse_another_kind
from ipvault.keys.identity import Identity
from ipvault.keys.sealed_identity import NOT_ONE, SealedIdentity, parse_document, seal_identity
from ipvault.keys.unlock_slots import MASTER_KEY_SIZE, Factors, UnlockSlot

PLACE: Final = "identity"
"""What stands for a vault's id in the contexts of such a file."""

MAX_SIZE: Final = 64 * 1024
"""Bytes: a card, and slots with the names of custodians."""


@dataclass(frozen=True)
class IdentityFile(SealedIdentity):
    """A parsed identity file. `open_key` is the master key of one that nothing protects."""

    card: Card
    open_key: Secret | None = None

    @classmethod
    def create(
        cls, identity: Identity, details: Details, created: str, random: Callable[[int], bytes]
    ) -> tuple[IdentityFile, Secret]:
        """A file that nothing protects yet, and its master key. Raises ValueError for details that no card has."""
        card, owner = Card.issue(identity, details, created), (PLACE, identity.public.fingerprint)
        master_key = Secret(random(MASTER_KEY_SIZE))
        return cls(*owner, (), seal_identity(identity, master_key, owner), card, master_key), master_key

    def open_slot(self, factors: Factors) -> tuple[UnlockSlot | None, Secret]:
        """As of every sealed identity; nothing is needed to open one that nothing protects."""
        return (None, self.open_key) if self.open_key else super().open_slot(factors)

    def with_slot(self, slot: UnlockSlot) -> Self:
        """The same with one way more to open it; the first one ends that anybody could. Raises `TooManySlots`."""
        return replace(super().with_slot(slot), open_key=None)

    def to_toml(self) -> bytes:
        key = {"master_key": to_base64(self.open_key.reveal())} if self.open_key else {}
        return self.to_document(card=self.card.to_toml().decode(), **key)

    @classmethod
    def from_toml(cls, data: bytes, place: str) -> IdentityFile:
        """Read the file at `place`. Raises `NotAnIdentity`, `FormatTooNew` or `KdfParametersRefused`."""
        try:
            values, fingerprint, slots, identity = parse_document(data, place)
            card = Card.from_toml(values.pop("card").encode(), place)
            key = None if slots else Secret(from_base64(values.pop("master_key"), MASTER_KEY_SIZE))
            if values or card.fingerprint != fingerprint:
                raise ValueError("values that an identity file does not have")
        except NOT_ONE:
            refuse_another_kind(data, place, IDENTITY)
            raise NotAnIdentity(place=place) from None
        return cls(PLACE, fingerprint, slots, identity, card, key)

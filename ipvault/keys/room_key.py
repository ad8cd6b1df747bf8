"""The key of a room in one epoch, what is derived from it, and the slots that carry it to members."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Final

from ipvault.crypto import aead, hkdf, hpke
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret

KEY_SIZE: Final = 32
CONTENT_GRADE: Final = "content"
"""The grade of a slot that carries the room key itself: records and content."""


class RoomKey:
    """32 random bytes that open one room in one epoch: its records and, through the wrap key, its content."""

    def __init__(self, vault: str, room: str, epoch: int, key: Secret) -> None:
        self.vault = vault
        self.room = room
        self.epoch = epoch
        self._key = key

    @classmethod
    def generate(cls, vault: str, room: str, epoch: int, random: Callable[[int], bytes]) -> RoomKey:
        return cls(vault, room, epoch, Secret(random(KEY_SIZE)))

    @cached_property
    def record_key(self) -> Secret:
        """Seals the payloads of the room's records."""
        return hkdf.expand(self._key, pae("record-key", self.vault, self.room, self.epoch))

    @cached_property
    def wrap_key(self) -> Secret:
        """Seals the keys of the room's objects."""
        return hkdf.expand(self._key, pae("wrap-key", self.vault, self.room, self.epoch))

    @property
    def commitment(self) -> str:
        """Published with the epoch: HPKE's inner AEAD does not commit to a key, so this does."""
        committed = pae("room-key-commitment", self.vault, self.room, self.epoch, self._key.reveal())
        return hashlib.sha256(committed).hexdigest()

    def slot_for(self, fingerprint: str, kem_public: bytes) -> bytes:
        """The key wrapped to a member (1168 bytes)."""
        return hpke.wrap(self._key, kem_public, self._info(self.commitment, fingerprint))

    @classmethod
    def from_slot(
        cls, vault: str, room: str, epoch: int, slot: bytes, commitment: str, fingerprint: str, kem: hpke.KemPrivateKey
    ) -> RoomKey:
        """The key in a slot that was made for `fingerprint`; raises `AuthenticationFailed` for any other slot."""
        candidate = cls(vault, room, epoch, Secret(bytes(KEY_SIZE)))
        key = kem.unwrap(slot, candidate._info(commitment, fingerprint))
        candidate = cls(vault, room, epoch, key)
        if candidate.commitment != commitment:
            raise aead.AuthenticationFailed
        return candidate

    def _info(self, commitment: str, fingerprint: str) -> bytes:
        return pae("room-slot", self.vault, self.room, self.epoch, commitment, fingerprint, CONTENT_GRADE)

"""The keys of a room in one epoch, the slots that carry them to members, and the link to the epoch before.

There are two grades. The room key opens everything; the record key, derived from it, opens records only, and is all
that an auditor has. Both are committed to in public: neither HPKE nor a link commits to the key that it carries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import ClassVar, Final, Self

from ipvault.crypto import aead, hkdf, hpke
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.keys.commitments import Commitments

KEY_SIZE: Final = 32
_PART_SIZE: Final = aead.sealed_size(KEY_SIZE)
LINK_SIZE: Final = 2 * _PART_SIZE
"""Bytes of a link: the room key and the record key of the epoch before, sealed one after the other."""


class RecordKey:
    """32 bytes that open the records of one room in one epoch, and nothing else."""

    GRADE: ClassVar[str] = "record"
    _LINK_PART: ClassVar[slice] = slice(_PART_SIZE, None)

    def __init__(self, vault: str, room: str, epoch: int, key: Secret) -> None:
        self.vault = vault
        self.room = room
        self.epoch = epoch
        self._key = key

    @property
    def record_key(self) -> Secret:
        """Seals the payloads of the room's records."""
        return self._key

    @property
    def commitment(self) -> str:
        """That to this key."""
        committed = pae("record-key-commitment", self.vault, self.room, self.epoch, self._key.reveal())
        return hashlib.sha256(committed).hexdigest()

    @property
    def _link_key(self) -> Secret:
        return hkdf.expand(self._key, pae("record-link-key", self.vault, self.room, self.epoch))

    def fits(self, commitments: Commitments) -> bool:
        """Whether this is the key that was published."""
        return self.commitment == commitments.records

    def slot_for(self, fingerprint: str, kem_public: bytes) -> bytes:
        """The key wrapped to a member (1168 bytes). Raises ValueError for a malformed or low-order public key."""
        return hpke.wrap(self._key, kem_public, self._info(self.commitment, fingerprint))

    @classmethod
    def from_slot(
        cls,
        vault: str,
        room: str,
        epoch: int,
        slot: bytes,
        commitments: Commitments,
        fingerprint: str,
        kem: hpke.KemPrivateKey,
    ) -> Self:
        """The key of this grade in a slot made for `fingerprint`; `AuthenticationFailed` for any other slot."""
        commitment = commitments.records if cls is RecordKey else commitments.content
        info = cls(vault, room, epoch, Secret(bytes(KEY_SIZE)))._info(commitment, fingerprint)
        return cls(vault, room, epoch, kem.unwrap(slot, info))._checked(commitments)

    def previous(self, link: bytes, commitments: Commitments) -> Self:
        """The key of the same grade of the epoch before, from this epoch's link; raises `AuthenticationFailed`."""
        if len(link) != LINK_SIZE:
            raise aead.AuthenticationFailed
        key = Secret(aead.unseal(self._link_key, self._link_context(), link[self._LINK_PART]))
        if len(key) != KEY_SIZE:
            raise aead.AuthenticationFailed
        return type(self)(self.vault, self.room, self.epoch - 1, key)._checked(commitments)

    def _checked(self, commitments: Commitments) -> Self:
        if not self.fits(commitments):
            raise aead.AuthenticationFailed
        return self

    def _info(self, commitment: str, fingerprint: str) -> bytes:
        return pae("room-slot", self.vault, self.room, self.epoch, commitment, fingerprint, self.GRADE)

    def _link_context(self) -> bytes:
        return pae("link", self.vault, self.room, self.epoch, self.GRADE)

    def _sealed_part(self, previous: RecordKey) -> bytes:
        return aead.seal(self._link_key, self._link_context(), previous._key.reveal())


class RoomKey(RecordKey):
    """32 random bytes that open one room in one epoch: its records and, through the wrap key, its content."""

    GRADE: ClassVar[str] = "content"
    _LINK_PART: ClassVar[slice] = slice(_PART_SIZE)

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

    @cached_property
    def mark_key(self) -> Secret:
        """Makes codes that nobody else can put into a copy."""
        return hkdf.expand(self._key, pae("mark-key", self.vault, self.room, self.epoch))

    @property
    def commitment(self) -> str:
        """That to the room key."""
        committed = pae("room-key-commitment", self.vault, self.room, self.epoch, self._key.reveal())
        return hashlib.sha256(committed).hexdigest()

    @property
    def commitments(self) -> Commitments:
        """What is published with the epoch."""
        return Commitments(self.commitment, self.for_records().commitment)

    @property
    def _link_key(self) -> Secret:
        return hkdf.expand(self._key, pae("link-key", self.vault, self.room, self.epoch))

    def fits(self, commitments: Commitments) -> bool:
        """Whether both this key and the record key that comes from it are those that were published."""
        return self.commitments == commitments

    def for_records(self) -> RecordKey:
        """What an auditor gets."""
        return RecordKey(self.vault, self.room, self.epoch, self.record_key)

    def link_to(self, previous: RoomKey) -> bytes:
        """The keys of the epoch before under those of this one, each grade for its own (208 bytes)."""
        return self._sealed_part(previous) + self.for_records()._sealed_part(previous.for_records())

"""An identity: the private keys of a person or a machine, and the public half that others know it by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ipvault.crypto import aead
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret

if TYPE_CHECKING:
    from ipvault.crypto.hpke import KemPrivateKey
    from ipvault.crypto.signing import SigningKey

SEED_SIZE: Final = 32
SEALED_SIZE: Final = aead.sealed_size(3 * SEED_SIZE)
"""Bytes of an identity that is sealed."""


class PublicIdentity(NamedTuple):
    """The public keys of an identity: KEM (1216 bytes), Ed25519 (32) and ML-DSA-44 (1312)."""

    kem: bytes
    ed25519: bytes
    mldsa44: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all three keys, 64 hexadecimal digits: what people compare."""
        return hashlib.sha256(pae("fingerprint", self.kem, self.ed25519, self.mldsa44)).hexdigest()


class Identity:
    """Private keys, each made from a 32-byte seed of its own.

    They are derived, and what derives them is imported, when they are first used: commands that only read need none.
    """

    def __init__(self, kem_seed: Secret, ed25519_seed: Secret, mldsa44_seed: Secret) -> None:
        self._kem_seed = kem_seed
        self._ed25519_seed = ed25519_seed
        self._mldsa44_seed = mldsa44_seed

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> Identity:
        return cls(*(Secret(random(SEED_SIZE)) for _ in range(3)))

    @cached_property
    def kem(self) -> KemPrivateKey:
        from ipvault.crypto.hpke import KemPrivateKey

        return KemPrivateKey(self._kem_seed)

    @cached_property
    def signing_key(self) -> SigningKey:
        from ipvault.crypto.signing import SigningKey

        return SigningKey(self._ed25519_seed)

    @cached_property
    def public(self) -> PublicIdentity:
        from ipvault.crypto.signing import mldsa44_public

        return PublicIdentity(self.kem.public, self.signing_key.public, mldsa44_public(self._mldsa44_seed))

    def seal(self, master_key: Secret, context: bytes) -> bytes:
        """The three seeds under the master key."""
        seeds = self._kem_seed.reveal() + self._ed25519_seed.reveal() + self._mldsa44_seed.reveal()
        return aead.seal(master_key, context, seeds)

    @classmethod
    def unseal(cls, master_key: Secret, context: bytes, sealed: bytes) -> Identity:
        """Raises `AuthenticationFailed`."""
        seeds = aead.unseal(master_key, context, sealed)
        if len(seeds) != 3 * SEED_SIZE:
            raise aead.AuthenticationFailed
        return cls(*(Secret(seeds[i : i + SEED_SIZE]) for i in range(0, len(seeds), SEED_SIZE)))

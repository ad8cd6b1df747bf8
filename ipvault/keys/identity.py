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
    from ipvault.crypto.signing import PostQuantumSigningKey, Signatures, SigningKey

SEED_SIZE: Final = 32
SEALED_SIZE: Final = aead.sealed_size(3 * SEED_SIZE)
"""Bytes of an identity that is sealed."""


class PublicIdentity(NamedTuple):
    """The public keys of an identity: KEM (1216 bytes), Ed25519 (32) and ML-DSA-44 (1312)."""

    kem: bytes
    ed25519: bytes
    mldsa44: bytes

    @classmethod
    def from_hex(cls, kem: str, ed25519: str, mldsa44: str) -> PublicIdentity:
        """The keys as records hold them."""
        return cls(bytes.fromhex(kem), bytes.fromhex(ed25519), bytes.fromhex(mldsa44))

    def as_hex(self) -> dict[str, str]:
        """The keys as fields of records."""
        return {name: key.hex() for name, key in self._asdict().items()}

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all three keys, 64 hexadecimal digits: what people compare."""
        return hashlib.sha256(pae("fingerprint", self.kem, self.ed25519, self.mldsa44)).hexdigest()

    @property
    def can_be_sealed_to(self) -> bool:
        """Whether the KEM key is well-formed and not of low order."""
        from ipvault.crypto.hpke import is_usable

        return is_usable(self.kem)

    def verifies(self, signatures: Signatures, message: bytes) -> bool:
        """Whether both signatures over `message`, a PAE, are this identity's."""
        from ipvault.crypto.signing import both_verify

        return both_verify(self.ed25519, self.mldsa44, signatures, message)


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
    def post_quantum_key(self) -> PostQuantumSigningKey:
        from ipvault.crypto.signing import PostQuantumSigningKey

        return PostQuantumSigningKey(self._mldsa44_seed)

    @cached_property
    def public(self) -> PublicIdentity:
        return PublicIdentity(self.kem.public, self.signing_key.public, self.post_quantum_key.public)

    def sign(self, message: bytes) -> Signatures:
        """Both signatures over `message`, a PAE: for cards, packages, receipts."""
        from ipvault.crypto.signing import Signatures

        return Signatures(self.signing_key.sign(message), self.post_quantum_key.sign(message))

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

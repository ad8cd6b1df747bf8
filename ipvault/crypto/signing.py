"""Signatures: Ed25519 (RFC 8032) on commits; ML-DSA-44 (FIPS 204) beside it where statements must outlive Ed25519.

What is signed is a PAE whose first part names its kind (`ipvault.crypto.pae`), or one of the messages that C2SP
prescribes for notes and cosignatures (`ipvault.journal.checkpoint`); neither can be taken for the other.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ipvault.crypto.secret import Secret

SEED_SIZE: Final = 32
ED25519_SIZE: Final = 64
MLDSA44_SIZE: Final = 2420
SIGNATURES_SIZE: Final = ED25519_SIZE + MLDSA44_SIZE
"""Bytes of both signatures, one after the other."""


class SigningKey:
    """An Ed25519 private key, from its 32-byte seed."""

    def __init__(self, seed: Secret) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed.reveal())
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class VerifyingKey:
    """An Ed25519 public key. Raises ValueError for one that is not 32 bytes."""

    def __init__(self, public: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signatures(NamedTuple):
    """Ed25519 (64 bytes) and ML-DSA-44 (2420 bytes) over one message. Neither counts without the other."""

    ed25519: bytes
    mldsa44: bytes

    @classmethod
    def split(cls, joined: bytes) -> Signatures:
        """Both, from SIGNATURES_SIZE bytes in which one follows the other."""
        return cls(joined[:ED25519_SIZE], joined[ED25519_SIZE:])


class PostQuantumSigningKey:
    """An ML-DSA-44 private key (FIPS 204), from its 32-byte seed."""

    def __init__(self, seed: Secret) -> None:
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed.reveal())
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def verifies_post_quantum(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an ML-DSA-44 signature is that of the public key (1312 bytes). False for a malformed key too."""
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def both_verify(ed25519: bytes, mldsa44: bytes, signatures: Signatures, message: bytes) -> bool:
    """Whether both signatures are those of the public keys (32 and 1312 bytes). False for malformed keys too."""
    try:
        is_classical = VerifyingKey(ed25519).verifies(signatures.ed25519, message)
    except ValueError:
        return False
    return is_classical and verifies_post_quantum(mldsa44, signatures.mldsa44, message)

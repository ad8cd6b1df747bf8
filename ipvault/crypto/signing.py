"""Signatures: Ed25519 (RFC 8032) on commits; ML-DSA-44 (FIPS 204) beside it where statements must outlive Ed25519.

What is signed is always a PAE whose first part names its kind; see `ipvault.crypto.pae`.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ipvault.crypto.secret import Secret

SEED_SIZE: Final = 32


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


def mldsa44_public(seed: Secret) -> bytes:
    """The 1312-byte ML-DSA-44 public key of a 32-byte seed."""
    return MLDSA44PrivateKey.from_seed_bytes(seed.reveal()).public_key().public_bytes_raw()

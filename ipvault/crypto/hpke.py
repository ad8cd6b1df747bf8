"""Key wrapping to people: HPKE base mode (RFC 9180) with the post-quantum hybrid X-Wing, always around 32 bytes.

Suite: MLKEM768-X25519 (X-Wing, 0x647a), HKDF-SHA256, AES-256-GCM. A private key is a 32-byte seed, expanded with
SHAKE-256 to the ML-KEM seed (64) and the X25519 key (32) as draft-connolly-cfrg-xwing-kem and age do. The inner AEAD
does not commit to its key: whoever opens a wrapped key checks it against a published commitment.
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.secret import Secret

SEED_SIZE: Final = 32
PUBLIC_SIZE: Final = 1216
WRAPPED_SIZE: Final = 1120 + 32 + 16
_MLKEM_PUBLIC_SIZE: Final = 1184

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class KemPrivateKey:
    """The private half of a recipient's key."""

    def __init__(self, seed: Secret) -> None:
        if len(seed) != SEED_SIZE:
            raise ValueError("a seed has 32 bytes")
        expanded = hashlib.shake_256(seed.reveal()).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def unwrap(self, wrapped: bytes, info: bytes) -> Secret:
        """The 32-byte key that was wrapped to us for `info`; raises `AuthenticationFailed`."""
        if len(wrapped) != WRAPPED_SIZE:
            raise AuthenticationFailed
        try:
            return Secret(_SUITE.decrypt(wrapped, self._key, info))
        except (InvalidTag, ValueError):
            raise AuthenticationFailed from None


def wrap(key: Secret, public: bytes, info: bytes) -> bytes:
    """Wrap a 32-byte key to the holder of `public` (1216 bytes), bound to `info`; 1168 bytes.

    Raises ValueError for a malformed or low-order public key.
    """
    if len(key) != 32 or len(public) != PUBLIC_SIZE:
        raise ValueError("a wrapped key has 32 bytes and a public key 1216")
    recipient = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_SIZE]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_SIZE:]),
    )
    return _SUITE.encrypt(key.reveal(), recipient, info)


def is_usable(public: bytes) -> bool:
    """Whether a key can be wrapped to `public`: it has its length, is well-formed and not of low order."""
    try:
        wrap(Secret(bytes(32)), public, b"")
    except ValueError:
        return False
    return True

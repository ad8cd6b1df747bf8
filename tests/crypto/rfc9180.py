"""A second reading of HPKE base mode, written from RFC 9180 and the X-Wing draft, to open what ipvault wraps.

It shares with ipvault only ML-KEM-768, X25519 and AES-GCM. `test_hpke.py` first checks it against public vectors.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

XWING = 0x647A
HKDF_SHA256 = 0x0001
AES_256_GCM = 0x0002
_KEY_SIZES = {0x0001: 16, AES_256_GCM: 32, 0x0003: 32}
_XWING_LABEL = bytes.fromhex("5c2e2f2f5e5c")


@dataclass(frozen=True)
class Schedule:
    """What the key schedule gives for the first message: section 5.1."""

    key: bytes
    base_nonce: bytes

    def seal(self, plaintext: bytes) -> bytes:
        return AESGCM(self.key).encrypt(self.base_nonce, plaintext, b"")

    def open(self, ciphertext: bytes) -> bytes:
        return AESGCM(self.key).decrypt(self.base_nonce, ciphertext, b"")


def key_schedule(kem: int, aead: int, shared_secret: bytes, info: bytes) -> Schedule:
    """Mode base, KDF HKDF-SHA256."""
    suite = b"HPKE" + b"".join(number.to_bytes(2) for number in (kem, HKDF_SHA256, aead))

    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        # One block of SHA-256 is enough for every length asked here.
        labelled = length.to_bytes(2) + b"HPKE-v1" + suite + label + context
        return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", b"")
    return Schedule(expand(secret, b"key", context, _KEY_SIZES[aead]), expand(secret, b"base_nonce", context, 12))


def xwing_decapsulate(seed: bytes, encapsulated: bytes) -> bytes:
    """The shared secret of X-Wing: section 5.4 of draft-connolly-cfrg-xwing-kem."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    for_mlkem, for_x25519 = encapsulated[:1088], encapsulated[1088:]
    secrets = mlkem.decapsulate(for_mlkem) + x25519.exchange(X25519PublicKey.from_public_bytes(for_x25519))
    public = x25519.public_key().public_bytes_raw()
    return hashlib.sha3_256(secrets + for_x25519 + public + _XWING_LABEL).digest()

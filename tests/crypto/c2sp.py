"""A second reading of C2SP chunked encryption with AES-256-GCM, written from https://c2sp.org/chunked-encryption.

The scheme is open as to its hash. Cobblestone-256, which ipvault uses, has SHA-512; the vectors that `cryptography`
publishes have SHA-256. So the vectors test this reader, and this reader then tests ipvault.
"""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
_CHUNK = 16_384
_TAG = 16


class _Cipher:
    """The cipher of one message: key, base nonce and commitment follow from input key, salt and context."""

    def __init__(self, hash_name: str, key: bytes, salt: bytes, context: bytes) -> None:
        output, block = b"", b""
        for counter in range(1, 4):
            block = hmac.digest(key, block + _INFO + salt + context + bytes([counter]), hash_name)
            output += block
        self._aead = AESGCM(output[:32])
        self._base_nonce = int.from_bytes(output[32:44])
        self.commitment = output[44:76]

    def seal(self, number: int, chunk: bytes) -> bytes:
        return self._aead.encrypt((self._base_nonce ^ number).to_bytes(12), chunk, None)

    def open(self, number: int, sealed: bytes) -> bytes:
        return self._aead.decrypt((self._base_nonce ^ number).to_bytes(12), sealed, None)


def seal(hash_name: str, key: bytes, context: bytes, salt: bytes, plaintext: bytes) -> bytes:
    """A whole message, with the salt given."""
    cipher = _Cipher(hash_name, key, salt, context)
    starts = range(0, len(plaintext) + 1, _CHUNK)  # a full last chunk is followed by an empty one
    chunks = [cipher.seal(number, plaintext[start : start + _CHUNK]) for number, start in enumerate(starts)]
    return salt + cipher.commitment + b"".join(chunks)


def release(hash_name: str, key: bytes, context: bytes, message: bytes) -> tuple[bytes, bool]:
    """What a stream may give out of `message` chunk by chunk, and whether the message is valid to its end."""
    if len(key) != 32 or len(message) < 56:
        return b"", False
    cipher = _Cipher(hash_name, key, message[:24], context)
    if cipher.commitment != message[24:56]:
        return b"", False
    released, number, rest = b"", 0, message[56:]
    try:
        while len(rest) >= _CHUNK + _TAG:
            released += cipher.open(number, rest[: _CHUNK + _TAG])
            number, rest = number + 1, rest[_CHUNK + _TAG :]
        return released + cipher.open(number, rest), True
    except InvalidTag:
        return released, False

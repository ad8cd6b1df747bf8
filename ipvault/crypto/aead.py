"""The one AEAD: C2SP chunked encryption with AES-256-GCM and HKDF-SHA512 ("Cobblestone-256").

A message is salt (24) || commitment (32) || chunks of at most 16,384 bytes of plaintext, each with a 16-byte tag; the
last chunk is shorter than a full one, and may be empty. The key is committed to, so no ciphertext opens under two
keys, and the context is bound. Source: https://c2sp.org/chunked-encryption, implemented by `cryptography.cobblestone`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from ipvault.crypto.secret import Secret

KEY_SIZE: Final = 32
CHUNK_SIZE: Final = 16_384
TAG_SIZE: Final = 16
HEADER_SIZE: Final = 56


class AuthenticationFailed(Exception):
    """The key, the context or a byte of the message is not the one that was sealed. Says no more on purpose."""


def sealed_size(plaintext_size: int) -> int:
    """The length in bytes of the message that `plaintext_size` bytes become: an empty last chunk follows full ones."""
    return HEADER_SIZE + plaintext_size + TAG_SIZE * (plaintext_size // CHUNK_SIZE + 1)


class Encryptor:
    """Encrypts one message as a stream; `finish` must be called once, after the last `update`."""

    def __init__(self, key: Secret, context: bytes) -> None:
        self._stream = Cobblestone256Encryptor(key.reveal(), context)

    def update(self, plaintext: bytes | bytearray | memoryview) -> bytes:
        return self._stream.update(plaintext)

    def finish(self) -> bytes:
        return self._stream.finalize()


class Decryptor:
    """Decrypts one message as a stream. What `update` returns is authentic; only `finish` says that nothing is missing.

    Raises `AuthenticationFailed`, and goes on raising it once it has.
    """

    def __init__(self, key: Secret, context: bytes) -> None:
        self._stream = Cobblestone256Decryptor(key.reveal(), context)
        self._failed = False

    def update(self, ciphertext: bytes | bytearray | memoryview) -> bytes:
        if self._failed:
            raise AuthenticationFailed
        try:
            return self._stream.update(ciphertext)
        except InvalidTag:
            self._failed = True
            raise AuthenticationFailed from None

    def finish(self) -> bytes:
        if self._failed:
            raise AuthenticationFailed
        try:
            return self._stream.finalize()
        except InvalidTag:
            self._failed = True
            raise AuthenticationFailed from None


def seal(key: Secret, context: bytes, plaintext: bytes) -> bytes:
    """`plaintext` as one message under `key`, bound to `context`."""
    stream = Cobblestone256Encryptor(key.reveal(), context)
    return stream.update(plaintext) + stream.finalize()


def unseal(key: Secret, context: bytes, message: bytes) -> bytes:
    """The plaintext of a whole message; raises `AuthenticationFailed`, releasing nothing."""
    stream = Cobblestone256Decryptor(key.reveal(), context)
    try:
        return stream.update(message) + stream.finalize()
    except InvalidTag:
        raise AuthenticationFailed from None


def unseal_blocks(key: Secret, context: bytes, blocks: Iterable[bytes]) -> bytes:
    """The same of a message that comes in blocks, of which no more are taken when one is forged."""
    decryptor = Decryptor(key, context)
    pieces = [decryptor.update(block) for block in blocks]
    return b"".join((*pieces, decryptor.finish()))

"""Poly1305 (RFC 8439, section 2.5): whether a stream is the one that this process has read before.

It is four times as fast as SHA-256. A key is for one content, and neither key nor tag leaves the process: so nobody can
make another content that has the tag, whatever other keys he has.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.poly1305 import Poly1305

from ipvault.crypto.secret import Secret

KEY_SIZE = 32


class OneTimeMac:
    """The tag of a stream under `key`, 32 random bytes. `tag` or `is_tag` ends it."""

    def __init__(self, key: Secret) -> None:
        self._stream = Poly1305(key.reveal())

    def update(self, block: bytes | memoryview) -> None:
        self._stream.update(block)

    def tag(self) -> bytes:
        """16 bytes."""
        return self._stream.finalize()

    def is_tag(self, tag: bytes) -> bool:
        """Compared in constant time."""
        try:
            self._stream.verify(tag)
        except InvalidSignature:
            return False
        return True

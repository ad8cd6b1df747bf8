"""What a sealed message says, read as a stream: exactly as much as is asked for, and never more than a block held."""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.crypto import aead
from ipvault.errors import PackageDamaged
from ipvault.text import _
from ipvault.vault.objects import BLOCK
from ipvault.vault.sources import Readable


class Plaintext:
    """The plaintext of the message that `file` holds from here to its end. All methods raise `PackageDamaged`."""

    def __init__(self, file: Readable, decryptor: aead.Decryptor, place: str) -> None:
        self._file = file
        self._decryptor = decryptor
        self._place = place
        self._ready = b""
        self._taken = 0
        self._has_ended = False

    def damaged(self, reason: str) -> PackageDamaged:
        """The error to raise about this message."""
        return PackageDamaged(place=self._place, reason=reason)

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        return b"".join(self.blocks(size))

    def blocks(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes in blocks, each authentic."""
        while size:
            if self._taken == len(self._ready):
                self._decrypt_block()
            block = self._ready[self._taken : self._taken + size]
            self._taken += len(block)
            size -= len(block)
            yield block

    def end_with_zeros(self, size: int) -> None:
        """What is left must be `size` zeros, and the message must end there."""
        for block in self.blocks(size):
            if block.strip(b"\x00"):
                raise self.damaged(_("its padding is not empty"))
        while not self._has_ended and self._taken == len(self._ready):
            self._decrypt_block()
        if self._taken < len(self._ready):
            raise self.damaged(_("something follows its end"))

    def _decrypt_block(self) -> None:
        """Make the next plaintext `_ready`: there may be none in what was read, but not after the end."""
        if self._has_ended:
            raise self.damaged(_("it is cut short"))
        self._taken = 0
        try:
            if sealed := self._file.read(BLOCK):
                self._ready = self._decryptor.update(sealed)
            else:
                self._has_ended = True
                self._ready = self._decryptor.finish()
        except aead.AuthenticationFailed:
            raise self.damaged(_("it is not what the sender sealed")) from None

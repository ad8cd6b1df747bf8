"""SHA-256 of a stream, beside the work that produces it."""

from __future__ import annotations

import hashlib
from typing import Final

from ipvault.vault.background import Background

_LARGE: Final = 256 * 1024


class StreamHash:
    """A SHA-256 that moves to a thread of its own when the blocks are large, so that hashing overlaps with writing.

    Blocks must not be changed after they were given. `hexdigest` ends the stream.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._background: Background | None = None

    def update(self, block: bytes | memoryview) -> None:
        if self._background is None:
            if len(block) < _LARGE:
                self._hash.update(block)
                return
            self._background = Background()
        self._background.put(self._hash.update, block)

    def hexdigest(self) -> str:
        if self._background is not None:
            self._background.finish()
            self._background = None
        return self._hash.hexdigest()

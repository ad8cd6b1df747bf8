"""Bytes that come in blocks, or that have begun to be read, as files."""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.vault.sources import Readable


class BlockReader:
    """Reads out of blocks as they come."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._ready = b""

    def read(self, size: int, /) -> bytes:
        """At least one byte and at most `size`, or none at the end."""
        while not self._ready:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._ready = block
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


class BegunReader:
    """A file of which the bytes `start` have been read, as if they had not."""

    def __init__(self, start: bytes, rest: Readable) -> None:
        self._start = start
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        if not self._start:
            return self._rest.read(size)
        data, self._start = self._start[:size], self._start[size:]
        return data

"""Reading something large a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

_BLOCK: Final = 1024 * 1024
"""Bytes."""


def blocks(read: Callable[[int], bytes], length: int = -1) -> Iterator[bytes]:
    """What a reader gives, to its end or `length` bytes of it."""
    while length and (block := read(_BLOCK if length < 0 else min(_BLOCK, length))):
        length -= len(block) if length > 0 else 0
        yield block

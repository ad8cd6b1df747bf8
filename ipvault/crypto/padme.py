"""Padmé: padding that leaks only O(log log n) bits of a length, for at most 12 % more.

Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019, §4.
"""

from __future__ import annotations


def padded_size(size: int) -> int:
    """The length in bytes that `size` bytes are padded to."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask

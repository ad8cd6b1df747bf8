"""Padmé padding, against the definition in the paper."""

from __future__ import annotations

import math

from hypothesis import given, strategies as st

from ipvault.crypto.padme import padded_size

SIZES = st.integers(0, 2**63)


def from_the_paper(size: int) -> int:
    """Algorithm 1 of Nikitin et al. 2019, word for word; exact only where floating point is."""
    exponent = math.floor(math.log2(size))
    digits = math.floor(math.log2(exponent)) + 1
    low_bits = exponent - digits
    mask = (1 << low_bits) - 1
    return (size + mask) & ~mask


def test_the_definition() -> None:
    """Sizes are padded as the paper says; those too small for its logarithms stay as they are."""
    assert [padded_size(size) for size in (0, 1)] == [0, 1]
    sizes = [*range(2, 5_000), *(2**n + d for n in range(12, 45) for d in (-1, 0, 1))]
    assert {size: padded_size(size) for size in sizes} == {size: from_the_paper(size) for size in sizes}


@given(SIZES)
def test_padding_is_small_and_final(size: int) -> None:
    """A size never shrinks, grows by less than 12 %, and padding what is padded changes nothing."""
    padded = padded_size(size)
    assert size <= padded <= size + size * 12 // 100
    assert padded_size(padded) == padded


@given(SIZES, SIZES)
def test_padding_keeps_the_order(one: int, two: int) -> None:
    """The larger of two contents is never the smaller file."""
    assert padded_size(min(one, two)) <= padded_size(max(one, two))


def test_few_sizes_remain() -> None:
    """All sizes up to a mebibyte become a few hundred, which is what hides them."""
    assert len({padded_size(size) for size in range(2**20)}) < 400

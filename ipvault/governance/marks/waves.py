"""Waves in the sums of a picture's rows and columns: a lattice of dots makes one of the same length in both."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, repeat, starmap, zip_longest
from operator import add, mul, sub
from typing import Final

_AROUND: Final = 60
_NEAR: Final = 8
_ABOVE: Final = 2.0


def component(profile: Sequence[float], frequency: float) -> complex:
    """How much there is in a profile of the wave that comes `frequency` times per pixel."""
    turns = accumulate(repeat(cmath.rect(1, math.tau * frequency), len(profile) - 1), mul, initial=1 + 0j)
    return sum(map(mul, profile, turns), 0j)


def common(across: Sequence[float], down: Sequence[float], size: int, first: int, last: int) -> list[float]:
    """How much waves stand out in both profiles that come `first` to before `last` times in `size` pixels (2^n)."""
    spectra = _spectra(across, down, size)
    return list(map(min, *(_standing_out(spectrum, first, last) for spectrum in spectra)))


def _spectra(across: Sequence[float], down: Sequence[float], size: int) -> tuple[list[float], list[float]]:
    """How strong each frequency is in two profiles, which one transform gives for both."""
    both = list(starmap(complex, zip_longest(across, down, fillvalue=0.0)))
    whole = _transformed(both + [0j] * (size - len(both)))
    half = [(whole[k], whole[-k].conjugate()) for k in range(size // 2)]
    return [abs(a + b) for a, b in half], [abs(a - b) for a, b in half]


def _transformed(values: list[complex]) -> list[complex]:
    """The discrete Fourier transform of 2^n values (Cooley and Tukey, 1965)."""
    size = len(values)
    if size == 1:
        return values
    even, odd = _transformed(values[::2]), _transformed(values[1::2])
    turned = list(map(mul, _roots(size), odd))
    return [*map(add, even, turned), *map(sub, even, turned)]


@cache
def _roots(size: int) -> list[complex]:
    return [cmath.rect(1, -math.tau * k / size) for k in range(size // 2)]


def _standing_out(spectrum: Sequence[float], first: int, last: int) -> list[float]:
    """By how much each frequency is stronger than those around it."""
    sums = [0.0, *accumulate(spectrum)]

    def between(start: int, end: int) -> float:
        return sums[min(max(end, 0), len(spectrum))] - sums[min(max(start, 0), len(spectrum))]

    share = _ABOVE / (2 * (_AROUND - _NEAR))
    return [
        spectrum[k] - share * (between(k - _AROUND, k - _NEAR) + between(k + _NEAR, k + _AROUND))
        for k in range(first, last)
    ]

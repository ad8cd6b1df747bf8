"""Reed-Solomon over GF(256), which corrects bytes that were read wrong or not at all.

The code is that of QR codes (ISO/IEC 18004: polynomial 0x11d, first root alpha^0), systematic: data, then parity. With
p bytes of parity it corrects e errors and f erasures while 2e + f <= p. Decoding is by syndromes, Berlekamp-Massey and
Forney, after "Reed-Solomon codes for coders" (Wikiversity), with polynomials written lowest power first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

_POLYNOMIAL: Final = 0x11D
_ORDER: Final = 255


def _powers() -> tuple[list[int], list[int]]:
    exponentials, logarithms, value = [0] * (2 * _ORDER), [0] * 256, 1
    for power in range(_ORDER):
        exponentials[power] = exponentials[power + _ORDER] = value
        logarithms[value] = power
        value <<= 1
        if value > _ORDER:
            value ^= _POLYNOMIAL
    return exponentials, logarithms


_EXP, _LOG = _powers()


class Uncorrectable(Exception):
    """More bytes are wrong than the code can correct."""


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _inverse(a: int) -> int:
    return _EXP[_ORDER - _LOG[a]]


def _product(a: Sequence[int], b: Sequence[int]) -> list[int]:
    result = [0] * (len(a) + len(b) - 1)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            result[i + j] ^= _times(left, right)
    return result


def _value(polynomial: Sequence[int], x: int) -> int:
    result = 0
    for coefficient in reversed(polynomial):
        result = _times(result, x) ^ coefficient
    return result


def encode(data: bytes, parity: int) -> bytes:
    """The data and behind them so many bytes of parity."""
    generator = [1]
    for power in range(parity):
        generator = _product(generator, (_EXP[power], 1))
    remainder = [0] * parity
    for byte in data:
        factor = byte ^ remainder.pop()
        remainder.insert(0, 0)
        for place in range(parity):
            remainder[place] ^= _times(factor, generator[place])
    return data + bytes(reversed(remainder))


def decode(word: bytes, parity: int, erased: Collection[int] = ()) -> tuple[bytes, int]:
    """The data of a word (at most 255 bytes), and how many of its bytes were wrong; `erased` are places not to trust.

    Raises `Uncorrectable`.
    """
    received = list(reversed(word))  # the byte at place i belongs to x^i
    syndromes = [_value(received, _EXP[power]) for power in range(parity)]
    if not any(syndromes):
        return word[:-parity], 0
    lost = [len(word) - 1 - place for place in erased]
    locator = _locator(syndromes, lost)
    wrong = [place for place in range(len(word)) if _value(locator, _EXP[-place % _ORDER]) == 0]
    if len(wrong) != len(locator) - 1:
        raise Uncorrectable
    evaluator = _product(syndromes, locator)[:parity]
    slope = [c if power % 2 else 0 for power, c in enumerate(locator)][1:]
    corrected = 0
    for place in wrong:
        x = _EXP[-place % _ORDER]
        error = _times(_EXP[place], _times(_value(evaluator, x), _inverse(_value(slope, x))))
        received[place] ^= error
        corrected += error != 0
    if any(_value(received, _EXP[power]) for power in range(parity)):
        raise Uncorrectable
    return bytes(reversed(received))[:-parity], corrected


def _locator(syndromes: Sequence[int], lost: Collection[int]) -> list[int]:
    """The polynomial whose roots tell which places are wrong, those that are known to be lost among them."""
    if len(lost) > len(syndromes):
        raise Uncorrectable
    locator = [1]
    for place in lost:
        locator = _product(locator, (1, _EXP[place]))
    previous = locator
    length = len(lost)
    for step in range(len(lost), len(syndromes)):
        previous = [0, *previous]
        difference = syndromes[step]
        for power in range(1, len(locator)):
            if power <= step:
                difference ^= _times(locator[power], syndromes[step - power])
        if not difference:
            continue
        longer = max(len(locator), len(previous))
        padded = [*locator, *[0] * (longer - len(locator))]
        change = [*(_times(difference, c) for c in previous), *[0] * (longer - len(previous))]
        if 2 * length <= step + len(lost):
            previous = [_times(c, _inverse(difference)) for c in locator]
            length = step + 1 + len(lost) - length
        locator = [a ^ b for a, b in zip(padded, change, strict=True)]
    while locator and not locator[-1]:
        locator.pop()
    if 2 * (len(locator) - 1 - len(lost)) + len(lost) > len(syndromes):
        raise Uncorrectable
    return locator

"""A code in characters that have no width: two bits each, 48 of them in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipvault.governance.marks.copies import CODE_SIZE

_LETTERS: Final = "\u200b\u200c\u200d\u2060"
_RUN: Final = re.compile(f"(?<![{_LETTERS}])[{_LETTERS}]{{{4 * CODE_SIZE}}}(?![{_LETTERS}])")


def unseen(code: bytes) -> str:
    """The characters for a code."""
    return "".join(_LETTERS[byte >> shift & 3] for byte in code for shift in (6, 4, 2, 0))


def unseen_codes(text: str) -> Iterator[bytes]:
    """All codes that are hidden in a text, in their order."""
    for found in _RUN.finditer(text):
        digits = [_LETTERS.index(letter) for letter in found[0]]
        yield bytes(a << 6 | b << 4 | c << 2 | d for a, b, c, d in zip(*[iter(digits)] * 4, strict=True))

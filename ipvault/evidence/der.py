"""DER (X.690), as far as timestamps need it: elements one after the other, and how one is written.

The library that checks timestamps takes strict DER only, and has no way to ask for the stamp of a hash. Nothing is
decided by what is read here: it looks into what the library has parsed, or brings it into the form that it wants.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31


def context(number: int) -> int:
    """The tag of a constructed element whose number its context explains."""
    return 0xA0 | number


class Element(NamedTuple):
    """One element; `whole` is `content` with tag and length before it."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Element]:
        """The elements that it consists of. Raises ValueError."""
        return elements(self.content)


def elements(data: bytes) -> list[Element]:
    """The elements that follow one another in `data`. Raises ValueError for what is not DER."""
    found, offset = [], 0
    while offset < len(data):
        start, length = _header(data, offset)
        if start + length > len(data):
            raise ValueError("an element is cut off")
        found.append(Element(data[offset], data[start : start + length], data[offset : start + length]))
        offset = start + length
    return found


def element(tag: int, content: bytes) -> bytes:
    """An element as it is written."""
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int) -> bytes:
    """A number that is not negative, as it is written."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _header(data: bytes, offset: int) -> tuple[int, int]:
    """Where the content of the element at `offset` starts, and its length. Raises ValueError."""
    if offset + 2 > len(data) or data[offset] & 0x1F == 0x1F:
        raise ValueError("an element is cut off, or its tag is longer than any here")
    first = data[offset + 1]
    if first < 0x80:
        return offset + 2, first
    size = first & 0x7F
    start = offset + 2 + size
    if not 1 <= size <= 4 or start > len(data):
        raise ValueError("the length of an element is cut off, open, or of no use here")
    return start, int.from_bytes(data[offset + 2 : start])

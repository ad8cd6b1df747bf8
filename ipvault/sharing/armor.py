"""Packages and parts as text, for carriers that take nothing else: base64 between a line that begins and one that ends.

Nothing is authenticated here; what is inside the armor is. So lines may be broken as a carrier likes.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Final

from ipvault.errors import PackageDamaged
from ipvault.text import _
from ipvault.vault.objects import BLOCK, Sink
from ipvault.vault.sources import Readable

BEGIN: Final = b"-----BEGIN IPVAULT PACKAGE-----"
END: Final = b"-----END IPVAULT PACKAGE-----"
SNIFFED: Final = 64
"""Bytes by which armor is known: blank lines may come before it."""

_BLANK: Final = b" \t\r\n"
_LINE: Final = 48
"""Bytes in a line, which has 64 characters."""


def capacity(size: int) -> int:
    """How many bytes fit into `size` bytes of armor, in whole lines."""
    return (size - len(BEGIN) - len(END) - 2) // (_LINE // 3 * 4 + 1) * _LINE


class ArmorWriter:
    """Writes what it is given as text into `out`; `finish` must be called once, after the last `write`."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._waiting = b""
        out.write(BEGIN + b"\n")

    def write(self, data: bytes) -> None:
        data = self._waiting + data
        whole = len(data) - len(data) % _LINE
        self._waiting = data[whole:]
        if whole:
            self._out.write(_lines(data[:whole]))

    def finish(self) -> None:
        self._out.write(_lines(self._waiting) + END + b"\n")


def is_armored(start: bytes) -> bool:
    """Whether what begins so is armored; SNIFFED bytes are enough to say."""
    return start.lstrip(_BLANK).startswith(BEGIN)


def unarmored(start: bytes, raw: Readable, place: str) -> Iterator[bytes]:
    """What is in the armor that begins with `start` and goes on in `raw`, in blocks.

    Raises `PackageDamaged`, naming `place`, for what is no armor.
    """
    text, waiting, end = start.lstrip(_BLANK).removeprefix(BEGIN), b"", b""
    while not end:
        body, dash, rest = text.partition(b"-")
        end = dash + rest
        waiting += body.translate(None, _BLANK)
        whole = len(waiting) if end else max(len(waiting) - 4, 0) // 4 * 4  # the last four may have padding
        yield _decoded(waiting[:whole], place, is_last=bool(end))
        waiting = waiting[whole:]
        if not end and not (text := raw.read(BLOCK)):
            raise PackageDamaged(place=place, reason=_("it is cut short"))
    while len(end) < BLOCK and (more := raw.read(BLOCK)):
        end += more
    if not end.startswith(END):
        raise PackageDamaged(place=place, reason=_("it is cut short"))
    if end.rstrip(_BLANK) != END:
        raise PackageDamaged(place=place, reason=_("something follows its end"))


def _decoded(text: bytes, place: str, *, is_last: bool) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if b64encode(data) != text or (len(data) % 3 and not is_last):
        raise PackageDamaged(place=place, reason=_("it is not the text that a package is written as"))
    return data


def _lines(data: bytes) -> bytes:
    text = b64encode(data)
    width = _LINE // 3 * 4
    return b"".join(text[start : start + width] + b"\n" for start in range(0, len(text), width))

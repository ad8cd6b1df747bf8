"""Documents on standard output: unchanged into a file or a pipe, and on a terminal only if they are harmless text."""

from __future__ import annotations

import codecs
import re
import sys
from contextlib import suppress
from typing import Final, Protocol

from ipvault.errors import BinaryToTerminal

# Controls other than tab, line feed, carriage return and form feed; U+0080 to U+009F are controls as well. Then the
# bidirectional ones, which make text read otherwise than it is written.
_ACTS_ON_TERMINALS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


_WIDTH: Final = 1024 * 1024
"""Bytes that a pipe is made to hold: the most that Linux gives to everybody."""


def widen_pipe(descriptor: int) -> None:
    """Let a pipe hold a whole block: otherwise writer and reader wait for each other every 64 KiB, which takes half as
    long again. Not on every system, nor beyond what its users may have; what is no pipe stays as it is.
    """
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _WIDTH)


class ByteSink(Protocol):
    """Where the bytes of a document go."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class TextOnly:
    """A sink in front of a terminal: a chunk that is not plain UTF-8 text is refused before any of it is written."""

    def __init__(self, terminal: ByteSink, name: str) -> None:
        self._terminal = terminal
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, data: bytes, /) -> int:
        """Raises `BinaryToTerminal`."""
        try:
            harmless = not _ACTS_ON_TERMINALS.search(self._decoder.decode(data))
        except UnicodeDecodeError:
            harmless = False
        if not harmless:
            raise BinaryToTerminal(name=self._name)
        return self._terminal.write(data)

    def flush(self) -> None:
        self._terminal.flush()

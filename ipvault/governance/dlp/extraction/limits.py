"""What a document may cost. Whoever made it knows these limits, and can only reach them: nothing is taken beyond.

They are counted over a whole document, with all that is packed into it, however deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ipvault.text import _

MIB: Final = 1024 * 1024

MAX_DOCUMENT: Final = 128 * MIB
"""Bytes of a document that has to be in memory as a whole: of all but plain text."""

MAX_PART: Final = 64 * MIB
"""Bytes of one file out of an archive."""

MAX_RATIO: Final = 100
"""How many times its own size a document may unpack to, beyond FREE."""

FREE: Final = 16 * MIB
MAX_UNPACKED: Final = 256 * MIB
"""Bytes that a document may unpack to."""

MAX_PARTS: Final = 10_000
"""Files in archives, attachments, cells that repeat: whatever costs something before it has any size."""

MAX_DEPTH: Final = 6
"""Documents one in another."""

MAX_NOTES: Final = 20
"""Reasons that are kept, of those for which something was not read."""


class CannotRead(Exception):
    """A document, or a part of one, has text that cannot be had; the argument says why, as a part of a sentence."""


class NotInstalled(CannotRead):
    """What would read it is a library that is not there."""


class TooMuch(CannotRead):
    """A document would cost more than it may: nothing more of it is read."""


class Budget:
    """What is left of the limits for one document, and what was found out on the way.

    `unread` are the places of which the text could not be read, with the reason; `pictures` is how many there are,
    which are not read at all; `files` are the SHA-256 and the place of every file in it.
    """

    def __init__(self) -> None:
        self.unread: list[str] = []
        self.pictures = 0
        self.files: list[tuple[str, str]] = []
        self._bytes = FREE
        self._parts = MAX_PARTS
        self._depth = 0

    def allow(self, size: int) -> None:
        """The document has so many bytes, which decides what it may unpack to."""
        self._bytes = min(FREE + size * MAX_RATIO, MAX_UNPACKED)

    def unpack(self, size: int) -> None:
        """Note bytes that were unpacked. Raises `TooMuch`."""
        self._bytes -= size
        if self._bytes < 0:
            raise TooMuch(_("it unpacks to far more than its size"))

    def part(self) -> None:
        """Note one more file in it. Raises `TooMuch`."""
        self._parts -= 1
        if self._parts < 0:
            raise TooMuch(_("it has more than {count} files in it").format(count=MAX_PARTS))

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """A document in the document. Raises `TooMuch`."""
        if self._depth >= MAX_DEPTH:
            raise TooMuch(_("it has files in files, more than {count} deep").format(count=MAX_DEPTH))
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def note(self, place: str, reason: str) -> None:
        """Remember that the text of a place could not be read."""
        if len(self.unread) < MAX_NOTES:
            self.unread.append(f"{place}: {reason}" if place else reason)

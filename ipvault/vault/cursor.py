"""Reading a journal that may be damaged anywhere, record by record."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, Final, NamedTuple

from ipvault.errors import VaultError
from ipvault.journal.head import leaf_hash
from ipvault.journal.leaf import Leaf, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.storage.store import Store
from ipvault.vault.journal_file import lines_from

_WINDOW: Final = 8
"""How many records are looked at together: so far from its place can one be without hiding another."""


class Piece(NamedTuple):
    """Some bytes of one of several journals."""

    source: int
    offset: int
    length: int


class Sealed(NamedTuple):
    """The sealed part of a line, as it was found."""

    sha256: str
    piece: Piece


class Line(NamedTuple):
    """A line of which the leaf can be read."""

    leaf: Leaf
    hash: str
    raw: Piece
    sealed: Sealed


class Cursor:
    """A place in the journal of `store`, which is number `source`. A journal that is missing has no lines."""

    def __init__(self, source: int, store: Store) -> None:
        self._source = source
        self._lines: Iterator[bytes] = iter(())
        self._window: list[Line] = []
        self._offset = 0
        self.strays: deque[Sealed] = deque(maxlen=8 * _WINDOW)
        """Sealed parts of lines whose leaf cannot be read: another copy may have the leaf."""
        self.journal: BinaryIO | None = None
        self._ahead: BinaryIO | None = None
        with suppress(FileNotFoundError, VaultError):
            self.journal, self._ahead = store.open_journal(), store.open_journal()
        self.go_to(0)

    def close(self) -> None:
        """No more will be read."""
        for file in (self.journal, self._ahead):
            if file is not None:
                file.close()

    def go_to(self, offset: int) -> None:
        """Go on from a byte offset."""
        self._window, self._offset = [], offset
        self._lines = lines_from(self._ahead, offset) if self._ahead is not None else iter(())

    def at(self, seq: int) -> list[Line]:
        """The lines that claim to be record `seq`; those of earlier ones are passed over."""
        self._window = [line for line in self._window if line.leaf.seq >= seq]
        while len(self._window) < _WINDOW and (line := next(self._lines, b"")):
            offset, self._offset = self._offset, self._offset + len(line)
            if (found := self._parse(line, offset)) is not None and found.leaf.seq >= seq:
                self._window.append(found)
        return [line for line in self._window if line.leaf.seq == seq]

    def after(self, seq: int) -> int:
        """The offset of the record after `seq`; if it was not seen, of a later one, or of what was not read yet."""
        later = [(line.leaf.seq != seq + 1, line.raw.offset) for line in self._window if line.leaf.seq > seq]
        return min(later)[1] if later else self._offset

    def read(self, piece: Piece) -> bytes:
        """Bytes of the journal; the place stays."""
        assert self.journal is not None  # noqa: S101  # a piece is of a journal that is there
        self.journal.seek(piece.offset)
        return self.journal.read(piece.length)

    def _parse(self, line: bytes, offset: int) -> Line | None:
        raw, _tab, sealed = line.removesuffix(b"\n").partition(b"\t")
        place = Piece(self._source, offset + len(raw) + 1, len(sealed))
        found = Sealed(hashlib.sha256(sealed).hexdigest(), place)
        try:
            leaf = parse_leaf(raw)
        except (MalformedLeaf, UnknownVersion):
            self.strays.append(found)
            return None
        return Line(leaf, leaf_hash(raw), Piece(self._source, offset, len(raw)), found)

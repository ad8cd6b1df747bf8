"""A package cut into parts, for carriers that take only so much at once.

    magic (15) | package id (16) | number of this part, from 1 (u32 LE) | number of all parts (u32 LE) | piece
    | SHA-256 of all that (32)

The pieces, in order, are the package. The digest finds the part that a carrier has damaged; that nobody forged one is
found by the package itself.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Final, NamedTuple, Self

from ipvault.errors import FormatTooNew, PackageDamaged, PartMissing, UsageError
from ipvault.keys.file_kinds import PART, refuse_another_kind
from ipvault.pages.markup import ranges
from ipvault.sharing.header import ID_SIZE
from ipvault.text import _
from ipvault.vault.objects import BLOCK, Sink
from ipvault.vault.sources import Readable, read_up_to

FORMAT: Final = 1
KIND: Final = b"ipvault part "
MAGIC: Final = KIND + b"%d\n" % FORMAT
MAX_PARTS: Final = 9999
SMALLEST: Final = 1024
"""Bytes of the smallest part that one can ask for."""

HEADER: Final = struct.Struct(f"<{len(MAGIC)}s{ID_SIZE}sII")
_NEWER_MAGIC: Final = re.compile(rb"ipvault part ([2-9]|[1-9][0-9]{1,8})\n")
_DIGEST_SIZE: Final = 32
OVERHEAD: Final = HEADER.size + _DIGEST_SIZE
"""Bytes of a part beside its piece."""


class Part(NamedTuple):
    """A part that is whole: its place, which one of how many of which package it is, and the bytes of its piece."""

    place: str
    package: str
    number: int
    total: int
    size: int


class PartsWriter:
    """Cuts the `size` bytes of a package that it is given into pieces of `piece` bytes; a context manager.

    `open_part` makes the file for the part of a number. `finish` must be called once, after the last `write`.
    """

    def __init__(
        self, package: str, size: int, piece: int, open_part: Callable[[int], AbstractContextManager[Sink]]
    ) -> None:
        """Raises UsageError if there would be too many."""
        self.total = -(-size // piece)
        if self.total > MAX_PARTS:
            text = _("that would be {count} parts, and {limit} is the most: choose a larger size")
            raise UsageError(problem=text.format(count=self.total, limit=MAX_PARTS))
        self._package = bytes.fromhex(package)
        self._piece = piece
        self._open_part = open_part
        self._number = 0
        self._room = 0
        self._current = ExitStack()
        self._out: Sink | None = None
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._current.__exit__(kind, error, trace)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if not self._room:
                self._begin()
            piece, rest = rest[: self._room], rest[self._room :]
            self._room -= len(piece)
            self._put(bytes(piece))

    def finish(self) -> None:
        if self._out is not None:
            self._out.write(self._digest.digest())
        self._current.close()

    def _begin(self) -> None:
        self.finish()
        self._number += 1
        self._room = self._piece
        self._out = self._current.enter_context(self._open_part(self._number))
        self._digest = hashlib.sha256()
        self._put(HEADER.pack(MAGIC, self._package, self._number, self.total))

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        if self._out is not None:
            self._out.write(data)


def check_part(file: Readable, place: str) -> Part:
    """Read a part to its end. Raises `PackageDamaged` and `FormatTooNew`, naming `place`."""
    header = read_up_to(file, HEADER.size)
    if newer := _NEWER_MAGIC.match(header):
        raise FormatTooNew(place=place, found=int(newer[1]), supported=FORMAT)
    if not header.startswith(MAGIC):
        refuse_another_kind(header, place, PART)
        raise PackageDamaged(place=place, reason=_("it does not begin as a part of a package does"))
    digest, size, end = hashlib.sha256(header), 0, b""
    while block := file.read(BLOCK):
        end += block
        digest.update(end[:-_DIGEST_SIZE])
        size += len(end[:-_DIGEST_SIZE])
        end = end[-_DIGEST_SIZE:]
    if digest.digest() != end:
        raise PackageDamaged(place=place, reason=_("it was cut short or altered on its way"))
    _magic, package, number, total = HEADER.unpack(header)
    if not 1 <= number <= total <= MAX_PARTS or not size:
        raise PackageDamaged(place=place, reason=_("its number is none that a part has"))
    return Part(place, package.hex(), number, total, size)


def in_order(parts: Sequence[Part]) -> list[Part]:
    """The parts of one package as they follow each other; one that is there twice counts once.

    Raises `PartMissing`, which names those that are, and `UsageError` for parts of different packages.
    """
    if len({(part.package, part.total) for part in parts}) > 1:
        raise UsageError(problem=_("these are parts of different packages: open one package at a time"))
    by_number = {part.number: part for part in parts}
    total = parts[0].total
    missing = [number for number in range(1, total + 1) if number not in by_number]
    if missing:
        raise PartMissing(count=total, missing=ranges(missing, "-"))
    return [by_number[number] for number in sorted(by_number)]

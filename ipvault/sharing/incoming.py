"""A package as it arrives: a file, a pipe, or parts; each of them perhaps as text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from io import FileIO
from typing import Final, NamedTuple

from ipvault.errors import NothingArrived, PackageDamaged, SourceNotFound, StorageFailed, UsageError
from ipvault.sharing.armor import SNIFFED, is_armored, unarmored
from ipvault.sharing.parts import HEADER, KIND, Part, check_part, in_order
from ipvault.sharing.streams import BegunReader, BlockReader
from ipvault.text import _, reason_of
from ipvault.vault.objects import BLOCK
from ipvault.vault.sources import Readable, read_up_to

PIPE: Final = "-"


class Incoming(NamedTuple):
    """A package that has arrived. `open` begins at its beginning; it can be called again unless `only_once`.

    `place` is for the words of errors, `size` the bytes of the package where they are known.
    """

    place: str
    open: Callable[[], AbstractContextManager[Readable]]
    size: int | None = None
    only_once: bool = False


def find_package(paths: Sequence[str], stdin: Readable) -> Incoming:
    """The package in a file, in a pipe (`-` is `stdin`), or in parts, which are named in any order or by their folder.

    Parts are checked now. Raises `SourceNotFound`, `StorageFailed`, `UsageError`, `PackageDamaged`, `PartMissing` and
    `FormatTooNew`; to open it, `NothingArrived` for an empty pipe.
    """
    if PIPE in paths:
        if len(paths) > 1:
            raise UsageError(problem=_("- stands for a whole package and cannot be combined with files"))
        return Incoming(_("the package"), partial(_open_pipe, stdin), only_once=True)
    if len(paths) == 1 and os.path.isdir(paths[0]):
        parts = list(_parts_in(paths[0]))
        if not parts:
            raise UsageError(problem=_("{path} has no parts of a package in it").format(path=paths[0]))
        return _joined(parts)
    if len(paths) == 1 and not _is_part(paths[0]):
        is_regular = os.path.isfile(paths[0])
        size = _size(paths[0]) if is_regular else None
        return Incoming(paths[0], partial(_open, paths[0]), size, only_once=not is_regular)
    return _joined([_check(path) for path in paths])


def look_at_part(path: str) -> Part | None:
    """The part in a file, or None if there is something else. Raises as `find_package` does."""
    return _check(path) if os.path.isfile(path) and _is_part(path) else None


@contextmanager
def spooled(incoming: Incoming) -> Iterator[Incoming]:
    """What comes only once, kept as it is, encrypted, in a private file without a name: it can be read again."""
    if not incoming.only_once:
        yield incoming
        return
    import tempfile

    with tempfile.TemporaryFile() as file:
        with incoming.open() as source:
            while block := source.read(BLOCK):
                file.write(block)
        size = file.tell()

        @contextmanager
        def again() -> Iterator[Readable]:
            file.seek(0)
            yield file

        yield Incoming(incoming.place, again, size)


@contextmanager
def _open(path: str) -> Iterator[Readable]:
    """What the file says, out of its armor if it has any."""
    with _opened(path) as file:
        yield _unarmored(file, path)


def _opened(path: str) -> FileIO:
    try:
        return FileIO(path)
    except FileNotFoundError:
        raise SourceNotFound(path=path) from None
    except OSError as error:
        raise StorageFailed(path=path, reason=reason_of(error)) from error


@contextmanager
def _open_pipe(stdin: Readable) -> Iterator[Readable]:
    place, start = _("the package"), read_up_to(stdin, SNIFFED)
    if not start:
        raise NothingArrived(place=place)
    yield _unarmored(BegunReader(start, stdin), place)


def _unarmored(raw: Readable, place: str) -> Readable:
    start = read_up_to(raw, SNIFFED)
    return BlockReader(unarmored(start, raw, place)) if is_armored(start) else BegunReader(start, raw)


def _size(path: str) -> int | None:
    """The bytes of the package in this regular file, unless it is armored."""
    with _opened(path) as file:
        return None if is_armored(read_up_to(file, SNIFFED)) else os.stat(path).st_size


def _is_part(path: str) -> bool:
    if os.path.lexists(path) and not os.path.isfile(path):
        return False  # a pipe has a whole package in it
    with _open(path) as file:
        return read_up_to(file, len(KIND)) == KIND


def _check(path: str) -> Part:
    with _open(path) as file:
        return check_part(file, path)


def _parts_in(folder: str) -> Iterator[Part]:
    with os.scandir(folder) as scan:
        paths = sorted(entry.path for entry in scan if entry.is_file())
    for path in paths:
        try:
            is_part = _is_part(path)
        except (PackageDamaged, StorageFailed):
            continue  # something else, beside the parts
        if is_part:
            yield _check(path)


def _joined(parts: Sequence[Part]) -> Incoming:
    ordered = in_order(parts)

    @contextmanager
    def open_all() -> Iterator[Readable]:
        yield BlockReader(block for part in ordered for block in _piece(part))

    return Incoming(_("the package"), open_all, sum(part.size for part in ordered))


def _piece(part: Part) -> Iterator[bytes]:
    with _open(part.place) as file:
        read_up_to(file, HEADER.size)
        remaining = part.size
        while remaining and (block := file.read(min(BLOCK, remaining))):
            remaining -= len(block)
            yield block

"""Where a package goes: a file, a pipe, or parts; each of them as text if somebody wants that."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from ipvault.cli.choices import byte_count
from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.errors import BinaryToTerminal, DestinationExists, UsageError
from ipvault.sharing import armor
from ipvault.sharing.armor import ArmorWriter
from ipvault.sharing.package_writer import PackageWriter
from ipvault.sharing.parts import OVERHEAD, SMALLEST, PartsWriter
from ipvault.storage.destination import Destination, write_file
from ipvault.storage.safe_names import safe_path
from ipvault.text import _
from ipvault.vault.objects import Sink

Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE|-", help=_("A file, or - for a pipe."))]
Armor = Annotated[bool, typer.Option("--armor", help=_("Write text, for mail that takes nothing else."))]
Split = Annotated[
    str, typer.Option("--split", metavar="SIZE", help=_("Cut it into files of at most this size, such as 20M."))
]
Force = Annotated[bool, typer.Option("--force", help=_("Replace files that exist."))]


Begin = Callable[[PackageWriter], AbstractContextManager[Sink]]
"""Takes the package that is to be written, once, and gives what takes its bytes."""


class Carrier(NamedTuple):
    """How a package is to be written; `part_size` is the bytes of the largest file, where it is cut into parts."""

    destination: str
    armor: bool
    part_size: int | None
    force: bool

    @property
    def path(self) -> Path | None:
        return None if self.destination == PIPE else Path(self.destination)


def carrier(destination: str, armored: bool, split: str, force: bool) -> Carrier:
    """What the options ask for. Raises `UsageError`, `BinaryToTerminal` and `DestinationExists`: nothing was done."""
    if not destination:
        raise UsageError(problem=_("say where to: -o FILE, or -o - for a pipe"))
    size = byte_count(split) if split else None
    if size is not None and size < SMALLEST:
        raise UsageError(problem=_("parts have at least {limit} bytes").format(limit=SMALLEST))
    wanted = Carrier(destination, armored, size, force)
    path = wanted.path
    if path is None:
        current().output.bytes_out("")
        if current().environment.stdout.isatty() and not armored:
            raise BinaryToTerminal(name=_("the package"))
        if size is not None:
            raise UsageError(problem=_("parts are files: name one with -o, and a number is put behind its name"))
        return wanted
    if size is not None and (not path.name or safe_path(path.name) != path.name):
        raise UsageError(problem=_("{path} is not a name that every system takes: choose another").format(path=path))
    first = path if size is None else _part_path(path, 1)
    if os.path.lexists(first) and not force:
        raise DestinationExists(path=first)
    return wanted


@contextmanager
def package_out(where: Carrier) -> Iterator[Begin]:
    """Where a package can be written, as is known before there is any. What was begun is there when the block has ended
    well, else nothing is.

    Raises what `write_file` raises; to begin, `UsageError` for too many parts.
    """
    path, vault = where.path, current().vault_if_any()
    if path is None:
        sink = current().output.bytes_out(_("the package"))
        yield lambda _writer: _armored(sink, where.armor)
        sink.flush()
    elif where.part_size is None:
        with write_file(path, vault, replace=where.force) as file:
            yield lambda _writer: _armored(file, where.armor)
    else:
        room = armor.capacity(where.part_size) if where.armor else where.part_size
        with Destination(Path(os.path.realpath(path.parent)), vault) as folder:
            yield partial(_parts, partial(_part, folder, path.name, where.armor), room - OVERHEAD)
            folder.reveal(replace=where.force)
            folder.finish()


def written_files(where: Carrier) -> list[str]:
    """The files that there are now, for the person who has to carry them."""
    path = where.path
    if path is None or where.part_size is None:
        return [] if path is None else [str(path)]
    found: list[str] = []
    while (part := _part_path(path, len(found) + 1)).exists():
        found.append(str(part))
    return found


def tell_files(files: list[str]) -> None:
    """Which files a person has to carry."""
    output = current().output
    match files:
        case [path]:
            output.say(_("It is in {path}.").format(path=path))
        case [first, *_more, last]:
            text = _("It is in {count} parts, {first} to {last}.")
            output.say(text.format(count=len(files), first=first, last=last))


def _part_path(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number:03}")


@contextmanager
def _parts(
    open_part: Callable[[int], AbstractContextManager[Sink]], piece: int, writer: PackageWriter
) -> Iterator[Sink]:
    with PartsWriter(writer.header.id, writer.size, piece, open_part) as parts:
        yield parts
        parts.finish()


@contextmanager
def _part(folder: Destination, name: str, armored: bool, number: int) -> Iterator[Sink]:
    with folder.withheld(f"{name}.{number:03}") as file, _armored(file, armored) as out:
        yield out


@contextmanager
def _armored(out: Sink, wanted: bool) -> Iterator[Sink]:
    if not wanted:
        yield out
        return
    text = ArmorWriter(out)
    yield text
    text.finish()

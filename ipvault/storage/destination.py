"""Where plaintext is written when it leaves the vault: a folder, or one file, that the user named.

Other programs may change the folder at the same time, and may mean harm. So it is held open, everything below it is
reached from there without following links, and nothing appears under its name before it is complete.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ipvault.storage.files import open_regular, remove
from ipvault.storage.folders import NewFolders, explained, reach, refuse_vaults
from ipvault.storage.outgoing import FileId, OutgoingFile, has_to_give_way, name_file, new_scratch_name, outgoing_file
from ipvault.storage.safe_names import safe_path
from ipvault.storage.sync import flush, flush_folder, flush_many


class Destination:
    """A folder outside the vault, made if it is missing, that takes any number of files; a context manager.

    If the block fails before there is a file in it, a folder that was made is gone again.
    """

    def __init__(self, path: Path, vault: Path | None) -> None:
        """Open or make `path`, with the folders above it; links among those are the user's choice and are followed.

        Raises DestinationUnsafe if `path` itself is a link, is no folder, or lies in the directory `vault`, if there
        is one, or in another vault, and StorageFailed.
        """
        self._path = path
        self._written: list[str] = []
        self._ids: set[FileId] = set()
        self._touched: set[str] = set()
        self._withheld: dict[str, str] = {}
        with explained(str(path)):
            self._vault = os.stat(vault) if vault else None
            self._above, missing = _nearest_folder(path)
            self._new = NewFolders(self._above, self._vault, str(path))
            try:
                refuse_vaults(self._above, self._vault, str(path))
                self._root = self._new.reach(missing)
            except BaseException:
                self._new.take_back()
                os.close(self._above)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for scratch in self._withheld.values():
            with suppress(OSError):
                remove(scratch, self._root)
        os.close(self._root)
        if kind is not None:
            self._new.take_back()
        os.close(self._above)

    @contextmanager
    def file(self, path: str, *, replace: bool) -> Iterator[OutgoingFile]:
        """A new file at `path`, which is one of `unique_paths`; it is there, whole, when the block has ended well.

        With `replace` a regular file gives way, but none that was written here. Missing folders are made for the owner
        only. If the block fails, no file or folder is new and what was there is intact; after it, `finish` makes the
        file durable. Raises DestinationExists, DestinationUnsafe and StorageFailed.
        """
        if safe_path(path) != path:
            raise ValueError(path)
        *names, name = path.split("/")
        shown = str(self._path / path)
        new = NewFolders(self._root, self._vault, shown)
        try:
            with explained(shown):
                folder = new.reach(names)
            try:
                with outgoing_file(name, folder, shown, replace=replace, keep=self._ids, durable=False) as out:
                    yield out
                    found = os.fstat(out.descriptor)
            finally:
                os.close(folder)
        except BaseException:
            new.take_back()
            raise
        self._written.append(path)
        self._ids.add((found.st_dev, found.st_ino))
        self._touched |= {"/".join(names), *("/".join(made[:-1]) for made in new.made)}

    @contextmanager
    def withheld(self, path: str) -> Iterator[OutgoingFile]:
        """A new file that is called `path`, one of `unique_paths`, once `reveal` says so, and is gone without that.

        So many files can be written before the first of them is known to be good. Raises StorageFailed.
        """
        self._withheld[path] = scratch = new_scratch_name()
        with closing(OutgoingFile(scratch, self._root, str(self._path / path))) as out:
            yield out

    def reveal(self, *, replace: bool) -> None:
        """Give the withheld files their names, on the terms of `file`; `finish` makes those durable.

        If one cannot have its name, the new ones are gone again. Raises what `file` raises.
        """
        new = NewFolders(self._root, self._vault, str(self._path))
        with explained(str(self._path)):
            flush_many(self._root, self._withheld.values(), lambda name: open_regular(name, self._root), flush)
        named: list[str] = []
        try:
            for path, scratch in list(self._withheld.items()):
                if not self._reveal_one(path, scratch, new, replace):
                    named.append(path)
        except BaseException:
            for path in named:
                with suppress(OSError):
                    self._remove(path)
            new.take_back()
            raise
        self._withheld.clear()
        self._touched |= {"/".join(made[:-1]) for made in new.made}

    def _reveal_one(self, path: str, scratch: str, new: NewFolders, replace: bool) -> bool:
        """Whether it replaced another."""
        if safe_path(path) != path:
            raise ValueError(path)
        *names, name = path.split("/")
        shown = str(self._path / path)
        with explained(shown):
            folder = new.reach(names)
        try:
            replaces = has_to_give_way(name, folder, shown, replace, self._ids)
            with explained(shown):
                name_file(scratch, self._root, name, folder, replaces=replaces)
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(folder)
        self._touched.add("/".join(names))
        self._ids.add((found.st_dev, found.st_ino))
        return replaces

    def _remove(self, path: str) -> None:
        folder, _slash, name = path.rpartition("/")
        there = self._open_folder(folder)
        try:
            remove(name, there)
        finally:
            os.close(there)

    def finish(self) -> None:
        """Make all files durable, in one go if they are many. Raises StorageFailed."""
        with explained(str(self._path)):
            flush_many(self._root, self._written, self._open_file, flush)
            flush_many(self._root, self._touched, self._open_folder, flush_folder)
            for *above, _name in self._new.made:
                folder = reach(self._above, above)
                try:
                    flush_folder(folder)
                finally:
                    os.close(folder)

    def _open_folder(self, path: str) -> int:
        return reach(self._root, filter(None, path.split("/")))

    def _open_file(self, path: str) -> int:
        folder, _slash, name = path.rpartition("/")
        there = self._open_folder(folder)
        try:
            return open_regular(name, there)
        finally:
            os.close(there)


@contextmanager
def write_file(path: Path, vault: Path | None, *, replace: bool) -> Iterator[OutgoingFile]:
    """One file with a name that the user chose, in a folder that is there; durable when the block has ended well.

    With `replace` a regular file gives way. If the block fails, what was there is intact. Raises DestinationExists,
    DestinationUnsafe for a link or anything else in the way and for a place in the directory `vault`, if there is one,
    or in another vault, and StorageFailed.
    """
    shown = str(path)
    with explained(shown):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with explained(shown):
            refuse_vaults(folder, os.stat(vault) if vault else None, shown)
        with outgoing_file(path.name or ".", folder, shown, replace=replace) as out:
            yield out
        with explained(shown):
            flush_folder(folder)
    finally:
        os.close(folder)


def recorded(path: Path) -> str:
    """A path as the journal can hold it: the whole of it, with bytes that are no text replaced."""
    return os.fsencode(path.absolute()).decode(errors="replace")


def _nearest_folder(path: Path) -> tuple[int, list[str]]:
    """A descriptor of `path`, or of the nearest folder above it that exists, and the names from there to `path`."""
    missing: list[str] = []
    at = path
    while True:
        try:
            return os.open(at, os.O_RDONLY | os.O_DIRECTORY | (0 if missing else os.O_NOFOLLOW)), missing
        except FileNotFoundError:
            if at == at.parent or os.path.islink(at):
                raise
        missing.insert(0, at.name)
        at = at.parent

"""Adding files to the directory in transactions: staged under `tmp/`, synced, then linked into place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import groupby

from ipvault.errors import VaultError
from ipvault.storage.files import PRIVATE_FOLDER, create, open_regular, remove, remove_abandoned
from ipvault.storage.staged import (
    DRAFT,
    LocalStagedFile,
    is_publishable,
    is_removable,
    is_scratch,
    marker_name,
    parent,
    staged_path,
)
from ipvault.storage.store import TMP, StagedFile
from ipvault.storage.sync import flush, flush_folder, flush_many
from ipvault.storage.tree import Tree


class PublishingTree(Tree):
    """A directory to which files are added in transactions."""

    def stage(self, path: str) -> LocalStagedFile:
        """See Store."""
        staged = LocalStagedFile(path)
        try:
            tmp = self._open_scratch_folder(TMP)
            try:
                staged.create(tmp)
            finally:
                os.close(tmp)
        except OSError as error:
            raise self._failure(error, TMP) from error
        return staged

    def adopt(self, path: str) -> LocalStagedFile:
        """See Store."""
        return LocalStagedFile(path)

    def publish(self, staged: Sequence[StagedFile]) -> None:
        """See Store."""
        files = sorted(_ours(staged), key=lambda file: parent(file.path))
        if not files:
            return
        for file in files:
            file.close()
        at = TMP
        try:
            with self._folder(TMP) as tmp:
                flush_many(self._root, [file.names[0] for file in files], lambda name: open_regular(name, tmp), flush)
                touched = set()
                has_links = True
                for folder, group in groupby(files, key=lambda file: parent(file.path)):
                    at = folder
                    touched |= {folder, *self._make_folder(folder)}
                    with self._folder(folder) as there:
                        for file in group:
                            at = file.path
                            if has_links and not file.link(tmp, there):
                                has_links = False
                                _mark_all(files, tmp)
                            if not has_links:
                                file.move(tmp, there)
            flush_many(self._root, touched, self._open_folder, flush_folder)
        except OSError as error:
            raise self._failure(error, at) from error

    def settle(self, staged: Sequence[StagedFile]) -> None:
        """See Store."""
        with suppress(OSError):
            self._forget(name for file in _ours(staged) for name in file.names)

    def discard(self, staged: Sequence[StagedFile]) -> None:
        """See Store."""
        files = _ours(staged)
        for file in files:
            with suppress(VaultError):
                file.close()
        with suppress(OSError, VaultError):
            self.remove([file.path for file in files if file.is_published])
            self._forget(name for file in files for name in file.names)

    def sweep(self, is_referenced: Callable[[str], bool]) -> int:
        """See Store."""
        with suppress(FileNotFoundError), self._explained(TMP):
            with self._folder(TMP) as tmp, os.scandir(tmp) as entries:
                names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
            staged = {name: path for name in names if (path := staged_path(name))}
            garbage = {path for path in staged.values() if not is_referenced(path)}
            self.remove(garbage)
            self._forget([*staged, *filter(is_scratch, names)])
            with self._folder(TMP) as tmp:
                remove_abandoned(DRAFT, tmp)
            return len(garbage)
        return 0

    def condemn(self, paths: Iterable[str]) -> None:
        """See Store."""
        doomed = list(paths)
        if not all(map(is_publishable, doomed)):
            raise ValueError(doomed)
        try:
            tmp = self._open_scratch_folder(TMP)
            try:
                for path in doomed:
                    with suppress(FileExistsError):
                        os.close(create(marker_name(path), tmp))
                flush_folder(tmp)
            finally:
                os.close(tmp)
        except OSError as error:
            raise self._failure(error, TMP) from error

    def remove(self, paths: Iterable[str]) -> None:
        """See Store."""
        doomed = sorted(paths, key=parent)
        if not all(map(is_removable, doomed)):
            raise ValueError(doomed)
        touched = []
        for folder, group in groupby(doomed, key=parent):
            with suppress(FileNotFoundError), self._explained(folder), self._folder(folder) as there:
                for path in group:
                    remove(path.rpartition("/")[2], there)
                touched.append(folder)
        with self._explained(""):
            flush_many(self._root, touched, self._open_folder, flush_folder)
        with suppress(OSError):
            self._forget(map(marker_name, doomed))

    def _forget(self, names: Iterable[str]) -> None:
        """Remove entries of `tmp/`. Not synced: they would only be removed once more."""
        with self._folder(TMP) as tmp:
            for name in names:
                remove(name, tmp)

    def _make_folder(self, path: str) -> set[str]:
        """Make `path` and the folders above it where missing; which folders have a new entry by that."""
        touched = set()
        above = ""
        for name in filter(None, path.split("/")):
            with self._folder(above) as there, suppress(FileExistsError):
                os.mkdir(name, PRIVATE_FOLDER, dir_fd=there)
                touched.add(above)
            above = f"{above}/{name}" if above else name
        return touched

    def _open_scratch_folder(self, path: str) -> int:
        """`tmp` or `cache`, either of which anybody may have deleted."""
        try:
            return self._open_folder(path)
        except FileNotFoundError:
            self._make_folder(path)
            return self._open_folder(path)


def _ours(staged: Iterable[StagedFile]) -> list[LocalStagedFile]:
    files = []
    for file in staged:
        if not isinstance(file, LocalStagedFile):
            raise TypeError(type(file))
        files.append(file)
    return files


def _mark_all(files: Iterable[LocalStagedFile], tmp: int) -> None:
    """Say durably which files are about to lose their staged names."""
    for file in files:
        if not file.is_published:
            file.mark(tmp)
    flush_folder(tmp)

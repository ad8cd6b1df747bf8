"""The vault directory as a whole: its making and its lock."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from ipvault.errors import DirectoryNotEmpty, NoVault, StorageFailed, VaultBusy, VaultError
from ipvault.settings import PATIENCE
from ipvault.storage.files import PRIVATE_FOLDER, failure, remove, set_mode
from ipvault.storage.living import LivingTree
from ipvault.storage.lock import acquire, holder, holding
from ipvault.storage.staged import staged_path
from ipvault.storage.store import ATTEMPTS, CACHE, JOURNAL, LOCK, TMP
from ipvault.storage.sync import flush_folder
from ipvault.text import _

_FOLDERS = (CACHE, "journal", "members", "objects", "rooms", TMP)
_FOUNDING = re.compile(r"VAULT|members/[0-9a-f]{64}/1\.toml|rooms/[0-9a-f]{32}/1/[0-9a-f]{16}\.slot")
"""What a `create` publishes; whatever else is in a folder is somebody's."""

_MAY_NOT_WRITE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class DirectoryStore(LivingTree):
    """See Store."""

    def __init__(self, root: Path, patience: float = PATIENCE) -> None:
        """`patience` is how many seconds `lock` waits. Raises NoVault if there is no directory, and StorageFailed."""
        super().__init__(root)
        self._patience = patience

    @classmethod
    @contextmanager
    def create(cls, root: Path) -> Iterator[Self]:
        """A new vault directory; if the block fails before anything is in the journal, all of it goes again.

        The directory may exist if it is empty, or if all that is in it is from an earlier `create` that was killed.
        Raises DirectoryNotEmpty for any other, and StorageFailed.
        """
        place = os.path.realpath(root)
        is_new = True
        try:
            os.mkdir(place, PRIVATE_FOLDER)
        except FileExistsError:
            is_new = False
        except OSError as error:
            raise failure(error, place) from error
        try:
            store = cls(Path(place))
        except NoVault as error:
            raise StorageFailed(path=place, reason=_(os.strerror(errno.ENOTDIR))) from error
        mode = stat.S_IMODE(os.fstat(store._root).st_mode)
        if not store._is_unused():
            raise DirectoryNotEmpty(path=place)
        try:
            with store.try_lock() as is_ours:
                if not is_ours or not store._is_unused():
                    raise DirectoryNotEmpty(path=place)
                store._lay_out()
                store.sweep(lambda _path: False)
            yield store
        except BaseException:
            with suppress(OSError, VaultError):
                if store._take_back():
                    set_mode(store._root, mode)
                    if is_new:
                        os.rmdir(place)
            raise

    @contextmanager
    def lock(self, waiting: Callable[[], None]) -> Iterator[None]:
        """See Store."""
        with self._explained(LOCK):
            descriptor = acquire(LOCK, self._root, self._patience, waiting)
        with holding(descriptor):
            yield

    def lock_holder(self) -> int | None:
        """See Store."""
        try:
            with self.open(LOCK) as file:
                return holder(file.fileno())
        except (FileNotFoundError, VaultError):
            return None

    @contextmanager
    def try_lock(self) -> Iterator[bool]:
        """See Store."""
        try:
            descriptor = acquire(LOCK, self._root, 0, lambda: None)
        except VaultBusy:
            yield False
            return
        except OSError as error:
            if error.errno not in _MAY_NOT_WRITE:
                raise self._failure(error, LOCK) from error
            yield False
            return
        with holding(descriptor):
            yield True

    def _lay_out(self) -> None:
        with self._explained(""):
            set_mode(self._root, PRIVATE_FOLDER)
            for folder in _FOLDERS:
                self._make_folder(folder)
            flush_folder(self._root)
            with suppress(PermissionError):
                above = os.open(os.path.dirname(self.place), os.O_RDONLY | os.O_DIRECTORY)
                try:
                    flush_folder(above)
                finally:
                    os.close(above)

    def _is_unused(self) -> bool:
        """Whether nothing is here but, at most, what a killed `create` left."""
        with self._explained(""):
            if not set(os.listdir(self._root)) <= {*_FOLDERS, LOCK, "VAULT"}:
                return False
        if self._has_records():
            return False
        names = [path.removeprefix(f"{TMP}/") for path in self.files(TMP)]
        ours = {path for name in names if (path := staged_path(name)) and _FOUNDING.fullmatch(path)}
        known = {*ours, *(f"{TMP}/{name}" for name in names if staged_path(name) in ours), JOURNAL, ATTEMPTS, LOCK}
        return all(path in known for path in self.files(""))

    def _has_records(self) -> bool:
        try:
            return self.size(JOURNAL) > 0
        except FileNotFoundError:
            return False

    def _take_back(self) -> bool:
        """Undo `_lay_out`, and all that was published meanwhile, unless the vault has come into being."""
        with self.try_lock() as is_ours:
            if not is_ours or self._has_records():
                return False
            self.sweep(lambda _path: False)
            for path in (JOURNAL, ATTEMPTS, LOCK):
                folder, _slash, name = path.rpartition("/")
                with self._folder(folder) as there:
                    remove(name, there)
            for _name, folders, _files, here in os.fwalk(".", topdown=False, dir_fd=self._root):
                for name in folders:
                    with suppress(OSError):
                        os.rmdir(name, dir_fd=here)
        return True

"""A vault directory into which files come that another copy of the vault has: for repairs, backups and restoring.

Unlike a transaction it may replace what is there, since whoever calls has checked what comes against the journal.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final, Self

from ipvault.errors import DirectoryNotEmpty, NoVault, StorageFailed, VaultError
from ipvault.settings import PATIENCE
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.files import PRIVATE_FILE, PRIVATE_FOLDER, open_regular, remove, write_new
from ipvault.storage.folders import explained, refuse_inside
from ipvault.storage.layout import DESCRIPTOR, PUBLISHED
from ipvault.storage.staged import DRAFT, LocalStagedFile, parent
from ipvault.storage.store import ATTEMPTS, CACHE, JOURNAL, LOCK, TMP
from ipvault.storage.sync import flush, flush_folder, flush_many
from ipvault.storage.tree import Tree
from ipvault.text import _

_OURS: Final = frozenset({DESCRIPTOR, CACHE, "journal", LOCK, "members", "objects", "rooms", TMP})


class CopyStore(DirectoryStore):
    """A vault that shows files of other copies as if they were its own already, and takes them in.

    `lent` are the trees whose files stand in for missing or altered ones here, by path.
    """

    def __init__(self, root: Path, patience: float = PATIENCE) -> None:
        super().__init__(root, patience)
        self.lent: Mapping[str, Tree] = {}
        self._draft: str | None = None

    @classmethod
    @contextmanager
    def target(cls, root: Path, source: Tree, *, may_exist: bool, outside: Path | None = None) -> Iterator[Self]:
        """A locked folder for a copy of `source`: new, empty, an unfinished copy or, if it `may_exist`, a finished one.

        Raises DirectoryNotEmpty where anything else lies there, DestinationUnsafe in `source` or below another vault,
        `outside` of which it has to be, and StorageFailed.
        """
        place = os.path.realpath(root)
        with explained(place):
            above = os.open(os.path.dirname(place), os.O_RDONLY | os.O_DIRECTORY)
            try:
                refuse_inside(above, os.stat(source.place), place)
                refuse_inside(above, None if outside is None else os.stat(outside), place)
                with suppress(FileExistsError):
                    os.mkdir(place, PRIVATE_FOLDER)
                    flush_folder(above)
            finally:
                os.close(above)
        try:
            store = cls(Path(place))
        except NoVault as error:
            raise StorageFailed(path=place, reason=_(os.strerror(errno.ENOTDIR))) from error
        with store._explained(""):
            refuse_inside(store._root, os.stat(source.place), place)
            names = set(os.listdir(store._root))
        if not names <= _OURS or (not may_exist and store._has_records()):
            raise DirectoryNotEmpty(path=place)
        with store.lock(lambda: None):
            if not names >= _OURS - {DESCRIPTOR}:
                store._lay_out()
            yield store

    def open(self, path: str) -> BinaryIO:
        """See Store."""
        if path == JOURNAL and self._draft is not None:
            return super().open(self._draft)
        lender = self.lent.get(path)
        return lender.open(path) if lender is not None else super().open(path)

    def size(self, path: str) -> int:
        """See Store."""
        if path == JOURNAL and self._draft is not None:
            return super().size(self._draft)
        lender = self.lent.get(path)
        return lender.size(path) if lender is not None else super().size(path)

    def files(self, folder: str) -> Iterator[str]:
        """See Store."""
        below = f"{folder}/" if folder else ""
        lent = {path for path in self.lent if path.startswith(below)}
        return iter(sorted({*super().files(folder), *lent})) if lent else super().files(folder)

    def append_attempt(self, line: bytes) -> None:
        """See Store."""
        with self._explained(ATTEMPTS):
            self._make_folder(parent(ATTEMPTS))
        super().append_attempt(line)

    def show_journal(self, chunks: Iterable[bytes]) -> None:
        """Let this be the journal until one is put in place, or the draft is dropped."""
        name = f"{DRAFT}{os.urandom(8).hex()}"
        with self._explained(TMP):
            tmp = self._open_scratch_folder(TMP)
            try:
                write_new(name, tmp, chunks, durable=False)
            finally:
                os.close(tmp)
        self.drop_draft()
        self._draft = f"{TMP}/{name}"

    def drop_draft(self) -> None:
        """Forget the journal that was shown, and see the one that is in place."""
        if self._draft is not None:
            with suppress(OSError, VaultError), self._folder(TMP) as tmp:
                remove(self._draft.rpartition("/")[2], tmp)
            self._draft = None

    def replace_journal(self, chunks: Iterable[bytes]) -> None:
        """See Store; there need not be one yet."""
        with self._explained(JOURNAL):
            self._make_folder(parent(JOURNAL))
            with self._folder(parent(JOURNAL)) as there, suppress(FileNotFoundError):
                os.close(open_regular(JOURNAL.rpartition("/")[2], there))  # a link there is not ours to replace
            self._replace(JOURNAL, chunks, PRIVATE_FILE)
            self._flush_journal_folder()
        self.drop_draft()

    def put(self, staged: Iterable[LocalStagedFile]) -> None:
        """Make staged files durable under their paths, in place of whatever file or link is there."""
        files = sorted(staged, key=lambda file: parent(file.path))
        with self._explained(TMP):
            tmp = self._open_scratch_folder(TMP)
        at = TMP
        try:
            names = [file.names[0] for file in files]
            flush_many(self._root, names, lambda name: open_regular(name, tmp), flush)
            touched: set[str] = set()
            for folder, group in groupby(files, key=lambda file: parent(file.path)):
                at = folder
                touched |= {folder, *self._make_folder(folder)}
                with self._folder(folder) as there:
                    for file in group:
                        at = file.path
                        file.replace(tmp, there)
            flush_many(self._root, touched, self._open_folder, flush_folder)
        except OSError as error:
            raise self._failure(error, at) from error
        finally:
            os.close(tmp)

    def sizes(self) -> dict[str, int]:
        """The length of every regular file where published ones are, by path."""
        found: dict[str, int] = {}
        with self._explained(""):
            for top, _folders, names, here in os.fwalk(".", dir_fd=self._root):
                below = top[2:] + "/" if top != "." else ""
                if below.startswith((f"{TMP}/", f"{CACHE}/")):
                    continue
                for name in names:
                    if PUBLISHED.fullmatch(path := below + name):
                        status = os.stat(name, dir_fd=here, follow_symlinks=False)
                        found[path] = status.st_size if stat.S_ISREG(status.st_mode) else -1
        return found

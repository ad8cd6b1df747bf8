"""The files of a vault that change: the journal, the unlock attempts and the cache."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from ipvault.errors import Replaced, StorageFailed, VaultError
from ipvault.settings import PATIENCE
from ipvault.storage.files import PRIVATE_FILE, append_durably, remove, write_new
from ipvault.storage.lock import acquire, holding
from ipvault.storage.publishing import PublishingTree
from ipvault.storage.staged import parent, scratch_name
from ipvault.storage.store import ATTEMPTS, ATTEMPTS_LIMIT, CACHE, JOURNAL, TMP
from ipvault.storage.sync import flush, flush_folder
from ipvault.storage.tree import is_path
from ipvault.text import _, reason_of

_BLOCK = 1 << 20


class LivingTree(PublishingTree):
    """A directory with a journal."""

    def open_journal(self) -> BinaryIO:
        """See Store."""
        return self.open(JOURNAL)

    def append_journal(self, data: bytes, at: int) -> None:
        """See Store."""
        with self._explained(JOURNAL):
            descriptor = self._open_file(JOURNAL, os.O_WRONLY | os.O_APPEND | (0 if at else os.O_CREAT))
            try:
                if os.fstat(descriptor).st_size != at:
                    raise StorageFailed(path=self._full(JOURNAL), reason=_("something else changed it meanwhile"))
                if not at:
                    self._flush_journal_folder()
                append_durably(descriptor, data, at)
            finally:
                os.close(descriptor)

    def cut_journal(self, size: int) -> None:
        """See Store."""
        with self._explained(JOURNAL):
            descriptor = self._open_file(JOURNAL, os.O_WRONLY)
            try:
                if os.fstat(descriptor).st_size < size:
                    raise StorageFailed(path=self._full(JOURNAL), reason=_("it is shorter than expected"))
                os.ftruncate(descriptor, size)
                flush(descriptor)
            finally:
                os.close(descriptor)

    def replace_journal(self, chunks: Iterable[bytes]) -> None:
        """See Store."""
        with self._explained(JOURNAL):
            descriptor = self._open_file(JOURNAL)
            try:
                mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
            finally:
                os.close(descriptor)
            self._replace(JOURNAL, chunks, mode)
            try:
                self._flush_journal_folder()
            except OSError as error:
                raise Replaced(path=self._full(JOURNAL), reason=reason_of(error)) from error

    def append_attempt(self, line: bytes) -> None:
        """See Store."""
        with self._explained(ATTEMPTS), self._attempts() as descriptor:
            end = os.lseek(descriptor, 0, os.SEEK_END)
            if end and os.pread(descriptor, 1, end - 1) != b"\n":
                line = b"\n" + line
            append_durably(descriptor, line, end)
            if not end:
                self._flush_journal_folder()

    def read_attempts(self) -> bytes:
        """See Store."""
        try:
            with self.open(ATTEMPTS) as file, self._explained(ATTEMPTS):
                data = file.read(_BLOCK)
        except FileNotFoundError:
            return b""
        return data[: data.rfind(b"\n") + 1] or data

    def drop_attempts(self, length: int) -> None:
        """See Store."""
        with self._explained(ATTEMPTS), self._attempts() as descriptor:
            end = min(os.fstat(descriptor).st_size, length + ATTEMPTS_LIMIT)
            self._replace(ATTEMPTS, _blocks(descriptor, length, end), PRIVATE_FILE)
            self._flush_journal_folder()

    def write_cache(self, name: str, data: bytes) -> None:
        """See Store."""
        path = _cache_path(name)
        with suppress(OSError):
            os.close(self._open_scratch_folder(CACHE))
            os.close(self._open_scratch_folder(TMP))
            self._replace(path, [data], PRIVATE_FILE, durable=False)

    def open_cache(self, name: str) -> BinaryIO | None:
        """See Store."""
        try:
            return self.open(_cache_path(name))
        except (FileNotFoundError, VaultError):
            return None

    def _replace(self, path: str, chunks: Iterable[bytes], mode: int, *, durable: bool = True) -> None:
        """Write new content under `tmp/` and rename it over `path`. The folder of `path` is not synced yet."""
        scratch = scratch_name(path)
        name = path.rpartition("/")[2]
        with self._folder(parent(path)) as there, self._folder(TMP) as tmp:
            write_new(scratch, tmp, chunks, mode, durable=durable)
            try:
                os.replace(scratch, name, src_dir_fd=tmp, dst_dir_fd=there)
            except BaseException:
                remove(scratch, tmp)
                raise

    @contextmanager
    def _attempts(self) -> Iterator[int]:
        """The attempts, locked on their own, since an unlock that fails must be noted without the vault's lock."""
        with self._folder(parent(JOURNAL)) as there:
            descriptor = acquire(ATTEMPTS.rpartition("/")[2], there, PATIENCE, lambda: None)
        with holding(descriptor):
            yield descriptor

    def _flush_journal_folder(self) -> None:
        with self._folder(parent(JOURNAL)) as there:
            flush_folder(there)


def _blocks(descriptor: int, start: int, end: int) -> Iterator[bytes]:
    while start < end and (block := os.pread(descriptor, min(_BLOCK, end - start), start)):
        yield block
        start += len(block)


def _cache_path(name: str) -> str:
    if "/" in name or not is_path(name):
        raise ValueError(name)
    return f"{CACHE}/{name}"

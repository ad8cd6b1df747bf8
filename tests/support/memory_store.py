"""A Store in memory that can break at any step, so that the chain and the vault are tested without a disk."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from ipvault.errors import Damaged, StorageFailed, VaultBusy, VaultError
from ipvault.storage.staged import is_publishable, is_removable
from ipvault.storage.store import ATTEMPTS, ATTEMPTS_LIMIT, CACHE, JOURNAL, StagedFile


class Crash(BaseException):
    """The process was killed: no handler of it did anything to the store any more."""


class MemoryStagedFile:
    """See StagedFile."""

    def __init__(self, store: MemoryStore, path: str) -> None:
        self.path = path
        self.is_published = False
        self._store = store
        self._is_open = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert self._is_open
        self._store.step("write")
        self._store.tmp[self.path] += bytes(data)

    def close(self) -> None:
        self._is_open = False


class MemoryStore:
    """See Store. What it holds can be read, and altered, directly.

    `steps` names every mutation so far. Set `fail_at` to a number of steps, and that one fails: with a Crash by
    default, after which nothing else can be changed until `restart`; or with whatever `failure` returns, which is an
    error of the disk. A commit takes three steps: nothing, half, or all of its bytes are in the journal when it fails.
    An error, unlike a crash, cuts them off again.
    """

    place = "memory"

    def __init__(self) -> None:
        self.published: dict[str, bytes] = {}
        self.tmp: dict[str, bytes] = {}
        self.condemned: set[str] = set()
        self.journal: bytes | None = None
        self.attempts = b""
        self.cache: dict[str, bytes] = {}
        self.steps: list[str] = []
        self.fail_at: int | None = None
        self.failure: Callable[[], BaseException] = Crash
        self.is_locked = False
        self._is_down = False

    def step(self, name: str) -> None:
        """Note a mutation that is about to be made, or fail instead."""
        if self._is_down:
            raise Crash
        self.steps.append(name)
        if len(self.steps) == self.fail_at:
            error = self.failure()
            self._is_down = isinstance(error, Crash)
            raise error

    def restart(self) -> None:
        """A new process after a crash: its locks are gone, and nothing fails any more."""
        self._is_down = False
        self.is_locked = False
        self.fail_at = None

    def read(self, path: str, limit: int) -> bytes:
        data = self._content(path)
        if len(data) > limit:
            raise Damaged(place=path, reason="too large")
        return data

    def open(self, path: str) -> BinaryIO:
        return io.BytesIO(self._content(path))

    def size(self, path: str) -> int:
        return len(self._content(path))

    def files(self, folder: str) -> Iterator[str]:
        living = {JOURNAL: self.journal, ATTEMPTS: self.attempts or None}
        names = [*self.published, *(name for name, data in living.items() if data is not None)]
        names += [f"{CACHE}/{name}" for name in self.cache]
        yield from sorted(name for name in names if not folder or name.startswith(f"{folder}/"))

    def stage(self, path: str) -> MemoryStagedFile:
        if not is_publishable(path):
            raise ValueError(path)
        self.step("stage")
        if path in self.tmp:
            raise StorageFailed(path=path, reason="File exists")
        self.tmp[path] = b""
        return MemoryStagedFile(self, path)

    def adopt(self, path: str) -> MemoryStagedFile:
        assert path in self.tmp, "staged by another process"
        return MemoryStagedFile(self, path)

    def publish(self, staged: Sequence[StagedFile]) -> None:
        for file in _ours(staged):
            file.close()
        for file in _ours(staged):
            self.step("publish")
            if file.path in self.published:
                raise StorageFailed(path=file.path, reason="File exists")
            self.published[file.path] = self.tmp[file.path]
            file.is_published = True

    def settle(self, staged: Sequence[StagedFile]) -> None:
        try:
            for file in staged:
                self.step("settle")
                self.tmp.pop(file.path, None)
        except VaultError:
            return

    def discard(self, staged: Sequence[StagedFile]) -> None:
        try:
            for file in _ours(staged):
                self.step("discard")
                if file.is_published:
                    self.published.pop(file.path, None)
                self.tmp.pop(file.path, None)
        except VaultError:
            return

    def sweep(self, is_referenced: Callable[[str], bool]) -> int:
        garbage = 0
        for path in sorted({*self.tmp, *self.condemned}):
            self.step("sweep")
            if not is_referenced(path):
                self.published.pop(path, None)
                garbage += 1
            self.tmp.pop(path, None)
            self.condemned.discard(path)
        return garbage

    def condemn(self, paths: Iterable[str]) -> None:
        doomed = set(paths)
        if not all(map(is_publishable, doomed)):
            raise ValueError(doomed)
        self.step("condemn")
        self.condemned |= doomed

    def remove(self, paths: Iterable[str]) -> None:
        doomed = list(paths)
        if not all(map(is_removable, doomed)):
            raise ValueError(doomed)
        for path in doomed:
            self.step("remove")
            self.published.pop(path, None)
            self.cache.pop(path.removeprefix(f"{CACHE}/"), None)
            self.condemned.discard(path)

    @contextmanager
    def lock(self, waiting: Callable[[], None]) -> Iterator[None]:
        if self.is_locked:
            waiting()
            raise VaultBusy(holder="another ipvault", seconds=0)
        self.is_locked = True
        try:
            yield
        finally:
            self.is_locked = False

    def lock_holder(self) -> int | None:
        return os.getpid() if self.is_locked else None

    @contextmanager
    def try_lock(self) -> Iterator[bool]:
        if self.is_locked:
            yield False
            return
        with self.lock(lambda: None):
            yield True

    def open_journal(self) -> BinaryIO:
        return self.open(JOURNAL)

    def append_journal(self, data: bytes, at: int) -> None:
        old = self.journal if self.journal is not None or at else b""
        if old is None:
            raise FileNotFoundError(JOURNAL)
        if len(old) != at:
            raise StorageFailed(path=JOURNAL, reason="changed")
        try:
            for end in (0, len(data) // 2, len(data)):
                self.journal = old + data[:end]
                self.step("append")
        except Crash:
            raise
        except BaseException:
            self.journal = old
            raise

    def cut_journal(self, size: int) -> None:
        old = self._content(JOURNAL)
        if len(old) < size:
            raise StorageFailed(path=JOURNAL, reason="too short")
        self.step("cut")
        self.journal = old[:size]

    def replace_journal(self, chunks: Iterable[bytes]) -> None:
        self._content(JOURNAL)
        self.step("replace")
        self.journal = b"".join(chunks)

    def append_attempt(self, line: bytes) -> None:
        self.step("attempt")
        if self.attempts and not self.attempts.endswith(b"\n"):
            self.attempts += b"\n"
        self.attempts += line

    def read_attempts(self) -> bytes:
        data = self.attempts[: 1 << 20]
        return data[: data.rfind(b"\n") + 1] or data

    def drop_attempts(self, length: int) -> None:
        self.step("drop")
        self.attempts = self.attempts[length : length + ATTEMPTS_LIMIT]

    def write_cache(self, name: str, data: bytes) -> None:
        try:
            self.step("cache")
        except VaultError:
            return
        self.cache[name] = data

    def open_cache(self, name: str) -> BinaryIO | None:
        return io.BytesIO(self.cache[name]) if name in self.cache else None

    def _content(self, path: str) -> bytes:
        if path == JOURNAL:
            data = self.journal
        elif path == ATTEMPTS:
            data = self.attempts or None
        elif path.startswith(f"{CACHE}/"):
            data = self.cache.get(path.removeprefix(f"{CACHE}/"))
        else:
            data = self.published.get(path)
        if data is None:
            raise FileNotFoundError(path)
        return data


def _ours(staged: Iterable[StagedFile]) -> Iterator[MemoryStagedFile]:
    for file in staged:
        if not isinstance(file, MemoryStagedFile):
            raise TypeError(type(file))
        yield file

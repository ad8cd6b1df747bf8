"""Transactions that break off at every single system call, with hard links and without."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ipvault.errors import StorageFailed, VaultError
from ipvault.storage import sync
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL, Store
from tests.support.faults import Killed, SystemCalls

OLD = "objects/aa/old"
NEW = ["objects/aa/new", "objects/bb/new", "rooms/r/0"]
MANY = [f"objects/{number:02x}/new" for number in range(12)]


def _add(store: Store, paths: list[str], at: int) -> None:
    with store.lock(lambda: None):
        staged = [store.stage(path) for path in paths]
        try:
            for file in staged:
                file.write(file.path.encode())
            store.publish(staged)
        except BaseException:
            store.discard(staged)
            raise
        store.append_journal("".join(f"{path}\n" for path in paths).encode(), at)
        store.settle(staged)


def _without_links(monkeypatch: pytest.MonkeyPatch, code: int = errno.EPERM) -> None:
    def refused(*_args: object, **_options: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refused)


def _with_links(_monkeypatch: pytest.MonkeyPatch) -> None:
    return


def _vault(root: Path) -> DirectoryStore:
    with DirectoryStore.create(root) as store:
        _add(store, [OLD], 0)
    return store


def _check_after_sweep(root: Path, added: list[str]) -> bool:
    """The files are those that the journal names: the old, or the old and all of the new. Whether the new are there."""
    store = DirectoryStore(root)
    with store.lock(lambda: None):
        named = store.read(JOURNAL, 10_000).decode().splitlines()
        assert named in ([OLD], [OLD, *added])
        store.sweep(named.__contains__)
        assert os.listdir(root / "tmp") == []
    assert sorted([*store.files("objects"), *store.files("rooms")]) == sorted(named)
    for path in named:
        assert store.read(path, 100) == path.encode()
    return len(named) > 1


def _every_call(
    tmp_path: Path, prepare: Callable[[pytest.MonkeyPatch], None], added: list[str]
) -> Iterator[tuple[Path, SystemCalls]]:
    """A vault and its system calls, to be failed at each of those that adding makes, in turn."""
    number, total = 0, 1
    while number < total:
        number += 1
        root = tmp_path / str(number)
        store = _vault(root)
        with pytest.MonkeyPatch.context() as monkeypatch:
            prepare(monkeypatch)
            calls = SystemCalls(monkeypatch)
            if number == 1:
                _add(store, added, len(OLD) + 1)
                total = calls.count
                assert total > 4 * len(added)
                root = tmp_path / "again"
                store = _vault(root)
                calls.count = 0
            calls.fail_at = number
            yield root, calls
            calls.fail_at = 0


@pytest.mark.parametrize("prepare", [_with_links, _without_links])
@pytest.mark.parametrize("added", [NEW, MANY], ids=["few", "many"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_call(
    tmp_path: Path, prepare: Callable[[pytest.MonkeyPatch], None], added: list[str], after: bool
) -> None:
    """A transaction that is killed before or after any system call leaves, once swept, the old state or the new."""
    outcomes = set()
    for root, calls in _every_call(tmp_path, prepare, added):
        calls.after = after
        with suppress(Killed):
            _add(DirectoryStore(root), added, len(OLD) + 1)
        calls.fail_at = 0
        outcomes.add(_check_after_sweep(root, added))
    assert outcomes == {False, True}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_removal_killed_at_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    """Condemned files go with the commit that takes them out, however it is interrupted, and never before it."""
    length = len("".join(f"{path}\n" for path in [OLD, *NEW]))
    calls = SystemCalls(monkeypatch)
    calls.after = after
    outcomes = set()
    for number in itertools.count(1):
        root = tmp_path / str(number)
        store = _vault(root)
        _add(store, NEW, len(OLD) + 1)
        calls.count, calls.fail_at = 0, number
        with suppress(Killed), store.lock(lambda: None):
            store.condemn(NEW)
            store.append_journal(b"removed\n", length)
            store.remove(NEW)
        calls.fail_at = 0
        if calls.count < number:
            break
        gone = store.read(JOURNAL, 1000).endswith(b"removed\n")
        outcomes.add(gone)
        named = [OLD] if gone else [OLD, *NEW]
        store.sweep(named.__contains__)
        assert os.listdir(root / "tmp") == []
        assert sorted([*store.files("objects"), *store.files("rooms")]) == sorted(named)
    assert outcomes == {False, True}


@pytest.mark.parametrize("prepare", [_with_links, _without_links])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_errors_at_every_call(tmp_path: Path, prepare: Callable[[pytest.MonkeyPatch], None], code: int) -> None:
    """A transaction of which any system call fails either succeeds or has not happened."""
    for root, calls in _every_call(tmp_path, prepare, NEW):
        calls.error = code
        try:
            _add(DirectoryStore(root), NEW, len(OLD) + 1)
            succeeded = True
        except VaultError:
            succeeded = False
        assert _check_after_sweep(root, NEW) == succeeded


@pytest.mark.parametrize(
    "code", [errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV]
)
def test_filesystems_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A USB stick that knows no hard links, whatever it says to them, takes files all the same."""
    store = _vault(tmp_path / "vault")
    _without_links(monkeypatch, code)
    _add(store, NEW, len(OLD) + 1)
    assert os.listdir(tmp_path / "vault" / "tmp") == []
    assert _check_after_sweep(tmp_path / "vault", NEW)


def test_without_hard_links_nothing_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fallback refuses an existing file as a link does, and takes back only its own."""
    store = _vault(tmp_path / "vault")
    _without_links(monkeypatch)
    with pytest.raises(StorageFailed):
        _add(store, ["objects/aa/a", OLD, "objects/cc/c"], len(OLD) + 1)
    assert os.listdir(tmp_path / "vault" / "tmp") == []
    assert list(store.files("objects")) == [OLD]
    assert store.read(OLD, 100) == OLD.encode()


def test_links_that_run_out_midway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If only some files can be linked, the rest are renamed, and a sweep knows them all."""
    store = _vault(tmp_path / "vault")
    real, calls = os.link, []

    def link(source: str, target: str, **options: Any) -> None:
        calls.append(source)
        if len(calls) > 1:
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))
        real(source, target, **options)

    monkeypatch.setattr(os, "link", link)
    store.publish([store.stage(path) for path in NEW])
    assert set(store.files("")) >= set(NEW)
    assert store.sweep(lambda _path: False) == len(NEW)
    assert not set(store.files("")) & set(NEW)


def test_filesystems_without_modes_or_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filesystem that refuses to set modes and times is good enough."""

    def refused(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "fchmod", refused)
    monkeypatch.setattr(os, "utime", refused)
    store = _vault(tmp_path / "vault")
    store.replace_journal([f"{OLD}\n".encode()])
    assert not _check_after_sweep(tmp_path / "vault", NEW)


def test_a_bulk_change_syncs_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files are published, the number of syncs stays the same; without syncfs, each file is synced."""
    store = _vault(tmp_path / "vault")
    syncs: list[int] = []

    def counted(descriptor: int) -> int:
        syncs.append(descriptor)
        return 0

    monkeypatch.setattr(os, "fsync", counted)
    monkeypatch.setattr(sync, "_syncfs", lambda: counted)
    store.publish([store.stage(path) for path in MANY])
    assert len(syncs) == 2, "the data, then the folders"
    store.sweep(lambda _path: False)
    syncs.clear()
    monkeypatch.setattr(sync, "_syncfs", lambda: None)
    store.publish([store.stage(path) for path in MANY])
    assert len(syncs) == 2 * len(MANY), "and the folders are there already"


def test_errors_of_a_bulk_sync_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the filesystem could not be written out, nothing is published."""
    store = _vault(tmp_path / "vault")
    monkeypatch.setattr(sync, "_syncfs", lambda: lambda _descriptor: errno.EIO)
    with pytest.raises(StorageFailed):
        _add(store, MANY, len(OLD) + 1)
    assert list(store.files("objects")) == [OLD]

"""The fake store breaks where it is told to, and behaves as a killed process would leave a disk."""

from __future__ import annotations

import pytest

from ipvault.errors import StorageFailed
from tests.support.memory_store import Crash, MemoryStore

PATHS = ["objects/aa/1", "objects/aa/2"]


def _transaction(store: MemoryStore) -> None:
    with store.lock(lambda: None):
        staged = [store.stage(path) for path in PATHS]
        try:
            for file in staged:
                file.write(b"x")
            store.publish(staged)
        except BaseException:
            store.discard(staged)
            raise
        store.append_journal(b"record\n", 0)
        store.settle(staged)


def _steps() -> int:
    store = MemoryStore()
    _transaction(store)
    return len(store.steps)


@pytest.mark.parametrize("number", range(1, _steps() + 1))
def test_a_crash_at_any_step_can_be_swept(number: int) -> None:
    """After a crash and a sweep, files and journal are as before or as after."""
    store = MemoryStore()
    store.fail_at = number
    with pytest.raises(Crash):
        _transaction(store)
    with pytest.raises(Crash):
        store.step("anything")
    store.restart()
    committed = store.journal == b"record\n"
    with store.lock(lambda: None):
        store.sweep(lambda _path: committed)
    assert sorted(store.published) == (PATHS if committed else [])
    assert store.tmp == {}


@pytest.mark.parametrize("number", range(1, _steps() + 1))
def test_an_error_at_any_step_leaves_the_old_or_the_new(number: int) -> None:
    """An error of the disk, unlike a crash, leaves no torn journal, and is silent after the commit."""
    store = MemoryStore()
    store.fail_at = number
    store.failure = lambda: StorageFailed(path="x", reason="No space left on device")
    try:
        _transaction(store)
    except StorageFailed:
        assert not store.journal
    else:
        assert store.journal == b"record\n"
    store.sweep(lambda _path: store.journal == b"record\n")
    assert sorted(store.published) == (PATHS if store.journal else [])


def test_a_crash_can_tear_a_commit() -> None:
    """A commit is broken off before, in and after its bytes."""
    torn = set()
    for number in range(1, 4):
        store = MemoryStore()
        store.fail_at = number
        with pytest.raises(Crash):
            store.append_journal(b"record\n", 0)
        torn.add(store.journal)
    assert torn == {b"", b"rec", b"record\n"}

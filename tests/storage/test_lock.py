"""Several processes and one lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ipvault.errors import VaultBusy
from ipvault.storage.directory import DirectoryStore

REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.no_cover

HOLD = """
with store.lock(lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""

COUNT = """
counter = pathlib.Path(store.place, "counter")
for _ in range(100):
    with store.lock(lambda: None):
        counter.write_text(str(int(counter.read_text()) + 1))
"""

NOTE = """
for number in range(100):
    store.append_attempt(f"{sys.argv[2]}-{number}\\n".encode())
"""


@contextmanager
def _another(script: str, store: DirectoryStore, *args: str) -> Iterator[subprocess.Popen[str]]:
    """Another process with the same vault open as `store`."""
    code = f"""
import pathlib, sys
from ipvault.storage.directory import DirectoryStore
store = DirectoryStore(pathlib.Path(sys.argv[1]))
{script}
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, store.place, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _holder(store: DirectoryStore) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock, until its input ends."""
    with _another(HOLD, store) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


def test_waiting_is_told_once_and_ends(directory: DirectoryStore) -> None:
    """Who has to wait hears of it once, and gets the lock when the other is done."""
    told: list[None] = []
    with _holder(directory) as holder:

        def waiting() -> None:
            told.append(None)
            assert holder.stdin
            holder.stdin.close()

        with directory.lock(waiting):
            assert holder.wait() == 0
    assert len(told) == 1


def test_waiting_has_a_limit(directory: DirectoryStore) -> None:
    """After its patience has run out, the second writer says that the vault is busy."""
    impatient = DirectoryStore(Path(directory.place), patience=0.1)
    with _holder(directory):
        with pytest.raises(VaultBusy), impatient.lock(lambda: None):
            pass
        with impatient.try_lock() as had:
            assert not had


def test_the_lock_of_a_killed_process_is_free(directory: DirectoryStore) -> None:
    """SIGKILL gives no process the time to unlock; the kernel does."""
    with _holder(directory) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with directory.try_lock() as had:
            assert had


def test_a_lock_file_that_lies_around_means_nothing(directory: DirectoryStore) -> None:
    """A file called lock, left by whomever, does not lock."""
    Path(directory.place, "lock").write_text("4711")
    with directory.try_lock() as had:
        assert had


def test_only_one_at_a_time(directory: DirectoryStore) -> None:
    """Processes that add to one number under the lock never lose an addition."""
    counter = Path(directory.place, "counter")
    counter.write_text("0")
    with _another(COUNT, directory) as one, _another(COUNT, directory) as two:
        assert (one.wait(), two.wait()) == (0, 0)
    assert counter.read_text() == "200"


def test_a_replaced_lock_file_is_noticed(directory: DirectoryStore) -> None:
    """Who waited for a lock file that was replaced meanwhile takes the lock of the new one."""
    path = Path(directory.place, "lock")
    with _holder(directory) as holder:

        def replace() -> None:
            path.unlink()
            path.touch()
            assert holder.stdin
            holder.stdin.close()

        with directory.lock(replace), DirectoryStore(Path(directory.place)).try_lock() as had:
            assert not had


def test_a_forked_child_does_not_keep_the_lock(directory: DirectoryStore) -> None:
    """A worker that was forked under the lock and lives on does not hold it."""
    ours, theirs = os.pipe()
    with directory.lock(lambda: None):
        child = os.fork()
        if not child:
            os.close(theirs)
            os.read(ours, 1)
            os._exit(0)
    with directory.try_lock() as had:
        assert had
    os.close(theirs)
    os.waitpid(child, 0)
    os.close(ours)


def test_readers_are_not_blocked(directory: DirectoryStore) -> None:
    """While somebody writes, others read."""
    directory.append_journal(b"record\n", 0)
    with _holder(directory):
        assert directory.read("journal/log", 100) == b"record\n"
        directory.append_attempt(b"attempt\n")
        assert directory.read_attempts() == b"attempt\n"


def test_no_attempt_is_lost_or_doubled(directory: DirectoryStore) -> None:
    """Attempts noted by several processes while a third takes them away all arrive, once and whole."""
    seen: list[bytes] = []

    def take() -> None:
        with directory.lock(lambda: None):
            portion = directory.read_attempts()
            directory.drop_attempts(len(portion))
        seen.extend(portion.splitlines())

    with _another(NOTE, directory, "a") as one, _another(NOTE, directory, "b") as two:
        while one.poll() is None or two.poll() is None:
            take()
            time.sleep(0.001)
        assert (one.returncode, two.returncode) == (0, 0)
    take()
    assert sorted(seen) == sorted(f"{name}-{number}".encode() for name in "ab" for number in range(100))

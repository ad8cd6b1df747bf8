"""Making a vault directory: in a new or an empty place, all of it or nothing."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from ipvault.errors import DirectoryNotEmpty, StorageFailed, VaultError
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL
from tests.support.faults import Killed, SystemCalls

MEMBER = f"members/{'a' * 64}/1.toml"
SLOT = f"rooms/{'b' * 32}/1/{'c' * 16}.slot"
FILES = ["VAULT", MEMBER, SLOT]
OBJECT = "objects/aa/one"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _found(store: DirectoryStore, *more: str) -> None:
    """The first transaction of a vault."""
    with store.lock(lambda: None):
        staged = [store.stage(path) for path in (*FILES, *more)]
        for file in staged:
            file.write(b"content")
        store.publish(staged)
        store.append_journal(b"record\n", 0)
        store.settle(staged)


def test_create_refuses_a_directory_in_use(tmp_path: Path) -> None:
    """A directory with anything in it is refused, and left as it is."""
    (tmp_path / "letter.txt").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(DirectoryNotEmpty), DirectoryStore.create(tmp_path):
        pass
    assert os.listdir(tmp_path) == ["letter.txt"]
    assert _mode(tmp_path) == 0o755


def test_create_refuses_a_vault(directory: DirectoryStore) -> None:
    """A vault that has a record, or content without its journal, is never made anew."""
    _found(directory, OBJECT)
    with pytest.raises(DirectoryNotEmpty), DirectoryStore.create(Path(directory.place)):
        pass
    (Path(directory.place) / "journal" / "log").unlink()
    with pytest.raises(DirectoryNotEmpty), DirectoryStore.create(Path(directory.place)):
        pass
    assert directory.read(OBJECT, 100) == b"content"


def test_create_in_a_place_that_cannot_be(tmp_path: Path) -> None:
    """A file in the way, or a missing folder above, is an error and stays what it is."""
    (tmp_path / "file").write_text("x")
    for name in ("file", "none/vault", "file/vault"):
        with pytest.raises(VaultError), DirectoryStore.create(tmp_path / name):
            pass
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("error", [StorageFailed(path="x", reason="y"), KeyboardInterrupt()])
def test_a_failed_create_leaves_nothing(tmp_path: Path, exists: bool, error: BaseException) -> None:
    """If init fails before its commit, a new directory is gone and an old one is empty again, with its old mode."""
    root = tmp_path / "vault"
    if exists:
        root.mkdir(mode=0o755)

    def fail() -> None:
        with DirectoryStore.create(root) as store:
            with store.lock(lambda: None):
                store.publish([store.stage("VAULT"), store.stage(SLOT), store.stage(MEMBER)])
                store.stage("rooms/r/1")
                store.append_journal(b"", 0)
            raise error

    with pytest.raises(type(error)):
        fail()
    assert os.listdir(tmp_path) == (["vault"] if exists else [])
    if exists:
        assert os.listdir(root) == []
        assert _mode(root) == 0o755


def test_a_create_that_fails_after_its_commit_leaves_the_vault(tmp_path: Path) -> None:
    """Once there is a record, there is a vault, whatever happens afterwards."""

    def fail() -> None:
        with DirectoryStore.create(tmp_path / "vault") as store:
            _found(store, OBJECT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert DirectoryStore(tmp_path / "vault").read(OBJECT, 100) == b"content"


def test_create_again_after_a_killed_one(tmp_path: Path) -> None:
    """What a killed init left does not stand in the way of the next one."""
    with DirectoryStore.create(tmp_path) as killed:
        killed.publish([killed.stage("VAULT"), killed.stage(SLOT)])
        killed.stage(MEMBER)
    with DirectoryStore.create(tmp_path) as store:
        assert list(store.files("")) == ["lock"]
        _found(store, OBJECT)


def test_nothing_of_a_user_is_taken_for_what_a_killed_one_left(tmp_path: Path) -> None:
    """Files that are somebody's stay, even in folders and under names that look like a vault's."""
    names = ("tmp/thesis.txt", "journal/2024-01-01.md", "tmp/journal-2024%2D01%2D01.md", "rooms/plan.odt")
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
        with pytest.raises(DirectoryNotEmpty), DirectoryStore.create(tmp_path):
            pass
    assert [(tmp_path / name).read_text() for name in names] == ["mine"] * len(names)


def test_two_creations_at_once(tmp_path: Path) -> None:
    """While one init is at work in a directory, another keeps out, and takes nothing away."""
    with DirectoryStore.create(tmp_path) as store, store.lock(lambda: None):
        store.publish([store.stage("VAULT")])
        with pytest.raises(DirectoryNotEmpty), DirectoryStore.create(tmp_path):
            pass
        assert store.read("VAULT", 1) == b""
        assert os.listdir(tmp_path / "tmp") == ["VAULT"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    """An init that is killed leaves either a vault or a place where the next init works."""
    calls = SystemCalls(monkeypatch)
    with DirectoryStore.create(tmp_path / "first") as store:
        _found(store)
    total, calls.after = calls.count, after
    outcomes = set()
    for number in range(1, total + 1):
        root = tmp_path / str(number)
        calls.count, calls.fail_at = 0, number
        with suppress(Killed), DirectoryStore.create(root) as store:
            _found(store)
        calls.fail_at = 0
        is_vault = (root / JOURNAL).exists() and (root / JOURNAL).read_bytes() == b"record\n"
        outcomes.add(is_vault)
        if not is_vault:
            with DirectoryStore.create(root) as store:
                _found(store)
        store = DirectoryStore(root)
        with store.lock(lambda: None):
            store.sweep(FILES.__contains__)
        assert list(store.files("")) == sorted(["VAULT", "journal/log", "lock", MEMBER, SLOT])
    assert outcomes == {False, True}

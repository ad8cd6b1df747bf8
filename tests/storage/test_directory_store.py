"""The vault directory on a real filesystem: modes, links, special files, and what other programs leave there."""

from __future__ import annotations

import errno
import gc
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ipvault.errors import Damaged, NoVault, ReadOnly, Replaced, StorageFailed
from ipvault.storage import atomic, living
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import ATTEMPTS_LIMIT, Store
from tests.support.nesting import nested

OBJECT = "objects/aa/one"


def _root(store: DirectoryStore) -> Path:
    return Path(store.place)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _add(store: Store, *paths: str) -> None:
    staged = [store.stage(path) for path in paths]
    for file in staged:
        file.write(b"content")
    store.publish(staged)
    store.settle(staged)


def _cached(store: Store, name: str) -> bytes | None:
    opened = store.open_cache(name)
    if opened is None:
        return None
    with opened:
        return opened.read()


def _everything(store: DirectoryStore) -> None:
    with store.lock(lambda: None):
        _add(store, "VAULT", "members/ab.toml", "rooms/r/0", OBJECT)
        store.append_journal(b"record\n", 0)
        store.append_attempt(b"attempt\n")
        store.write_cache("ab", b"cached")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    """Folders are for their owner only; published files are read-only; whatever the umask."""
    os.umask(umask)
    with DirectoryStore.create(tmp_path / "vault") as store:
        _everything(store)
    store.stage("objects/bb/two")
    store.replace_journal([b"record\n"])
    root = _root(store)
    published = {"VAULT", "members/ab.toml", "rooms/r/0", OBJECT, "tmp/objects-bb-two"}
    for path in (root, *root.rglob("*")):
        name = str(path.relative_to(root))
        expected = 0o700 if path.is_dir() else 0o400 if name in published else 0o600
        assert (name, oct(_mode(path))) == (name, oct(expected))


def test_no_file_tells_when_it_was_added(directory: DirectoryStore) -> None:
    """Published files all have the same modification time."""
    _add(directory, OBJECT, "rooms/r/0")
    times = {(_root(directory) / path).stat().st_mtime for path in (OBJECT, "rooms/r/0")}
    assert times == {946_684_800}


def test_the_mode_of_the_journal_is_kept(directory: DirectoryStore) -> None:
    """Rewriting the journal does not change who may read it."""
    directory.append_journal(b"old\n", 0)
    journal = _root(directory) / "journal" / "log"
    journal.chmod(0o640)
    directory.replace_journal([b"new\n"])
    assert _mode(journal) == 0o640


def test_nothing_is_left_in_tmp(directory: DirectoryStore) -> None:
    """A transaction that went well leaves no other names behind."""
    _everything(directory)
    directory.replace_journal([b"new\n"])
    directory.drop_attempts(100)
    assert os.listdir(_root(directory) / "tmp") == []


def test_a_flood_of_attempts_takes_no_time_and_no_memory(directory: DirectoryStore) -> None:
    """Of a file of attempts that somebody blew up to 1 TiB, a portion is read, and the rest is cut, not copied."""
    directory.append_attempt(b"one\n")
    attempts = _root(directory) / "journal" / "attempts"
    os.truncate(attempts, 1 << 40)
    portion = directory.read_attempts()
    assert portion == b"one\n"
    directory.drop_attempts(len(portion))
    assert attempts.stat().st_size == ATTEMPTS_LIMIT
    os.truncate(attempts, 1 << 40)
    directory.drop_attempts(0)
    assert attempts.stat().st_size == ATTEMPTS_LIMIT


def test_a_replaced_journal_that_is_not_confirmed(
    directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where only the sync of the folder fails, the message says that the new content is in place, here and outside."""

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    directory.append_journal(b"old\n", 0)
    monkeypatch.setattr(living, "flush_folder", fail)
    monkeypatch.setattr(atomic, "flush_folder", fail)
    with pytest.raises(Replaced) as caught:
        directory.replace_journal([b"new\n"])
    assert "unchanged" not in caught.value.advice()
    assert "was rewritten" in str(caught.value)
    assert directory.read("journal/log", 100) == b"new\n"
    with pytest.raises(Replaced):
        atomic.replace_file(tmp_path / "pin", b"new")
    assert (tmp_path / "pin").read_bytes() == b"new"


def test_descriptors_do_not_leak(directory: DirectoryStore) -> None:
    """Every file that is opened is closed again, failures included."""

    def use() -> None:
        store = DirectoryStore(_root(directory))
        _add(store, OBJECT)
        for path in ("objects/zz/none", "journal", "none/none/none"):
            with pytest.raises((FileNotFoundError, Damaged)):
                store.read(path, 5)
        store.discard([store.stage("objects/aa/two")])
        with store.lock(lambda: None), store.try_lock():
            list(store.files(""))
        store.append_attempt(b"x\n")
        store.drop_attempts(2)
        store.remove([OBJECT])

    use()
    gc.collect()
    before = len(os.listdir("/dev/fd"))
    use()
    gc.collect()
    assert len(os.listdir("/dev/fd")) == before


@pytest.mark.parametrize("exists", [True, False])
def test_the_root_may_be_a_link(tmp_path: Path, exists: bool) -> None:
    """A link to the vault is followed once, when the vault is opened or made."""
    real, link = tmp_path / "real", tmp_path / "link"
    if exists:
        real.mkdir()
    link.symlink_to(real)
    with DirectoryStore.create(link) as store:
        _everything(store)
    assert store.place == str(real)
    opened = DirectoryStore(link)
    link.unlink()
    link.symlink_to("/nowhere")
    assert opened.read(OBJECT, 100) == b"content"


def _replace_by_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _replace_by_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


READERS: dict[str, Callable[[DirectoryStore], object]] = {
    OBJECT: lambda store: store.read(OBJECT, 100),
    "rooms/r/0": lambda store: store.open("rooms/r/0").close(),
    "VAULT": lambda store: store.size("VAULT"),
    "journal/log": lambda store: store.open_journal().close(),
    "journal/attempts": lambda store: store.read_attempts(),
}
WRITERS: dict[str, Callable[[DirectoryStore], object]] = {
    "journal/log": lambda store: store.append_journal(b"more\n", 7),
    "journal/attempts": lambda store: store.append_attempt(b"more\n"),
    "lock": lambda store: store.lock(lambda: None).__enter__(),
}


@pytest.mark.parametrize("replace", [_replace_by_link, _replace_by_dangling_link, _replace_by_pipe, _replace_by_folder])
@pytest.mark.parametrize(("path", "use"), [*READERS.items(), *WRITERS.items()])
def test_only_regular_files_are_used(
    directory: DirectoryStore,
    path: str,
    use: Callable[[DirectoryStore], object],
    replace: Callable[[Path], None],
) -> None:
    """A link, a pipe or a folder in place of a file is damage, and nothing is written through it."""
    _everything(directory)
    use(directory)
    replace(_root(directory) / path)
    elsewhere = (_root(directory) / path).with_name("elsewhere")
    before = elsewhere.read_bytes() if elsewhere.exists() else None
    with pytest.raises(Damaged):
        use(directory)
    assert before is None or elsewhere.read_bytes() == before


def test_a_linked_journal_is_not_replaced(directory: DirectoryStore) -> None:
    """A journal that has become a link is neither rewritten nor cut."""
    _everything(directory)
    _replace_by_link(_root(directory) / "journal" / "log")
    with pytest.raises(Damaged):
        directory.cut_journal(0)
    with pytest.raises(Damaged):
        directory.replace_journal([b""])
    assert (_root(directory) / "journal" / "elsewhere").read_bytes() == b"record\n"


@pytest.mark.parametrize("folder", ["objects", "objects/aa", "tmp", "journal"])
def test_linked_folders_are_refused(directory: DirectoryStore, folder: str) -> None:
    """A folder that has become a link is not entered: neither to read, nor to list, write or remove."""
    _everything(directory)
    _replace_by_link(_root(directory) / folder)
    if folder.startswith("objects"):
        with pytest.raises(Damaged):
            directory.read(OBJECT, 100)
        with pytest.raises(Damaged):
            directory.remove([OBJECT])
        with pytest.raises(Damaged):
            _add(directory, "objects/aa/two")
    elif folder == "tmp":
        with pytest.raises(Damaged):
            directory.stage("objects/aa/two")
        with pytest.raises(Damaged):
            directory.sweep(lambda _path: True)
    else:
        with pytest.raises(Damaged):
            directory.append_journal(b"x", 7)
    if folder == "objects/aa":
        assert list(directory.files("objects")) == ["objects/aa", "objects/elsewhere/one"]
    else:
        with pytest.raises(Damaged):
            list(directory.files(folder))


@pytest.mark.parametrize("target", ["/etc/passwd", "nowhere"])
def test_a_link_at_the_destination_is_not_followed(directory: DirectoryStore, target: str) -> None:
    """Publishing where a link lies in wait fails, and taking it back does not remove the link."""
    (_root(directory) / "objects" / "aa").mkdir()
    trap = _root(directory) / OBJECT
    trap.symlink_to(target)
    staged = directory.stage(OBJECT)
    with pytest.raises(StorageFailed):
        directory.publish([staged])
    directory.discard([staged])
    assert trap.is_symlink()


def test_a_staged_file_that_was_exchanged_for_a_link_is_refused(directory: DirectoryStore) -> None:
    """The data that is synced is the data that was written."""
    staged = directory.stage(OBJECT)
    staged.close()
    entry = _root(directory) / "tmp" / "objects-aa-one"
    entry.unlink()
    entry.symlink_to("/etc/passwd")
    with pytest.raises(Damaged):
        directory.publish([staged])


def test_tmp_and_cache_can_be_lost(directory: DirectoryStore) -> None:
    """Both folders can be deleted at any time."""
    for name in ("tmp", "cache"):
        (_root(directory) / name).rmdir()
    assert directory.open_cache("ab") is None
    assert directory.sweep(lambda _path: False) == 0
    directory.publish([])
    directory.write_cache("ab", b"1")
    assert _cached(directory, "ab") == b"1"
    for name in ("tmp", "cache"):
        for path in (_root(directory) / name).iterdir():
            path.unlink()
        (_root(directory) / name).rmdir()
    _everything(directory)
    assert _mode(_root(directory) / "tmp") == 0o700


def test_a_broken_cache_is_no_error(directory: DirectoryStore) -> None:
    """What cannot be cached is not, and what cannot be read is not there."""
    (_root(directory) / "cache" / "ab").mkdir()
    directory.write_cache("ab", b"1")
    assert directory.open_cache("ab") is None
    assert os.listdir(_root(directory) / "tmp") == []
    with pytest.raises(ValueError, match="a/b"):
        directory.write_cache("a/b", b"1")


def test_sweep_leaves_what_is_not_ours(directory: DirectoryStore) -> None:
    """Names in tmp/ that no transaction made, folders, and names that lead to living files or outside, stay."""
    _everything(directory)
    outside = _root(directory).parent / "outside"
    outside.write_text("mine")
    tmp = _root(directory) / "tmp"
    for name in ("..-..-outside", "..-outside", ".hidden", "notes of mine", "journal-log", "lock", "cache-ab", "a%2Fb"):
        (tmp / name).touch()
    (tmp / "objects-aa-one").mkdir()
    before = sorted(os.listdir(tmp))
    assert directory.sweep(lambda _path: False) == 0
    assert sorted(os.listdir(tmp)) == before
    assert outside.read_text() == "mine"
    assert set(directory.files("journal")) == {"journal/log", "journal/attempts"}
    assert directory.read(OBJECT, 100) == b"content"


def test_sweep_clears_what_a_crash_left_of_a_rewrite(directory: DirectoryStore) -> None:
    """Half-written replacements of the journal, the attempts and the cache go."""
    for name in ("journal-log.0011223344556677~", "cache-ab.0011223344556677~"):
        (_root(directory) / "tmp" / name).touch()
    directory.sweep(lambda _path: True)
    assert os.listdir(_root(directory) / "tmp") == []


def test_names_with_hyphens_are_swept_where_they_are(directory: DirectoryStore) -> None:
    """A hyphen in a path is not mistaken for a slash."""
    directory.settle([])
    _add(directory, "rooms/a/b")
    directory.publish([directory.stage("rooms/a-b")])
    assert directory.sweep(lambda _path: False) == 1
    assert list(directory.files("rooms")) == ["rooms/a/b"]


def test_other_peoples_files_are_refused(directory: DirectoryStore) -> None:
    """A store takes only the staged files that it made."""

    class Foreign:
        path = "x"

        def write(self, data: bytes | bytearray | memoryview) -> None:
            raise NotImplementedError

        def close(self) -> None:
            raise NotImplementedError

    with pytest.raises(TypeError):
        directory.publish([Foreign()])


@pytest.mark.parametrize("depth", [1500, 5000])
def test_folders_deeper_than_ours_are_told_and_not_entered(directory: DirectoryStore, depth: int) -> None:
    """Planted nesting, of whichever depth, ends in one name: it neither crashes the listing nor holds it up."""
    _add(directory, OBJECT, "rooms/r/0")
    with nested(_root(directory) / "objects", depth):
        planted = [path for path in directory.files("objects") if path != OBJECT]
        assert directory.read(OBJECT, 100) == b"content"
    assert [set(path.split("/")) for path in planted] == [{"objects", "d"}]
    assert len(planted[0]) < 100


def test_no_directory_is_no_vault(tmp_path: Path) -> None:
    """A missing directory, or a file, is no vault."""
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(NoVault):
            DirectoryStore(tmp_path / name)


def test_a_moved_vault_stays_the_same_one(directory: DirectoryStore) -> None:
    """An open store does not wander to another directory that takes its name."""
    _add(directory, OBJECT)
    root = _root(directory)
    root.rename(root.with_name("moved"))
    root.mkdir()
    assert directory.read(OBJECT, 100) == b"content"


def test_a_read_only_medium(directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing says that the medium is read-only, the lock is not to be had, and reading goes on."""
    _everything(directory)
    real = os.open

    def no_writing(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", no_writing)
    for write in (
        lambda: directory.append_journal(b"x", 7),
        lambda: directory.append_attempt(b"x\n"),
        lambda: directory.stage(OBJECT),
        lambda: directory.lock(lambda: None).__enter__(),
    ):
        with pytest.raises(ReadOnly):
            write()
    with directory.try_lock() as had:
        assert not had
    directory.write_cache("ab", b"new")
    assert _cached(directory, "ab") == b"cached"
    assert directory.read(OBJECT, 100) == b"content"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_what_the_disk_says_is_passed_on(directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Running out of space names the file and the reason, and cuts the journal where it was."""
    directory.append_journal(b"one\n", 0)
    directory.append_attempt(b"one\n")
    staged = directory.stage(OBJECT)
    real = os.write

    def half(descriptor: int, data: bytes) -> int:
        if len(data) < 4:
            raise OSError(code, os.strerror(code))
        return real(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(StorageFailed) as caught:
        directory.append_journal(b"two\n", 4)
    assert caught.value.fields == {"path": f"{directory.place}/journal/log", "reason": os.strerror(code)}
    with pytest.raises(StorageFailed):
        directory.append_attempt(b"two\n")
    with pytest.raises(StorageFailed):
        staged.write(b"two\n")
    assert directory.read("journal/log", 100) == b"one\n"
    assert directory.read_attempts() == b"one\n"


def test_short_writes_are_completed(directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that takes only a part is continued."""
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:3]))
    _everything(directory)
    assert directory.read("journal/log", 100) == b"record\n"
    assert directory.read(OBJECT, 100) == b"content"


def test_an_interrupted_append_is_cut_off(directory: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before the sync is over leaves the journal as it was."""
    directory.append_journal(b"one\n", 0)
    real, calls = os.fsync, []

    def interrupted(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            raise KeyboardInterrupt
        real(descriptor)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        directory.append_journal(b"two\n", 4)
    assert directory.read("journal/log", 100) == b"one\n"
    assert len(calls) == 2, "the cut was synced"


def test_large_files(directory: DirectoryStore) -> None:
    """A file of many mebibytes comes back as it was written."""
    chunk = os.urandom(1 << 20)
    staged = directory.stage(OBJECT)
    for _ in range(20):
        staged.write(chunk)
    directory.publish([staged])
    assert directory.read(OBJECT, 20 << 20) == chunk * 20

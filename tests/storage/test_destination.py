"""Where plaintext goes: complete or not at all, private, and never anywhere else than the user said."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipvault.errors import DestinationExists, DestinationUnsafe, StorageFailed
from ipvault.storage import sync
from ipvault.storage.destination import Destination, write_file
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.outgoing import OutgoingFile
from ipvault.storage.safe_names import unique_paths
from tests.support.faults import Killed, SystemCalls

Write = Callable[[Path, bytes, bool], None]


@pytest.fixture
def vault(directory: DirectoryStore) -> Path:
    """The directory of a vault, in which nothing may be written."""
    return Path(directory.place)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder to write to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture(params=["destination", "file"])
def write(request: pytest.FixtureRequest, vault: Path) -> Write:
    """Both ways to write a file, each as one call: below a destination, and to a place of its own."""

    def below(path: Path, data: bytes, replace: bool) -> None:
        with Destination(path.parent, vault) as destination:
            with destination.file(path.name, replace=replace) as file:
                file.write(data)
            destination.finish()

    def alone(path: Path, data: bytes, replace: bool) -> None:
        with write_file(path, vault, replace=replace) as file:
            file.write(data)

    return below if request.param == "destination" else alone


def _write(destination: Destination, path: str, data: bytes = b"new", *, replace: bool = False) -> None:
    with destination.file(path, replace=replace) as file:
        file.write(data)


def _tree(folder: Path) -> dict[str, bytes | None]:
    """All that is below a folder, with the content of regular files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in folder.rglob("*")
    }


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _obstruct(place: Path, kind: str) -> None:
    if kind == "folder":
        place.mkdir()
    elif kind == "fifo":
        os.mkfifo(place)
    elif kind == "link":
        (place.parent / "target").write_bytes(b"mine")
        place.symlink_to("target")
    elif kind == "dangling link":
        place.symlink_to("missing")
    else:
        place.write_bytes(b"mine")


def test_files_in_folders(out: Path, vault: Path) -> None:
    """Files appear under their paths, with all the blocks written, and nothing else does."""
    with Destination(out, vault) as destination:
        with destination.file("a/b/c.txt", replace=False) as file:
            for block in (b"one", bytearray(b"two"), memoryview(b"three")):
                file.write(block)
        _write(destination, "a/d")
        _write(destination, "e")
        destination.finish()
    assert _tree(out) == {"a": None, "a/b": None, "a/b/c.txt": b"onetwothree", "a/d": b"new", "e": b"new"}


def test_a_file_is_hidden_until_it_is_complete(out: Path, write: Write, vault: Path) -> None:
    """Whoever looks under the name of a file finds all of it or nothing."""
    with Destination(out, vault) as destination, destination.file("a.txt", replace=False) as file:
        file.write(b"first block")
        assert not (out / "a.txt").exists()
    write(out / "b.txt", b"whole", False)
    assert _tree(out) == {"a.txt": b"first block", "b.txt": b"whole"}


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_files_are_private(out: Path, write: Write, umask: int) -> None:
    """A file is for its owner only whatever the umask, even in place of one that was for all."""
    (out / "old").write_bytes(b"old")
    (out / "old").chmod(0o644)
    os.umask(umask)
    write(out / "old", b"new", True)
    write(out / "new", b"new", False)
    assert _mode(out / "old") == _mode(out / "new") == 0o600


def test_folders_are_private(tmp_path: Path, vault: Path) -> None:
    """Folders that are made are for their owner only; one that was there keeps its mode."""
    os.umask(0)
    (tmp_path / "there").mkdir(mode=0o755)
    with Destination(tmp_path / "there" / "a" / "b", vault) as destination:
        _write(destination, "c/d/file")
        destination.finish()
    assert _mode(tmp_path / "there") == 0o755
    for made in ("a", "a/b", "a/b/c", "a/b/c/d"):
        assert _mode(tmp_path / "there" / made) == 0o700


def test_an_existing_file_stays(out: Path, write: Write) -> None:
    """Without `replace` a file in the way is an error that names it, and keeps its content."""
    (out / "file").write_bytes(b"mine")
    with pytest.raises(DestinationExists) as caught:
        write(out / "file", b"new", False)
    assert caught.value.fields["path"] == str(out / "file")
    assert _tree(out) == {"file": b"mine"}


def test_an_existing_file_is_replaced(out: Path, write: Write) -> None:
    """With `replace` a regular file gives way, as a whole; another name of it keeps its old content."""
    (out / "file").write_bytes(b"mine")
    (out / "other").hardlink_to(out / "file")
    write(out / "file", b"new", True)
    assert _tree(out) == {"file": b"new", "other": b"mine"}


def test_what_comes_meanwhile_stays(out: Path, vault: Path) -> None:
    """A file that somebody else puts there while ours is written is not replaced."""
    with (
        pytest.raises(DestinationExists),
        Destination(out, vault) as destination,
        destination.file("file", replace=False),
    ):
        (out / "file").write_bytes(b"mine")
    assert _tree(out) == {"file": b"mine"}


def test_what_comes_at_the_last_moment_stays(out: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is one that comes after the last look, with hard links or without."""
    real = os.link

    def late(*args: Any, **options: Any) -> None:
        (out / "file").write_bytes(b"mine")
        real(*args, **options)

    def late_without_links(*_args: object, **_options: object) -> None:
        (out / "file").write_bytes(b"mine")
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    for link in (late, late_without_links):
        monkeypatch.setattr(os, "link", link)
        with pytest.raises(DestinationExists):
            write(out / "file", b"new", False)
        assert _tree(out) == {"file": b"mine"}
        (out / "file").unlink()


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("kind", ["folder", "fifo", "link", "dangling link"])
def test_only_regular_files_give_way(out: Path, write: Write, kind: str, replace: bool) -> None:
    """A folder, a pipe or a link under the name of the file is refused, and stays as it is."""
    _obstruct(out / "place", kind)
    before = _tree(out)
    with pytest.raises(DestinationUnsafe) as caught:
        write(out / "place", b"new", replace)
    assert caught.value.fields["path"] == str(out / "place")
    assert _tree(out) == before


@pytest.mark.parametrize("kind", ["file", "fifo", "link to a folder", "dangling link"])
def test_only_folders_are_gone_through(tmp_path: Path, out: Path, vault: Path, kind: str) -> None:
    """A file, a pipe or a link where a folder is needed is refused, as destination and below one."""
    if kind == "link to a folder":
        (tmp_path / "outside").mkdir()
        (out / "place").symlink_to(tmp_path / "outside")
    else:
        _obstruct(out / "place", kind)
    before = _tree(tmp_path)
    for spelling in (out / "place", Path(f"{out}/place/"), Path(f"{out}/place/.")):
        with pytest.raises(DestinationUnsafe):
            Destination(spelling, vault)
    with Destination(out, vault) as destination:
        for path in ("place/file", "place/deeper/file"):
            with pytest.raises(DestinationUnsafe):
                _write(destination, path, replace=True)
    assert _tree(tmp_path) == before


def test_links_that_the_user_typed(tmp_path: Path, out: Path, vault: Path) -> None:
    """Links among the folders above a destination or a file are the user's own, and are followed."""
    (tmp_path / "link").symlink_to(out)
    with Destination(tmp_path / "link" / "new" / "folder", vault) as destination:
        _write(destination, "a")
    with write_file(tmp_path / "link" / "b", vault, replace=False) as file:
        file.write(b"new")
    assert _tree(out) == {"new": None, "new/folder": None, "new/folder/a": b"new", "b": b"new"}


@pytest.mark.parametrize("path", ["../x", "/x", "a/../x", "a//x", "", ".", "x/", "a\\b", "NUL", "a\0b"])
def test_only_safe_paths(out: Path, vault: Path, path: str) -> None:
    """A path that `unique_paths` would not give is a mistake of the caller, and nothing is written."""
    with (
        Destination(out, vault) as destination,
        pytest.raises(ValueError, match=r"^"),
        destination.file(path, replace=True),
    ):
        pass
    assert os.listdir(out) == []


def test_hostile_names_stay_inside(tmp_path: Path, out: Path, vault: Path) -> None:
    """Whatever items are called, their files are below the destination, and as many as the items."""
    names = [
        "../x",
        "/abs",
        "C:\\x",
        "\\\\srv\\x",
        "a\0b",
        "CON",
        "x:ads",
        "dot.",
        "é" * 300,
        "é",
        "e\u0301",
        "É",
        "é/é",
    ]
    before = {*_tree(tmp_path)}
    with Destination(out, vault) as destination:
        for path in unique_paths(names):
            _write(destination, path)
        destination.finish()
    found = {*_tree(tmp_path)} - before
    assert all(path.startswith("out/") for path in found)
    assert sum((tmp_path / path).is_file() for path in found) == len(names)


def test_very_long_paths(out: Path, vault: Path) -> None:
    """A path that is longer than the system takes in one piece can be written, made durable, and refused again."""
    path = "/".join(["x" * 250] * 20)
    with Destination(out, vault) as destination:
        _write(destination, path)
        destination.finish()
        with pytest.raises(DestinationExists):
            _write(destination, path)
    assert [len(files) for *_rest, files, _here in os.fwalk(out)] == [0] * 19 + [1]


def test_two_items_never_share_a_file(out: Path, vault: Path) -> None:
    """Even with `replace`, no file that was written is replaced by another of the same export."""
    (out / "file").write_bytes(b"mine")
    with Destination(out, vault) as destination:
        _write(destination, "file", b"first", replace=True)
        with pytest.raises(DestinationExists):
            _write(destination, "file", b"second", replace=True)
    assert _tree(out) == {"file": b"first"}


@pytest.mark.parametrize("below", [".", "objects", "objects/new", "new/er", "objects/../objects", "../new/../vault/x"])
def test_a_destination_inside_the_vault(tmp_path: Path, vault: Path, below: str) -> None:
    """Plaintext is never written into the vault directory, whatever way leads there, nor are folders made in it."""
    (tmp_path / "alias").symlink_to(tmp_path)
    before = _tree(tmp_path)
    for place in (vault / below, tmp_path / "alias" / "vault" / below):
        with pytest.raises(DestinationUnsafe):
            Destination(place, vault)
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("below", ["x", "journal/x", "journal/log"])
def test_a_destination_inside_a_vault_that_nobody_named(tmp_path: Path, vault: Path, below: str) -> None:
    """A card, or a sheet with a share, does not land in a vault's directory or on one of its files either."""
    (vault / "VAULT").touch()
    (vault / "journal" / "log").touch()
    before = _tree(tmp_path)
    with pytest.raises(DestinationUnsafe), write_file(vault / below, None, replace=True):
        pass
    with pytest.raises(DestinationUnsafe):
        Destination(vault / below, None)
    with Destination(tmp_path, None) as destination, pytest.raises(DestinationUnsafe):
        _write(destination, f"vault/{below}", replace=True)
    assert _tree(tmp_path) == before
    (vault / "VAULT").unlink()
    with write_file(vault / below, None, replace=True):
        pass
    assert _tree(tmp_path) != before


def test_a_destination_around_the_vault(tmp_path: Path, vault: Path) -> None:
    """In the folder that a vault is in, an item cannot be named into the vault; one beside it can be written."""
    before = _tree(vault)
    with Destination(tmp_path, vault) as destination:
        for path in ("vault/objects/aa/x", "vault/x"):
            with pytest.raises(DestinationUnsafe):
                _write(destination, path, replace=True)
        _write(destination, "vault2/x")
    assert _tree(vault) == before
    assert (tmp_path / "vault2" / "x").read_bytes() == b"new"


def test_a_file_of_the_vault(
    tmp_path: Path, vault: Path, directory: DirectoryStore, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vault's own files cannot be written over: not by name, not by a way round, not by another name of theirs."""
    directory.append_journal(b"record\n", 0)
    monkeypatch.chdir(vault)
    for place in (vault / "journal" / "log", Path("journal/log"), Path("./journal/../journal/log"), Path("plain.txt")):
        with pytest.raises(DestinationUnsafe):
            write(place, b"new", True)
    (tmp_path / "alias").hardlink_to(vault / "journal" / "log")
    write(tmp_path / "alias", b"new", True)
    assert (vault / "journal" / "log").read_bytes() == b"record\n"
    assert not (vault / "plain.txt").exists()


def _fail(file: OutgoingFile, error: BaseException) -> None:
    file.write(b"secret")
    raise error


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("error", [StorageFailed(path="x", reason="y"), OSError(errno.EIO, "x"), KeyboardInterrupt()])
def test_a_block_that_fails(tmp_path: Path, out: Path, vault: Path, replace: bool, error: BaseException) -> None:
    """If decryption fails or is interrupted, the error comes out as it is, nothing is left, and nothing is lost."""

    def fail(place: Path, path: str) -> None:
        with Destination(place, vault) as destination, destination.file(path, replace=replace) as file:
            _fail(file, error)

    (out / "old").write_bytes(b"old")
    (out / "there").mkdir()
    before = _tree(tmp_path)
    for path in ("old", "new", "there/new", "a/b/new", "there/a/new"):
        if path == "old" and not replace:
            continue
        for place in (out, tmp_path / "x" / "y"):
            with pytest.raises(type(error)) as caught:
                fail(place, path)
            assert caught.value is error
    with pytest.raises(type(error)), write_file(out / "new", vault, replace=replace) as file:
        _fail(file, error)
    assert _tree(tmp_path) == before


def test_one_failure_of_many(tmp_path: Path, vault: Path) -> None:
    """A file that fails takes none of the finished ones with it."""

    def export() -> None:
        with Destination(tmp_path / "out", vault) as destination:
            _write(destination, "a/one")
            with destination.file("a/b/two", replace=False) as file:
                _fail(file, KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        export()
    assert _tree(tmp_path / "out") == {"a": None, "a/one": b"new"}


def test_a_place_that_cannot_be(out: Path, vault: Path) -> None:
    """What the system refuses is an error about the place; folders made on the way there are gone again."""
    (out / "dangling").symlink_to("missing")
    for path in (out / "a" / ("x" * 300), out / "dangling" / "b"):
        with pytest.raises(StorageFailed) as caught:
            Destination(path, vault)
        assert caught.value.fields["path"] == str(path)
    with Destination(out, vault) as destination, pytest.raises(DestinationUnsafe):
        _write(destination, "dangling/x")
    for path in (out / "missing" / "file", out / ("x" * 300)):
        with pytest.raises(StorageFailed), write_file(path, vault, replace=False):
            pass
    for path in (Path("/"), Path("."), Path("..")):
        with pytest.raises(DestinationUnsafe), write_file(path, vault, replace=True):
            pass
    assert os.listdir(out) == ["dangling"]


def _without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)


def test_file_systems_without_hard_links(out: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A USB stick that knows no hard links takes files all the same, and none there is replaced unasked."""
    _without_links(monkeypatch)
    write(out / "file", b"one", False)
    with pytest.raises(DestinationExists):
        write(out / "file", b"two", False)
    write(out / "file", b"three", True)
    assert _tree(out) == {"file": b"three"}


@pytest.mark.parametrize("prepare", [lambda _monkeypatch: None, _without_links], ids=["links", "no links"])
@pytest.mark.parametrize("error", [None, errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("path", ["old", "new", "a/b/new"])
def test_failing_at_every_call(
    tmp_path: Path,
    vault: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[pytest.MonkeyPatch], None],
    error: int | None,
    path: str,
) -> None:
    """Whichever call fails, all is as it was; if the program is killed there, no file is partly new under its name."""
    prepare(monkeypatch)
    calls = SystemCalls(monkeypatch)
    calls.error = error
    number = 0
    while calls.count >= number:
        number += 1
        out = tmp_path / str(number)
        out.mkdir()
        (out / "old").write_bytes(b"old")
        before = _tree(out)
        outcome = None
        with Destination(out, vault) as destination:
            calls.count, calls.fail_at = 0, number
            try:
                _write(destination, path, replace=True)
            except (StorageFailed, Killed) as failed:
                outcome = failed
            calls.fail_at = 0
        after = _tree(out)
        if outcome is None:
            assert after.pop(path) == b"new"
        elif error:
            assert after == before
        else:
            unfinished = {b""} if prepare is _without_links else set[bytes]()
            assert after.get(path) in {before.get(path), b"new", *unfinished}
    assert number > 5


def test_a_bulk_export_syncs_once(out: Path, vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files, they are synced together at the end; few are synced one by one, each with its folder."""
    syncs: list[int] = []

    def counted(descriptor: int) -> int:
        syncs.append(os.fstat(descriptor).st_ino)
        return 0

    monkeypatch.setattr(os, "fsync", counted)
    monkeypatch.setattr(sync, "_syncfs", lambda: counted)
    with Destination(out / "many", vault) as destination:
        for number in range(20):
            _write(destination, f"{number}/file")
        assert not syncs
        destination.finish()
    assert len(syncs) == 3, "the data, the folders, and the folder that has a new destination in it"
    syncs.clear()
    with Destination(out / "many", vault) as destination:
        _write(destination, "few/file")
        destination.finish()
    folder = out / "many" / "few"
    assert sorted(syncs) == sorted(path.stat().st_ino for path in (folder / "file", folder, out / "many"))


def test_replacing_syncs_first(out: Path, vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An existing file only gives way to content that a power cut cannot take back."""
    (out / "file").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", _refuse_to_sync)
    with Destination(out, vault) as destination, pytest.raises(StorageFailed):
        _write(destination, "file", replace=True)
    assert _tree(out) == {"file": b"old"}


def test_a_failed_sync_is_an_error(out: Path, vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the files could not be made durable, the export says so."""
    monkeypatch.setattr(os, "fsync", _refuse_to_sync)
    with Destination(out, vault) as destination:
        _write(destination, "file")
        with pytest.raises(StorageFailed):
            destination.finish()
    with pytest.raises(StorageFailed), write_file(out / "other", vault, replace=False):
        pass


def _refuse_to_sync(_descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))

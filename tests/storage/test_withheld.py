"""Files that are written one by one and appear together, when all of them are known to be good."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ipvault.errors import DestinationExists, DestinationUnsafe
from ipvault.storage.destination import Destination

FILES = {"a/b.txt": b"one", "a/c.txt": b"two", "d": b"three"}


def _write(destination: Destination, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        with destination.withheld(path) as file:
            file.write(content)


def _written(folder: Path, files: dict[str, bytes], *, replace: bool = False) -> None:
    with Destination(folder, None) as destination:
        _write(destination, files)
        destination.reveal(replace=replace)
        destination.finish()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_appear_together(tmp_path: Path) -> None:
    """Before they are revealed nothing has its name, and no folder is there; afterwards all have."""
    with Destination(tmp_path / "out", None) as destination:
        _write(destination, FILES)
        assert not any((tmp_path / "out" / path).exists() for path in ("a", *FILES))
        destination.reveal(replace=False)
        destination.finish()
    assert _files(tmp_path / "out") == FILES
    assert all(stat.S_IMODE((tmp_path / "out" / path).stat().st_mode) == 0o600 for path in FILES)


def test_nothing_stays_of_files_that_are_not_revealed(tmp_path: Path) -> None:
    """Whether the block fails, as for a path that leads out, or just ends: no file, hidden or not, is left."""
    with pytest.raises(ValueError, match="out"):
        _written(tmp_path / "out", FILES | {"../out": b""})
    assert list(tmp_path.iterdir()) == []
    with Destination(tmp_path, None) as destination:
        _write(destination, FILES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
@pytest.mark.parametrize("replace", [False, True])
def test_what_is_in_the_way_stays(tmp_path: Path, kind: str, replace: bool) -> None:
    """If the last file cannot have its name, none of them appears; what was there is intact."""
    place = tmp_path / "d"
    if kind == "file":
        place.write_bytes(b"mine")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("elsewhere")
    before = [os.readlink(path) if path.is_symlink() else path for path in tmp_path.iterdir()]
    try:
        _written(tmp_path, FILES, replace=replace)
    except (DestinationExists, DestinationUnsafe):
        assert not (kind == "file" and replace)
        assert [os.readlink(path) if path.is_symlink() else path for path in tmp_path.iterdir()] == before
        assert kind != "file" or place.read_bytes() == b"mine"
    else:
        assert kind == "file"
        assert replace
        assert _files(tmp_path) == FILES


def test_files_written_together_do_not_replace_each_other(tmp_path: Path) -> None:
    """Two names that the disk takes for one are a conflict even if files may be replaced."""
    with Destination(tmp_path, None) as destination:
        _write(destination, {"a/y": b"one"})
        destination.reveal(replace=True)
        _write(destination, {"a/y": b"two"})
        with pytest.raises(DestinationExists):
            destination.reveal(replace=True)
    assert (tmp_path / "a" / "y").read_bytes() == b"one"


def test_many_files_need_few_descriptors(tmp_path: Path) -> None:
    """More files can be withheld than a process may have open."""
    names = [f"{number % 7}/{number}" for number in range(1500)]
    with Destination(tmp_path, None) as destination:
        _write(destination, dict.fromkeys(names, b"x"))
        assert len(os.listdir("/dev/fd")) < 100
        destination.reveal(replace=False)
        destination.finish()
    assert set(_files(tmp_path)) == set(names)

"""Small files outside the vault: the whole old content or the whole new one, and nobody else's."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from ipvault.errors import StorageFailed
from ipvault.storage.atomic import replace_file
from tests.support.faults import Killed, SystemCalls


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_replace_file(tmp_path: Path, umask: int) -> None:
    """The file has the new content, what was made is private whatever the umask, and no other file is left."""
    os.umask(umask)
    path = tmp_path / "state" / "pins" / "pin.json"
    for content in (b"old", b"new"):
        replace_file(path, content)
        assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == ["pin.json"]


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """What a link at the place of the file points to is not written."""
    target, path = tmp_path / "target", tmp_path / "pin"
    target.write_text("mine")
    path.symlink_to(target)
    replace_file(path, b"new")
    assert target.read_text() == "mine"
    assert not path.is_symlink()


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """A folder in the way is named in the error and stays; no scratch file does."""
    (tmp_path / "pin").mkdir()
    with pytest.raises(StorageFailed) as caught:
        replace_file(tmp_path / "pin", b"new")
    assert caught.value.fields["path"] == str(tmp_path / "pin")
    with pytest.raises(StorageFailed):
        replace_file(tmp_path / "pin" / "x" / ("y" * 300), b"new")
    assert os.listdir(tmp_path) == ["pin"]


@pytest.mark.parametrize("error", [None, errno.EIO, errno.ENOSPC])
def test_failing_at_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int | None) -> None:
    """Wherever it breaks off, the file is the old one or the new one; an error leaves no scratch file."""
    path = tmp_path / "pin"
    calls = SystemCalls(monkeypatch)
    replace_file(path, b"old")
    total = calls.count
    calls.error = error
    for number in range(1, total + 1):
        replace_file(path, b"old")
        calls.count, calls.fail_at = 0, number
        outcome = None
        try:
            replace_file(path, b"new")
        except (StorageFailed, Killed) as failed:
            outcome = failed
        calls.fail_at = 0
        assert path.read_bytes() in ((b"old", b"new") if outcome else (b"new",))
        assert not error or os.listdir(tmp_path) == ["pin"]
        assert error or outcome

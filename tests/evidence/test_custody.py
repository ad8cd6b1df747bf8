"""The hash by which a folder is known in its chain of custody."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ipvault.errors import StorageFailed
from ipvault.evidence.custody import sha256_of_thing


def test_a_folder_is_known_by_its_files(tmp_path: Path) -> None:
    """The hash is that of a list that anybody can make with other programs."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b" / "c").write_bytes(b"2")
    one, two = (hashlib.sha256(data).hexdigest() for data in (b"1", b"2"))
    assert sha256_of_thing(tmp_path) == hashlib.sha256(f"{one}  a\n{two}  b/c\n".encode()).hexdigest()


def test_two_folders_never_have_one_hash(tmp_path: Path) -> None:
    """A name with a line feed could pass for two files, so it is refused, and the message says what to do."""
    digest = hashlib.sha256(b"x").hexdigest()
    for name in ("a", "b"):
        (tmp_path / "two" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "two" / name).write_bytes(b"x")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / f"a\n{digest}  b").write_bytes(b"x")
    assert sha256_of_thing(tmp_path / "two")
    with pytest.raises(StorageFailed, match="line feed"):
        sha256_of_thing(tmp_path / "one")

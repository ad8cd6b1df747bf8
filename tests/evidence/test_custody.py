"""The hash by which a folder is known in its chain of custody."""

from __future__ import annotations

import hashlib
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from ipvault.errors import NoSuchHandOver, StorageFailed
from ipvault.evidence.custody import begin, correct, sha256_of_thing, transfer
from tests.support.memory_vault import MemoryVault


def test_a_folder_is_known_by_its_files(tmp_path: Path) -> None:
    """The hash is that of a list that anybody can make with other programs."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b" / "c").write_bytes(b"2")
    one, two = (hashlib.sha256(data).hexdigest() for data in (b"1", b"2"))
    assert sha256_of_thing(tmp_path) == hashlib.sha256(f"{one}  a\n{two}  b/c\n".encode()).hexdigest()


def test_the_line_for_the_shell(tmp_path: Path) -> None:
    """The documented line gives the same hash, whatever the names of the files are."""
    for name in ("b/c", "a", "a b/ü", "a-b", "-x", "back\\slash", "Z", "b.txt"):
        path = tmp_path / "evidence" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    document = files("ipvault").joinpath("docs/format.md").read_text(encoding="utf-8")
    found = re.search("In a shell: `([^`]+)`", document)
    assert found
    line = re.sub(r"\n +", " ", found[1]).replace("FOLDER", str(tmp_path / "evidence"))
    run = subprocess.run(("sh", "-c", line), capture_output=True, text=True, check=True)
    assert run.stdout.split()[0] == sha256_of_thing(tmp_path / "evidence")


def test_a_slip_is_corrected() -> None:
    """What a correction says counts in place of the wrong record, which stays; the last correction counts."""
    vault = MemoryVault.create().open()
    one, other = "1" * 64, "2" * 64
    begun, _head = begin(vault, title="disk", sha256=one, holder="Ada", reason="")
    moved, _head = transfer(vault, begun.id, receiver="Bbo", before=one, after=other, reason="")
    assert moved.breaks
    seq = moved.steps[-1].seq
    fixed, _head = correct(vault, begun.id, seq, receiver="Bob", before=None, after=None, reason="misspelt")
    assert (fixed.holder, fixed.sha256, len(fixed.steps)) == ("Bob", other, 3)
    fixed, _head = correct(vault, begun.id, seq, receiver=None, before=None, after=one, reason="the wrong file")
    assert (fixed.holder, fixed.sha256, fixed.breaks, len(fixed.steps)) == ("Bob", one, [], 4)
    assert [step.giver for step in fixed.steps] == ["", "Ada", "Ada", "Ada"]
    begun, _head = correct(vault, begun.id, seq - 1, receiver=None, before=None, after=other, reason="another disk")
    assert begun.valid[0].sha256_before == begun.valid[0].sha256_after == other
    with pytest.raises(NoSuchHandOver):
        correct(vault, begun.id, fixed.steps[-1].seq, receiver="Eve", before=None, after=None, reason="")


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

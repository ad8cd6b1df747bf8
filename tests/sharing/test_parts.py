"""Packages in parts, as files and from pipes: put together in any order, and a missing or damaged part is named."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from ipvault.errors import FormatTooNew, PackageDamaged, PartMissing, SourceNotFound, UsageError
from ipvault.sharing.armor import ArmorWriter
from ipvault.sharing.incoming import find_package, spooled
from ipvault.sharing.parts import MAX_PARTS, OVERHEAD, PartsWriter
from tests.sharing.made_packages import header_of, sealed, unpacked

PACKAGE = sealed({"a": b"content" * 3000})
PIECE = 9000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the parts of a package."""
    return cut(tmp_path / "parts")


def cut(folder: Path, package: bytes = PACKAGE, piece: int = PIECE) -> Path:
    folder.mkdir()
    with PartsWriter(
        header_of(package).id, len(package), piece, lambda number: (folder / str(number)).open("wb")
    ) as out:
        for start in range(0, len(package), 1000):
            out.write(package[start : start + 1000])
        out.finish()
    assert len(list(folder.iterdir())) == out.total
    return folder


def read(paths: Sequence[str | Path], stdin: bytes = b"") -> bytes:
    incoming = find_package([str(path) for path in paths], io.BytesIO(stdin))
    with incoming.open() as file:
        found = b"".join(iter(lambda: file.read(100_000), b""))
    assert incoming.size in (None, len(found))
    return found


@pytest.mark.parametrize("piece", [100, PIECE, len(PACKAGE) - 1, len(PACKAGE), len(PACKAGE) + 1])
def test_parts_are_put_together(tmp_path: Path, piece: int) -> None:
    """Parts of any size, one only too, give the package."""
    assert read([cut(tmp_path / "parts", PACKAGE, piece)]) == PACKAGE


def test_parts_come_in_any_order(folder: Path) -> None:
    """Neither the order nor the names of the files matter, nor that one is named twice or copied."""
    paths = sorted(folder.iterdir(), reverse=True)
    (folder / "copy").write_bytes(paths[0].read_bytes())
    assert unpacked(read([*paths, folder / "copy", paths[1]])) == {"a": b"content" * 3000}
    assert read([folder]) == PACKAGE


def test_other_files_beside_the_parts_do_no_harm(folder: Path) -> None:
    """A folder may hold other things: they are not taken for parts."""
    (folder / "note.txt").write_bytes(b"part 2 follows")
    (folder / "empty").touch()
    (folder / "inner").mkdir()
    (folder / "link").symlink_to("missing")
    assert read([folder]) == PACKAGE


@pytest.mark.parametrize(("missing", "named"), [([1], "1"), ([5], "5"), ([2, 3, 5], "2-3, 5")])
def test_each_missing_part_is_named(folder: Path, missing: list[int], named: str) -> None:
    """Which parts are missing is said, the first and the last one too."""
    for number in missing:
        (folder / str(number)).unlink()
    with pytest.raises(PartMissing) as refused:
        read([folder])
    assert refused.value.fields == {"count": 5, "missing": named}


def test_a_damaged_part_is_named(folder: Path) -> None:
    """A flipped bit anywhere in a part, a part cut short and one with more at its end are refused, naming its file."""
    part = folder / "2"
    data = part.read_bytes()
    altered = [data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] for place in range(0, len(data), 97)]
    for damaged in (*altered, data[:-1], data + b"x", data[:30], data + data):
        part.write_bytes(damaged)
        with pytest.raises((PackageDamaged, UsageError, FormatTooNew)) as refused:
            read([folder / "1", part, folder / "3"])
        assert isinstance(refused.value, UsageError) or refused.value.fields["place"] == str(part)


@pytest.mark.parametrize(("number", "total"), [(0, 3), (4, 3), (1, 0), (1, MAX_PARTS + 1), (2**32 - 1, 2**32 - 1)])
def test_hostile_numbers_are_refused(tmp_path: Path, number: int, total: int) -> None:
    """A part with a number that none has is refused, though its digest is right: nothing is made for the others."""
    start = b"ipvault part 1\n" + bytes(16) + number.to_bytes(4, "little") + total.to_bytes(4, "little") + b"piece"
    (tmp_path / "part").write_bytes(start + hashlib.sha256(start).digest())
    with pytest.raises(PackageDamaged):
        read([tmp_path / "part"])


def test_parts_of_two_packages_are_not_mixed(folder: Path, tmp_path: Path) -> None:
    """Parts of different packages are not put together."""
    other = cut(tmp_path / "other", sealed({"a": b"content" * 3000}))
    with pytest.raises(UsageError):
        read([folder / "1", other / "2", other / "3"])


def test_a_newer_format_of_parts_is_named(folder: Path) -> None:
    """A part of a later format is told from a damaged one."""
    part = folder / "1"
    part.write_bytes(part.read_bytes().replace(b"part 1", b"part 2", 1))
    with pytest.raises(FormatTooNew):
        read([part])


def test_too_many_parts_are_refused() -> None:
    """Nothing is written if a package would become more parts than anybody can carry."""
    with pytest.raises(UsageError):
        PartsWriter("00" * 16, 10**9, 1000, lambda _number: nullcontext(io.BytesIO()))


def test_a_part_knows_its_overhead(folder: Path) -> None:
    """A part is as long as its piece and what is said to come to it."""
    assert (folder / "1").stat().st_size == PIECE + OVERHEAD


def test_files_pipes_and_armor(tmp_path: Path) -> None:
    """A package is the same from a file, a pipe and a named pipe, armored or not, and parts may be armored too."""
    out = io.BytesIO()
    writer = ArmorWriter(out)
    writer.write(PACKAGE)
    writer.finish()
    for number, data in enumerate((PACKAGE, out.getvalue())):
        (tmp_path / str(number)).write_bytes(data)
        assert read([tmp_path / str(number)]) == PACKAGE
        assert read(["-"], data) == PACKAGE
    folder = cut(tmp_path / "parts")
    for part in folder.iterdir():
        with part.open("r+b") as file:
            data = file.read()
            file.seek(0)
            armored = ArmorWriter(file)
            armored.write(data)
            armored.finish()
    assert read([folder]) == PACKAGE


def test_what_comes_once_can_be_kept(tmp_path: Path) -> None:
    """A pipe that is spooled can be read again; the copy has no name, and is what came, not what is in it."""
    before = set(os.listdir(tmp_path))
    with spooled(find_package(["-"], io.BytesIO(PACKAGE))) as incoming:
        assert incoming.size == len(PACKAGE)
        for _time in range(2):
            with incoming.open() as file:
                assert file.read(len(PACKAGE) + 1) == PACKAGE
    assert set(os.listdir(tmp_path)) == before


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """A file that is missing, a folder without parts, and a pipe beside files are refused with a reason."""
    with pytest.raises(SourceNotFound):
        read([tmp_path / "missing"])
    with pytest.raises(UsageError):
        read([tmp_path])
    with pytest.raises(UsageError):
        read(["-", tmp_path])

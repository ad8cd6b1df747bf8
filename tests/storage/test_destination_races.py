"""Somebody exchanges folders and files for links while we write: nothing ever appears outside.

After gocryptfs' tests/symlink_race.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ipvault.errors import DestinationUnsafe
from ipvault.storage.destination import Destination, write_file

ATTEMPTS = 50_000
ENOUGH = 50
"""Attempts end when so many have been refused and so many have succeeded."""

EXCHANGER = """
import ctypes, sys
exchange = ctypes.CDLL(None, use_errno=True).renameat2
one, other = (name.encode() for name in sys.argv[1:])
AT_FDCWD, RENAME_EXCHANGE = -100, 2
if exchange(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE):
    sys.exit(1)
print("ready", flush=True)
while True:
    exchange(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)
"""

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif(sys.platform != "linux", reason="exchanging two names at once is a call of Linux"),
]


@contextmanager
def _exchanging(one: Path, other: Path) -> Iterator[None]:
    """A process that exchanges two names all the time."""
    with subprocess.Popen([sys.executable, "-c", EXCHANGER, one, other], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            if process.stdout.readline() != b"ready\n":
                pytest.skip("this file system cannot exchange two names")
            yield
        finally:
            process.kill()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A place in which nothing may be written."""
    (tmp_path / "vault").mkdir()
    return tmp_path / "vault"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for files; beside it a link to one outside."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "out" / "folder").mkdir(parents=True)
    (tmp_path / "out" / "link").symlink_to(tmp_path / "outside")
    return tmp_path / "out" / "folder"


def _give_way(number: int) -> None:
    """Let the other process have a turn now and then, though there be one processor only."""
    if number % 20 == 0:
        time.sleep(0.0005)


def _attempt(write: Callable[[int], None]) -> None:
    """Write again and again, until both ends have been seen often enough."""
    refused = written = 0
    for number in range(ATTEMPTS):
        _give_way(number)
        try:
            write(number)
            written += 1
        except DestinationUnsafe:
            refused += 1
        if min(refused, written) >= ENOUGH:
            return
    pytest.fail(f"{refused} refused, {written} written: the race was not met")


def test_a_folder_in_the_destination(tmp_path: Path, folder: Path, vault: Path) -> None:
    """A folder below the destination that becomes a link is refused at that moment, or was the folder to the end."""
    with Destination(folder.parent, vault) as destination:

        def write(number: int) -> None:
            with destination.file(f"folder/{number}/file", replace=False) as file:
                file.write(b"secret")

        with _exchanging(folder, folder.with_name("link")):
            _attempt(write)
    assert os.listdir(tmp_path / "outside") == []


def test_the_destination_itself(tmp_path: Path, folder: Path, vault: Path) -> None:
    """A destination that becomes a link is refused when it is opened, and is not lost once it is open."""

    def write(number: int) -> None:
        with Destination(folder, vault) as destination, destination.file(f"{number}/file", replace=False) as file:
            file.write(b"secret")

    with _exchanging(folder, folder.with_name("link")):
        _attempt(write)
    assert os.listdir(tmp_path / "outside") == []


@pytest.mark.parametrize("kind", ["destination", "file"])
def test_the_file_itself(tmp_path: Path, vault: Path, kind: str) -> None:
    """A file that becomes a link is refused or replaced, and what the link points to keeps its content."""
    victim, place, link = (tmp_path / name for name in ("victim", "place", "link"))
    victim.write_bytes(b"mine")
    place.write_bytes(b"old")
    link.symlink_to(victim)

    def write(_number: int) -> None:
        # A link that was replaced is put back, for the race to go on.
        (tmp_path / "again").symlink_to(victim)
        (tmp_path / "again").replace(link)
        (tmp_path / "again").write_bytes(b"old")
        (tmp_path / "again").replace(place)
        if kind == "file":
            with write_file(place, vault, replace=True) as file:
                file.write(b"secret")
        else:
            with Destination(tmp_path, vault) as destination, destination.file("place", replace=True) as file:
                file.write(b"secret")

    with _exchanging(place, link):
        _attempt(write)
    assert victim.read_bytes() == b"mine"


def test_the_race_can_be_lost(tmp_path: Path, folder: Path) -> None:
    """A program that looks first and then writes by name does write outside, so the tests above mean something."""
    with _exchanging(folder, folder.with_name("link")):
        for number in range(ATTEMPTS):
            _give_way(number)
            if not folder.is_symlink():
                (folder / str(number)).write_bytes(b"secret")
            if os.listdir(tmp_path / "outside"):
                return
    pytest.fail("the race was not met")

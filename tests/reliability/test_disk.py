"""P19: real disks that are full or read-only. Mounting them takes root; elsewhere these tests are skipped."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

import pytest

from ipvault.errors import ExitCode
from ipvault.vault.processes import MANY
from tests.reliability.places import LOOK, Place, what_it_holds
from tests.reliability.trials import CHECK, DEEDS, WRITE, Trials

SIZE = 4 * 1024 * 1024
PAGE = 4096


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small filesystem of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "ipvault-test", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a filesystem cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def files(place: Place) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (place.root / "vault").rglob("*") if path.is_file()}


def test_a_full_disk_changes_nothing(trials: Trials, disk: Path) -> None:
    """With each number of free pages: `add` ends with 30 and the old state, or with 0 and the new one.

    Even with nothing free the vault can be read, and as soon as there is room the same command succeeds.
    """
    place = trials.begin(DEEDS["add"]).copy(disk / "place")
    (place.root / "large.txt").write_bytes(os.urandom(5 * PAGE))
    add = ("add", "large.txt")
    old = what_it_holds(trials.run(place, *LOOK).outcomes)
    filler = disk / "filler"
    codes = []
    for free in range(24):
        with filler.open("wb", buffering=0) as file:
            fill(file, free)
        outcome = trials.run(place, add).outcome
        codes.append(outcome.exit)
        assert outcome.exit in (0, ExitCode.STORAGE), outcome
        assert "Traceback" not in outcome.stderr
        look = trials.run(place, CHECK, *LOOK)
        assert look.outcomes[0].exit == 0, look.outcomes[0]
        assert (what_it_holds(look.outcomes[1:]) == old) == (outcome.exit != 0)
        filler.unlink()
        if not outcome.exit:
            break
        assert "No space left on device" in outcome.stderr
    assert codes[0] == ExitCode.STORAGE
    assert codes[-1] == 0
    trials.succeed(place, WRITE, CHECK)
    assert place.leftovers() == []


def test_many_files_on_a_full_disk(trials: Trials, disk: Path, tmp_path: Path) -> None:
    """Whichever process finds no room, nothing is stored, and nothing is left."""
    place = trials.begin(DEEDS["add"]).copy(disk / "place")
    old = what_it_holds(trials.run(place, *LOOK).outcomes)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(MANY):
        (many / f"{number}").write_bytes(os.urandom(2 * PAGE))
    outcome = trials.run(place, ("add", "-r", str(many))).outcome
    assert outcome.exit == ExitCode.STORAGE, outcome
    assert "No space left on device" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert what_it_holds(trials.run(place, *LOOK).outcomes) == old
    assert place.leftovers() == []


def test_a_disk_full_of_garbage_behind_the_journal(trials: Trials, disk: Path) -> None:
    """The next change cuts it, which makes the room that the change needs; what does not fit is not kept."""
    place = trials.begin(DEEDS["add"]).copy(disk / "place")
    size = place.journal.stat().st_size
    place.journal.chmod(0o600)
    with place.journal.open("ab", buffering=0) as journal:
        fill(journal, 0)
    length = place.journal.stat().st_size - size
    assert length > SIZE // 4
    outcome = trials.run(place, WRITE).outcome
    assert outcome.exit == 0, outcome
    assert f"of the {length} bytes after the last commit" in outcome.stderr
    assert place.journal.stat().st_size < length
    trials.succeed(place, WRITE, CHECK)


def fill(file: FileIO, free: int) -> None:
    """Leave that many pages of the disk free: the others are written to the end of the file."""
    with suppress(OSError):
        while file.write(b"x" * PAGE):
            pass
    file.truncate(file.tell() - free * PAGE)


def test_a_read_only_disk_can_be_read(trials: Trials, disk: Path) -> None:
    """Listing, verifying and unlocking work, with a warning where a record is missing; changes end with 30."""
    outside = trials.begin(DEEDS["add"])
    place = outside.copy(disk / "place")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    before = files(place)
    vault = ("--vault", str(place.root / "vault"))
    look = trials.run(outside, *((*command, *vault) for command in LOOK))
    assert what_it_holds(look.outcomes)
    for reading in (CHECK, ("status",), ("show", "first.txt"), ("search", "first")):
        trials.succeed(outside, (*reading, *vault))
    unlocked = trials.run(outside, ("unlock", "--store", "session", "--passphrase-file", "passphrase", *vault)).outcome
    assert unlocked.exit == 0, unlocked
    assert "cannot be noted" in unlocked.stderr
    for change in (WRITE, ("label", "first.txt", "--label", "secret"), ("cat", "first.txt"), ("remove", "first.txt")):
        outcome = trials.run(outside, (*change, *vault)).outcome
        assert outcome.exit == ExitCode.STORAGE, outcome
        assert "read-only medium" in outcome.stderr
        assert outcome.stdout == ""
    assert files(place) == before


def test_a_home_that_cannot_be_written_stops_nothing(trials: Trials, disk: Path) -> None:
    """Where this computer cannot keep its pin the change is made all the same, and the user is told."""
    place = trials.begin(DEEDS["add"])
    (disk / "state").mkdir()
    (place.root / "state").rename(place.root / "writable")
    subprocess.run(["cp", "-a", f"{place.root}/writable/.", str(disk / "state")], check=True)
    (place.root / "state").symlink_to(disk / "state")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    outcome = trials.run(place, WRITE).outcome
    assert outcome.exit == 0, outcome
    assert "could not note how far the journal goes" in outcome.stderr
    trials.succeed(place, CHECK)

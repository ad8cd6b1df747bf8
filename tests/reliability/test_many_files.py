"""So many files at once that processes share the work: whatever becomes of one of them, all is stored or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ipvault.errors import ExitCode
from ipvault.vault.processes import MANY
from tests.cli.vaults import data, done, make_vault
from tests.support.program import command, environment, ipvault

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core, so nothing is shared"),
]

COUNT = MANY + 41
LARGE = 256 * 1024 * 1024


@pytest.fixture
def vault(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An open vault with one document."""
    make_vault(home)
    monkeypatch.setenv("IPVAULT_VAULT", str(home / "vault"))
    done("add", "-", "--name", "held", stdin=b"held already")
    return home / "vault"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Files of all sizes around those that matter, among them two of one content and one that the vault has."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"{number:04}").write_bytes(f"{number}\n".encode() * (number * 7 % 3000))
    (folder / "copy").write_bytes((folder / "0100").read_bytes())
    (folder / "held").write_bytes(b"held already")
    (folder / "link").symlink_to("copy")
    return folder


@pytest.fixture
def slow(many: Path) -> Path:
    """The same, with two that take long, one for each process."""
    for name in ("0000", "0001"):
        with (many / name).open("wb") as file:
            file.truncate(LARGE + ord(name[-1]))
    return many


def looks(vault: Path) -> tuple[object, ...]:
    """What is in the vault, which must be whole, and have nothing lying about."""
    assert data(ipvault("verify", "--content", "--json"))["notes"] == []
    assert list((vault / "tmp").iterdir()) == []
    return tuple(done("list", "--jsonl").splitlines())


@contextmanager
def adding(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """`add -r`, and the processes that it has started, as soon as it has."""
    with subprocess.Popen(
        command(("add", "-r", str(folder))),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(found := [int(number) for number in children.read_text().split()]) < 2:
            assert process.poll() is None
        yield process, found


def wait_for_end(processes: list[int]) -> None:
    while any(Path(f"/proc/{process}/cmdline").exists() for process in processes):
        time.sleep(0.01)


def test_all_come_out_as_they_went_in(vault: Path, many: Path, tmp_path: Path) -> None:
    """In the order of their names, each content once."""
    added = data(ipvault("add", "-r", str(many), "--json"))
    names = [item["name"] for item in added["stored"]]
    assert names == sorted(names)
    done("export", "--all", "-o", str(tmp_path / "out"))
    stored = {path.name: path.read_bytes() for path in (tmp_path / "out" / "many").iterdir()}
    files = {path.name: path.read_bytes() for path in many.iterdir() if path.is_file() and not path.is_symlink()}
    empty = {name for name, content in files.items() if not content}
    assert files.keys() - stored.keys() == {"held", "copy"} | (empty - {min(empty)})
    assert all(files[name] == content for name, content in stored.items())
    looks(vault)


def test_killed(vault: Path, slow: Path) -> None:
    """The others end by themselves, and the next command sweeps what they left."""
    before = looks(vault)
    with adding(slow) as (process, children):
        process.kill()
    wait_for_end(children)
    done("add", "-", "--name", "next", stdin=b"next")
    after = looks(vault)
    assert set(before) < set(after)
    assert len(after) == len(before) + 1


def test_interrupted(vault: Path, slow: Path) -> None:
    """Ctrl-C reaches all of them; one answers, with one sentence."""
    before = looks(vault)
    with adding(slow) as (process, children):
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate()
    assert process.returncode == ExitCode.INTERRUPTED
    assert (stdout, len(stderr.splitlines())) == ("", 1), stderr
    wait_for_end(children)
    assert looks(vault) == before


def test_one_of_them_killed(vault: Path, slow: Path) -> None:
    """As the system does that runs out of memory: nothing is stored, and nothing is left."""
    before = looks(vault)
    with adding(slow) as (process, children):
        os.kill(children[1], signal.SIGKILL)
        _stdout, stderr = process.communicate()
    assert process.returncode == ExitCode.STORAGE
    assert "memory" in stderr
    assert "Traceback" not in stderr
    assert looks(vault) == before


def test_one_that_changes_meanwhile(vault: Path, slow: Path) -> None:
    """Nothing is stored, and the file is named."""
    before = looks(vault)
    with adding(slow) as (process, _children):
        while process.poll() is None:
            os.utime(slow / "0001")
        stderr = process.communicate()[1]
    assert process.returncode == ExitCode.CONFLICT, stderr
    assert "0001" in stderr
    assert looks(vault) == before

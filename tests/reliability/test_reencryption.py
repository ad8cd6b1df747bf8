"""P28: a room is encrypted anew, and the process is killed on the way, again and again: nothing is lost, and the next
goes on from there.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ipvault.vault.rooms import _BATCH
from tests.cli.vaults import data, done, make_vault
from tests.support.peers import need
from tests.support.program import command, environment, ipvault

pytestmark = [pytest.mark.no_cover, pytest.mark.slow]

COUNT = _BATCH + 40
"""Documents: after one batch is through, there is something left to do."""


@pytest.fixture
def vault(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An open vault with many documents, one of them in two versions and one removed."""
    make_vault(home)
    monkeypatch.setenv("IPVAULT_VAULT", str(home / "vault"))
    (tmp_path / "many").mkdir()
    for number in range(COUNT):
        (tmp_path / "many" / f"{number:04}").write_bytes(f"{number}\n".encode() * (number * 7 % 300))
    done("add", "-r", "many", "--again", cwd=tmp_path)
    done("update", "many/0001", "-", stdin=b"a second version")
    done("remove", "many/0002")
    return home / "vault"


def killed_at(call: str, number: int, *arguments: str) -> None:
    """Run the program until it makes its so-manieth call of that name, which the kernel kills it for."""
    tracer = (need("strace"), "-qq", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}")
    run = subprocess.run(
        [*tracer, *command(arguments)], env=environment(), capture_output=True, text=True, check=False, timeout=120
    )
    assert "killed by SIGKILL" in run.stderr, run


def shown(folder: Path) -> tuple[object, ...]:
    """What users find in the vault: lists, history, and all present documents as they come out."""
    done("export", "--all", "-o", str(folder))
    documents = {path.name: path.read_bytes() for path in (folder / "many").iterdir()}
    versions = data(ipvault("history", "many/0001", "--json"))["versions"]
    return done("list", "--removed", "--jsonl"), versions, documents


def rotated(option: str) -> int:
    """How many versions `room rotate` has encrypted anew, in the same epoch as before."""
    told = data(ipvault("room", "rotate", "main", option, "--json"))
    assert told["room"]["epoch"] == 2
    count: int = told["reencrypted"]
    return count


def test_killed_again_and_again(vault: Path, tmp_path: Path) -> None:
    """After the first batch, while what it replaces is removed; in the second, once when all is staged and once when
    part of it is published. Each time the vault is sound, and in the end all is as it was, under the new key alone.
    """
    before = shown(tmp_path / "before")
    objects = {path.name for path in vault.glob("objects/*/*")}
    for number, (call, at) in enumerate((("unlinkat", _BATCH + 100), ("syncfs", 1), ("linkat", 20))):
        killed_at(call, at, "room", "rotate", "main", "--resume" if number else "--reencrypt")
        report = data(ipvault("verify", "--content", "--json"))
        assert report["findings"] == [], (call, report)
    assert rotated("--resume") == COUNT + 1 - _BATCH
    assert rotated("--resume") == 0
    report = data(ipvault("verify", "--content", "--json"))
    assert (report["findings"], report["notes"]) == ([], [])
    assert list((vault / "tmp").iterdir()) == []
    assert shown(tmp_path / "after") == before
    done("restore", "many/0002")
    assert done("cat", "many/0001@1") == "1\n" * 7
    assert not objects & {path.name for path in vault.glob("objects/*/*")}

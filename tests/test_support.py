"""The ground that the other tests stand on."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support import peers
from tests.support.program import command, environment
from tests.support.ready import ReadyProgram
from tests.support.ready_program import Request


def test_a_test_has_a_home_of_its_own(home: Path) -> None:
    """Neither this process nor those that a test starts see the user's home, settings or session bus."""
    assert Path.home() == home
    assert all(
        value.startswith(str(home)) for name, value in os.environ.items() if name.startswith("XDG_") and "/" in value
    )
    assert not [name for name in os.environ if name.startswith("IPVAULT_") or name == "DBUS_SESSION_BUS_ADDRESS"]
    assert stat.S_IMODE(Path(os.environ["XDG_RUNTIME_DIR"]).stat().st_mode) == 0o700


def test_a_test_cannot_reach_the_network() -> None:
    """Opening a network socket fails; a local one, as the session bus needs, does not."""
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("127.0.0.1", 9))
    with pytest.raises(AssertionError, match="network"):
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    socket.socket(socket.AF_UNIX).close()


def test_a_peer_that_is_there_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test gets the path of the program that it needs."""
    (tmp_path / "age").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert peers.need("age", required=True) == str(tmp_path / "age")


def test_a_missing_peer_skips_here_and_fails_in_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program a test is skipped with the package to install, or fails where peers are required."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(pytest.skip.Exception, match="borgbackup"):
        peers.need("borg", required=False)
    with pytest.raises(pytest.fail.Exception, match="borgbackup"):
        peers.need("borg", required=True)


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("nonsense",), ("list", "--vault", "nowhere", "--json"), ("unlock", "--passphrase-fd", "0")],
)
def test_a_program_that_was_forked_is_like_one_that_was_started(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Exit code, output, folder, standard input and rights of new files are the same."""
    request = Request(arguments=list(arguments), environment=environment(), cwd=str(tmp_path), umask=0o022)
    ready = ReadyProgram(environment())
    forked = [ready.run(request, b"text", 60) for _ in range(2)]
    ready.close()
    started = subprocess.run(
        command(arguments), input=b"text", capture_output=True, cwd=tmp_path, env=environment(), check=False
    )
    assert forked == [(started.returncode, started.stdout, started.stderr)] * 2


def test_what_python_reads_at_its_start_takes_a_start() -> None:
    """With another language or Python option in the environment, nothing is forked."""
    ready = ReadyProgram(environment())
    for name, can in (
        ("HOME", True),
        ("IPVAULT_WAIT", True),
        ("IPVAULT_LANG", False),
        ("LC_ALL", False),
        ("PYTHONUTF8", False),
        ("TERM", False),
    ):
        request = Request(arguments=[], environment=environment({name: "other"}), cwd="/", umask=0o022)
        assert ready.can_run(request) is can, name
    asked = Request(arguments=["list", "--lang", "de"], environment=environment(), cwd="/", umask=0o022)
    assert not ready.can_run(asked)
    ready.close()

"""The ground that the other tests stand on."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from tests.support import peers


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

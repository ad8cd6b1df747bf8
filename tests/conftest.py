"""What every test starts from: a home of its own, no settings from outside, no network, a fixed umask."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.program import end_ready_programs
from tests.support.thoroughness import add_option

settings.register_profile("local", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# A desktop session that a test could reach by mistake, and what would change how output looks.
_FOREIGN = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND", "SSH_AUTH_SOCK")
_APPEARANCE = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "LANGUAGE", "LC_MESSAGES", "LANG")


def pytest_addoption(parser: pytest.Parser) -> None:
    add_option(parser)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests begin first, so that nobody waits for them at the end.

    They are not measured for coverage. Nor are others that are marked with `no_cover`: they repeat what is measured
    elsewhere for every byte or call, or their processes are killed, or have no room for files, and would leave half a
    file of coverage data.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for programs of their own."""
    return (os.cpu_count() or 1) + 1


class _LocalSocket(socket.socket):
    """A socket that cannot leave this machine."""

    def __init__(self, family: int = -1, *args: Any, **kwargs: Any) -> None:
        if family != socket.AF_UNIX:
            raise AssertionError("ipvault opens no network connection, and neither do its tests")
        super().__init__(family, *args, **kwargs)


@pytest.fixture(autouse=True)
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty home directory with its platform directories; processes that a test starts inherit it."""
    home = tmp_path_factory.mktemp("home")
    for name in os.environ:
        if name.startswith("IPVAULT_") or name in _FOREIGN or name in _APPEARANCE:
            monkeypatch.delenv(name)
    if request.node.get_closest_marker("no_cover"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for variable, folder in (
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        (home / folder).mkdir(mode=0o700)
        monkeypatch.setenv(variable, str(home / folder))
    return home


@pytest.fixture(scope="session", autouse=True)
def _no_process_left() -> Iterator[None]:
    yield
    end_ready_programs()


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _LocalSocket)

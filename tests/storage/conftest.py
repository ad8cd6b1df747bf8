"""A new vault directory, and the fake beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import Store
from tests.support.memory_store import MemoryStore


@pytest.fixture
def directory(tmp_path: Path) -> DirectoryStore:
    """A store in `tmp_path / "vault"`."""
    with DirectoryStore.create(tmp_path / "vault") as store:
        return store


@pytest.fixture(params=["directory", "memory"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind of store in turn."""
    if request.param == "memory":
        return MemoryStore()
    store: DirectoryStore = request.getfixturevalue("directory")
    return store


@pytest.fixture(autouse=True)
def _closed_by_the_kernel(tmp_path: Path) -> Iterator[None]:
    """The staged files that a process left open which a test only pretended to kill are closed at its end."""
    yield
    descriptors = Path("/proc/self/fd")
    for link in list(descriptors.iterdir()) if descriptors.exists() else []:
        if link.is_symlink() and re.match(f"{re.escape(str(tmp_path))}/(.*/)?tmp/[^/]", os.readlink(link)):
            os.close(int(link.name))

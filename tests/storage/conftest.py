"""A new vault directory, and the fake beside it."""

from __future__ import annotations

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

"""One set of trials for a test process: a start of the program under strace serves thousands of runs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.trials import Trials

_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def trials() -> Iterator[Trials]:
    """Trials in memory where there is such a filesystem: its syncs wait for nobody else's data."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        trials = Trials(Path(folder))
        yield trials
        trials.close()

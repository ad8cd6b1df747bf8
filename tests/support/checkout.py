"""What a new user has: a checkout, and programs on the PATH."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.program import ROOT

# Nothing but the cost of the passphrase, and that a slow machine draws no progress bar, differs from the real program.
_CALM = """
from ipvault.cli import progress
from ipvault.cli.main import main
from tests.support.ipvault_cheap import make_cheap
make_cheap()
progress.PATIENCE = 3600.0
main()
"""


def copy_checkout(target: Path) -> Path:
    """The parts of this checkout that an installation or an example needs, without what was built in it."""
    for name in ("ipvault", "examples"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, target)
    return target


def program(folder: Path, name: str, words: Sequence[str]) -> Path:
    """A program called `name` in `folder` that runs `words` with its arguments."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def ipvault_program(folder: Path) -> Path:
    """`ipvault` in `folder`: this checkout's, as its command-line tests run it."""
    python_path = f"PYTHONPATH={ROOT}"
    return program(folder, "ipvault", ["env", python_path, sys.executable, "-c", _CALM])


def python_program(folder: Path) -> Path:
    """`python3` in `folder`: the Python that runs the tests."""
    return program(folder, "python3", [sys.executable])

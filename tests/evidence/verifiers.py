"""The three verifiers of a bundle: each gives its checks and their outcomes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from ipvault.crypto.signing import verifies_post_quantum
from ipvault.evidence.bundle.verify import FAIL, SKIP, check_folder

Verify = Callable[[Path], dict[str, str]]


def by_library(folder: Path) -> dict[str, str]:
    """What `evidence verify` does, with our own ML-DSA-44."""
    return {name: outcome for outcome, name, _reason in check_folder(str(folder), verifies_post_quantum)}


def by_shell(folder: Path) -> dict[str, str]:
    """`verify.sh`; its last line, and how it ended, say the same as its checks."""
    return _by_script(folder, "sh", "verify.sh")


def by_python(folder: Path) -> dict[str, str]:
    """`verify.py`, in a Python that has nothing but its library."""
    return _by_script(folder, "python3", "-I", "-S", "verify.py")


def _by_script(folder: Path, *command: str) -> dict[str, str]:
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    *lines, last = run.stdout.splitlines()
    assert run.stdout.isascii()
    assert run.stderr == ""
    checks = [line for line in lines if not line.startswith("NOTE ")]
    told = {line.partition(" ")[2].partition(": ")[0]: line.partition(" ")[0] for line in checks}
    assert (run.returncode != 0) == (FAIL in told.values()) == last.startswith(FAIL), run.stdout
    assert run.returncode == 0 or len(checks) == len(lines), "notes are for what is right"
    skipped = sum(outcome == SKIP for outcome in told.values())
    assert last.endswith(f", {skipped} skipped: see the lines with SKIP" if skipped else " failed"), last
    return told


VERIFIERS = {"library": by_library, "shell": by_shell, "python": by_python}


def failing(folder: Path) -> set[str]:
    """The checks that fail, which are the same for all three, but for what an older openssl cannot check."""
    found = [{name for name, outcome in verify(folder).items() if outcome == FAIL} for verify in VERIFIERS.values()]
    assert found[1] == found[2]
    assert found[0] - found[1] <= {name for name in found[0] if name.endswith(", post-quantum")}
    assert found[1] <= found[0]
    return found[0]


def notes(folder: Path) -> list[str]:
    """Who vouches for what, which both scripts say."""
    told = []
    for command in (("sh", "verify.sh"), ("python3", "-I", "-S", "verify.py")):
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        told.append(sorted(line for line in run.stdout.splitlines() if line.startswith("NOTE ")))
    assert told[0] == told[1]
    return told[0]

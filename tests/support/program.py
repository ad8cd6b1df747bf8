"""Running the program as users do: as a process, with nobody at a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

IPVAULT = "tests.support.ipvault_cheap"
SAMPLE = "tests.support.sample_program"


@dataclass(frozen=True)
class Outcome:
    """How a process ended and what it wrote."""

    exit: int
    stdout: str
    stderr: str


def command(arguments: Sequence[str], module: str = IPVAULT) -> list[str]:
    """The argument vector that runs `module` with `arguments`."""
    return [sys.executable, "-m", module, *arguments]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment (the `home` fixture has cleaned it), in which the tests can be imported."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(extra or {})}


def ipvault(
    *arguments: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    module: str = IPVAULT,
) -> Outcome:
    """Run it to its end. It has no controlling terminal, so whatever it would ask fails."""
    done = subprocess.run(
        command(arguments, module),
        input=stdin,
        capture_output=True,
        env=environment(env),
        cwd=cwd,
        start_new_session=True,
        check=False,
        timeout=120,
    )
    return Outcome(
        done.returncode,
        done.stdout.decode(errors="surrogateescape"),
        done.stderr.decode(errors="surrogateescape"),
    )

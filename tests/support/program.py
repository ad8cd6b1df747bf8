"""Running the program as users do: as a process, with nobody at a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.ready import ReadyProgram, ReadyServer
from tests.support.ready_program import Request

ROOT = Path(__file__).parents[2]

IPVAULT = "tests.support.ipvault_cheap"
SAMPLE = "tests.support.sample_program"

_PATIENCE = 120
_ready: dict[tuple[str | None, str | None], ReadyProgram] = {}
"""By what says whether coverage is measured, and by language: both are settled at the start."""
_servers: dict[str | None, ReadyServer] = {}


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
    """Run it to its end. It has no controlling terminal, so whatever it would ask fails.

    Where that makes no difference it is forked from a process that has imported it before.
    """
    request = Request(
        arguments=list(arguments),
        environment=environment(env),
        cwd=str(cwd or Path.cwd()),
        umask=_umask(),
    )
    if (ready := _ready_program(request)) and module == IPVAULT and ready.can_run(request):
        status, stdout, stderr = ready.run(request, stdin, _PATIENCE)
    else:
        done = subprocess.run(
            command(arguments, module),
            input=stdin,
            capture_output=True,
            env=request["environment"],
            cwd=cwd,
            start_new_session=True,
            check=False,
            timeout=_PATIENCE,
        )
        status, stdout, stderr = done.returncode, done.stdout, done.stderr
    return Outcome(status, stdout.decode(errors="surrogateescape"), stderr.decode(errors="surrogateescape"))


def _ready_program(request: Request) -> ReadyProgram | None:
    language = request["environment"].get("IPVAULT_LANG")
    if language not in (None, "de"):
        return None
    start = os.environ.get("COVERAGE_PROCESS_CONFIG"), language
    if start not in _ready:
        _ready[start] = ReadyProgram(environment({"IPVAULT_LANG": language} if language else None))
    return _ready[start]


def program_for_scripts() -> Path:
    """What a script without a terminal runs as `ipvault`, with the cheap passphrase check."""
    measured = os.environ.get("COVERAGE_PROCESS_CONFIG")
    if measured not in _servers:
        _servers[measured] = ReadyServer(environment())
    return _servers[measured].program


def end_ready_programs() -> None:
    """End what was started to be fast."""
    while _ready:
        _ready.popitem()[1].close()
    while _servers:
        _servers.popitem()[1].close()


def _umask() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask

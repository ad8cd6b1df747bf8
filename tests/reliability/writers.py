"""Processes that want to write at the same time: one that holds the lock, and others that wait for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.program import Outcome, command, environment

PATIENCE = 120

_HOLD = """
import pathlib, sys
from ipvault.storage.directory import DirectoryStore
with DirectoryStore(pathlib.Path(sys.argv[1])).lock(lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(
    *arguments: str, content: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Run the program beside others, with a pipe that holds `content`."""
    process = subprocess.Popen(
        command(arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(env),
        cwd=cwd,
    )
    assert process.stdin
    process.stdin.write(content)
    process.stdin.close()
    process.stdin = None  # so that `communicate` leaves it alone
    return process


def end(process: subprocess.Popen[bytes]) -> Outcome:
    out, err = process.communicate(timeout=PATIENCE)
    return Outcome(process.returncode, out.decode(), err.decode())


def wait_until_it_waits(process: subprocess.Popen[bytes]) -> None:
    """Return when it has said that another process holds it up."""
    assert process.stderr
    said = process.stderr.readline()
    assert b"waiting for another ipvault" in said, said


@contextmanager
def locked(vault: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process is writing, and does not come to an end before its standard input does."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(vault)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def let_go(holder: subprocess.Popen[str]) -> None:
    """Let it come to an end."""
    assert holder.stdin
    holder.stdin.close()

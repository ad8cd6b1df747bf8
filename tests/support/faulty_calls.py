"""System calls that fail as the kernel would have them fail, by means of strace: nothing in the program is replaced.

strace counts the calls of each process from its start, and fails one of a fixed number, `_AT`. So that one strace does
for thousands of runs, a run whose third rename shall fail first makes `_AT` - 3 renames that do nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.support.peers import need
from tests.support.program import Outcome, environment
from tests.support.warm_program import Request

KILL = "signal=SIGKILL"
"""The process dies before it makes the call."""

_AT = 128
_WORDS = (
    "open openat creat mkdir mkdirat fchmod fchmodat write pwrite64 writev fsync fdatasync sync_file_range syncfs "
    "truncate ftruncate fallocate copy_file_range sendfile utimensat link linkat symlinkat rename renameat renameat2 "
    "unlink unlinkat rmdir"
)
_CHANGING = ",".join(f"?{name}" for name in _WORDS.split())  # ? for those that this processor does not have
_LINE = re.compile(r"(\w+)\(")


class Call(NamedTuple):
    """The `number`-th system call of a kind in a run, from 1, and how strace shows it."""

    name: str
    number: int
    shown: str

    def __str__(self) -> str:
        return f"{self.name} {self.number}: {self.shown}"


@dataclass(frozen=True)
class Run:
    """A run of the program, and the system calls by which it tried to change something."""

    outcome: Outcome
    calls: Sequence[Call]

    @property
    def was_disturbed(self) -> bool:
        return self.outcome.exit == -9 or any("(INJECTED)" in call.shown for call in self.calls)


class Program:
    """ipvault, ready to run; under strace if a `fault` is given, such as KILL or `error=EIO`."""

    def __init__(self, folder: Path, fault: str | None = None) -> None:
        """`folder` is for what it writes; it must not be in a place that tests look at."""
        self._folder = folder
        self._traces = folder / "trace" if fault else None
        tracing: list[str] = []
        if fault:
            # strace 6.1 does not inject signals with --seccomp-bpf. Without prctl the process stays one that can be
            # looked into, whoever runs the tests.
            fast = [] if fault == KILL else ["--seccomp-bpf"]
            inject = [f"inject={_CHANGING}:{fault}:when={_AT}", "inject=prctl:retval=0"]
            tracing = [need("strace"), "-ff", *fast, "-y", "-qq", "-o", str(self._traces), "-e", f"trace={_CHANGING}"]
            tracing += [word for rule in inject for word in ("-e", rule)]
        # Coverage writes files when a process ends, and slows it down.
        variables = {name: value for name, value in environment().items() if not name.startswith("COV")}
        self._process = subprocess.Popen(
            [*tracing, sys.executable, "-m", "tests.support.warm_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=variables,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], *, stdin: str = os.devnull, at: Call | None = None
    ) -> Run:
        """Run a command line, and disturb the call `at`."""
        out, err = self._folder / "stdout", self._folder / "stderr"
        for path in (out, err):
            path.write_bytes(b"")
        request = Request(
            arguments=list(arguments),
            environment=dict(env),
            cwd=str(cwd),
            stdin=stdin,
            stdout=str(out),
            stderr=str(err),
            call=at.name if at else "",
            idle=_AT - at.number if at else 0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(dumps(request) + "\n")
        self._process.stdin.flush()
        process, code = map(int, self._process.stdout.readline().split())
        return Run(Outcome(code, out.read_text(), err.read_text()), tuple(self._calls(process, request["idle"])))

    def _calls(self, process: int, idle: int) -> Iterator[Call]:
        if self._traces is None:
            return
        path = self._traces.with_suffix(f".{process}")
        count: Counter[str] = Counter()
        for line in _finished(path)[idle:]:
            if found := _LINE.match(line):
                count[found[1]] += 1
                assert count[found[1]] < _AT
                yield Call(found[1], count[found[1]], line)
        path.unlink()


def _finished(path: Path) -> list[str]:
    """The lines of a trace; strace writes the last of them when the process has ended."""
    while not (text := path.read_text(errors="replace")).rstrip().endswith("+++"):
        time.sleep(0.001)
    return text.splitlines()

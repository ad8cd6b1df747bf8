"""System calls that fail as the kernel would have them fail, by means of strace: nothing in the program is replaced.

strace counts the calls of each process from its start, and fails one of a fixed number, `_AT`. So that one strace does
for thousands of runs, a run whose third rename shall fail first makes `_AT` - 3 renames that do nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import NamedTuple

from tests.support.peers import need
from tests.support.program import Outcome, environment
from tests.support.warm_program import Request

KILL = "signal=SIGKILL"
"""The process dies before it makes the call."""

_AT = 128
_OPEN_AT = 2000  # the program opens many files to import itself
_OPENING = "?open,openat"
_OTHERS = ",".join(  # the question mark is for those that not every processor has
    f"?{name}"
    for name in (
        "creat mkdir mkdirat fchmod fchmodat write pwrite64 writev fsync fdatasync sync_file_range syncfs truncate "
        "ftruncate fallocate copy_file_range sendfile utimensat link linkat symlinkat rename renameat renameat2 unlink "
        "unlinkat rmdir"
    ).split()
)
_CALL = re.compile(r"(\w+)\(")
_LET_US_LOOK = "inject=prctl:retval=0"  # strace must see the names behind descriptors, also when it is not root


class Call(NamedTuple):
    """The `number`-th system call of its name in a run, from 1, and how strace shows it."""

    name: str
    number: int
    shown: str

    def __str__(self) -> str:
        return f"{self.name} number {self.number}: {self.shown}"


@dataclass(frozen=True)
class Run:
    """How a run ended, and the system calls by which it changed, or tried to change, anything."""

    outcome: Outcome
    trace: tuple[str, ...]

    def calls(self) -> Iterator[Call]:
        """All of them, numbered; only of a run without a fault."""
        count: Counter[str] = Counter()
        for line in self.trace:
            if found := _CALL.match(line):
                count[found[1]] += 1
                assert count[found[1]] < _AT, "_AT has to be raised"
                yield Call(found[1], count[found[1]], line)

    @property
    def met_fault(self) -> bool:
        return self.outcome.exit == -9 or any("(INJECTED)" in line for line in self.trace)


class WarmProgram:
    """ipvault, ready to run; under strace if a `fault` is given, such as KILL or `error=EIO`."""

    def __init__(self, folder: Path, fault: str | None = None) -> None:
        """`folder` is for what it writes besides what the program writes."""
        self._folder = folder
        self._traces = folder / "trace" if fault else None
        tracer: list[str] = []
        if fault:
            rules = (f"trace={_CHANGING}", f"inject={_CHANGING}:{fault}:when={_AT}", _LET_US_LOOK)
            tracer = [need("strace"), "-ff", "-y", "-q", "-o", f"{self._traces}"]
            tracer += [word for rule in rules for word in ("-e", rule)]
            if fault != KILL:  # with it, strace 6.1 injects no signals
                tracer.append("--seccomp-bpf")
        # Coverage would write files, and slow down what nobody measures here.
        variables = {name: value for name, value in environment().items() if not name.startswith("COV")}
        self._process = subprocess.Popen(
            [*tracer, sys.executable, "-m", "tests.support.warm_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=variables,
            text=True,
        )

    def close(self) -> None:
        self._process.communicate()

    def run(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], *, fail: Call | None = None
    ) -> Run:
        """Run a command line, and disturb the call `fail`."""
        out, err = self._folder / "stdout", self._folder / "stderr"
        for path in (out, err):
            path.write_bytes(b"")
        request = Request(
            arguments=list(arguments),
            environment=dict(env),
            cwd=str(cwd),
            stdout=str(out),
            stderr=str(err),
            call=fail.name if fail else "",
            idle=_AT - fail.number if fail else 0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(dumps(request) + "\n")
        self._process.stdin.flush()
        process, code = map(int, self._process.stdout.readline().split())
        return Run(Outcome(code, out.read_text(), err.read_text()), self._trace(process))

    def _trace(self, process: int) -> tuple[str, ...]:
        if self._traces is None:
            return ()
        path = self._traces.with_suffix(f".{process}")
        while not (text := path.read_text(errors="replace")).endswith("+++\n"):
            time.sleep(0.001)  # strace has seen the end of the process before anybody else, but may write it later
        path.unlink()
        return tuple(text.splitlines())

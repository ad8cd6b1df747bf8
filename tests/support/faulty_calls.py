"""System calls that fail as the kernel would have them fail, by means of strace: nothing in the program is replaced.

strace counts the calls of a process from its start, and disturbs one of a fixed number, `_AT`. So that one strace does
for thousands of runs, a process whose third rename is to fail makes `_AT` - 3 renames first that do nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path
from typing import NamedTuple

from tests.support.peers import need
from tests.support.program import Outcome, environment
from tests.support.warm_program import Answer, Request

KILL = "signal=SIGKILL"
"""The process dies before it makes the call."""

_AT = 40
_OPEN_AT = 1800  # the program opens many files to import itself
_OPENING = "?open,openat"
_OTHERS = (  # a question mark for each, since not every processor has all of them
    "?creat,?mkdir,?mkdirat,?fchmod,?fchmodat,?write,?pwrite64,?fsync,?fdatasync,?sync_file_range,?syncfs,?truncate,"
    "?ftruncate,?fallocate,?copy_file_range,?sendfile,?utimensat,?link,?linkat,?symlinkat,?rename,?renameat,?renameat2,"
    "?unlink,?unlinkat,?rmdir"
)
_CALL = re.compile(r"(\w+)\(")
_LET_US_LOOK = "inject=prctl:retval=0"  # hardened against debuggers, it would hide the names behind its descriptors


class Call(NamedTuple):
    """The `number`-th system call of its name, from 1, and how strace shows it."""

    name: str
    number: int
    shown: str

    def __str__(self) -> str:
        return f"{self.name} number {self.number}, {self.shown}"


@dataclass(frozen=True)
class Run:
    """How commands ended that ran in one process, and the calls by which it tried to change something."""

    outcomes: tuple[Outcome, ...]
    trace: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """That of the only command."""
        (outcome,) = self.outcomes
        return outcome

    def changes(self, below: Path) -> Iterator[Call]:
        """The calls that change something below a folder, as they were made without a fault."""
        count: Counter[str] = Counter()
        for line in self.trace:
            if found := _CALL.match(line):
                name = found[1]
                count[name] += 1
                if str(below) in line and ("open" not in name or "O_CREAT" in line):
                    assert count[name] < _limit(name), "too small a number"
                    yield Call(name, count[name], line)

    @property
    def fault(self) -> str:
        """The call that was disturbed, as strace shows it, or an empty string if the run never came to it."""
        if self.outcomes[-1].exit < 0:
            return "killed"
        lines = (line for line in self.trace if not line.startswith("prctl"))
        return next((line for line in lines if "(INJECTED)" in line), "")


class WarmProgram:
    """ipvault, ready to run; under strace if a `fault` is given, such as KILL or `error=EIO`."""

    def __init__(self, folder: Path, fault: str | None = None) -> None:
        """`folder` is for files of its own."""
        self._folder = folder
        self._traces = folder / "trace" if fault else None
        # Coverage would write files, and slow down what nobody measures here.
        variables = {name: value for name, value in environment().items() if not name.startswith("COV")}
        self._process = subprocess.Popen(
            [*(self._tracer(fault) if fault else ()), sys.executable, "-B", "-m", "tests.support.warm_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=variables,
            text=True,
        )

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def run(self, *commands: Sequence[str], cwd: Path, env: Mapping[str, str], at: Call | None = None) -> Run:
        """Run command lines in one process, and disturb the call `at`."""
        for number in range(len(commands)):
            for stream in ("out", "err"):
                (self._folder / f"{number}.{stream}").write_bytes(b"")
        request = Request(
            commands=list(map(list, commands)),
            environment=dict(env),
            cwd=str(cwd),
            folder=str(self._folder),
            call=at.name if at else "",
            idle=_limit(at.name) - at.number if at else 0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(dumps(request) + "\n")
        self._process.stdin.flush()
        answer: Answer = loads(self._process.stdout.readline())
        codes = answer["codes"] if len(answer["codes"]) == len(commands) else [*answer["codes"], answer["status"]]
        return Run(tuple(map(self._outcome, range(len(codes)), codes)), self._read_trace(answer["process"]))

    def _tracer(self, fault: str) -> Iterator[str]:
        yield from (need("strace"), "-ff", "-y", "-q", "-o", str(self._traces))
        yield from ("-e", f"trace={_OPENING},{_OTHERS},prctl", "-e", _LET_US_LOOK)
        yield from ("-e", f"inject={_OTHERS}:{fault}:when={_AT}")
        if fault != KILL:
            yield from ("-e", f"inject={_OPENING}:{fault}:when={_OPEN_AT}")
            yield "--seccomp-bpf"  # much faster, but strace 6.1 then injects no signals

    def _outcome(self, number: int, code: int) -> Outcome:
        out, err = (self._folder / f"{number}.{stream}" for stream in ("out", "err"))
        return Outcome(code, out.read_text(errors="surrogateescape"), err.read_text(errors="surrogateescape"))

    def _read_trace(self, process: int) -> tuple[str, ...]:
        """The calls of a process. Its other threads must make none of those: nobody would disturb them."""
        if self._traces is None:
            return ()
        first = self._traces.with_suffix(f".{process}")
        while not _is_finished(first):
            time.sleep(0.001)  # strace knows of the end of a process before anybody, but may write it down later
        lines = tuple(first.read_text(errors="replace").splitlines())
        first.unlink()
        for other in filter(_is_finished, self._folder.glob("trace.*")):
            calls = _CALL.findall(other.read_text(errors="replace"))
            assert not set(calls) - {"prctl"}, "a thread changes something"
            other.unlink()
        return lines


def _is_finished(trace: Path) -> bool:
    return trace.read_bytes().endswith(b"+++\n")


def _limit(name: str) -> int:
    return _OPEN_AT if name.startswith("open") else _AT

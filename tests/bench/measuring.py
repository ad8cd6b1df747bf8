"""Running commands against the clock: wall time, processor time and peak memory, from wait4(2)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO

Command = Sequence[str | Path]


class MeasurementFailed(Exception):
    """A command that was to be measured failed; the argument says which and what it wrote."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds on the wall and of all processors, and the peak memory in bytes of its largest process.

    Linux counts the pages of this process too, with which the others begin: nothing large may be loaded here.
    """

    seconds: float
    cpu: float = 0
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Contestant:
    """Somebody who does the work: `run` prepares round N, and measures it. `program` must be on the PATH, if any."""

    name: str
    run: Callable[[int], Run]
    program: str | None = None


@dataclass(slots=True)
class Series:
    """All runs of a contestant; none where its program is not installed."""

    name: str
    runs: list[Run] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        return max(run.peak for run in self.runs)


def interleave(*contestants: Contestant, rounds: int) -> list[Series]:
    """Let them take turns, A B C A B C, so that whatever slows the machine for a while slows all of them.

    Round 0 fills the caches and does not count.
    """
    result = [Series(contestant.name) for contestant in contestants]
    for number in range(rounds + 1):
        for contestant, series in zip(contestants, result, strict=True):
            if contestant.program is None or shutil.which(contestant.program):
                run = contestant.run(number)
                if number > 0:
                    series.runs.append(run)
    return result


def measure(*stages: Command, environment: Mapping[str, str], output: Path | None = None, settled: bool = False) -> Run:
    """Run a pipeline to its end; its output goes to a new file, or nowhere.

    With `settled`, what others left to be written is written before the clock starts: for work that ends in a sync.
    Raises `MeasurementFailed`.
    """
    if settled:
        os.sync()
    processes: list[subprocess.Popen[bytes]] = []
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile())
        last: int | IO[bytes] = stack.enter_context(output.open("xb")) if output else subprocess.DEVNULL
        start = time.perf_counter()
        for command in stages:
            process = subprocess.Popen(
                command,
                stdin=processes[-1].stdout if processes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if len(processes) + 1 < len(stages) else last,
                stderr=errors,
                env=environment,
            )
            if processes and (pipe := processes[-1].stdout):
                pipe.close()
            processes.append(process)
        waited = [os.wait4(process.pid, 0) for process in processes]
        seconds = time.perf_counter() - start
        for process, (_pid, status, _usage) in zip(processes, waited, strict=True):
            process.returncode = os.waitstatus_to_exitcode(status)
        if any(process.returncode for process in processes):
            errors.seek(0)
            text = " | ".join(" ".join(map(str, command)) for command in stages)
            raise MeasurementFailed(f"{text}\n{errors.read().decode(errors='replace')}")
    usages = [usage for _pid, _status, usage in waited]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return Run(seconds, cpu, max(usage.ru_maxrss for usage in usages) * 1024)

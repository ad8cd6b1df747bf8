"""The program with everything imported, forked for each command: a start costs milliseconds.

`python -m tests.support.warm_program` reads one Request a line from standard input, and answers each with a line: the
process id and the exit code, which is negative for a signal. Nothing else differs from `ipvault_cheap`.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pkgutil
import sys
from typing import TypedDict

import ipvault
from tests.support.ipvault_cheap import make_cheap


class Request(TypedDict):
    """A command to run in folder `cwd`, with nothing to read and two files to write to.

    First it makes `idle` system calls called `call` that fail and do nothing, so that whoever counts the calls of the
    process is that much further.
    """

    arguments: list[str]
    environment: dict[str, str]
    cwd: str
    stdout: str
    stderr: str
    call: str
    idle: int


def serve() -> None:
    """Answer requests until there are no more. Answers are written with writev(2), which nobody counts."""
    with open(os.dup(0), encoding="utf-8") as requests:
        for line in requests:
            process = os.fork()
            if not process:
                _become(json.loads(line))
            _process, status = os.waitpid(process, 0)
            os.writev(1, [f"{process} {os.waitstatus_to_exitcode(status)}\n".encode()])


def _become(request: Request) -> None:
    from ipvault.cli.main import run

    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    for descriptor, name in enumerate((os.devnull, request["stdout"], request["stderr"])):
        opened = os.open(name, os.O_RDWR)
        os.dup2(opened, descriptor)
        os.close(opened)
    if request["idle"]:
        function, nowhere = ctypes.CDLL(None)[request["call"]], ctypes.c_long(-1)
        for _ in range(request["idle"]):
            function(nowhere, nowhere, nowhere, nowhere, nowhere)
    code = run(request["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _import_everything() -> None:
    for module in pkgutil.walk_packages(ipvault.__path__, "ipvault."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("resource", "typer._click.decorators"):  # what the program imports where it is used
        importlib.import_module(name)


if __name__ == "__main__":
    make_cheap()
    _import_everything()
    serve()

"""The program with everything imported, forked for each request: a start costs milliseconds.

`python -m tests.support.warm_program` reads one Request a line from standard input and answers each with an Answer.
Nothing but the start, and the price of a passphrase check, differs from `ipvault`.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pkgutil
import sys
from typing import NoReturn, TypedDict

import ipvault
from tests.support.ipvault_cheap import make_cheap


class Request(TypedDict):
    """Command lines to run one after the other in folder `cwd`, with nothing to read from standard input.

    What number N writes goes to the existing files `N.out` and `N.err` in `folder`. Before anything else, `idle` system
    calls named `call` are made that fail and do nothing, so that whoever counts calls is that much further on.
    """

    commands: list[list[str]]
    environment: dict[str, str]
    cwd: str
    folder: str
    call: str
    idle: int


class Answer(TypedDict):
    """Which process it was, the exit codes of the commands, and that of the process: negative for a signal."""

    process: int
    codes: list[int]
    status: int


def serve() -> None:
    """Answer requests until there are no more. It writes with writev(2), which nobody counts."""
    with open(os.dup(0), encoding="utf-8") as requests:
        for line in requests:
            reading, writing = os.pipe()
            process = os.fork()
            if not process:
                _become(json.loads(line), writing)
            os.close(writing)
            with open(reading, encoding="utf-8") as codes:
                done = list(map(int, codes))
            _process, status = os.waitpid(process, 0)
            answer = Answer(process=process, codes=done, status=os.waitstatus_to_exitcode(status))
            os.writev(1, [f"{json.dumps(answer)}\n".encode()])


def _become(request: Request, codes: int) -> NoReturn:
    from ipvault.cli.main import run

    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    _redirect(os.devnull, 0)
    if request["idle"]:
        _idle(request["call"], request["idle"])
    for number, arguments in enumerate(request["commands"]):
        _redirect(f"{request['folder']}/{number}.out", 1)
        _redirect(f"{request['folder']}/{number}.err", 2)
        code = run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        os.writev(codes, [f"{int(code)}\n".encode()])
    os._exit(0)


def _idle(call: str, count: int) -> None:
    function, nowhere = ctypes.CDLL(None)[call], ctypes.c_long(-1)
    for _ in range(count):
        function(nowhere, nowhere, nowhere, nowhere, nowhere)


def _redirect(path: str, descriptor: int) -> None:
    opened = os.open(path, os.O_RDWR)
    os.dup2(opened, descriptor)
    os.close(opened)


def import_everything() -> None:
    """Import all modules of the program, and what they import where they use it."""
    for module in pkgutil.walk_packages(ipvault.__path__, "ipvault."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("resource", "typer._click.decorators"):  # what the program imports where it is used
        importlib.import_module(name)


if __name__ == "__main__":
    make_cheap()
    import_everything()
    serve()

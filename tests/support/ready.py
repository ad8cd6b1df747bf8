"""Running the program without waiting for its start, wherever that makes no difference."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

from tests.support.ready_program import MAX_REQUEST, Request

_HARMLESS = ("COLUMNS", "COV", "HOME", "IPVAULT_", "PYTEST_", "XDG_", "_IPVAULT_", "_TYPER_")
"""How variables begin that nothing reads before ipvault does. Where another one is different, so may be the start."""
_LANGUAGE = "IPVAULT_LANG"
"""Sentences of commands are translated once, when they are imported."""


class ReadyProgram:
    """A process that forks for every run; one for all tests of a process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = _essential(environment)
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _start(theirs, environment)

    def close(self) -> None:
        """End it, and wait until it has."""
        self._requests.close()
        self._process.communicate()

    def can_run(self, request: Request) -> bool:
        """Whether a process of its own would do the same."""
        same = _essential(request["environment"]) == self._environment and "--lang" not in request["arguments"]
        return same and len(json.dumps(request)) < MAX_REQUEST

    def run(self, request: Request, stdin: bytes, timeout: float) -> tuple[int, bytes, bytes]:
        """The exit code, negative for a signal, and what was written to standard output and error."""
        (in_read, in_write), (out_read, out_write), (err_read, err_write) = (os.pipe() for _ in range(3))
        socket.send_fds(self._requests, [json.dumps(request).encode()], [in_read, out_write, err_write])
        for descriptor in (in_read, out_write, err_write):
            os.close(descriptor)
        process = int(self._requests.recv(100))
        overdue = Timer(timeout, os.kill, (process, signal.SIGKILL))
        overdue.start()
        with ThreadPoolExecutor(2) as pool:
            pool.submit(_write, in_write, stdin)
            err = pool.submit(_read, err_read)
            out = _read(out_read)
        status = int(self._requests.recv(100))
        overdue.cancel()
        return status, out, err.result()


class ReadyServer:
    """The same for scripts, which run `program` as they would run ipvault; several at once, and without a terminal."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._folder = TemporaryDirectory(prefix="ipvault-tests-")
        folder = Path(self._folder.name)
        self.program = folder / "ipvault"
        self.program.write_text(_CLIENT.format(python=sys.executable, path=str(folder / "socket")))
        self.program.chmod(0o755)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(folder / "socket"))
            listener.listen()
            self._process = _start(listener, environment)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


_CLIENT = """#!{python} -IS
import json, os, socket, sys
umask = os.umask(0o077)
request = dict(arguments=sys.argv[1:], environment=dict(os.environ), cwd=os.getcwd(), umask=umask)
server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
server.connect({path!r})
socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2])
server.recv(100)
status = int(server.recv(100))
sys.exit(status if status >= 0 else 128 - status)
"""


def _start(requests: socket.socket, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.ready_program", str(requests.fileno())],
        pass_fds=[requests.fileno()],
        stdin=subprocess.PIPE,  # what its streams can do is found out at its start
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def _essential(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name == _LANGUAGE or not name.startswith(_HARMLESS)}


def _write(pipe: int, data: bytes) -> None:
    with suppress(BrokenPipeError), open(pipe, "wb", buffering=0) as file:
        while data:
            data = data[file.write(data) :]


def _read(pipe: int) -> bytes:
    with open(pipe, "rb", buffering=0) as file:
        return file.read()

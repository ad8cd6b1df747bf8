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
from threading import Timer

from tests.support.ready_program import MAX_REQUEST, Request

_HARMLESS = ("COLUMNS", "COV", "HOME", "IPVAULT_", "PYTEST_", "XDG_")
"""How variables begin that nothing reads before ipvault does. Where another one is different, so may be the start."""
_LANGUAGE = "IPVAULT_LANG"
"""Sentences of commands are translated once, when they are imported."""


class ReadyProgram:
    """A process that forks for every run; one for all tests of a process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = _essential(environment)
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.ready_program", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,  # what its streams can do is found out at its start
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            )

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


def _essential(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name == _LANGUAGE or not name.startswith(_HARMLESS)}


def _write(pipe: int, data: bytes) -> None:
    with suppress(BrokenPipeError), open(pipe, "wb", buffering=0) as file:
        while data:
            data = data[file.write(data) :]


def _read(pipe: int) -> bytes:
    with open(pipe, "rb", buffering=0) as file:
        return file.read()

"""A Python that has imported all of ipvault, and forks for each request: a start of the program costs milliseconds.

`python -m tests.support.ready_program DESCRIPTOR` takes requests from a socket, each with three descriptors that become
standard input, output and error, and answers each with the process and, at its end, its status. From a socket that
listens it takes the requests of all who connect, side by side. Each process does what
`python -m tests.support.ipvault_cheap ARGUMENTS` would do in a session of its own.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import time
from contextlib import suppress
from typing import TypedDict

from ipvault.catalog.catalog import Catalog
from ipvault.cli.language import choose_language
from ipvault.cli.main import end, run
from ipvault.crypto import aead, argon2, hkdf, hpke
from ipvault.crypto.secret import Secret
from ipvault.journal.head import empty_head
from ipvault.keys.identity import Identity
from tests.support.ipvault_cheap import CHEAPEST, make_cheap
from tests.support.warm_program import import_everything

MAX_REQUEST = 100_000
"""Bytes that go through the socket as one message."""


class Request(TypedDict):
    """What a process is started with."""

    arguments: list[str]
    environment: dict[str, str]
    cwd: str
    umask: int


def serve(requests: socket.socket) -> Request | None:
    """Return in each new process what it is to run, and None here when there are no more requests."""
    while True:
        message, streams, _flags, _address = socket.recv_fds(requests, MAX_REQUEST, 3)
        if not message:
            return None
        process = os.fork()
        if not process:
            requests.close()
            request: Request = json.loads(message)
            _become(request, streams)
            return request
        for stream in streams:
            os.close(stream)
        requests.send(str(process).encode())
        _process, status = os.waitpid(process, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def serve_all(listener: socket.socket) -> Request | None:
    """The same for each connection, in a process of its own, until somebody ends this one."""
    while True:
        connection, _address = listener.accept()
        if not os.fork():
            listener.close()
            return serve(connection)
        connection.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _become(request: Request, streams: list[int]) -> None:
    os.setsid()
    for descriptor, stream in enumerate(streams):
        os.dup2(stream, descriptor)
        os.close(stream)
    os.umask(request["umask"])
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()


def use_everything_once() -> None:
    """All processes then have what libraries look up at the first use of an algorithm, and the tables of a catalog."""
    identity, context = Identity.generate(os.urandom), b"first use"
    identity.public.verifies(identity.sign(context), context)
    wrapped = hpke.wrap(Secret(os.urandom(32)), identity.public.kem, context)
    key = hkdf.expand(identity.kem.unwrap(wrapped, context), context)
    aead.unseal(key, context, aead.seal(key, context, context))
    argon2.derive(key, os.urandom(16), CHEAPEST)
    Catalog(empty_head("0" * 32))


if __name__ == "__main__":
    choose_language(None, os.environ)
    import_everything()
    make_cheap()
    use_everything_once()
    gc.freeze()  # forked processes share what is never written to
    requests = socket.socket(fileno=int(sys.argv[1]))
    listens = requests.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if request := serve_all(requests) if listens else serve(requests):
        end(run(request["arguments"]))

"""Work on all cores: processes are forked, because threads of one interpreter take turns.

Forking only pays for much work, and needs nothing to be passed in: a child has all that its parent has, secrets too,
and is gone when the work is. Where processes cannot be forked, the same is done here, one after the other.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

from ipvault.errors import MemoryExhausted, VaultError
from ipvault.vault.progress import Progress, unobserved

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

T = TypeVar("T")

MANY: Final = 500
"""From so many pieces of work of a tenth of a millisecond on, the other processes save more than they cost."""

_PAUSE: Final = 0.1
"""Seconds between two words of a child about its progress."""

_INTERRUPTIONS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Failed(NamedTuple):
    """An error of a child; like every `VaultError` it is what its fields say."""

    kind: type[VaultError]
    fields: dict[str, Any]


class _Done(NamedTuple):
    result: Any


Results = Callable[[], list[T]]
"""Waits for the work to be done; what came of it, in order."""


@contextmanager
def spread(function: Callable[[int, Progress], T], count: int, progress: Progress = unobserved) -> Iterator[Results[T]]:
    """Call `function(0, …)` to `function(count - 1, …)`, each once, on all cores if there are many.

    What a call returns must be picklable, and it can change nothing here: only on disk. See `side_by_side`.
    """
    processes = max(1, min(os.cpu_count() or 1, count // (MANY // 2)))

    def run(part: int, told: Progress) -> list[T]:
        return [function(number, told) for number in range(part, count, processes)]

    with side_by_side(run, processes, progress) as parts:

        def results() -> list[T]:
            found = parts()
            return [found[number % processes][number // processes] for number in range(count)]

        yield results


@contextmanager
def side_by_side(run: Callable[[int, Progress], T], count: int, progress: Progress) -> Iterator[Results[T]]:
    """Call `run(0, …)` to `run(count - 1, …)`, each in a process of its own, which work while the block does.

    A single call, and all of them where processes cannot be forked, are made when the results are asked for. Those
    raise the first `VaultError` that a call raised, after which it is not known which others were made; and
    `MemoryExhausted` if a process was killed. None outlives the block.
    """
    if count == 1 or not hasattr(os, "fork"):
        yield lambda: [run(number, progress) for number in range(count)]
        return
    import multiprocessing

    context = multiprocessing.get_context("fork")
    children: dict[Connection, ForkProcess] = {}
    try:
        # An interruption waits until it is known who has to be ended.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
        try:
            for number in range(count):
                receiving, sending = context.Pipe(duplex=False)
                child = context.Process(target=_work, args=(run, number, sending), daemon=True)
                child.start()
                sending.close()
                children[receiving] = child
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        yield lambda: _collect(children, progress)
    finally:
        for pipe, child in children.items():
            child.kill()
            child.join()
            pipe.close()


def _collect(children: dict[Connection, ForkProcess], progress: Progress) -> list[Any]:
    from multiprocessing.connection import wait

    results: dict[Connection, Any] = {}
    while len(results) < len(children):
        for ready in wait(children.keys() - results.keys()):
            pipe = cast("Connection", ready)
            try:
                message = pipe.recv()
            except EOFError:
                children[pipe].join()
                raise (
                    MemoryExhausted if (children[pipe].exitcode or 0) < 0 else RuntimeError("a child failed")
                ) from None
            if isinstance(message, _Failed):
                raise message.kind(**message.fields)
            if isinstance(message, _Done):
                results[pipe] = message.result
            else:
                progress(message)
    return [results[pipe] for pipe in children]


def _work(run: Callable[[int, Progress], object], number: int, out: Connection) -> None:
    """What a child does. It leaves interruptions blocked: they reach its parent too, who decides what becomes of it."""
    telling = _Telling(out)
    with suppress(BrokenPipeError):  # the parent is gone
        try:
            result = run(number, telling)
        except VaultError as error:
            out.send(_Failed(type(error), error.fields))
        else:
            out.send(telling.untold)
            out.send(_Done(result))


class _Telling:
    """A child's progress, told now and then."""

    def __init__(self, out: Connection) -> None:
        self._out = out
        self.untold = 0
        self._next = 0.0

    def __call__(self, done: int) -> None:
        from time import monotonic

        self.untold += done
        if monotonic() >= self._next:
            self._out.send(self.untold)
            self.untold, self._next = 0, monotonic() + _PAUSE

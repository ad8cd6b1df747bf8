"""Work on all cores: processes are forked, because threads of one interpreter take turns.

Forking only pays for much work, and needs nothing to be passed in: a child has all that its parent has, secrets too,
and is gone when the work is. Where processes cannot be forked, the same is done here, one after the other.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from time import monotonic
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
"""Seconds between two words of a child."""

_INTERRUPTIONS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Failed(NamedTuple):
    """An error of a child; like every `VaultError` it is what its fields say."""

    kind: type[VaultError]
    fields: dict[str, Any]


class _Told(NamedTuple):
    """What a child has done since it last told: its progress, and what its calls returned."""

    progress: int
    results: list[Any]


@contextmanager
def spread(
    function: Callable[[int, Progress], T], count: int, progress: Progress = unobserved, processes: int | None = None
) -> Iterator[Iterator[T]]:
    """Call `function(0, …)` to `function(count - 1, …)`, each once, in processes that work while the block does.

    There are as many as cores if that saves time, or `processes`. The block gets what the calls return, in order, as it
    comes. It must be picklable, and a call can change nothing here: only on disk. With a single process, and where
    none can be forked, the calls are made here, when their results are asked for.

    In place of a result there can be the first `VaultError` that a call raised, after which it is not known which
    others were made; and `MemoryExhausted` if a process was killed. None outlives the block.
    """
    if processes is None:
        processes = min(os.cpu_count() or 1, count // (MANY // 2))
    if processes <= 1 or not hasattr(os, "fork"):
        yield (function(number, progress) for number in range(count))
        return
    import multiprocessing

    context = multiprocessing.get_context("fork")
    children: dict[Connection, ForkProcess] = {}
    try:
        with _interruptions_wait():  # until it is known who has to be ended
            for first in range(processes):
                receiving, sending = context.Pipe(duplex=False)
                arguments = (function, range(first, count, processes), sending, [*children, receiving])
                child = context.Process(target=_work, args=arguments, daemon=True)
                child.start()
                sending.close()
                children[receiving] = child
        yield _collect(children, count, progress)
    finally:
        for pipe, child in children.items():
            child.kill()
            child.join()
            pipe.close()


@contextmanager
def meanwhile(function: Callable[[], object], *, pays: bool) -> Iterator[None]:
    """Have `function`, which waits for the disk more than it works, called by the end of the block.

    If it `pays`, the block does its work meanwhile, and an interruption waits for both. Whatever becomes of the block,
    the call is over before anything else happens, and raises what it raised unless the block did.
    """
    if not pays:
        function()
        yield
        return
    from concurrent.futures import ThreadPoolExecutor

    with _interruptions_wait(), ThreadPoolExecutor(1) as executor:
        call = executor.submit(function)
        yield
    call.result()


@contextmanager
def _interruptions_wait() -> Iterator[None]:
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _collect(children: dict[Connection, ForkProcess], count: int, progress: Progress) -> Iterator[Any]:
    """The results in order: that of call 0 comes from the first child, that of call 1 from the second."""
    from multiprocessing.connection import wait

    working = set(children)
    results: dict[Connection, deque[Any]] = {pipe: deque() for pipe in children}
    for arrived in islice(cycle(results.values()), count):
        while not arrived:
            for ready in wait(working):
                pipe = cast("Connection", ready)
                try:
                    message = pipe.recv()
                except EOFError:
                    _see_off(children[pipe])
                    working.remove(pipe)
                    continue
                if isinstance(message, _Failed):
                    raise message.kind(**message.fields)
                results[pipe] += message.results
                progress(message.progress)
        yield arrived.popleft()


def _see_off(child: ForkProcess) -> None:
    """Raises `MemoryExhausted` if it was killed. What else it did not survive is a defect, and has been shown."""
    child.join()
    if child.exitcode:
        raise MemoryExhausted if child.exitcode < 0 else RuntimeError("a child failed")


def _work(function: Callable[[int, Progress], object], share: range, out: Connection, others: list[Connection]) -> None:
    """What a child does. It leaves interruptions blocked: they reach its parent too, who decides what becomes of it.

    `others` are ends of pipes that only its parent is to hold, or nobody would notice when that is gone.
    """
    for pipe in others:
        pipe.close()
    telling = _Telling(out)
    with suppress(BrokenPipeError):  # the parent is gone
        try:
            for number in share:
                telling.add(0, [function(number, telling.add)])
        except VaultError as error:
            out.send(_Failed(type(error), error.fields))
        else:
            telling.tell()


class _Telling:
    """What a child has to tell, told now and then."""

    def __init__(self, out: Connection) -> None:
        self._out = out
        self._progress = 0
        self._results: list[object] = []
        self._next = monotonic() + _PAUSE

    def add(self, progress: int, results: Sequence[object] = ()) -> None:
        self._progress += progress
        self._results += results
        if monotonic() >= self._next:
            self.tell()

    def tell(self) -> None:
        self._out.send(_Told(self._progress, self._results))
        self._progress, self._results, self._next = 0, [], monotonic() + _PAUSE

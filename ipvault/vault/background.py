"""Work beside the main work: one thread, one queue, in order."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from threading import Thread
from typing import Any, Final

_AHEAD: Final = 16
"""How many calls may wait: enough to even out their cost, few enough to keep memory small."""


class Background:
    """Calls what it is given in a thread, in order. The first error ends the work; `put` or `finish` raises it."""

    def __init__(self) -> None:
        self._queue: Queue[tuple[Callable[..., object], tuple[Any, ...]] | None] = Queue(_AHEAD)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def put(self, function: Callable[..., object], *arguments: Any) -> None:
        """Have a function called, later."""
        if self._error is not None:
            self.finish()
        self._queue.put((function, arguments))

    def finish(self) -> None:
        """Wait until all is done. Idempotent."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _work(self) -> None:
        while (call := self._queue.get()) is not None:
            if self._error is not None:
                continue  # what follows a failure is not done, but taken, so that nobody waits for room
            function, arguments = call
            try:
                function(*arguments)
            except BaseException as error:  # noqa: BLE001  # it is raised where the result is waited for
                self._error = error

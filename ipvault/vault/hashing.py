"""SHA-256 of a stream, beside the work that produces it."""

from __future__ import annotations

import hashlib
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Final

_LARGE: Final = 256 * 1024
_BLOCKS_AHEAD: Final = 8


class StreamHash:
    """A SHA-256 that moves to a thread of its own when the blocks are large, so that hashing overlaps with writing.

    Blocks must not be changed after they were given. `hexdigest` ends the stream.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._thread: Thread | None = None
        self._queue: SimpleQueue[bytes | memoryview | None] = SimpleQueue()
        self._room = Semaphore(_BLOCKS_AHEAD)

    def update(self, block: bytes | memoryview) -> None:
        if self._thread is None:
            if len(block) < _LARGE:
                self._hash.update(block)
                return
            self._thread = Thread(target=self._work, daemon=True)
            self._thread.start()
        self._room.acquire()
        self._queue.put(block)

    def hexdigest(self) -> str:
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        return self._hash.hexdigest()

    def _work(self) -> None:
        while (block := self._queue.get()) is not None:
            self._hash.update(block)
            self._room.release()

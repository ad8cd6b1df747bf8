"""Work that a thread does beside the main work."""

from __future__ import annotations

from threading import Event

import pytest

from ipvault.vault.background import Background

MANY = 100
"""More than the queue has room for."""


def test_everything_is_done_in_order() -> None:
    """When `finish` returns, every call was made, in the order in which they were put; to finish twice does no harm."""
    done: list[int] = []
    work = Background()
    for number in range(MANY):
        work.put(done.append, number)
    work.finish()
    work.finish()
    assert done == list(range(MANY))


def test_an_error_is_raised_and_ends_the_work() -> None:
    """What fails in the thread fails the main work, once; nothing is done after it, and nobody waits for room."""
    done: list[int] = []
    may_fail = Event()

    def fail() -> None:
        may_fail.wait()
        raise OSError("no space left")

    work = Background()
    work.put(done.append, 0)
    work.put(fail)
    for number in range(10):
        work.put(done.append, number)
    may_fail.set()

    def go_on() -> None:
        for number in range(MANY):
            work.put(done.append, number)
        work.finish()

    with pytest.raises(OSError, match="no space left"):
        go_on()
    assert done == [0]
    work.finish()


def test_an_error_of_the_last_call_is_raised_at_the_end() -> None:
    """`finish` raises what nobody has been told yet."""
    work = Background()
    work.put(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        work.finish()

"""How long work says how far it is: a callable that is told how many more bytes are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Progress = Callable[[int], None]

Stage = Callable[[str, int], AbstractContextManager[Progress]]
"""Begins a stage of the work, with a name for people and a number of bytes."""


def unobserved(_done: int) -> None:
    """For work that nobody watches."""


@contextmanager
def unobserved_stage(_name: str, _total: int) -> Iterator[Progress]:
    """For work in stages that nobody watches."""
    yield unobserved

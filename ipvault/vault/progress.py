"""How long work says how far it is: a callable that is told how many more bytes are done."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int], None]


def unobserved(_done: int) -> None:
    """For work that nobody watches."""

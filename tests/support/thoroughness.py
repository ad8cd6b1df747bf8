"""How much tests do of what they repeat for every byte or system call: a twentieth, or with `--exhaustive` all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

_SHARE = 20


def add_option(parser: pytest.Parser) -> None:
    """The option of pytest that asks for all of it."""
    text = "try every byte and every system call, not a twentieth of them; takes three times as long"
    parser.addoption("--exhaustive", action="store_true", help=text)


def some(config: pytest.Config, everything: Sequence[T], first: int = 0) -> Sequence[T]:
    """All of it when that was asked for, else every twentieth; `first` tells which ones."""
    return everything if config.getoption("exhaustive") else everything[first % _SHARE :: _SHARE]

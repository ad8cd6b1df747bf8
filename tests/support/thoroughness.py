"""How much of what tests repeat for every byte or system call they do: a tenth, or with `--exhaustive` all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

_SHARE = 10


def add_option(parser: pytest.Parser) -> None:
    """The option of pytest that asks for all of it."""
    text = "try every byte and every system call, not a tenth of them; takes twice as long"
    parser.addoption("--exhaustive", action="store_true", help=text)


def some(config: pytest.Config, everything: Sequence[T], first: int = 0) -> Sequence[T]:
    """All of it when that was asked for, else every tenth; `first` tells which ones."""
    return everything if config.getoption("exhaustive") else everything[first % _SHARE :: _SHARE]

"""What a row of the bench is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.sizes import Sizes
from tests.bench.table import Line
from tests.bench.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of work: its name on the command line, what is measured, and how that was made comparable.

    `space` says how many bytes of disk it takes; nothing is removed before the end.
    """

    name: str
    title: str
    note: str
    measure: Callable[[Workbench], list[Line]]
    space: Callable[[Sizes], int]

"""Progress on standard error: only for a person, and only when the work takes longer than a second."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Literal, Self, TextIO

from ipvault.characters import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0  # seconds of work before anything is shown
REFRESH = 0.1  # seconds between two pictures

Unit = Literal["bytes", "items"]


class Silence:
    """Progress that nobody sees."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def advance(self, _amount: int = 1, /) -> None:
        """So much more is done."""


class Bar(Silence):
    """A bar that is drawn by `advance` itself: it needs no thread, and work that ends within a second shows none."""

    def __init__(self, label: str, total: int | None, unit: Unit, stream: TextIO, *, colour: bool) -> None:
        self._label = printable(label)
        self._total = total
        self._unit = unit
        self._stream = stream
        self._colour = colour
        self._done = 0
        self._next = monotonic() + PATIENCE
        self._drawn: tuple[Progress, TaskID] | None = None

    def __exit__(self, *_exception: object) -> None:
        if self._drawn is not None:
            self._drawn[0].stop()

    def advance(self, amount: int = 1, /) -> None:
        self._done += amount
        if monotonic() >= self._next:
            self._draw()
            self._next = monotonic() + REFRESH

    def _draw(self) -> None:
        if self._drawn is None:
            self._drawn = self._begin()
        progress, task = self._drawn
        progress.update(task, completed=self._done, refresh=True)

    def _begin(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn() if self._unit == "bytes" else MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(file=self._stream, force_terminal=True, color_system="auto" if self._colour else None),
            auto_refresh=False,
            transient=True,
        )
        progress.start()
        return progress, progress.add_task(self._label, total=self._total)

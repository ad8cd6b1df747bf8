"""Tables and pages: drawn for a person; tables also in plain columns, or separated by tabs for a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from ipvault.characters import columns, printable

if TYPE_CHECKING:
    from rich.console import Console

Row = Sequence[object]

GAP = "  "
READABLE = 100  # columns
_BATCH = 200  # rows


def separated(rows: Iterable[Row]) -> Iterator[str]:
    """Lines with a tab between cells; a tab or line end inside a cell is escaped, so cells can be told apart."""
    remaining = iter(rows)
    while batch := [list(map(str, row)) for row in islice(remaining, _BATCH)]:
        whole = "".join(map("".join, batch))
        if printable(whole) is not whole:  # one look at many rows: most are harmless
            batch = [list(map(printable, cells)) for cells in batch]
        yield from map("\t".join, batch)


def aligned(titles: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Lines with cells padded to the width of their column."""
    cells = [[printable(str(cell)) for cell in row] for row in (titles, *rows)]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True))
        yield GAP.join(padded).rstrip()


def draw(titles: Sequence[str], rows: Iterable[Row], stream: TextIO, *, width: int, colour: bool) -> None:
    """A table that fits the terminal: long cells go on in the next line, nothing is cut off."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_edge=False, pad_edge=False, highlight=False)
    for number, title in enumerate(titles):
        table.add_column(Text(printable(title)), overflow="fold", style="bold" if number == 0 else "")
    for row in rows:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    _console(stream, width, colour).print(table)


def draw_markdown(page: str, stream: TextIO, *, width: int, colour: bool) -> None:
    """A page of Markdown, at most as wide as is comfortable to read."""
    from rich.markdown import Markdown

    _console(stream, min(width, READABLE), colour).print(Markdown(page, hyperlinks=False))


def _console(stream: TextIO, width: int, colour: bool) -> Console:
    from rich.console import Console

    # Rich takes a width from others only together with a height. Without a colour system it writes no style either.
    return Console(
        file=stream,
        width=width,
        height=25,
        force_terminal=True,
        color_system="auto" if colour else None,
        highlight=False,
    )

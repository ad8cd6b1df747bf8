"""The pattern of dots: a tile that repeats, in which one dot of every pair of places is there, and says a bit.

A tile is a square lattice of 32 by 16 places. Two neighbours in a row are a cell: a dot on the left is 0, one on the
right 1. Every fourth row of cells holds a pattern that never changes, by which a reader finds where tiles begin and
which way up they are; the others hold the code and as many bytes of Reed-Solomon parity, two bytes a row. Wherever a
part of a pattern is lost, tiles are added up, and doubtful bytes are left to the parity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import mul
from typing import Final, NamedTuple

from ipvault.governance.marks.copies import CODE_SIZE
from ipvault.governance.marks.reed_solomon import Uncorrectable, decode, encode

COLUMNS: Final = 32
ROWS: Final = 16
"""Places of a tile."""

PARITY: Final = 12
"""Bytes: up to six of 24 may be wrong, or twelve missing."""

WORD_SIZE: Final = CODE_SIZE + PARITY
"""Bytes that a tile says."""

_CELLS: Final = COLUMNS // 2
_SYNC_EVERY: Final = 4
_SYNC_ROWS: Final = range(_SYNC_EVERY - 1, ROWS, _SYNC_EVERY)
_DATA_ROWS: Final = tuple(row for row in range(ROWS) if row not in _SYNC_ROWS)
_SYNC: Final = hashlib.sha256(b"ipvault/v1/mark-sync").digest()[: len(_SYNC_ROWS) * _CELLS // 8]
_ERASURES: Final = (0, 4)
"""How many of the most doubtful bytes are given up, one trial after the other."""

_TRIED: Final = 4
"""Beginnings of tiles that are tried, the most likely first."""

_SURE: Final = 44
"""Cells of the 64 that never change that have to be right: where there is no pattern, hardly ever more are."""

Grid = Sequence[Sequence[float]]
"""What was seen at the places of a lattice: the more, the more likely there is a dot; 0 where nothing can be said."""


class Decoded(NamedTuple):
    """A code that was read out of dots, and how many bytes of 24 had to be corrected."""

    code: bytes
    corrected: int


def _bits(data: bytes) -> list[int]:
    return [byte >> shift & 1 for byte in data for shift in range(7, -1, -1)]


def dots(code: bytes) -> list[tuple[int, int]]:
    """The places (column, row) of a tile that have a dot, for a code."""
    bits = {row: _bits(_SYNC[2 * index : 2 * index + 2]) for index, row in enumerate(_SYNC_ROWS)}
    word = encode(code, PARITY)
    bits |= {row: _bits(word[2 * index : 2 * index + 2]) for index, row in enumerate(_DATA_ROWS)}
    return [(2 * cell + bit, row) for row in range(ROWS) for cell, bit in enumerate(bits[row])]


def read(grid: Grid) -> Decoded | None:
    """The code in a lattice, whichever way up it is; None if there is none."""
    for turned in _turns(grid):
        tile = _folded(turned)
        for column, row in _beginnings(tile):
            if found := _decoded([[*line[column:], *line[:column]] for line in (*tile[row:], *tile[:row])]):
                return found
    return None


def _turns(grid: Grid) -> list[Grid]:
    """The lattice as it is, upside down, and on either side."""
    quarter = list(zip(*reversed(grid), strict=True))
    return [grid, [line[::-1] for line in reversed(grid)], quarter, [line[::-1] for line in reversed(quarter)]]


def _folded(grid: Grid) -> list[list[float]]:
    """All tiles laid on one another."""
    tile = []
    for row in range(ROWS):
        lines = grid[row::ROWS]
        tile.append([sum(sum(line[column::COLUMNS]) for line in lines) for column in range(COLUMNS)])
    return tile


def _beginnings(tile: Grid) -> list[tuple[int, int]]:
    """Where a tile may begin (column, row), by the pattern that never changes."""
    signs = [(row, [1 - 2 * bit for bit in _bits(_SYNC[2 * i : 2 * i + 2])]) for i, row in enumerate(_SYNC_ROWS)]
    leaning = [[line[c] - line[(c + 1) % COLUMNS] for c in range(COLUMNS)] for line in tile]
    likely: list[tuple[float, int, int]] = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            seen: list[float] = []
            for below, pattern in signs:
                line = leaning[(row + below) % ROWS]
                line = [*line[column:], *line[:column]]
                seen += map(mul, line[::2], pattern)
            if sum(one > 0 for one in seen) >= _SURE:
                likely.append((sum(seen), column, row))
    return [(column, row) for _score, column, row in sorted(likely, reverse=True)[:_TRIED]]


def _decoded(tile: Grid) -> Decoded | None:
    """The code in a tile that begins here."""
    leaning = [right - left for row in _DATA_ROWS for left, right in zip(tile[row][::2], tile[row][1::2], strict=True)]
    groups = [leaning[start : start + 8] for start in range(0, len(leaning), 8)]
    word = bytes(sum((lean > 0) << (7 - place) for place, lean in enumerate(group)) for group in groups)
    doubtful = sorted(range(len(word)), key=lambda place: min(map(abs, groups[place])))
    for count in _ERASURES:
        try:
            code, corrected = decode(word, PARITY, doubtful[:count])
        except Uncorrectable:
            continue
        if len(code) == CODE_SIZE:
            return Decoded(code, corrected)
    return None

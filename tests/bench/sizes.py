"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes in bytes, counts of files and records, and how often each command of a row is run.

    `fast_rounds` is for commands of a fraction of a second, `slow_rounds` for those of many seconds.
    """

    large_file: int
    stream: int
    files: int
    file_size: int
    records: int
    short_journal: int
    room_items: int
    members: int
    rooms: int
    fast_rounds: int
    slow_rounds: int


FULL: Final = Sizes(
    large_file=GIB,
    stream=5 * GIB,
    files=10_000,
    file_size=10 * 1024,
    records=1_000_000,
    short_journal=100,
    room_items=100_000,
    members=50,
    rooms=20,
    fast_rounds=15,
    slow_rounds=5,
)

QUICK: Final = Sizes(
    large_file=32 * MIB,
    stream=64 * MIB,
    files=300,
    file_size=10 * 1024,
    records=10_000,
    short_journal=100,
    room_items=1_000,
    members=5,
    rooms=4,
    fast_rounds=3,
    slow_rounds=2,
)

"""Many small documents at once."""

from __future__ import annotations

from pathlib import Path

from tests.bench.measuring import Command, Contestant, Run, interleave
from tests.bench.peers import Borg, Restic
from tests.bench.row import Row
from tests.bench.table import Line, compared
from tests.bench.workbench import Workbench


def _add_many(bench: Workbench) -> list[Line]:
    tree = bench.tree

    def ipvault(_round: int) -> Run:
        return timed(bench.ipvault(bench.new_vault(), "add", "-r", tree))

    def restic(_round: int) -> Run:
        return timed(Restic(bench).backup(tree))

    def borg(_round: int) -> Run:
        return timed(Borg(bench).create(tree))

    def timed(command: Command) -> Run:
        _read_all(tree)
        return bench.time(command, settled=True)

    ours, by_restic, by_borg = interleave(
        Contestant("ipvault", ipvault),
        Contestant("restic backup", restic, "restic"),
        Contestant("borg create", borg, "borg"),
        rounds=bench.sizes.slow_rounds,
    )
    work = f"add -r of {bench.sizes.files:,} files of {bench.sizes.file_size // 1024} KiB, durable"
    return [compared(work, ours, by_restic, 1.5), compared(work, ours, by_borg)]


def _read_all(tree: Path) -> None:
    """Have the files in the page cache for everybody: Borg has the kernel drop what it has read."""
    for path in tree.rglob("*"):
        if path.is_file():
            path.read_bytes()


ROWS = (
    Row(
        "add-many",
        "add -r of many small files, durable",
        "random files in the page cache; every round goes to a new, empty vault or repository, made before the clock "
        "starts. restic derives a key from its password within the time, ipvault has a session.",
        _add_many,
        lambda sizes: 4 * sizes.files * sizes.file_size * (sizes.slow_rounds + 2),
    ),
)

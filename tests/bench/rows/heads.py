"""Heads of a long journal: checkpoints, proofs, and bundles that hold both."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measuring import Run, Series
from tests.bench.row import Row
from tests.bench.table import Line, later, timed
from tests.bench.workbench import ROOT, Workbench

_BYTES_PER_RECORD = 1500


def _heads(bench: Workbench) -> list[Line]:
    records = bench.sizes.records
    vault = bench.long_journal(records, 100)
    bench.do(bench.ipvault(vault, "list"))  # the snapshot: what it costs to open a vault is measured elsewhere
    rounds = []
    for _round in range(min(bench.sizes.slow_rounds, 3)):
        cache = bench.new_path("hashes")
        told = bench.do([sys.executable, "-m", "tests.bench.head_times", vault, cache], cwd=ROOT)
        rounds.append([float(number) for number in told.split()])
    work = (
        (f"checkpoint of {records:,} records, without the file of hashes", 3),
        (f"checkpoint of {records:,} records, with it", 0.05),
        ("proof of a record, the slowest of 100", 0.005),
        ("proof since a checkpoint, the slowest of 100", 0.005),
    )
    lines = [
        timed(name, Series(name, [Run(seconds) for seconds in column]), at_most)
        for (name, at_most), column in zip(work, zip(*rounds, strict=True), strict=True)
    ]
    bench.do(bench.ipvault(vault, "journal", "checkpoint"))
    whole = Series("ipvault", [bench.time(bench.ipvault(vault, "journal", "checkpoint")) for _ in range(5)])
    start = Series("list", [bench.time(bench.ipvault(vault, "list")) for _ in range(5)])
    return [*lines, later("journal checkpoint as a command, with the file", whole, start, 0.3), _bundle(bench, vault)]


def _bundle(bench: Workbench, vault: Path) -> Line:
    """A thousand records in the middle, as a ZIP archive; the file of hashes is there."""
    middle = bench.sizes.records // 2
    chosen = f"{middle}-{middle + min(1_000, middle) - 1}"
    runs = [
        bench.time(bench.ipvault(vault, "evidence", "bundle", "--record", chosen, "-o", bench.new_path("bundle.zip")))
        for _ in range(min(bench.sizes.slow_rounds, 3))
    ]
    work = f"evidence bundle of 1,000 of {bench.sizes.records:,} records, as a command"
    return timed(work, Series("ipvault", runs), 2)


ROWS = (
    Row(
        "heads",
        "checkpoints and proofs of a long journal",
        "inside one process, from an open vault to the signed text; the last line is the whole command beside `list` "
        "on the same vault, with the difference in the column ratio.",
        _heads,
        lambda sizes: (_BYTES_PER_RECORD + 3 * 64) * sizes.records,
    ),
)

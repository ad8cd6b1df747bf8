"""The command line of the bench: which rows to measure, and how to print the table."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.machine import describe
from tests.bench.measuring import MeasurementFailed
from tests.bench.row import Row
from tests.bench.rows import (
    backup,
    bulk,
    change,
    content,
    governance,
    heads,
    journal,
    listing,
    memory,
    oversight,
    people,
    sharing,
    start,
)
from tests.bench.sizes import FULL, GIB, QUICK
from tests.bench.table import Line, not_measured, rendered
from tests.bench.workbench import Workbench

# What leaves ten thousands of files behind comes last: a file system that digests them is slow for what follows.
ROWS: tuple[Row, ...] = (
    *start.ROWS,
    *content.ROWS,
    *sharing.ROWS,
    *memory.ROWS,
    *journal.ROWS,
    *heads.ROWS,
    *change.ROWS,
    *listing.ROWS,
    *people.ROWS,
    *bulk.ROWS,
    *backup.ROWS,
    *governance.ROWS,
    *oversight.ROWS,
)

_RESERVE = GIB


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, remove what was made. 1 if a row could not be measured."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.rows) - {row.name for row in ROWS}:
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    sizes = QUICK if options.quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="ipvault-bench-", dir=options.folder))
    lines: list[Line] = []
    failed = False
    try:
        with Workbench(folder, sizes) as bench:
            for row in rows:
                _tell(f"{row.name}: {row.title} …")
                try:
                    measured = _measured(row, bench)
                except MeasurementFailed as error:
                    _tell(f"{row.name}: {error}")
                    lines.append(not_measured(row.title, str(error).partition("\n")[0]))
                    failed = True
                else:
                    lines += measured
                    for line in measured:
                        _tell(f"  {line.work}: {line.ours}; {line.peer}: {line.theirs}; ratio {line.ratio}")
            print("\n".join(describe(folder, sizes)), end="\n\n")
            print("\n".join(rendered(lines, markdown=options.markdown, judged=not options.quick)), end="\n\n")
            print("\n".join(f"- {row.name}: {row.note}" for row in rows), flush=True)
    finally:
        _tell(f"removing {folder} …")
        shutil.rmtree(folder)
    return int(failed)


def _measured(row: Row, bench: Workbench) -> list[Line]:
    """The lines of a row. Raises `MeasurementFailed`, also where the disk is too small for it."""
    free = shutil.disk_usage(bench.folder).free
    need = row.space(bench.sizes) + _RESERVE
    if free < need:
        raise MeasurementFailed(f"it needs {need / GIB:.0f} GiB of disk, and {free / GIB:.0f} GiB are free")
    return row.measure(bench)


def _parser() -> argparse.ArgumentParser:
    epilog = "\n".join(f"  {row.name:<14} {row.title}" for row in ROWS)
    parser = argparse.ArgumentParser(
        prog="bench.py",
        description="Measure ipvault beside its peers, in pairs, and print one table.",
        epilog=f"rows, in the order in which they are measured:\n{epilog}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rows", nargs="*", metavar="row", help="only these rows")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the bench itself; no verdicts")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--folder", type=Path, help="make the temporary folder here; the file system that is measured")
    return parser


def _tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)

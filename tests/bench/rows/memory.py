"""Constant memory, however long the document."""

from __future__ import annotations

from tests.bench.measuring import MeasurementFailed, Series
from tests.bench.row import Row
from tests.bench.sizes import MIB
from tests.bench.table import Line, memory
from tests.bench.workbench import Workbench

_LIMIT = 120 * MIB


def _stream(bench: Workbench) -> list[Line]:
    vault, size = bench.new_vault(), bench.sizes.stream
    source = ["head", "-c", str(size), "/dev/zero"]
    added = bench.time(source, bench.ipvault(vault, "add", "-", "--name", "stream"))
    counted = bench.new_path("count")
    released = bench.time(bench.ipvault(vault, "cat", "stream"), ["wc", "-c"], output=counted)
    if int(counted.read_text(encoding="ascii")) != size:
        raise MeasurementFailed("cat did not give back what add took")
    work = f"of {size // MIB} MiB through a pipe, peak memory"
    return [
        memory(f"add {work}", Series("ipvault", [added]), _LIMIT),
        memory(f"cat {work}", Series("ipvault", [released]), _LIMIT),
    ]


ROWS = (
    Row(
        "memory",
        "a long stream through add - and cat: peak memory",
        "resident memory of the largest process of the pipeline; one run.",
        _stream,
        lambda sizes: sizes.stream * 21 // 20,
    ),
)

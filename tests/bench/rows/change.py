"""The smallest change."""

from __future__ import annotations

import os
from pathlib import Path

from tests.bench.measuring import Contestant, Run, interleave
from tests.bench.row import Row
from tests.bench.table import Line, compared
from tests.bench.workbench import IMPORT_TYPER, Workbench


def _small_add(bench: Workbench) -> list[Line]:
    vault, full = bench.new_vault(), bench.vault_of_tree

    def add(to: Path) -> Run:
        document = bench.new_path("note.txt")
        document.write_bytes(os.urandom(1000))
        return bench.time(bench.ipvault(to, "add", document), settled=True)

    small, large, typer = interleave(
        Contestant("ipvault", lambda _round: add(vault)),
        Contestant("ipvault", lambda _round: add(full)),
        Contestant("import typer", bench.always(IMPORT_TYPER)),
        rounds=bench.sizes.fast_rounds,
    )
    return [
        compared("add of 1 kB, durable", small, typer, 3),
        compared(f"add of 1 kB to {bench.sizes.files:,} items", large, typer, 3),
    ]


ROWS = (
    Row(
        "add-small",
        "one small add, durable, session open",
        "every round adds another file of 1,000 random bytes; the clock stops after the journal is synced.",
        _small_add,
        lambda sizes: 4 * sizes.files * sizes.file_size,
    ),
)

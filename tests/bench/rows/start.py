"""Starting the program."""

from __future__ import annotations

from tests.bench.measuring import Contestant, interleave
from tests.bench.row import Row
from tests.bench.table import Line, compared
from tests.bench.workbench import IMPORT_TYPER, Workbench


def _start(bench: Workbench) -> list[Line]:
    rounds = bench.sizes.fast_rounds
    version, help_page, typer = interleave(
        Contestant("--version", bench.always(bench.ipvault(None, "--version"))),
        Contestant("--help", bench.always(bench.ipvault(None, "--help"))),
        Contestant("import typer", bench.always(IMPORT_TYPER)),
        rounds=rounds,
    )
    return [compared("--version", version, typer, 1.3), compared("--help", help_page, typer, 2.2)]


ROWS = (
    Row(
        "start",
        "--version and --help",
        "the same interpreter, with its bytecode cached, runs `python -c 'import typer'`.",
        _start,
        lambda _sizes: 0,
    ),
)

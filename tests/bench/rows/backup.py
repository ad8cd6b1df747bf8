"""A backup when nothing has changed, as it is on most nights."""

from __future__ import annotations

from tests.bench.measuring import Contestant, Run, interleave
from tests.bench.peers import Restic
from tests.bench.row import Row
from tests.bench.table import Line, compared
from tests.bench.workbench import Workbench


def _unchanged(bench: Workbench) -> list[Line]:
    vault, copy, restic = bench.vault_of_tree, bench.new_path("backup"), Restic(bench)
    bench.do(bench.ipvault(vault, "backup", "create", copy))

    def theirs(number: int) -> Run:
        if number == 0:
            bench.do(restic.backup(vault))
        return bench.time(restic.backup(vault), settled=True)

    ours, by_restic = interleave(
        Contestant("ipvault", lambda _: bench.time(bench.ipvault(vault, "backup", "create", copy), settled=True)),
        Contestant("restic backup", theirs, "restic"),
        rounds=bench.sizes.fast_rounds,
    )
    return [compared(f"backup create, unchanged vault of {bench.sizes.files:,} items", ours, by_restic, 1)]


ROWS = (
    Row(
        "backup-unchanged",
        "backup of a vault in which nothing has changed",
        "both have made a backup of the same vault before the clock starts; restic derives a key from its password "
        "within the time, ipvault compares the journals byte for byte and looks for each file.",
        _unchanged,
        lambda sizes: 8 * sizes.files * sizes.file_size,
    ),
)

"""How good the rules of insight are, and how long they take for a long journal."""

from __future__ import annotations

import sys
from typing import Final

from tests.bench.measuring import Series
from tests.bench.row import Row
from tests.bench.sizes import MIB
from tests.bench.table import Line, memory
from tests.bench.workbench import ROOT, Workbench

_SECONDS: Final = 60
_MEMORY: Final = 256 * MIB
_SEEDS: Final = 8
_HABITS: Final = frozenset(("off-hours", "unusual-volume"))
"""Rules that compare with habits: a late evening is no incident, and looks like one."""


def _insight(bench: Workbench) -> list[Line]:
    vault, records = bench.vault_of(80, 100), bench.sizes.records
    bench.do([sys.executable, "-m", "tests.bench.busy_journal", vault, str(records)], cwd=ROOT)
    bench.do(bench.ipvault(vault, "list"))
    findings_are_no_failure = ("sh", "-c", '"$@" || test $? -eq 17', "sh")
    command = [*findings_are_no_failure, *bench.ipvault(vault, "insight", "run")]
    series = Series("ipvault", [bench.time(command)])
    work = f"insight run on {records:,} records"
    taken = f"{series.seconds:.1f} s ({series.cpu:.1f} cpu)"
    rate = Line(work, taken, target=f"<= {_SECONDS} s of a processor", met=series.cpu <= _SECONDS)
    return [rate, memory(f"{work}: peak memory", series, _MEMORY)]


def _quality(_bench: Workbench) -> list[Line]:
    from ipvault.oversight.insight.reading import shipped
    from tests.oversight.seeded_journal import Score, scores, seeded

    totals: dict[str, Score] = {}
    for seed in range(_SEEDS):
        for one in scores(*seeded(seed), shipped()):
            totals[one.rule] = one.added_to(totals.get(one.rule))
    return [
        Line(
            f"{one.rule}: recall, precision",
            f"{one.recall:.0%}, {one.precision:.0%} ({one.hits + one.misses} incidents, {one.alarms} false alarms)",
            target="recall >= 85%" if one.rule in _HABITS else "both >= 85%",
            met=one.recall >= 0.85 and (one.rule in _HABITS or one.precision >= 0.85),
        )
        for one in totals.values()
        if one.hits + one.misses + one.alarms
    ]


ROWS = (
    Row(
        "insight",
        "rules on the journal of a busy office",
        "half label changes, the rest reading and unlocking, in transactions of 100 over two years, made by "
        "tests/bench/busy_journal.py; one process, whose processor time counts, start included. Every record is "
        "checked, and those that a rule asks for are opened.",
        _insight,
        lambda sizes: 2 * sizes.records * 1_700,
    ),
    Row(
        "insight-quality",
        "recall and precision of the rules",
        f"{_SEEDS} journals of 150 days of five people, in which incidents are hidden, made by "
        "tests/oversight/seeded_journal.py; sometimes somebody has much to do or works late, which counts as a false "
        "alarm if it is found. Not timed.",
        _quality,
        lambda _sizes: 0,
    ),
)

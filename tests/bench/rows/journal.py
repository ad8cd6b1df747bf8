"""A long journal: proving it, and opening a vault that has one."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measuring import Contestant, Run, Series, interleave
from tests.bench.row import Row
from tests.bench.table import Line, compared, later, memory_compared, timed
from tests.bench.workbench import ROOT, Workbench

_PER_TRANSACTION = 100
_SAMPLE = 10
"""Transactions of one are measured on a journal that is so many times shorter."""

_EXPORTED_A_SECOND = 10_000
"""Records, at the least."""

_BYTES_PER_RECORD = 1500
_CONSTANT = 1.15
"""Ten times the records may take this much of the memory: what varies is when Python's garbage is collected."""


def _verify(bench: Workbench) -> list[Line]:
    sizes = bench.sizes
    long = bench.long_journal(sizes.records, _PER_TRANSACTION)
    short = bench.long_journal(sizes.records // 10, _PER_TRANSACTION)

    def verify(name: str, vault: Path, *options: str) -> Contestant:
        return Contestant(name, bench.always(bench.ipvault(vault, "verify", *options)))

    lines: list[Line] = []
    for how, options, seconds in (("keyless", ("--keyless",), 20), ("with keys", (), 40)):
        of_long, of_short = interleave(
            verify("ipvault", long, *options),
            verify(f"{sizes.records // 10:,} records", short, *options),
            rounds=_rounds(bench),
        )
        work = f"verify of {sizes.records:,} records by {_PER_TRANSACTION}, {how}"
        lines += [timed(work, of_long, seconds), memory_compared(f"{work}: peak memory", of_long, of_short, _CONSTANT)]
    return lines


def _verify_single(bench: Workbench) -> list[Line]:
    sample = bench.sizes.records // _SAMPLE
    vault = bench.long_journal(sample, 1)

    def signatures(_round: int) -> Run:
        """As long as this machine would need for the signatures alone."""
        rate = float(bench.do([sys.executable, "-m", "tests.bench.signature_rate"], cwd=ROOT))
        return Run(sample / rate)

    keyless, keyed, bound = interleave(
        Contestant("keyless", bench.always(bench.ipvault(vault, "verify", "--keyless"))),
        Contestant("with keys", bench.always(bench.ipvault(vault, "verify"))),
        Contestant("Ed25519 on all cores", signatures),
        rounds=_rounds(bench),
    )
    lines = []
    for how, ours, at_most in (("keyless", keyless, 1.5), ("with keys", keyed, None)):
        whole = f"{bench.sizes.records:,}: {ours.seconds * _SAMPLE:.0f} s"
        lines.append(compared(f"verify of {sample:,} records by 1, {how} ({whole})", ours, bound, at_most))
    return lines


def _open(bench: Workbench) -> list[Line]:
    sizes = bench.sizes
    long = bench.long_journal(sizes.records, _PER_TRANSACTION)
    short = bench.long_journal(sizes.short_journal, _PER_TRANSACTION)
    first = Series("replay", [bench.time(bench.ipvault(long, "list"))])
    of_long, of_short = interleave(
        Contestant("ipvault", bench.always(bench.ipvault(long, "list"))),
        Contestant(f"{sizes.short_journal} records", bench.always(bench.ipvault(short, "list"))),
        rounds=sizes.fast_rounds,
    )
    return [
        later(f"list after {sizes.records:,} records, from the snapshot", of_long, of_short, 0.3),
        timed(f"list after {sizes.records:,} records, all but a few new to the snapshot", first),
    ]


def _export(bench: Workbench) -> list[Line]:
    """To a file, with the start of the program and the record of the export, from a journal that the snapshot knows."""
    sample = bench.sizes.records // _SAMPLE
    vault = bench.long_journal(sample, _PER_TRANSACTION)
    bench.do(bench.ipvault(vault, "list"))
    events = bench.folder / "events"

    def export(form: str) -> Contestant:
        words = ("journal", "export", "--format", form, "--until-seq", str(sample - 1), "-o", str(events), "--force")
        return Contestant(form, bench.always(bench.ipvault(vault, *words)))

    ocsf, ecs, cef = interleave(*map(export, ("ocsf", "ecs", "cef")), rounds=_rounds(bench))
    return [
        timed(f"journal export of {sample:,} records as {series.name}", series, sample / _EXPORTED_A_SECOND)
        for series in (ocsf, ecs, cef)
    ]


def _rounds(bench: Workbench) -> int:
    """A verification takes long and varies little."""
    return min(bench.sizes.slow_rounds, 3)


ROWS = (
    Row(
        "verify",
        "verify of a long journal, no content",
        "label changes on 80 items in transactions of 100, made by tests/bench/long_journal.py; memory is that of the "
        "largest process, of which there is one for each core, and constant means within 15 % of a journal a tenth as "
        "long.",
        _verify,
        lambda sizes: 2 * sizes.records * _BYTES_PER_RECORD,
    ),
    Row(
        "verify-single",
        "verify of a journal in transactions of one",
        "measured on a tenth of the records and multiplied by ten, start included; beside it the time for as many "
        "Ed25519 verifications by the same library, one process a core, in the same round. 'Bound by' is read as at "
        "most 1.5 times that, keyless.",
        _verify_single,
        lambda sizes: sizes.records * _BYTES_PER_RECORD // _SAMPLE * 2,
    ),
    Row(
        "export-journal",
        "journal export for a security team",
        "label changes as above, names redacted; the target is 10,000 records a second, start included.",
        _export,
        lambda sizes: 2 * sizes.records * _BYTES_PER_RECORD // _SAMPLE,
    ),
    Row(
        "open",
        "open and list after a long journal, snapshot present",
        "the same 80 items in both vaults; the column ratio is the difference in seconds. The second line is the one "
        "command that reads it all, which happens once, on another computer or when the cache was deleted.",
        _open,
        lambda sizes: 2 * sizes.records * _BYTES_PER_RECORD,
    ),
)

"""Many documents, members and rooms: what somebody new costs, and what everybody's opening does."""

from __future__ import annotations

import json
import shutil
import sys
from functools import cache, partial
from pathlib import Path

from tests.bench.measuring import Contestant, Run, interleave
from tests.bench.row import Row
from tests.bench.table import Line, compared, later
from tests.bench.workbench import ROOT, Workbench

_FEW = 10
_TINY = 100
"""Bytes of a document: what it holds makes no difference here."""

_ON_DISK = 12 * 1024
"""Bytes that a tiny document takes with its object, its record and its place in the snapshot."""


def _member_add(bench: Workbench) -> list[Line]:
    count = bench.sizes.room_items
    large, small = bench.vault_of(count, _TINY), bench.vault_of(_FEW, _TINY)

    @cache
    def newcomer(number: int) -> tuple[Path, str]:
        """The card and the fingerprint of whoever is let in, in both, in this round."""
        path = bench.new_path("identity.toml")
        identity = ("--identity", path)
        name = f"Newcomer {number}"
        bench.do(bench.ipvault(None, "identity", "create", "--name", name, "--no-passphrase", *identity))
        bench.do(bench.ipvault(None, "identity", "card", "-o", path.with_suffix(".card"), *identity))
        shown = json.loads(bench.do(bench.ipvault(None, "identity", "show", "--json", *identity)))
        return path.with_suffix(".card"), shown["data"]["fingerprint"]

    def add(vault: Path, number: int) -> Run:
        card, fingerprint = newcomer(number)
        return bench.time(bench.ipvault(vault, "member", "add", card, "--fingerprint", fingerprint), settled=True)

    def let_in(vault: Path, _round: int) -> Run:
        return Run(float(bench.do([sys.executable, "-m", "tests.bench.let_in", vault], cwd=ROOT)))

    few = f"room of {_FEW}"
    (command, of_few), (itself, itself_of_few) = (
        interleave(
            Contestant("ipvault", partial(run, large)),
            Contestant(few, partial(run, small)),
            rounds=bench.sizes.fast_rounds,
        )
        for run in (add, let_in)
    )
    return [
        later(f"member add in a room of {count:,} items, durable", command, of_few, 0.3),
        compared("the same without starting, and opening the vault", itself, itself_of_few, 1.25),
    ]


def _open_people(bench: Workbench) -> list[Line]:
    members, rooms = bench.sizes.members, bench.sizes.rooms
    large, small = bench.vault_of(_FEW, _TINY), bench.vault_of(_FEW, _TINY)
    bench.do([sys.executable, "-m", "tests.bench.large_roster", large, str(members), str(rooms)], cwd=ROOT)

    def opened(vault: Path, anew: bool, _round: int) -> Run:
        if anew:
            shutil.rmtree(vault / "cache")
        return bench.time(bench.ipvault(vault, "list"))

    lines = []
    for how, anew in (("from the snapshot", False), ("without a snapshot", True)):
        of_large, of_small = interleave(
            Contestant("ipvault", partial(opened, large, anew)),
            Contestant("1 member, 2 rooms", partial(opened, small, anew)),
            rounds=bench.sizes.fast_rounds,
        )
        work = f"list with {members} members and {rooms} rooms, {how}"
        lines.append(compared(work, of_large, of_small) if anew else later(work, of_large, of_small, 0.3))
    return lines


ROWS = (
    Row(
        "member-add",
        "somebody is let into a room of many documents, session open",
        f"documents of {_TINY} bytes; every round lets another person into a vault of many and into one of {_FEW}. The "
        "ratio of the command is the difference in seconds: its snapshot has a line for every document.",
        _member_add,
        lambda sizes: sizes.room_items * _ON_DISK,
    ),
    Row(
        "open-people",
        "opening a vault of many members and rooms",
        "everybody is in every room; from the snapshot, the ratio is the difference in seconds. Without one, which "
        "happens once on another computer, all records are read and the owner's slots looked for among all others.",
        _open_people,
        lambda sizes: sizes.members * sizes.rooms * 16 * 1024,
    ),
)

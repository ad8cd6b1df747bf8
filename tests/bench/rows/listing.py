"""Looking something up in a vault of many items."""

from __future__ import annotations

from functools import cached_property

from tests.bench.measuring import Command, Contestant, interleave
from tests.bench.peers import Borg, Restic
from tests.bench.row import Row
from tests.bench.table import Line, compared
from tests.bench.workbench import IMPORT_TYPER, Workbench


class _Backups:
    """What restic and borg list: the same files, stored when they are first asked for."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    @cached_property
    def restic(self) -> Command:
        restic = Restic(self._bench)
        self._bench.do(restic.backup(self._bench.tree))
        return restic.list()

    @cached_property
    def borg(self) -> Command:
        borg = Borg(self._bench)
        self._bench.do(borg.create(self._bench.tree))
        return borg.list()


def _list(bench: Workbench) -> list[Line]:
    vault, backups = bench.vault_of_tree, _Backups(bench)
    middle = sorted(path for path in bench.tree.rglob("*.docx"))[bench.sizes.files // 2]
    name = middle.relative_to(bench.tree.parent).as_posix()
    listed, shown, typer, restic, borg = interleave(
        Contestant("list", bench.always(bench.ipvault(vault, "list"))),
        Contestant("show", bench.always(bench.ipvault(vault, "show", name))),
        Contestant("import typer", bench.always(IMPORT_TYPER)),
        Contestant("restic ls", lambda _: bench.time(backups.restic), "restic"),
        Contestant("borg list", lambda _: bench.time(backups.borg), "borg"),
        rounds=bench.sizes.fast_rounds,
    )
    lines = []
    for verb, ours in (("list", listed), ("show", shown)):
        work = f"{verb} among {bench.sizes.files:,} items"
        lines += [compared(work, ours, typer, 3), compared(work, ours, restic, 1), compared(work, ours, borg, 1)]
    return lines


ROWS = (
    Row(
        "list",
        "list and show in a vault of many items, session open",
        "the same files in all three; restic and borg derive a key from their password in every command, because they "
        "know no session.",
        _list,
        lambda sizes: 6 * sizes.files * sizes.file_size,
    ),
)

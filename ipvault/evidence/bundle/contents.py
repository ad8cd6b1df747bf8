"""What a bundle holds of the journal: the chosen records, those that sign them, and those that say who signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from ipvault.errors import JournalBroken
from ipvault.evidence.bundle.disclosure import Disclosure
from ipvault.evidence.journal_lines import Line, lines_at
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.leaf import Leaf
from ipvault.text import _
from ipvault.vault.vault import Vault


class Shown(NamedTuple):
    """What a bundle has of a record.

    `fields` has the text of each field by its name, in order, and whether it is shown; it is None for a record that was
    forgotten, or whose room is closed to the maker. `ground` is the rule that withholds all of it, if one does.
    """

    leaf: Leaf
    signer: str
    fields: dict[str, tuple[bytes, bool]] | None
    ground: str

    @property
    def withheld(self) -> list[str]:
        """The names of the fields that are not shown."""
        return [name for name, (_text, is_shown) in (self.fields or {}).items() if not is_shown]


@dataclass(slots=True)
class Contents:
    """The records of a bundle: `shown` by their numbers, and all leaves that connect them with signatures."""

    shown: dict[int, Shown] = field(default_factory=dict)
    leaves: dict[int, Leaf] = field(default_factory=dict)

    @property
    def signers(self) -> set[str]:
        """The fingerprints of those who signed."""
        return {leaf.signer for leaf in self.leaves.values() if leaf.signer}


def collect(
    vault: Vault, journal: BinaryIO, tree: JournalTree, seqs: Iterable[int], disclosure: Disclosure
) -> Contents:
    """The records of these numbers, which are in the tree, with what proves them.

    Raises `JournalBroken` if the journal does not have them any more.
    """
    contents = Contents()
    reader = _Reader(vault, journal, tree)
    known: set[str] = set()
    for run in reader.runs([0]):  # who founded the vault is who signed its first change
        contents.leaves.update((line.leaf.seq, line.leaf) for line in run)
    wanted = {*seqs}
    while wanted:
        for run in reader.runs(sorted(wanted)):
            contents.leaves.update((line.leaf.seq, line.leaf) for line in run)
            signer = run[-1].leaf.signer
            chosen = [line for line in run if line.leaf.seq in wanted]
            contents.shown.update((line.leaf.seq, _show(vault, line, signer, disclosure)) for line in chosen)
        new = (contents.signers | {vault.member}) - known
        known |= new
        wanted = {reader.enrolment(signer) for signer in new} - contents.shown.keys()
    return contents


def _show(vault: Vault, line: Line, signer: str, disclosure: Disclosure) -> Shown:
    leaf, sealed = line
    opened = vault.keys.disclosable(leaf, sealed)
    if opened is None:
        return Shown(leaf, signer, None, "")
    fields, texts = opened
    rule = disclosure.withheld_by(leaf, fields)
    visible = frozenset[str]() if rule else disclosure.shows(fields)
    shown = {name: (text, name in visible) for name, text in texts.items()}
    return Shown(leaf, signer, shown, rule.text if rule else "")


class _Reader:
    """Reads single records."""

    def __init__(self, vault: Vault, journal: BinaryIO, tree: JournalTree) -> None:
        self._vault = vault
        self._journal = journal
        self._tree = tree

    def _lines(self, seqs: Iterable[int]) -> Iterator[Line]:
        return lines_at(self._journal, self._vault.catalog.head.offset, self._tree.leaf, seqs)

    def runs(self, seqs: list[int]) -> Iterator[list[Line]]:
        """The records of these numbers, which ascend, each with all that follow it up to the next signed one.

        What several have in common is in the run of the first.
        """
        run: list[Line] = []

        def needed() -> Iterator[int]:
            last = -1
            for seq in seqs:
                if seq > last:
                    yield (last := seq)
                while run:  # it is not signed yet
                    yield (last := last + 1)

        for line in self._lines(needed()):
            run.append(line)
            if line.leaf.signer:
                yield run.copy()
                run.clear()

    def enrolment(self, signer: str) -> int:
        """The number of the record by which a signer came into the vault."""
        query = "SELECT coalesce(min(from_seq), 0) FROM tenure WHERE member = ?"
        (first_role,) = self._vault.catalog.view.execute(query, (signer,)).fetchone()
        for seq in range(first_role, -1, -1):
            (line,) = self._lines((seq,))
            if line.leaf.kind == "member" and line.leaf.facts.get("member") == signer:
                return seq
        raise JournalBroken(seq=first_role, reason=_("no record before it enrols whoever got a role by it"))

"""Which key a record may stand under: the present one of its room, since whoever left knows those before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ipvault.journal.head import ChainBroken
from ipvault.journal.leaf import Leaf
from ipvault.text import N_, _

NOT_PRESENT: Final = N_("it is not under the present key of its room")


class PresentEpochs:
    """The present epochs of rooms, from record to record. `known` gives that of a leaf's room before the leaf, or 0."""

    def __init__(self, known: Callable[[Leaf], int]) -> None:
        self._known = known
        self._present: dict[str, int] = {}

    def check(self, leaf: Leaf) -> None:
        """Take in the next leaf; raises `ChainBroken` for one in another epoch than the present one of its room.

        A leaf that announces an epoch makes it the present one. In a room that has none yet the first is meant.
        """
        if leaf.room not in self._present:
            self._present[leaf.room] = self._known(leaf)
        if leaf.kind == "key" and leaf.facts:
            self._present[leaf.room] = leaf.epoch
        elif leaf.epoch != (self._present[leaf.room] or 1):
            raise ChainBroken(leaf.seq, _(NOT_PRESENT))

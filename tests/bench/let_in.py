"""How long it takes to let somebody into the room `main`: `python -m tests.bench.let_in VAULT` prints the seconds.

The vault is open before the clock starts, by its session; the clock stops when the journal is synced.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from ipvault.catalog.address import find_room
from ipvault.keys.card import Card, Details
from ipvault.keys.identity import Identity
from ipvault.records.vocabulary import MAIN, READER
from ipvault.vault.clock import timestamp
from ipvault.vault.membership import add_member
from tests.bench.long_journal import open_by_session


def newcomer(name: str) -> Card:
    """The card of somebody new."""
    return Card.issue(Identity.generate(os.urandom), Details(name), timestamp(time.time()))


if __name__ == "__main__":
    vault = open_by_session(Path(sys.argv[1]))
    card, room = newcomer("Newcomer"), find_room(vault.catalog, MAIN)
    os.sync()
    start = time.perf_counter()
    add_member(vault, card, room, READER)
    print(time.perf_counter() - start)

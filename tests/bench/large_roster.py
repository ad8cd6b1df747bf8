"""Fills a vault with people: `python -m tests.bench.large_roster VAULT MEMBERS ROOMS`.

It needs an open session of its only member, and ends with so many members, all of them in each of so many rooms, the
root room counted. All is made by the functions behind `ipvault room create`, `member add` and `member role`.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from ipvault.catalog.address import rooms
from ipvault.catalog.roster import find_member
from ipvault.keys.card import Card, Details
from ipvault.keys.identity import Identity
from ipvault.records.vocabulary import READER, ROOT
from ipvault.vault.clock import timestamp
from ipvault.vault.membership import add_member, change_role
from ipvault.vault.rooms import create_room
from ipvault.vault.vault import Vault
from tests.bench.long_journal import open_by_session


def fill(vault: Vault, members: int, count: int) -> None:
    """Make rooms, and let people into all of them."""
    for number in range(count - len(rooms(vault.catalog))):
        create_room(vault, f"room {number:02d}")
    first, *others = (room for room in rooms(vault.catalog) if room.name != ROOT)
    created = timestamp(time.time())
    for number in range(members - 1):
        card = Card.issue(Identity.generate(os.urandom), Details(f"Member {number:02d}"), created)
        add_member(vault, card, first, READER)
        who = find_member(vault.catalog, card.fingerprint)
        for room in others:
            change_role(vault, who, room, READER)


if __name__ == "__main__":
    fill(open_by_session(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))

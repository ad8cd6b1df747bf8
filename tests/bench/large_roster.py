"""Fills a vault with people: `python -m tests.bench.large_roster VAULT MEMBERS ROOMS`.

It needs an open session of its only member, and ends with so many members, all of them in each of so many rooms, the
root room counted. All is made by the functions behind `ipvault room create`, `member add` and `member role`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ipvault.catalog.address import rooms
from ipvault.catalog.roster import find_member
from ipvault.records.vocabulary import READER, ROOT
from ipvault.vault.membership import add_member, change_role
from ipvault.vault.rooms import create_room
from ipvault.vault.vault import Vault
from tests.bench.let_in import newcomer
from tests.bench.long_journal import open_by_session


def fill(vault: Vault, members: int, count: int) -> None:
    """Make rooms, and let people into all of them."""
    for number in range(count - len(rooms(vault.catalog))):
        create_room(vault, f"room {number:02d}")
    first, *others = (room for room in rooms(vault.catalog) if room.name != ROOT)
    for number in range(members - 1):
        card = newcomer(f"Member {number:02d}")
        add_member(vault, card, first, READER)
        who = find_member(vault.catalog, card.fingerprint)
        for room in others:
            change_role(vault, who, room, READER)


if __name__ == "__main__":
    fill(open_by_session(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))

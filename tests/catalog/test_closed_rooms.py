"""A record that only members of a room can tell to be wrong closes that room for them, and no other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final
from unittest.mock import patch

import pytest

from ipvault.catalog.address import find_item, root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Selection, select, versions
from ipvault.catalog.roster import find_member
from ipvault.crypto.secret import Secret
from ipvault.errors import ExitCode, JournalBroken, RoomClosed
from ipvault.governance.gate.gate import PolicyGate
from ipvault.journal.commit import Draft
from ipvault.records.access import ContentReleased
from ipvault.records.items import ItemLeft
from ipvault.records.recipients import (
    RecipientRevoked,
)
from ipvault.records.vocabulary import CAT, EDITOR, OWNER, READER
from ipvault.vault.gate import Way
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.membership import change_role, remove_member
from ipvault.vault.release import release
from ipvault.vault.rooms import create_room
from ipvault.vault.vault import Vault
from tests.support.mallory import CONTENT, MALLORY, added, in_main, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, append, draft, place, tables
from tests.support.people import Person, let_in, room_called, without_content
from tests.support.second_opinion import second_opinion

FIRST = "1" * 32
HERS = MALLORY.public.fingerprint


def walled_off() -> tuple[MemoryVault, Vault, str]:
    """A vault, Mallory in it, and the id of the room `wall`, in which nobody is left but her, its owner."""
    mallory = Person.of(MALLORY)
    memory = MemoryVault.create()
    create_room(memory.open(), "wall")
    let_in(memory.open(), mallory, OWNER, "wall")
    vault = mallory.open(memory)
    add_content(vault, {"hers": b"hers"}, room="wall")
    add_content(memory.open(), {"a": b"content"})
    remove_member(vault, find_member(vault.catalog, "Ada Lovelace"), room_called(vault, "wall"), reason="")
    return memory, vault, room_called(vault, "wall").id


def bomb(vault: Vault, wall: str, what: str) -> Draft:
    """Something that nobody but the members of `wall` can tell to be wrong."""
    key = vault.keys.present(wall, 2)
    match what:
        case "misplaced":
            return draft(RecipientRevoked(recipient=FIRST, reason=""), key)
        case "another key":
            return replace(draft(RELEASED, key), record_key=Secret(bytes(32)))
        case "no record":
            return Draft("access", wall, 2, key.record_key, {"kind": "content.released", "item": "x"})
        case "a newer one":
            return Draft("item", wall, 2, key.record_key, {"kind": "item.sung"}, (place(vault, CONTENT.path),))
        case _:
            item = find_item(vault.catalog, "hers")
            return draft(ItemLeft(item=item.id, to=wall, objects=()), key)


RELEASED: Final = ContentReleased(item=FIRST, version=1, sha256="0" * 64, channel="cat", destination="-")


@pytest.mark.parametrize("what", ["misplaced", "another key", "no record", "a newer one", "a move within"])
def test_a_room_that_was_mined_harms_no_other(what: str) -> None:
    """What nobody else could tell when it was written closes that room for whoever is let in later, and only that.

    What stood there before is listed, nothing is written there, all else goes on, and `verify` says it.
    """
    memory, hers, wall = walled_off()
    with suppress(JournalBroken):
        append(hers, bomb(hers, wall, what), by=MALLORY)
    add_content(memory.open(), {"work": b"months of work"})
    mined = hers.catalog.closings()[wall].seq
    with patch.object(Catalog, "closings", lambda _catalog: {}):
        change_role(hers, find_member(hers.catalog, "Ada Lovelace"), room_called(hers, "wall"), READER)
    vault = memory.open()
    assert {room: closing.seq for room, closing in vault.catalog.closings().items()} == {wall: mined}
    assert {item.name for item in select(vault.catalog, Selection())} == {"a", "hers", "work"}
    assert tables(memory.replayed().catalog) == tables(vault.catalog)
    before = vault.catalog.head
    item = find_item(vault.catalog, "hers")
    with pytest.raises(RoomClosed) as refusal:
        release(vault, [(item, versions(vault.catalog, item.id)[0])], Way("", CAT, "-"), PolicyGate(vault))
    assert (refusal.value.exit_code, refusal.value.fields["seq"]) == (ExitCode.JOURNAL_BROKEN, mined)
    assert vault.catalog.head == before
    add_content(vault, {"more": b"work"})
    let_in(memory.open(), Person.named("Carol"), EDITOR)
    expected = ExitCode.TOO_NEW if what == "a newer one" else ExitCode.JOURNAL_BROKEN
    assert memory.verified().exit_code is without_content(memory) is expected
    reader = second_opinion(memory)
    assert reader is not None
    assert reader.closed == {wall: mined}
    rows = list(read_journal(vault, Query(from_seq=mined)))
    assert all(row.fields is None for row in rows if row.leaf.room == wall)


def test_whoever_closed_a_room_can_be_removed() -> None:
    """Nobody stays a member by closing a room that he is in: the others get new keys to the rooms that are not."""
    memory, vault = with_mallory(EDITOR)
    append(vault, in_main(vault, RecipientRevoked(recipient=FIRST, reason="")), by=MALLORY)
    main = room_called(vault).id
    assert main in vault.catalog.closings()
    removal = remove_member(vault, find_member(vault.catalog, "Grace Hopper"), None, reason="closed a room")
    assert (removal.rekeyed, removal.outlived) == ([root_room(vault.catalog).id], [main])
    assert memory.open().catalog.rooms_of(HERS) == set()


def test_what_everybody_can_tell_ends_the_reading() -> None:
    """A record that its leaf alone shows to be wrong is no secret of its room: nobody goes on after it."""
    memory, vault = with_mallory(READER)
    with pytest.raises(JournalBroken):
        append(vault, in_main(vault, added("b"), CONTENT), by=MALLORY)
    assert second_opinion(memory) is None
    with pytest.raises(JournalBroken):
        memory.open()

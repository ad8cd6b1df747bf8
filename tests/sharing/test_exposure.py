"""What somebody could have read, held against what really opens with all the keys and files that he ever had (P27)."""

from __future__ import annotations

from ipvault.catalog.address import find_item, find_room, rooms
from ipvault.records.vocabulary import AUDITOR, EDITOR, OWNER, READER
from ipvault.sharing.access import access_of, access_to
from ipvault.vault.exposure import exposure
from ipvault.vault.items import erase
from ipvault.vault.membership import change_role, remove_member
from ipvault.vault.rooms import create_room, reencrypt, rotate
from tests.sharing.reach import let_in, member_called, really_opens, shown_out, told
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import Person


def test_what_a_member_can_read_is_what_really_opens() -> None:
    """All of the room from its beginning, and nothing of other rooms."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"before": b"before"}, room="lab")
    add_content(memory.open(), {"elsewhere": b"elsewhere"})
    let_in(memory, bob, READER, "lab")
    add_content(memory.open(), {"after": b"after"}, room="lab")
    exposed = exposure(memory.open(), {bob.fingerprint})
    assert told(exposed) == really_opens(bob.open(memory)) == {("before", 1), ("after", 1)}
    assert {(one.room, one.role, one.package, one.until) for one in exposed} == {("lab", READER, "", "")}
    since = {one.name: one.since for one in exposed}
    (tenure,) = access_of(memory.open(), {bob.fingerprint})[:1]
    assert tenure.role == READER
    assert since["before"] < since["after"]


def test_what_came_after_somebody_left_is_not_told() -> None:
    """Neither does it open with all that he kept; what was there before stays told, since he may have copied it."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"before": b"before"}, room="lab")
    let_in(memory, bob, READER, "lab")
    shown_out(memory, bob, "lab")
    add_content(memory.open(), {"later": b"later"}, room="lab")
    exposed = exposure(memory.open(), {bob.fingerprint})
    assert told(exposed) == {("before", 1)}
    assert all(one.until for one in exposed)
    assert ("later", 1) not in really_opens(bob.open(memory))
    assert exposure(memory.open(), {bob.fingerprint}, "9999") == []


def test_what_was_gone_before_somebody_came_is_not_told() -> None:
    """A version that was erased by then is out of reach; one that was erased later was in reach until then."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"gone": b"gone", "going": b"going"}, room="lab")
    vault = memory.open()
    erase(vault, find_item(vault.catalog, "gone"), [1], reason="")
    let_in(memory, bob, READER, "lab")
    vault = memory.open()
    erase(vault, find_item(vault.catalog, "going"), [1], reason="")
    (one,) = exposure(memory.open(), {bob.fingerprint})
    assert (one.name, bool(one.until)) == ("going", True)


def test_an_auditor_has_no_content() -> None:
    """The slot of an auditor opens records only."""
    memory, eve = MemoryVault.create(), Person.named("Eve")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"secret": b"secret"}, room="lab")
    let_in(memory, eve, AUDITOR, "lab")
    assert told(exposure(memory.open(), {eve.fingerprint})) == really_opens(eve.open(memory)) == set()


def test_a_role_that_is_taken_away() -> None:
    """A reader who is made an auditor had what was there until then."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"before": b"before"}, room="lab")
    let_in(memory, bob, READER, "lab")
    vault = memory.open()
    change_role(vault, member_called(vault, bob.fingerprint), find_room(vault.catalog, "lab"), AUDITOR)
    add_content(memory.open(), {"later": b"later"}, room="lab")
    assert told(exposure(memory.open(), {bob.fingerprint})) == {("before", 1)}
    assert ("later", 1) not in really_opens(bob.open(memory))


def test_a_role_that_becomes_another() -> None:
    """Promotion is no break, and both roles are told, in their order."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"item": b"item"}, room="lab")
    let_in(memory, bob, EDITOR, "lab")
    vault = memory.open()
    change_role(vault, member_called(vault, bob.fingerprint), find_room(vault.catalog, "lab"), OWNER)
    (one,) = exposure(memory.open(), {bob.fingerprint})
    assert (one.role, one.roles, one.until) == (EDITOR, (EDITOR, OWNER), "")


def test_rooms_that_are_not_visible() -> None:
    """Somebody who is in no room where a document is knows how many rooms there are of which nothing is told."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    create_room(memory.open(), "bobs")
    let_in(memory, bob, READER, "bobs")
    assert memory.open().catalog.locked_rooms() == []
    hidden = {room.id for room in rooms(memory.open().catalog)} - {room.id for room in rooms(bob.open(memory).catalog)}
    assert set(bob.open(memory).catalog.locked_rooms()) == hidden
    assert len(hidden) == 2


def test_who_can_open_a_document_on_a_day() -> None:
    """Those who were in its room then, with the key of that day."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"item": b"item"}, room="lab")
    alone = memory.open().catalog.time
    let_in(memory, bob, READER, "lab")
    together = memory.open().catalog.time
    shown_out(memory, bob, "lab")
    vault = memory.open()
    item = find_item(vault.catalog, "item")

    def who(at: str) -> list[tuple[str, str, int]]:
        return [(one.name, one.role, one.epoch) for one in access_to(vault, item, at)]

    owner = "Ada Lovelace"
    assert who(alone) == [(owner, "owner", 1)]
    assert who(together) == [(owner, "owner", 1), ("Bob", READER, 1)]
    kept = vault.catalog.time
    assert who(kept) == [(owner, "owner", 2), ("Bob", READER, 1)]  # by the key that he kept
    reencrypt(vault, find_room(vault.catalog, "lab"))
    assert who("") == who(vault.catalog.time) == [(owner, "owner", 2)]
    assert who(kept) == [(owner, "owner", 2), ("Bob", READER, 1)]
    erase(vault, item, [1], reason="")
    assert who(together) == [(owner, "owner", 1), ("Bob", READER, 1)]
    assert who(kept) == [(owner, "owner", 2), ("Bob", READER, 1)]


def test_somebody_who_came_back() -> None:
    """What he can read again is told as such: each time without a break has its line, and `since` leaves out no version
    that can be read now. Another role in between, or coming back before there was a new key, is no break.
    """
    memory, bob = MemoryVault.create(), Person.named("Bob")
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"first": b"first"}, room="lab")
    let_in(memory, bob, READER, "lab")
    vault = memory.open()
    change_role(vault, member_called(vault, bob.fingerprint), find_room(vault.catalog, "lab"), EDITOR)
    (only,) = exposure(memory.open(), {bob.fingerprint})
    assert (only.role, only.until) == (READER, "")
    shown_out(memory, bob, "lab")
    let_in(memory, bob, READER, "lab")
    before, again = exposure(memory.open(), {bob.fingerprint})
    assert before.since < before.until < again.since
    assert (again.name, again.until) == ("first", "")
    assert told(exposure(memory.open(), {bob.fingerprint}, again.since)) == really_opens(bob.open(memory))
    theirs = bob.open(memory)
    remove_member(theirs, member_called(theirs, bob.fingerprint), find_room(theirs.catalog, "lab"), reason="")
    let_in(memory, bob, READER, "lab")
    assert exposure(memory.open(), {bob.fingerprint}) == [before, again]
    rotate(memory.open(), find_room(memory.open().catalog, "lab"))
    assert exposure(memory.open(), {bob.fingerprint}) == [before, again]
    assert told(exposure(memory.open(), {bob.fingerprint}, again.since)) == really_opens(bob.open(memory))

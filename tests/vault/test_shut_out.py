"""Owners of a room who make keys that shut others out: the others learn it at once, and the rest of the vault works."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from ipvault.catalog.address import find_room
from ipvault.catalog.items import Selection, select
from ipvault.catalog.roster import find_member
from ipvault.errors import ExitCode, JournalBroken, NotYetMember, Rollback
from ipvault.keys.room_key import RoomKey
from ipvault.records.rooms import RoomKeyed
from ipvault.records.vocabulary import OWNER, READER
from ipvault.storage.layout import link_path, slot_path
from ipvault.vault.membership import change_role
from ipvault.vault.rekeying import Holder, holders
from ipvault.vault.rooms import create_room, rotate
from ipvault.vault.vault import Vault
from tests.support.memory_vault import (
    MemoryPins,
    MemoryVault,
    add_content,
    append,
    blind_slots,
    draft,
    keyed_with,
    place,
)
from tests.support.people import Person, let_in, room_called
from tests.support.second_opinion import second_opinion

MALLORY, CLEO = Person.named("Mallory"), Person.named("Cleo")


def with_lab() -> MemoryVault:
    """A vault with documents in `main` and `lab`; Mallory is an owner of the lab, beside Ada."""
    memory = MemoryVault.create()
    create_room(memory.open(), "lab")
    add_content(memory.open(), {"open": b"open"})
    add_content(memory.open(), {"secret": b"secret"}, room="lab")
    let_in(memory.open(), MALLORY, OWNER, "lab")
    return memory


def keyed(memory: MemoryVault, to: list[Holder], *, leads_back: bool = True) -> None:
    """Mallory makes the next key of the lab, for some of its members, and with a link that need not lead anywhere."""
    vault = MALLORY.open(memory)
    lab = find_room(vault.catalog, "lab")
    before = vault.keys.for_content(lab.id, lab.epoch)
    key = RoomKey.generate(vault.id, lab.id, lab.epoch + 1, os.urandom)
    slots = {f"{number:016x}": key.slot_for(one.fingerprint, one.kem) for number, one in enumerate(to)}
    files = {name: place(vault, slot_path(lab.id, key.epoch, name), slot) for name, slot in slots.items()}
    files |= blind_slots(vault, lab.id, key.epoch, len(vault.catalog.members(lab.id)) - len(to))
    link = place(vault, link_path(lab.id, key.epoch), key.link_to(before) if leads_back else os.urandom(208))
    record: RoomKeyed = keyed_with(key, *files)
    append(vault, draft(record, key, (*files.values(), link)), by=MALLORY.identity)


def opened(memory: MemoryVault, person: Person | None = None) -> tuple[Vault, list[str]]:
    """The vault as somebody opens it, Ada or a person, and what he is told to act on."""
    told: list[str] = []
    hearing = replace(memory, machine=replace(memory.machine, warn=told.append))
    return (person.open(hearing) if person else hearing.open()), told


def names(vault: Vault) -> set[str]:
    return {item.name for item in select(vault.catalog, Selection())}


def test_who_got_no_key_is_told() -> None:
    """A member whom a new key leaves out is told on every opening, until he has one; other rooms are as before."""
    memory = with_lab()
    everybody = holders(memory.open().catalog, memory.open().catalog.members(room_called(memory.open(), "lab").id))
    assert opened(memory)[1] == []
    keyed(memory, [one for one in everybody if one.fingerprint == MALLORY.fingerprint])
    add_content(MALLORY.open(memory), {"hidden": b"hidden"}, room="lab")
    for _with_snapshot in (True, False):
        vault, (told,) = opened(memory)
        assert "lab" in told
        assert names(vault) == {"open", "secret"}
        memory.store.cache.clear()
    assert memory.verified().exit_code is ExitCode.DAMAGED
    assert opened(memory, MALLORY)[1] == []
    add_content(memory.open(), {"more": b"more"})
    vault = MALLORY.open(memory)
    rotate(vault, find_room(vault.catalog, "lab"))
    vault, told_now = opened(memory)
    assert told_now == []
    assert names(vault) == {"open", "secret", "hidden", "more"}
    assert memory.verified().findings == []


def test_a_link_that_leads_nowhere_is_told_when_it_comes() -> None:
    """Whoever has an older key too is told at once, by `verify` with the place, before anybody is let in who has not;
    and who is let in then does not see into the room, is told why, and has the rest of the vault.
    """
    memory = with_lab()
    everybody = holders(memory.open().catalog, memory.open().catalog.members(room_called(memory.open(), "lab").id))
    keyed(memory, everybody, leads_back=False)
    lab = room_called(memory.open(), "lab")
    for _with_snapshot in (True, False):
        vault, (told,) = opened(memory)
        assert "lab" in told
        assert names(vault) == {"open", "secret"}
        memory.store.cache.clear()
    assert [finding.place for finding in memory.verified().findings] == [link_path(lab.id, 2)]
    assert second_opinion(memory)
    let_in(memory.open(), CLEO, READER, "lab")
    vault = memory.open()
    change_role(vault, find_member(vault.catalog, "Cleo"), room_called(vault), READER)
    add_content(memory.open(), {"new": b"new"}, room="lab")
    vault, (told,) = opened(memory, CLEO)
    assert "key 2" in told
    assert names(vault) == {"open"}
    assert [finding.place for finding in CLEO.verified(memory).findings][-1] == link_path(lab.id, 2)


def test_a_copy_from_before_somebody_came() -> None:
    """Whoever was let in later learns that, and nobody is accused; on a computer that has seen more it is a rollback,
    and a journal that was altered is told as such to him too.
    """
    memory, pins = with_lab(), MemoryPins()
    older = memory.copied()
    let_in(memory.open(), CLEO, READER, "lab")
    CLEO.open(memory, pins=pins)
    with pytest.raises(NotYetMember):
        CLEO.open(older)
    with pytest.raises(NotYetMember):
        CLEO.verified(older)
    with pytest.raises(Rollback):
        CLEO.open(older, pins=pins)
    journal = older.store.journal or b""
    at = journal.rindex(b'"n":') + 10
    older.store.journal = journal[:at] + b"~" + journal[at + 1 :]
    with pytest.raises(JournalBroken):
        CLEO.open(older)
    assert CLEO.verified(older).exit_code == ExitCode.JOURNAL_BROKEN

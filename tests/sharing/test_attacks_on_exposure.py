"""Insiders who hand-make records so that nobody learns what was open to whom, held against what really opens."""

from __future__ import annotations

from dataclasses import replace

from ipvault.catalog.address import find_item, find_room, root_room
from ipvault.catalog.items import versions
from ipvault.catalog.recipients import find_recipient
from ipvault.journal.leaf import FileChange
from ipvault.keys.room_key import RecordKey
from ipvault.records.base import Record
from ipvault.records.items import ItemAdded, ItemLeft, VersionAdded
from ipvault.records.vocabulary import EDITOR, READER
from ipvault.sharing.exposure import exposure
from ipvault.sharing.manifest import Terms
from ipvault.sharing.share import own_card, share
from ipvault.storage.layout import object_path
from ipvault.vault.clock import timestamp
from ipvault.vault.recipients import add_recipient
from ipvault.vault.rooms import create_room
from ipvault.vault.vault import Vault
from tests.sharing.reach import let_in, really_opens, told
from tests.support.insiders import Person
from tests.support.mallory import added
from tests.support.memory_vault import MemoryVault, add_content, append, draft, place

MALLORY, CLEO = Person.named("Mallory"), Person.named("Cleo")
BOGUS = "f" * 32
"""The object of what Mallory claims."""


def two_rooms(role: str = EDITOR, room: str = "his") -> MemoryVault:
    """A vault with the document `secret` in the room `lab`, and Mallory in another room, which is called `his`."""
    memory = MemoryVault.create()
    create_room(memory.open(), "lab")
    create_room(memory.open(), "his")
    add_content(memory.open(), {"secret": b"secret"}, room="lab")
    let_in(memory, MALLORY, role, room)
    return memory


def key_of(vault: Vault, room: str) -> RecordKey:
    """The present key of a room."""
    id_ = find_room(vault.catalog, room).id
    return vault.keys.present(id_, vault.catalog.epoch(id_))


def writes(memory: MemoryVault, room: str, record: Record, *files: FileChange) -> None:
    """Mallory signs a record of a room, past his program."""
    vault = MALLORY.open(memory)
    append(vault, draft(record, key_of(vault, room), files), by=MALLORY.identity)
    memory.store.cache.clear()


def secret(memory: MemoryVault) -> str:
    return find_item(memory.open().catalog, "secret").id


def claimed(item: str) -> ItemAdded:
    return replace(added("x"), item=item)


def claimed_version(item: str) -> VersionAdded:
    return VersionAdded(item=item, version=2, object=BOGUS, size=1, sha256="6" * 64, source="")


def bogus_object(memory: MemoryVault) -> FileChange:
    return place(memory.open(), object_path(BOGUS), b"x")


def is_told_to_cleo(memory: MemoryVault) -> None:
    """Cleo, who comes to the lab now, opens the document, and that is told, with the hash of what it really is."""
    let_in(memory, CLEO, READER, "lab")
    vault = memory.open()
    (one,) = exposure(vault, {CLEO.fingerprint})
    assert told([one]) == really_opens(CLEO.open(memory)) == {("secret", 1)}
    assert one.sha256 == versions(vault.catalog, one.item)[0].sha256
    assert one.until == ""
    assert memory.verified().findings == []


def test_who_says_in_another_room_that_an_item_left_hides_nothing() -> None:
    """A record about an item that is not in its room changes nothing, for exposure either."""
    memory = two_rooms()
    writes(memory, "his", ItemLeft(item=secret(memory), to=root_room(memory.open().catalog).id, objects=()))
    is_told_to_cleo(memory)


def test_who_claims_the_item_of_another_room_hides_nothing() -> None:
    """An item of an id that there is, or another version of it, is none: its hash and place stay what they are."""
    for record in (claimed, claimed_version):
        memory = two_rooms()
        item = secret(memory)
        writes(memory, "his", record(item), bogus_object(memory))
        is_told_to_cleo(memory)
        assert exposure(memory.open(), {MALLORY.fingerprint}) == []


def test_a_package_is_told_with_the_hash_of_what_was_in_it() -> None:
    """The hash of a version is that of its content when the package was made, whatever is claimed later."""
    memory, bob = two_rooms(), Person.named("Bob")
    add_recipient(memory.open(), bob.card, "Bob")
    vault = memory.open()
    item, now = find_item(vault.catalog, "secret"), timestamp(vault.machine.now())
    version = versions(vault.catalog, item.id)[0]
    share(
        vault,
        [(item, version)],
        [find_recipient(vault.catalog, "Bob")],
        Terms(now),
        own_card(vault, now),
        unverified=True,
    )
    writes(memory, "his", claimed(item.id), bogus_object(memory))
    assert [one.sha256 for one in exposure(memory.open(), {bob.fingerprint})] == [version.sha256]


def test_what_left_and_stayed_is_told() -> None:
    """An editor who records that an item left, and leaves its objects where they are, has not taken them from those
    who have the room's key.
    """
    memory = two_rooms(room="lab")
    item = find_item(memory.open().catalog, "secret")
    writes(memory, "lab", ItemLeft(item=item.id, to=root_room(memory.open().catalog).id, objects=()))
    let_in(memory, CLEO, READER, "lab")
    (one,) = exposure(memory.open(), {CLEO.fingerprint})
    assert (one.item, one.version, one.until) == (item.id, 1, "")

"""Insiders who hand-make records so that nobody learns what was open to whom, held against what really opens."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from unittest.mock import patch

import pytest

from ipvault.catalog.address import find_item, find_room, root_room
from ipvault.catalog.items import versions
from ipvault.catalog.recipients import find_recipient
from ipvault.catalog.roster import find_member, outlived
from ipvault.errors import Damaged, Denied, ExitCode, JournalBroken
from ipvault.governance.gate.gate import PolicyGate
from ipvault.journal.leaf import FileChange
from ipvault.keys.room_key import RecordKey
from ipvault.records.base import Record
from ipvault.records.items import ItemAdded, ItemLeft, ItemRenamed, VersionAdded
from ipvault.records.members import MemberRemoved
from ipvault.records.vocabulary import AUDITOR, EDITOR, OWNER, READER
from ipvault.sharing.access import access_of, access_to
from ipvault.sharing.manifest import Terms
from ipvault.sharing.share import own_card, share
from ipvault.storage.layout import object_path
from ipvault.vault.clock import timestamp
from ipvault.vault.exposure import exposure
from ipvault.vault.items import move
from ipvault.vault.membership import add_member, change_role, remove_member
from ipvault.vault.objects import ObjectWriter
from ipvault.vault.recipients import add_recipient
from ipvault.vault.rekeying import holders, next_key
from ipvault.vault.rooms import create_room, reencrypt, rotate
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.format.second_reader import Refused
from tests.sharing.reach import Kept, let_in, really_opens, shown_out, told
from tests.support.mallory import added
from tests.support.memory_vault import MemoryVault, add_content, append, draft, place
from tests.support.people import Person
from tests.support.second_opinion import second_opinion
from tests.support.tampering import verify_in_parts

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


def is_told_to_cleo(memory: MemoryVault, *, is_clean: bool = True) -> None:
    """Cleo, who comes to the lab now, opens the document, and that is told, with the hash of what it really is."""
    let_in(memory, CLEO, READER, "lab")
    vault = memory.open()
    (one,) = exposure(vault, {CLEO.fingerprint})
    assert told([one]) == really_opens(CLEO.open(memory)) == {("secret", 1)}
    assert one.sha256 == versions(vault.catalog, one.item)[0].sha256
    assert one.until == ""
    assert (memory.verified().findings == []) == is_clean


def test_who_says_in_another_room_that_an_item_left_hides_nothing() -> None:
    """A record about an item that is not in its room changes nothing, for exposure either, but for that room."""
    memory = two_rooms()
    writes(memory, "his", ItemLeft(item=secret(memory), to=root_room(memory.open().catalog).id, objects=()))
    is_told_to_cleo(memory, is_clean=False)


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
        PolicyGate(vault),
        unverified=True,
    )
    writes(memory, "his", claimed(item.id), bogus_object(memory))
    assert [one.sha256 for one in exposure(memory.open(), {bob.fingerprint})] == [version.sha256]


def as_owner(memory: MemoryVault, room: str = "lab") -> Vault:
    """Mallory, made an owner of a room."""
    vault = memory.open()
    change_role(vault, find_member(vault.catalog, "Mallory"), find_room(vault.catalog, room), OWNER)
    return MALLORY.open(memory)


def is_told_of_mallory(memory: MemoryVault, kept: Kept, *, told_now: bool = True) -> None:
    """What is stored now opens with what Mallory kept if he is told to know the key, by `verify` too; and nothing of
    what comes after a key that somebody else made.
    """
    lab = find_room(memory.open().catalog, "lab")
    assert (outlived(memory.open().catalog, lab.id) == [MALLORY.fingerprint]) == told_now
    assert any("Mallory" in note for note in memory.verified().notes) == told_now
    add_content(memory.open(), {"later": b"later"}, room="lab")
    vault = memory.open()
    opened = kept.opens(vault)
    assert (("later", 1) in opened) == told_now
    assert told(exposure(vault, {MALLORY.fingerprint})) == opened
    rotate(memory.open(), lab)
    add_content(memory.open(), {"safe": b"safe"}, room="lab")
    vault = memory.open()
    assert outlived(vault.catalog, lab.id) == memory.verified().notes == []
    assert told(exposure(vault, {MALLORY.fingerprint})) == kept.opens(vault) == opened


def test_who_leaves_makes_no_key() -> None:
    """Somebody who leaves by himself would know the key that he makes: so he makes none, and his outlives him."""
    memory, kept = two_rooms(room="lab"), Kept()
    vault = as_owner(memory)
    lab = find_room(vault.catalog, "lab")
    removal = remove_member(vault, find_member(vault.catalog, "Mallory"), lab, reason="bye")
    assert (removal.rekeyed, removal.outlived) == ([], [lab.id])
    kept.copy(vault)
    is_told_of_mallory(memory, kept)


def test_who_becomes_an_auditor_by_himself_makes_no_key() -> None:
    """The same where somebody gives up no more than the documents."""
    memory, kept = two_rooms(room="lab"), Kept()
    vault = as_owner(memory)
    change_role(vault, find_member(vault.catalog, "Mallory"), find_room(vault.catalog, "lab"), AUDITOR)
    kept.copy(vault)
    is_told_of_mallory(memory, kept)


def test_a_key_of_whoever_leaves_is_none() -> None:
    """With another program he makes the next key all the same, with his last breath: it is his, and told to be."""
    memory, kept = two_rooms(room="lab"), Kept()
    vault = as_owner(memory)
    lab, root = find_room(vault.catalog, "lab"), root_room(vault.catalog).id
    left = {who: role for who, role in vault.catalog.members(lab.id).items() if who != MALLORY.fingerprint}
    with transaction(vault) as change:
        key = next_key(vault, change, lab.id, holders(vault.catalog, left))
        kept.copy(vault)
        kept.keys[lab.id, key.epoch] = key
        change.record(MemberRemoved(member=MALLORY.fingerprint, room=lab.id, reason=""), root)
        change.commit()
    is_told_of_mallory(memory, kept)


def test_who_was_shown_out_knows_no_later_key() -> None:
    """A key that somebody else made on his leaving is new, and what comes then is neither told nor opened."""
    memory, kept = two_rooms(room="lab"), Kept()
    kept.copy(as_owner(memory))
    shown_out(memory, MALLORY, "lab")
    is_told_of_mallory(memory, kept, told_now=False)


def test_a_slot_for_whoever_leaves_is_refused() -> None:
    """A new key with a slot too many, in the transaction in which its maker goes, is no record that anybody takes."""
    memory = two_rooms(room="lab")
    vault = as_owner(memory)
    lab, root = find_room(vault.catalog, "lab"), root_room(vault.catalog).id
    journal = memory.store.journal
    with transaction(vault) as change:
        next_key(vault, change, lab.id, holders(vault.catalog, vault.catalog.members(lab.id)))
        change.record(MemberRemoved(member=MALLORY.fingerprint, room=lab.id, reason=""), root)
        with pytest.raises(Denied):
            change.commit()
    assert memory.store.journal == journal


def set_clock(vault: Vault, time: float) -> None:
    """Whatever the member signs from now on has this time, in seconds since 1970."""
    vault.machine = replace(vault.machine, now=lambda: time)


IN_2099, IN_1990 = 4_070_908_800.0, 631_152_000.0


def warned(vault: Vault) -> list[str]:
    """What the user is told to act on from now on."""
    told_now: list[str] = []
    vault.machine = replace(vault.machine, warn=told_now.append)
    return told_now


@pytest.mark.parametrize("time", [IN_2099, IN_1990])
def test_a_clock_that_lies_hides_nobody(time: float) -> None:
    """Who can open something now goes by the order of the records: whoever was let in, or was sent something, is told
    whatever time the record of it has.
    """
    memory, bob = two_rooms(room="lab"), Person.named("Bob")
    add_recipient(memory.open(), bob.card, "Bob")
    let_in(memory, CLEO, READER, "his")
    vault = as_owner(memory)
    set_clock(vault, time)
    add_member(vault, CLEO.card, find_room(vault.catalog, "lab"), READER)
    item, now = find_item(vault.catalog, "secret"), timestamp(vault.machine.now())
    what, to = [(item, versions(vault.catalog, item.id)[0])], [find_recipient(vault.catalog, "Bob")]
    share(vault, what, to, Terms(now), own_card(vault, now), PolicyGate(vault), unverified=True)
    vault = memory.open()
    complaints = warned(vault)
    assert {"Cleo", "Bob"} <= {one.name for one in access_to(vault, item)}
    assert "lab" in {one.room for one in access_of(vault, {CLEO.fingerprint})}
    assert [one.room for one in access_of(vault, {bob.fingerprint})] == [""]
    assert told(exposure(vault, {CLEO.fingerprint})) == {("secret", 1)}
    assert complaints == []


@pytest.mark.parametrize(("time", "member"), [(IN_2099, True), (IN_1990, True), (IN_2099, False), (IN_1990, False)])
def test_a_day_in_spite_of_a_clock_that_lies(time: float, member: bool) -> None:
    """On a day after a record with a wrong time, and before the next right one, it had been made; that of the records
    some have such times is said.
    """
    memory = two_rooms(room="lab")
    vault = as_owner(memory)
    if not member:
        let_in(memory, CLEO, READER, "lab")
        vault.follow()
    before = memory.open().catalog.time
    set_clock(vault, time)
    lab = find_room(vault.catalog, "lab")
    if member:
        let_in(memory, CLEO, READER, "his")
        vault.follow()
        add_member(vault, CLEO.card, lab, READER)
    else:
        remove_member(vault, find_member(vault.catalog, "Cleo"), lab, reason="")
    add_content(memory.open(), {"more": b"more"}, room="lab")
    vault = memory.open()
    item = find_item(vault.catalog, "secret")
    complaints = warned(vault)
    after = [one.name for one in access_to(vault, item, vault.catalog.time) if not one.older_only]
    assert ("Cleo" in after) == member
    assert len(complaints) == 1
    if not member:
        assert exposure(vault, {CLEO.fingerprint}, vault.catalog.time) == []
        assert told(exposure(vault, {CLEO.fingerprint}, "1980")) == {("secret", 1)}
        assert told(exposure(vault, {CLEO.fingerprint}, before[:10])) == {("secret", 1)}


def test_honest_clocks_are_not_complained_of() -> None:
    """A day is asked for without a warning where no time contradicts another."""
    memory = two_rooms(room="lab")
    vault = memory.open()
    complaints = warned(vault)
    assert access_to(vault, find_item(vault.catalog, "secret"), vault.catalog.time)
    assert complaints == []


def test_the_room_of_that_day() -> None:
    """Of a document that moved, those could open it on a day who were in the room in which it was then."""
    memory = two_rooms(READER)
    let_in(memory, CLEO, READER, "lab")
    vault = memory.open()
    before = vault.catalog.time
    move(vault, "secret", room="his")
    vault = memory.open()
    item = find_item(vault.catalog, "secret")
    assert {one.name for one in access_to(vault, item, before)} == {"Ada Lovelace", "Cleo"}
    assert {one.room for one in access_to(vault, item, before)} == {"lab"}
    assert {one.name for one in access_to(vault, item)} == {"Ada Lovelace", "Mallory"}
    assert [one.until for one in exposure(vault, {CLEO.fingerprint})] == [vault.catalog.time]
    assert told(exposure(vault, {MALLORY.fingerprint})) == really_opens(MALLORY.open(memory))


def cleo_left_the_lab(role: str) -> tuple[MemoryVault, Kept]:
    """Mallory is in the lab, and Cleo was: she kept its first key."""
    memory, kept = two_rooms(role, "lab"), Kept()
    let_in(memory, CLEO, READER, "lab")
    kept.copy(CLEO.open(memory))
    shown_out(memory, CLEO, "lab")
    return memory, kept


def test_a_record_under_an_old_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written under a key that somebody who left still has is tampering, which is told without keys, too, and
    where a long journal is verified in parts.
    """
    memory, _kept = cleo_left_the_lab(EDITOR)
    for number in range(30):
        add_content(memory.open(), {f"d{number}": b"x"}, room="his")
    verify_in_parts(monkeypatch)
    assert memory.verified().findings == memory.verified(keyless=True).findings == []
    vault = MALLORY.open(memory)
    old = vault.keys.present(find_room(vault.catalog, "lab").id, 1)
    renamed = ItemRenamed(item=secret(memory), name="for Cleo")
    with pytest.raises(JournalBroken):
        append(vault, draft(renamed, old), by=MALLORY.identity)
    memory.store.cache.clear()
    with pytest.raises(JournalBroken):
        memory.open()
    for person in (MALLORY, CLEO):
        with pytest.raises(JournalBroken):
            person.open(memory)
    for report in (memory.verified(), memory.verified(keyless=True)):
        assert ["present key" in finding.problem for finding in report.findings] == [True]
    monkeypatch.undo()
    assert memory.verified().exit_code is ExitCode.JOURNAL_BROKEN
    assert memory.verified(keyless=True).exit_code is ExitCode.JOURNAL_BROKEN
    assert second_opinion(memory) is None


def test_content_under_an_old_key_is_found() -> None:
    """An object under an older key than its record says is not taken for it: not read, and not written anew."""
    memory, kept = cleo_left_the_lab(EDITOR)
    vault = MALLORY.open(memory)
    lab, content = find_room(vault.catalog, "lab").id, b"x"
    staged = vault.store.stage(object_path(BOGUS))
    writer = ObjectWriter(staged, BOGUS, vault.keys.for_content(lab, 1), vault.machine.random)
    writer.write(content)
    file = writer.finish()
    staged.close()
    vault.store.publish([staged])
    record = replace(added("planted"), sha256=hashlib.sha256(content).hexdigest())
    append(vault, draft(record, key_of(vault, "lab"), (file,)), by=MALLORY.identity)
    vault = memory.open()
    assert ("planted", 1) in kept.opens(vault)
    assert ("planted", 1) not in really_opens(vault)
    assert [finding.place for finding in memory.verified().findings] == ["planted@1"]
    rotate(vault, find_room(vault.catalog, "lab"))
    with pytest.raises(Damaged):
        reencrypt(vault, find_room(vault.catalog, "lab"))
    reader = second_opinion(memory)
    assert reader
    with patch.object(reader, "file", memory.store.published.__getitem__), pytest.raises(Refused, match="another key"):
        reader.content(record.item, 1)


def test_who_kept_a_key_that_still_opens_is_told() -> None:
    """Of a document one learns who is not in its room any more and has a key that opens what is stored there; after the
    next key as well, until it is encrypted anew. What is stored since that key is not told, nor does it open.
    """
    memory, kept = two_rooms(READER, "lab"), Kept()
    vault = MALLORY.open(memory)
    kept.copy(vault)
    before = vault.catalog.time
    remove_member(vault, find_member(vault.catalog, "Mallory"), find_room(vault.catalog, "lab"), reason="")
    add_content(memory.open(), {"later": b"later"}, room="lab")
    vault = memory.open()
    left, item = vault.catalog.time, find_item(vault.catalog, "later")
    assert ("later", 1) in kept.opens(vault)

    def reached(at: str = "") -> list[tuple[str, bool]]:
        vault = memory.open()
        assert ("lab" in {one.room for one in access_of(vault, {MALLORY.fingerprint}, at)}) == (
            "Mallory" in {one.name for one in access_to(vault, item, at)}
        )
        return [(one.name, bool(one.until)) for one in access_to(vault, item, at)]

    assert reached() == reached(left) == [("Ada Lovelace", False), ("Mallory", True)]
    rotate(vault, find_room(vault.catalog, "lab"))
    add_content(memory.open(), {"latest": b"latest"}, room="lab")
    vault = memory.open()
    latest = find_item(vault.catalog, "latest")
    assert kept.opens(vault) == {("secret", 1), ("later", 1)}
    assert [one.name for one in access_to(vault, latest)] == ["Ada Lovelace"]
    (older,) = (one for one in access_of(vault, {MALLORY.fingerprint}) if one.room == "lab")
    assert (older.older_only, older.epoch, bool(older.until)) == (True, 1, True)
    assert reached() == reached(left) == [("Ada Lovelace", False), ("Mallory", True)]
    reencrypt(vault, find_room(vault.catalog, "lab"))
    assert kept.opens(memory.open()) == set()
    assert reached() == [("Ada Lovelace", False)]
    assert reached(left) == [("Ada Lovelace", False), ("Mallory", True)]
    vault = memory.open()
    old = access_to(vault, find_item(vault.catalog, "secret"), before)
    assert [(one.name, one.until) for one in old] == [("Ada Lovelace", ""), ("Mallory", "")]

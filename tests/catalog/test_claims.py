"""What a member could claim whose signature counts: about files, keys, and who made what when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipvault.catalog.address import find_item, find_room, root_room
from ipvault.catalog.items import Item, Version, versions
from ipvault.errors import AmbiguousRoom, Damaged, ExitCode, NotFound
from ipvault.journal.commit import Draft
from ipvault.journal.leaf import CLASSES, Facts, FileChange
from ipvault.journal.payload import FORGETTABLE
from ipvault.keys.room_key import RoomKey
from ipvault.records.base import Record
from ipvault.records.items import (
    ItemArrived,
    ItemDescribed,
    ItemLeft,
    VersionAdded,
    VersionArrived,
    VersionErased,
)
from ipvault.records.members import RoleGranted
from ipvault.records.rooms import RoomKeyed
from ipvault.records.vocabulary import EDITOR, LABELS, MAIN, OWNER, READER, ROLES
from ipvault.storage.layout import link_path, object_path, slot_path
from ipvault.vault.forgetting import forget
from ipvault.vault.items import erase, move
from ipvault.vault.vault import Vault
from tests.support.mallory import CONTENT, MALLORY, added, in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, add_room, append, blind_slots, draft, keyed_with, place

HER = MALLORY.public.fingerprint
OBJECT = CONTENT.path.rpartition("/")[2]
LONG_AGO = "1999-12-31T23:59:59.000Z"
BEFORE = "0" * 64


def content_of(vault: Vault, name: str) -> tuple[Item, Version]:
    item = find_item(vault.catalog, name)
    return item, versions(vault.catalog, item.id)[-1]


def erased(item: Item, object_id: str) -> VersionErased:
    return VersionErased(item=item.id, version=1, object=object_id, reason="")


def removal(object_id: str) -> FileChange:
    return FileChange(False, object_path(object_id))


def test_a_file_is_added_once() -> None:
    """The content of an item cannot be replaced by naming its file again, present or removed; also without keys."""
    memory, vault = with_mallory(OWNER)
    item, version = content_of(vault, "a")
    again = FileChange(True, object_path(version.object), 1, "0" * 64)
    record = replace(added("b"), object=version.object)
    assert is_refused(memory, vault, in_main(vault, record, again))
    assert memory.verified(keyless=True).exit_code is ExitCode.JOURNAL_BROKEN
    memory, vault = with_mallory(OWNER)
    item, version = content_of(vault, "a")
    append(vault, in_main(vault, erased(item, version.object), removal(version.object)))
    assert is_refused(memory, vault, in_main(vault, replace(added("b"), object=version.object), again))
    assert memory.verified(keyless=True).exit_code is ExitCode.JOURNAL_BROKEN


def test_a_file_is_removed_by_its_room() -> None:
    """The owner of one room cannot destroy what is in another, which is told even without keys to either."""
    memory, vault = with_mallory(OWNER)
    lab = add_room(vault, "lab")
    add_content(vault, {"plan": b"plan"}, room="lab")
    item, version = content_of(vault, "plan")
    assert item.room == lab
    assert is_refused(memory, vault, in_main(vault, erased(item, version.object), removal(version.object)))
    assert memory.verified(keyless=True).exit_code is ExitCode.JOURNAL_BROKEN


def test_a_file_that_is_not_there_cannot_be_removed() -> None:
    """A record that removes what nobody added, or removes it twice, is refused; also without keys."""
    for times in (1, 2):
        memory, vault = with_mallory(OWNER)
        item, version = content_of(vault, "a")
        object_id = "d" * 32 if times == 1 else version.object
        records = [in_main(vault, erased(item, object_id), removal(object_id))] * times
        assert is_refused(memory, vault, *records)
        assert memory.verified(keyless=True).exit_code is ExitCode.JOURNAL_BROKEN


@pytest.mark.parametrize("leaves", [True, False])
def test_an_item_cannot_take_another_ones_content_with_it(leaves: bool) -> None:
    """To move or erase one item does not destroy the content of another in the same room."""
    memory, vault = with_mallory(OWNER)
    add_content(vault, {"b": b"other"})
    item, _version = content_of(vault, "a")
    _other, version = content_of(vault, "b")
    left = ItemLeft(item=item.id, to="0" * 32, objects=(version.object,))
    record: Record = left if leaves else erased(item, version.object)
    assert is_refused(memory, vault, in_main(vault, record, removal(version.object)))


def test_a_record_names_its_files_and_no_others() -> None:
    """A leaf with files or facts that do not follow from its record is refused, and so is one that lacks them."""
    other = FileChange(True, object_path("d" * 32), 0, CONTENT.sha256)
    item = "e" * 32
    described = ItemDescribed(item=item, label="public", type="other", tags=(), note="")
    wrong = [
        (added("b"), ()),
        (added("b"), (other,)),
        (added("b"), (CONTENT, other)),
        (described, (CONTENT,)),
    ]
    for record, files in wrong:
        memory, vault = with_mallory(OWNER)
        for change in {CONTENT, other} & {*files} - {CONTENT}:
            place(vault, change.path)
        assert is_refused(memory, vault, in_main(vault, record, *files))
    memory, vault = with_mallory(OWNER)
    assert not is_refused(memory, vault, in_main(vault, added("b"), CONTENT))


def test_a_role_does_not_enrol_anybody() -> None:
    """A record that grants a role cannot bring a signing key in with it."""
    memory, vault = with_mallory(None)
    root = root_room(vault.catalog).id
    append(vault, in_root(vault, RoleGranted(member=HER, room=root, role=OWNER)))
    facts: Facts = {"key": "8" * 64, "member": "9" * 64}
    granted = RoleGranted(member="9" * 64, room=root, role=READER)
    assert is_refused(memory, vault, in_root(vault, granted, facts))


def keyed(vault: Vault, epoch: int) -> tuple[RoomKeyed, RoomKey, tuple[FileChange, ...]]:
    """A new key of the room `main`, to which only the owner has a slot."""
    key = RoomKey.generate(vault.id, find_room(vault.catalog, MAIN).id, epoch, vault.machine.random)
    files = [place(vault, slot_path(key.room, epoch, "a" * 16), key.slot_for(vault.member, vault.identity.public.kem))]
    if epoch > 1:
        before = vault.keys.for_content(key.room, 1)
        files.append(place(vault, link_path(key.room, epoch), key.link_to(before)))
    others = blind_slots(vault, key.room, epoch, 1)
    return keyed_with(key, "a" * 16, *others), key, (files[0], *others.values(), *files[1:])


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_epochs_follow_one_another(epoch: int) -> None:
    """A room's next key is that of the next epoch: none is announced twice or ahead of time. Also without keys."""
    memory, vault = with_mallory(OWNER)
    record, key, files = keyed(vault, epoch)
    assert is_refused(memory, vault, draft(record, key, files)) == (epoch != 2)
    expected = ExitCode.DONE if epoch == 2 else ExitCode.JOURNAL_BROKEN
    assert memory.verified(keyless=True).exit_code is expected


@pytest.mark.parametrize("role", ROLES)
def test_only_owners_change_a_key_that_nobody_can_open(role: str) -> None:
    """A key that is wrapped to none of the others cannot be read by them; then its signer must be an owner."""
    memory, vault = with_mallory(role)
    record, key, _slot = keyed(vault, 2)
    stolen = blind_slots(vault, key.room, 2, 2)
    record = replace(record, slots=tuple(stolen))
    assert is_refused(memory, vault, draft(record, key, tuple(stolen.values()))) == (role != OWNER)


def arrival(item: str) -> ItemArrived:
    return ItemArrived(
        item=item,
        name="old",
        label="internal",
        type="other",
        tags=(),
        note="",
        created=LONG_AGO,
        creator=BEFORE,
    )


def version_arrival(item: str, number: int = 1, sha256: str = "0" * 64) -> VersionArrived:
    return VersionArrived(
        item=item,
        version=number,
        object=OBJECT,
        size=5,
        sha256=sha256,
        source="",
        added=LONG_AGO,
        adder=BEFORE,
        erased="",
    )


def test_an_item_that_came_from_nowhere_is_its_bearers() -> None:
    """Whoever lets an item arrive that nobody saw leaving has made it himself, now, whatever he says."""
    memory, vault = with_mallory(EDITOR)
    arrived = in_main(vault, arrival("e" * 32)), in_main(vault, version_arrival("e" * 32), CONTENT)
    assert not is_refused(memory, vault, *arrived)
    item, version = content_of(vault, "old")
    assert (item.creator, version.adder) == (HER, HER)
    assert item.created == version.added == item.changed > "2026"


def test_a_version_does_not_arrive_by_itself() -> None:
    """Nobody puts a version with another's name and date on it into an item that is there."""
    memory, vault = with_mallory(EDITOR)
    item, version = content_of(vault, "a")
    assert not is_refused(memory, vault, in_main(vault, version_arrival(item.id, 7), CONTENT))
    assert versions(vault.catalog, item.id) == [version]
    assert find_item(vault.catalog, "a").version == 1


def test_versions_are_counted_up() -> None:
    """A new version cannot slip in under those that are there."""
    memory, vault = with_mallory(EDITOR)
    item, version = content_of(vault, "a")
    slipped = VersionAdded(item=item.id, version=1, object=OBJECT, size=5, sha256="0" * 64, source="")
    assert not is_refused(memory, vault, in_main(vault, slipped, CONTENT))
    assert versions(vault.catalog, item.id) == [version]


def in_two_rooms() -> tuple[MemoryVault, Vault, str, str]:
    """A vault with the rooms `main` and `lab`, whose ids follow, and Mallory as an editor of both."""
    memory, vault = with_mallory(None)
    main, lab = find_room(vault.catalog, MAIN).id, add_room(vault, "lab")
    grants = [RoleGranted(member=HER, room=room, role=EDITOR) for room in (main, lab)]
    append(vault, *(in_root(vault, grant) for grant in grants))
    return memory, vault, main, lab


def test_a_move_keeps_who_made_it() -> None:
    """An item that moves between two rooms, both of which one can read, keeps its maker and dates, and its history."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_room(vault, "lab")
    add_content(vault, {"a": b"content"})
    item, version = content_of(vault, "a")
    for room in ("lab", MAIN, "lab"):
        move(vault, "a", room=room)
        moved, arrived = content_of(vault, "a")
        assert (moved.created, moved.creator, moved.room_name) == (item.created, item.creator, room)
        assert arrived == version._replace(object=arrived.object)
    assert memory.verified().findings == []


def test_a_mover_does_not_rewrite_history() -> None:
    """Of an item that was seen leaving, who made it is what was recorded then, not what the mover says. Other content
    than that which left does not arrive.
    """
    for is_same in (True, False):
        memory, vault, _main, lab = in_two_rooms()
        item, version = content_of(vault, "a")
        left = ItemLeft(item=item.id, to=lab, objects=(version.object,))
        key = vault.keys.present(lab, 1)
        there = replace(version_arrival(item.id), size=version.size, sha256=version.sha256 if is_same else "1" * 64)
        steps = (
            in_main(vault, left, removal(version.object)),
            draft(arrival(item.id), key),
            draft(there, key, (CONTENT,)),
        )
        assert is_refused(memory, vault, *steps) != is_same
        if is_same:
            moved, arrived = content_of(vault, "old")
            assert (moved.created, moved.creator) == (item.created, item.creator)
            assert (arrived.adder, arrived.added) == (version.adder, version.added)


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_not_lowered_on_the_way(label: str) -> None:
    """An editor of both rooms, who may not lower it in either, brings an item with the label that it had, or above."""
    memory, vault, _main, lab = in_two_rooms()
    item, version = content_of(vault, "a")
    left = ItemLeft(item=item.id, to=lab, objects=(version.object,))
    key = vault.keys.present(lab, 1)
    there = replace(version_arrival(item.id), size=version.size, sha256=version.sha256)
    steps = (
        in_main(vault, left, removal(version.object)),
        draft(replace(arrival(item.id), label=label), key),
        draft(there, key, (CONTENT,)),
    )
    assert is_refused(memory, vault, *steps) == (LABELS.index(label) < LABELS.index(item.label))


@pytest.mark.parametrize("is_removed", [True, False])
def test_what_arrives_is_what_left(is_removed: bool) -> None:
    """Something else that comes to the other room does not stand for it, whether or not its content stays behind."""
    memory, vault, _main, lab = in_two_rooms()
    item, version = content_of(vault, "a")
    key = vault.keys.present(lab, 1)
    objects = (version.object,) if is_removed else ()
    left = ItemLeft(item=item.id, to=lab, objects=objects)
    steps = in_main(vault, left, *map(removal, objects)), draft(arrival("e" * 32), key)
    assert is_refused(memory, vault, *steps, draft(version_arrival("e" * 32), key, (CONTENT,)))


@pytest.mark.parametrize("to", ["a room that there is not", "its own room", "another room"])
def test_what_leaves_must_arrive(to: str) -> None:
    """Only an owner destroys content: an item that an editor takes out of its room arrives in another, all of it."""
    memory, vault, main, lab = in_two_rooms()
    item, version = content_of(vault, "a")
    target = {"its own room": main, "another room": lab}.get(to, "9" * 32)
    left = in_main(vault, ItemLeft(item=item.id, to=target, objects=(version.object,)), removal(version.object))
    key = vault.keys.present(lab if to == "another room" else main, 1)
    gone = replace(version_arrival(item.id), erased="2020-01-01T00:00:00.000Z", object=version.object)
    assert is_refused(memory, vault, left, draft(arrival(item.id), key), draft(gone, key))


def test_what_was_erased_does_not_come_back() -> None:
    """Content that an owner erased cannot be brought back as if it had only changed its room."""
    memory, vault, _main, lab = in_two_rooms()
    item, version = content_of(vault, "a")
    erase(vault, item, [1], reason="")
    key = vault.keys.present(lab, 1)
    back = replace(version_arrival(item.id), size=version.size, sha256=version.sha256)
    left = in_main(vault, ItemLeft(item=item.id, to=lab, objects=()))
    assert is_refused(memory, vault, left, draft(arrival(item.id), key), draft(back, key, (CONTENT,)))


def test_an_item_without_versions_is_not_there() -> None:
    """Something that arrives without any content is nothing that one could list, show or update."""
    memory, vault = with_mallory(EDITOR)
    assert not is_refused(memory, vault, in_main(vault, arrival("e" * 32)))
    with pytest.raises(NotFound):
        find_item(vault.catalog, "old")
    add_content(vault, {"old": b"new"})
    assert find_item(vault.catalog, "old").version == 1


def test_the_content_that_was_erased_shows() -> None:
    """An owner who erases one version under the number of another has erased the one whose content is gone."""
    memory, vault = with_mallory(OWNER)
    item, version = content_of(vault, "a")
    wrong = replace(erased(item, version.object), version=7)
    assert not is_refused(memory, vault, in_main(vault, wrong, removal(version.object)))
    assert versions(vault.catalog, item.id)[0].erased


@pytest.mark.parametrize("public_class", sorted(CLASSES - {"genesis"}))
@pytest.mark.parametrize("role", ROLES)
def test_forgetting_and_unknown_kinds_change_no_rights(public_class: str, role: str) -> None:
    """Whether a record of a kind of the future is accepted does not depend on who can read it, or on whether it was
    forgotten.
    """
    memory, vault = with_mallory(role)
    key = vault.keys.present(find_room(vault.catalog, MAIN).id, 1)
    unknown = Draft(public_class, key.room, 1, key.record_key, {"kind": f"{public_class}.sung", "item": []})
    if public_class in ("member", "policy", "forget"):
        assert is_refused(memory, vault, unknown)
        return
    is_allowed = role == OWNER or (public_class not in ("room", "key") and (public_class != "item" or role == EDITOR))
    assert is_refused(memory, vault, unknown) != is_allowed
    seq = vault.catalog.head.seq
    if is_allowed and public_class in FORGETTABLE:
        forget(vault, [seq], reason="")
        assert memory.replayed().catalog.head.seq == seq + 1
        assert memory.verified().findings == []


def test_a_key_that_one_did_not_get() -> None:
    """Whoever has no slot in a room's new epoch cannot go on writing with the old key: it is told, as by `verify`."""
    memory, vault = with_mallory(OWNER)
    record, key, _slot = keyed(vault, 2)
    stolen = blind_slots(vault, key.room, 2, 2)
    assert not is_refused(memory, vault, draft(replace(record, slots=tuple(stolen)), key, tuple(stolen.values())))
    with pytest.raises(Damaged, match="no slot"):
        add_content(vault, {"b": b"new"})
    assert memory.verified().exit_code is ExitCode.DAMAGED


def test_two_rooms_of_one_name() -> None:
    """Where two rooms are called the same, none is chosen by chance."""
    vault = MemoryVault.create().open()
    add_room(vault, MAIN)
    with pytest.raises(AmbiguousRoom):
        add_content(vault, {"b": b"new"})

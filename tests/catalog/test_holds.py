"""Legal holds: what they keep, who says so, and who finds out about what was destroyed all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ipvault.catalog.address import find_any, find_item, find_room
from ipvault.catalog.holds import find_hold, holds, holds_over, items_held_by, objection_to_destroying
from ipvault.catalog.items import versions
from ipvault.catalog.scopes import Scope
from ipvault.errors import Conflict, Denied, ExitCode, Held, NoSuchHold, NoSuchPerson
from ipvault.journal.leaf import FileChange
from ipvault.oversight.holds.keep import acknowledge_hold, note_notices, place_hold, release_hold
from ipvault.records.base import Record
from ipvault.records.holds import HoldAcknowledged, HoldNoticed, HoldPlaced, HoldReleased
from ipvault.records.items import ItemArrived, ItemLeft, VersionErased
from ipvault.records.members import RoleGranted
from ipvault.records.vocabulary import EDITOR, MAIN, OWNER
from ipvault.storage.layout import object_path
from ipvault.vault.forgetting import forget, to_forget
from ipvault.vault.items import Changes, describe, erase, move, remove, to_erase
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.recipients import add_recipient
from ipvault.vault.vault import Vault
from ipvault.vault.verification.verify import Opener, verify_vault
from tests.support.mallory import MALLORY, in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, add_room, append, draft
from tests.support.people import Person, let_in
from tests.support.refusals import refused
from tests.support.second_opinion import is_refused_by_both, second_opinion

CLEO, BOB = Person.named("Cleo"), Person.named("Bob")

PLACED = HoldPlaced(
    hold="8" * 32,
    matter="Acme",
    reason="a suit",
    scope_items=(),
    scope_rooms=(),
    scope_labels=(),
    scope_types=(),
    scope_tags=(),
    members=(),
    outsiders=(),
)


def vault_with(*names: str) -> tuple[MemoryVault, Vault]:
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {name: name.encode() for name in names})
    return memory, vault


def hold(vault: Vault, *custodians: str, **scope: tuple[str, ...]) -> str:
    """Hold something for Acme; the id."""
    return place_hold(vault, "Acme", "a suit", Scope(**scope), custodians)[0].id


def is_held(vault: Vault, name: str) -> bool:
    """Whether an erasure of an item is refused, before it is asked for, under the lock, and by the one who says so."""
    item = find_any(vault.catalog, name)
    found = objection_to_destroying(vault.catalog, item.id) is not None
    numbers = [version.number for version in versions(vault.catalog, item.id)]
    if found:
        with pytest.raises(Held, match="held"):
            to_erase(item, vault, None)
        with pytest.raises(Held):
            erase(vault, item, numbers, reason="")
    else:
        assert to_erase(item, vault, None)
    return found


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        ({}, "abcd"),
        ({"items": ("a",)}, "a"),
        ({"items": ("?",)}, "abcd"),
        ({"rooms": ("main",)}, "abc"),
        ({"labels": ("secret",)}, "b"),
        ({"types": ("patent",)}, "b"),
        ({"tags": ("x",)}, "bd"),
        ({"items": ("a",), "tags": ("x",)}, "abd"),
        ({"tags": ("none",)}, ""),
    ],
)
def test_what_is_in_the_scope_cannot_be_destroyed(scope: dict[str, tuple[str, ...]], held: str) -> None:
    """By name, room, label, type or tag, or all; whatever is not in it can be. Everybody who comes later sees it so."""
    memory, vault = vault_with("a", "b", "c")
    add_room(vault, "lab")
    add_content(vault, {"d": b"d"}, room="lab")
    describe(vault, ["b", "d"], Changes(add_tags=("x", "y")))
    describe(vault, ["b"], Changes(label="secret", type="patent"))
    id_ = hold(vault, **scope)
    assert "".join(name for name in "abcd" if is_held(vault, name)) == held
    assert [find_item(vault.catalog, name).id for name in held] == [
        item for name in held for item in items_held_by(vault.catalog, id_) if item == find_item(vault.catalog, name).id
    ]
    later = memory.replayed()
    assert sorted(items_held_by(later.catalog, id_)) == sorted(items_held_by(vault.catalog, id_))
    release_hold(vault, id_, "settled")
    assert not any(is_held(vault, name) for name in "abcd")
    assert memory.verified().findings == []


def test_what_comes_later_is_held_and_stays_held() -> None:
    """A new item, or one that gets the tag later, is held; to take off the tag, or the item off the list,
    is no way out.
    """
    memory, vault = vault_with("a")
    hold(vault, tags=("acme",), labels=("secret",))
    assert not is_held(vault, "a")
    describe(vault, ["a"], Changes(add_tags=("acme",)))
    describe(vault, ["a"], Changes(drop_tags=("acme",), label="public"))
    assert is_held(vault, "a")
    remove(vault, ["a"], reason="")
    assert is_held(vault, "a")
    add_content(vault, {"b": b"b", "c": b"c"})
    describe(vault, ["b"], Changes(label="secret"))
    assert (is_held(vault, "b"), is_held(vault, "c")) == (True, False)
    assert is_held(memory.replayed(), "b")
    assert is_held(memory.open(), "a")  # from a snapshot


def test_an_item_does_not_leave_its_hold() -> None:
    """Where the hold of a room would not keep it an item does not go; held by itself it does, and is held there."""
    memory, vault = vault_with("a", "b", "c")
    lab = add_room(vault, "lab")
    id_ = hold(vault, rooms=("main",))
    with pytest.raises(Held):
        move(vault, "a", room="lab")
    hold(vault, items=("a",))
    with pytest.raises(Held):
        move(vault, "a", room="lab")
    release_hold(vault, id_, "")
    move(vault, "a", room="lab")
    assert is_held(vault, "a")
    hold(vault, tags=("x",))
    describe(vault, ["b"], Changes(add_tags=("x",)))
    move(vault, "b", room="lab")
    assert is_held(vault, "b")
    describe(vault, ["c"], Changes(add_tags=("x",)))
    describe(vault, ["c"], Changes(drop_tags=("x",)))
    with pytest.raises(Held):
        move(vault, "c", room="lab")
    move(vault, "c", name="d")
    assert {find_item(memory.replayed().catalog, name).room for name in ("a", "b")} == {lab}
    assert memory.verified().findings == []


def test_several_holds() -> None:
    """What two holds keep is held until both are released; the message names the matters that are left. By its matter
    a hold is found that was released, too, unless there is one that was not.
    """
    _memory, vault = vault_with("a")
    first = hold(vault, items=("a",))
    second, _head = place_hold(vault, "Brown", "another", Scope(), ())
    item = find_item(vault.catalog, "a").id
    assert [one.matter for one in holds_over(vault.catalog, item)] == ["Acme", "Brown"]
    release_hold(vault, first, "settled")
    with pytest.raises(Held, match="held for Brown"):
        to_erase(find_item(vault.catalog, "a"), vault, 1)
    release_hold(vault, second.id[:6], "settled")
    with pytest.raises(Conflict, match="was released on"):
        release_hold(vault, second.id, "again")
    assert [bool(one.released) for one in holds(vault.catalog)] == [True, True]
    with pytest.raises(Conflict, match="was released on"):
        release_hold(vault, "Acme", "again")
    again = hold(vault, items=("a",))
    assert find_hold(vault.catalog, "Acme").id == again
    for typed in ("Nobody", "8888", ""):
        with pytest.raises(NoSuchHold):
            find_hold(vault.catalog, typed)


def test_records_about_what_is_held_are_not_forgotten() -> None:
    """Who had it may be what the matter is about; and holds themselves cannot be forgotten at all."""
    _memory, vault = vault_with("a", "b")
    erase(vault, find_item(vault.catalog, "a"), [1], reason="")
    added = [row.leaf.seq for row in read_journal(vault, Query(actions=frozenset(("item.added",))))]
    id_ = hold(vault)
    with pytest.raises(Held):
        to_forget(vault, added[:1])
    placed = next(row.leaf.seq for row in read_journal(vault, Query(actions=frozenset(("hold.placed",)))))
    with pytest.raises(Conflict):
        to_forget(vault, [placed])
    release_hold(vault, id_, "")
    forget(vault, added[:1], reason="")


def test_custodians_are_told_and_acknowledge() -> None:
    """A member in person; a recipient by what he wrote, which an owner records; nobody for another member."""
    memory, vault = vault_with("a")
    let_in(vault, CLEO, EDITOR)
    add_recipient(vault, BOB.card, "Bob")
    id_ = hold(vault, "Cleo", "Bob", "Bob")
    cleo = CLEO.open(memory)
    assert len(find_hold(cleo.catalog, id_).waiting()) == 2
    note_notices(vault, id_, find_hold(vault.catalog, id_).custodians)
    assert all(one.noticed for one in find_hold(vault.catalog, id_).custodians)
    cleo.follow()
    acknowledge_hold(cleo, id_)
    vault.follow()
    with pytest.raises(Denied):
        acknowledge_hold(cleo, id_, outsider="Bob", evidence="1" * 64)
    with pytest.raises(Denied):
        acknowledge_hold(vault, id_)
    with pytest.raises(Denied):
        acknowledge_hold(vault, id_, outsider="Bob")
    with pytest.raises(Denied):
        place_hold(cleo, "Mine", "", Scope(), ())
    with pytest.raises(Denied):
        release_hold(cleo, id_, "")
    with pytest.raises(Conflict, match="acknowledges in person"):
        acknowledge_hold(vault, id_, outsider="Cleo", evidence="1" * 64)
    with pytest.raises(NoSuchPerson):
        hold(vault, "Nobody")
    found, _head = acknowledge_hold(vault, id_, outsider="Bob", evidence="1" * 64, evidence_name="mail.eml")
    assert not found.waiting()
    assert [one.evidence_name for one in found.custodians if one.evidence] == ["mail.eml"]
    assert memory.verified().findings == []


def altered(**other: Any) -> HoldPlaced:
    return replace(PLACED, **other)


@pytest.mark.parametrize(
    "record",
    [
        PLACED,
        HoldReleased(hold="7" * 32, reason=""),
        HoldNoticed(hold="7" * 32, members=(), outsiders=()),
        HoldAcknowledged(hold=PLACED.hold, member="9" * 64, outsider="", evidence="", evidence_name=""),
        HoldAcknowledged(hold=PLACED.hold, member="", outsider="9" * 32, evidence="1" * 64, evidence_name=""),
    ],
    ids=lambda record: str(record.KIND),
)
def test_a_false_record_of_a_hold_is_found(record: Record) -> None:
    """A hold that is placed twice, or that nobody placed, or acknowledged by who is no custodian: tampering."""
    memory, vault = with_mallory(OWNER)
    append(vault, in_root(vault, PLACED))
    assert refused(memory, record, by=vault.identity)


def test_only_owners_of_the_vault_place_holds() -> None:
    """To own another room is not enough, in the root room and there."""
    for where in (in_root, in_main):
        memory, vault = with_mallory(OWNER)
        assert is_refused(memory, vault, where(vault, PLACED))


@pytest.mark.parametrize(
    ("scope", "is_tampering"),
    [
        ({}, True),
        ({"scope_tags": ("x",)}, True),
        ({"scope_tags": ("y",)}, False),
        ({"scope_labels": ("secret",)}, False),
    ],
)
def test_an_erasure_under_a_hold_is_found(scope: dict[str, tuple[str, ...]], is_tampering: bool) -> None:
    """An owner who destroys with a program of his own what is held has broken the journal, for all to see."""
    memory, vault = with_mallory(OWNER)
    describe(vault, ["a"], Changes(add_tags=("x",)))
    item = find_item(vault.catalog, "a")
    append(vault, in_root(vault, altered(**scope)))
    object_id = versions(vault.catalog, item.id)[0].object
    erased = VersionErased(item=item.id, version=1, object=object_id, reason="")
    gone = FileChange(False, object_path(object_id))
    assert is_refused(memory, vault, in_main(vault, erased, gone), by=MALLORY) == is_tampering
    opener = Opener(memory.member, memory.identity(), memory.pins, memory.replayed)
    report = verify_vault(memory.store, lambda _vault: memory.pins, lambda: opener)
    assert (report.exit_code is ExitCode.JOURNAL_BROKEN) == is_tampering
    reader = second_opinion(memory)
    assert reader is not None
    assert bool(reader.closed) == is_tampering


def test_what_was_forgotten_makes_no_old_erasure_false() -> None:
    """An item that a description took out of the scope was erased, and the description was forgotten later: whoever
    reads the journal then cannot know, and does not take it for tampering. Everything that is certain is still found.
    """
    memory, vault = vault_with("a", "b")
    describe(vault, ["a"], Changes(label="secret"))
    described = vault.catalog.head.seq
    describe(vault, ["a"], Changes(label="public"))
    hold(vault, labels=("secret",))
    last = vault.catalog.head.seq - 1
    erase(vault, find_item(vault.catalog, "a"), [1], reason="")
    forget(vault, [last], reason="")
    assert described < last
    assert memory.replayed().catalog.closings() == {}
    assert memory.verified().findings == []
    describe(vault, ["b"], Changes(label="secret"))
    add_room(vault, "lab")
    assert is_held(vault, "b")
    describe(vault, ["b"], Changes(label="public"))
    with pytest.raises(Held):
        move(vault, "b", room="lab")
    item = find_item(vault.catalog, "b")
    object_id = versions(vault.catalog, item.id)[0].object
    erased = VersionErased(item=item.id, version=1, object=object_id, reason="")
    append(vault, in_main(vault, erased, FileChange(False, object_path(object_id))))
    assert find_room(vault.catalog, MAIN).id in vault.catalog.closings()


@pytest.mark.parametrize("deed", ["left", "erased"])
@pytest.mark.parametrize(("scope", "is_held"), [({"tags": ("m1",)}, True), ({"tags": ("other",)}, False)])
def test_forgetting_frees_nothing_that_is_held(deed: str, scope: dict[str, tuple[str, ...]], is_held: bool) -> None:
    """Whoever writes after content of records was forgotten knew what readers know, so that what he takes out of a
    hold or destroys is found, as it would be had nothing been forgotten.
    """
    memory, vault = with_mallory(EDITOR)
    add_content(vault, {"b": b"b", "c": b"c"})
    rows = {str((row.fields or {}).get("name")): row.leaf.seq for row in read_journal(vault, Query())}
    for name in ("b", "c"):
        erase(vault, find_item(vault.catalog, name), [1], reason="")
        forget(vault, [rows[name]], reason="")
    describe(vault, ["a"], Changes(add_tags=("m1",)))
    hold(vault, **scope)
    describe(vault, ["a"], Changes(drop_tags=("m1",)))
    item = find_item(vault.catalog, "a")
    object_id = versions(vault.catalog, item.id)[0].object
    if deed == "left":
        lab = add_room(vault, "lab")
        append(vault, in_root(vault, RoleGranted(member=MALLORY.public.fingerprint, room=lab, role=EDITOR)))
        left = in_main(vault, ItemLeft(item=item.id, to=lab, objects=()))
        arrived = ItemArrived(
            item=item.id,
            name="a",
            label=item.label,
            type=item.type,
            tags=item.tags,
            note="",
            created=item.created,
            creator=item.creator,
        )
        assert is_refused_by_both(memory, vault, left, draft(arrived, vault.keys.present(lab, 1))) == is_held
    else:
        erased = VersionErased(item=item.id, version=1, object=object_id, reason="")
        file = FileChange(False, object_path(object_id))
        assert is_refused_by_both(memory, vault, in_main(vault, erased, file), by=vault.identity) == is_held

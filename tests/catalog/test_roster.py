"""Who may change the roster: checked by everybody who reads it, whatever the writer's program allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ipvault.catalog.address import root_room
from ipvault.catalog.roster import find_member
from ipvault.errors import ExitCode, JournalBroken
from ipvault.journal.commit import Draft
from ipvault.journal.leaf import FileChange
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import RoomKey
from ipvault.records.members import MemberFileReplaced, MemberRemoved, RoleGranted
from ipvault.records.rooms import RoomKeyed, RoomShared
from ipvault.records.vocabulary import AUDITOR, EDITOR, MAIN, OWNER, READER, ROLES, ROOT
from ipvault.storage.layout import link_path, member_path, slot_path
from ipvault.vault.membership import change_role
from ipvault.vault.rooms import create_room
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, append, blind_slots, draft, enrolment, keyed_with, place
from tests.support.people import Person, let_in, room_called
from tests.support.second_opinion import second_opinion

MALLORY, VICTIM, STRANGER = Person.named("Mallory"), Person.named("Victor"), Person.named("Stranger")


@dataclass
class Scene:
    """A vault whose room `main` has its founder, Victor as an editor, and Mallory in some role."""

    memory: MemoryVault
    vault: Vault

    @classmethod
    def with_mallory(cls, role: str | None, in_root: str = READER) -> Scene:
        memory = MemoryVault.create()
        vault = memory.open()
        let_in(vault, VICTIM, EDITOR)
        if role is not None:
            let_in(vault, MALLORY, role)
        if in_root == OWNER:
            change_role(vault, find_member(vault.catalog, "Mallory"), room_called(vault, ROOT), OWNER)
        return cls(memory, vault)

    @property
    def main(self) -> str:
        return room_called(self.vault, MAIN).id

    @property
    def root(self) -> str:
        return root_room(self.vault.catalog).id

    def in_root(self, *records: RoleGranted | MemberRemoved) -> list[Draft]:
        key = self.vault.keys.present(self.root, self.vault.catalog.epoch(self.root))
        return [draft(record, key) for record in records]

    def refuses(self, drafts: list[Draft], by: Identity) -> bool:
        """Whether what `by` has signed is tampering for whoever reads it, with a snapshot, without, and for verify."""
        try:
            append(self.vault, *drafts, by=by)
        except JournalBroken:
            self.memory.store.cache.clear()
            with pytest.raises(JournalBroken):
                self.memory.open()
            with pytest.raises(JournalBroken):
                VICTIM.open(self.memory)
            assert self.memory.verified().exit_code is ExitCode.JOURNAL_BROKEN
            return True
        assert self.memory.verified().exit_code in (ExitCode.DONE, ExitCode.DAMAGED)
        return False


Attempt = Callable[[Scene], list[Draft]]


def _promotes_himself(scene: Scene) -> list[Draft]:
    return scene.in_root(RoleGranted(member=MALLORY.fingerprint, room=scene.main, role=OWNER))


def _promotes_himself_in_root(scene: Scene) -> list[Draft]:
    return scene.in_root(RoleGranted(member=MALLORY.fingerprint, room=scene.root, role=OWNER))


def _lets_a_friend_in(scene: Scene) -> list[Draft]:
    return enrolment(scene.vault, STRANGER.identity, {scene.main: READER})


def _removes_another(scene: Scene) -> list[Draft]:
    return scene.in_root(MemberRemoved(member=VICTIM.fingerprint, room=scene.main, reason=""))


def _keys(scene: Scene) -> list[Draft]:
    """A new key of the room, which only Mallory can open."""
    return [_next_key(scene, len(scene.vault.catalog.members(scene.main)) - 1)]


def _next_key(scene: Scene, others: int) -> Draft:
    before = scene.vault.keys.for_content(scene.main, 1)
    key = RoomKey.generate(scene.vault.id, scene.main, 2, scene.vault.machine.random)
    slot = key.slot_for(MALLORY.fingerprint, MALLORY.card.public.kem)
    file = place(scene.vault, slot_path(scene.main, 2, "a" * 16), slot)
    link = place(scene.vault, link_path(scene.main, 2), key.link_to(before))
    blind = blind_slots(scene.vault, scene.main, 2, others)
    return draft(keyed_with(key, "a" * 16, *blind), key, (file, *blind.values(), link))


def _shares(scene: Scene) -> list[Draft]:
    """A slot for a stranger."""
    key = scene.vault.keys.for_content(scene.main, 1)
    public = STRANGER.card.public
    slot = place(scene.vault, slot_path(scene.main, 1, "a" * 16), key.slot_for(public.fingerprint, public.kem))
    return [draft(RoomShared(room=scene.main, epoch=1, slots=("a" * 16,)), key, (slot,))]


@pytest.mark.parametrize("role", [EDITOR, AUDITOR])
@pytest.mark.parametrize(
    "attempt", [_promotes_himself, _promotes_himself_in_root, _lets_a_friend_in, _removes_another, _keys, _shares]
)
def test_who_is_no_owner_changes_nothing(role: str, attempt: Attempt) -> None:
    """An editor, reader or auditor who enrols, promotes, removes, keys or shares has tampered with the journal."""
    scene = Scene.with_mallory(role)
    assert scene.refuses(attempt(scene), MALLORY.identity)


@pytest.mark.parametrize("attempt", [_removes_another, _keys])
def test_an_owner_of_the_room_may(attempt: Attempt) -> None:
    """The same by an owner of the room is his right."""
    scene = Scene.with_mallory(OWNER)
    assert not scene.refuses(attempt(scene), MALLORY.identity)


def test_a_key_goes_to_those_who_are_in_the_room() -> None:
    """A new key has as many slots as the room has members then, and a slot for the present one comes with a role: more
    would be for strangers, fewer would shut somebody out. That is told also where the room is closed to the reader.
    """
    scene = Scene.with_mallory(OWNER)
    assert scene.refuses(_shares(scene), MALLORY.identity)
    assert second_opinion(scene.memory) is None
    for count in (1, 3):
        scene = Scene.with_mallory(OWNER)
        assert scene.refuses([_next_key(scene, count)], MALLORY.identity)
        assert second_opinion(scene.memory) is None
    scene = Scene.with_mallory(OWNER)
    assert scene.refuses([_next_key(scene, 2), *_removes_another(scene)], MALLORY.identity)
    scene = Scene.with_mallory(OWNER)
    assert not scene.refuses([_next_key(scene, 1), *_removes_another(scene)], MALLORY.identity)
    assert second_opinion(scene.memory)
    scene = Scene.with_mallory(OWNER)
    change_role(scene.vault, find_member(scene.vault.catalog, "Mallory"), room_called(scene.vault, ROOT), OWNER)
    lab = create_room(MALLORY.open(scene.memory), "lab")[0].id
    scene.vault.follow()
    closed = RoomKeyed(room=lab, epoch=2, commitment="0" * 64, records="0" * 64, slots=())
    key = RoomKey.generate(scene.vault.id, lab, 2, scene.vault.machine.random)
    link = place(scene.vault, link_path(lab, 2), bytes(208))
    assert scene.refuses([draft(closed, key, (link,))], MALLORY.identity)


def test_an_owner_of_a_room_is_no_owner_of_the_vault() -> None:
    """An owner of a room enrols nobody and makes nobody an owner of the vault."""
    for attempt in (_promotes_himself_in_root, _lets_a_friend_in):
        scene = Scene.with_mallory(OWNER)
        assert scene.refuses(attempt(scene), MALLORY.identity)


@pytest.mark.parametrize("role", ROLES)
def test_an_owner_of_the_vault_is_no_owner_of_every_room(role: str) -> None:
    """Who owns the vault gives no roles in a room that has members and that is not his: walls hold against him too."""
    scene = Scene.with_mallory(None)
    let_in(scene.vault, MALLORY, role)
    change_role(scene.vault, find_member(scene.vault.catalog, "Mallory"), room_called(scene.vault, ROOT), OWNER)
    grant = RoleGranted(member=VICTIM.fingerprint, room=scene.main, role=READER)
    assert scene.refuses(scene.in_root(grant), MALLORY.identity) == (role != OWNER)


def test_a_room_without_members_is_begun_by_an_owner_of_the_vault() -> None:
    """The first role in a new room is that of its owner, and an owner of the vault gives it; others cannot."""
    scene = Scene.with_mallory(OWNER)
    first = RoleGranted(member=MALLORY.fingerprint, room="9" * 32, role=OWNER)
    assert scene.refuses(scene.in_root(first), MALLORY.identity)
    scene = Scene.with_mallory(EDITOR, in_root=OWNER)
    assert not scene.refuses(scene.in_root(first), MALLORY.identity)
    scene = Scene.with_mallory(EDITOR, in_root=OWNER)
    reader = RoleGranted(member=MALLORY.fingerprint, room="9" * 32, role=READER)
    assert scene.refuses(scene.in_root(reader), MALLORY.identity)


def test_the_last_owner_cannot_go() -> None:
    """A record that leaves a room or the vault without an owner is refused, also from that owner himself."""
    for room in ("main", "root"):
        for record in ("removed", "demoted"):
            scene = Scene.with_mallory(EDITOR)
            where = scene.main if room == "main" else scene.root
            drafts = scene.in_root(
                MemberRemoved(member=scene.vault.member, room=where, reason="")
                if record == "removed"
                else RoleGranted(member=scene.vault.member, room=where, role=READER)
            )
            assert scene.refuses(drafts, scene.vault.identity)


def test_nobody_leaves_the_vault_who_is_in_a_room() -> None:
    """Out of the root room goes only who has no role left elsewhere."""
    scene = Scene.with_mallory(READER)
    out = MemberRemoved(member=MALLORY.fingerprint, room=scene.root, reason="")
    assert scene.refuses(scene.in_root(out), scene.vault.identity)
    scene = Scene.with_mallory(READER)
    first = MemberRemoved(member=MALLORY.fingerprint, room=scene.main, reason="")
    assert not scene.refuses(scene.in_root(first, out), scene.vault.identity)


def test_everybody_may_go() -> None:
    """A member takes himself out of a room, and after that out of the vault; then he signs nothing any more."""
    scene = Scene.with_mallory(READER)
    rooms = (scene.main, scene.root)
    for room in rooms:
        out = scene.in_root(MemberRemoved(member=MALLORY.fingerprint, room=room, reason=""))
        assert not scene.refuses(out, MALLORY.identity)
    again = scene.in_root(MemberRemoved(member=MALLORY.fingerprint, room=scene.main, reason=""))
    assert scene.refuses(again, MALLORY.identity)


@pytest.mark.parametrize(
    ("member", "room", "role"),
    [("stranger", "main", READER), ("victim", "root", EDITOR), ("victim", "root", AUDITOR)],
)
def test_roles_that_there_are_not(member: str, room: str, role: str) -> None:
    """Nobody has a role who was not enrolled, and in the root room there are owners and readers only."""
    scene = Scene.with_mallory(READER)
    who = {"stranger": STRANGER, "victim": VICTIM}[member].fingerprint
    grant = RoleGranted(member=who, room=scene.main if room == "main" else scene.root, role=role)
    assert scene.refuses(scene.in_root(grant), scene.vault.identity)


@pytest.mark.parametrize("role", ROLES)
def test_a_member_file_is_its_members(role: str) -> None:
    """How somebody unlocks the vault, no other says, owner of everything or not. That needs no key to be told."""
    scene = Scene.with_mallory(role, in_root=OWNER)
    victim, own = VICTIM.fingerprint, MALLORY.fingerprint
    key = scene.vault.keys.present(scene.root, 1)

    def file(member: str, generation: int) -> tuple[FileChange, ...]:
        added = place(scene.vault, member_path(member, generation), b"x")
        return (added, FileChange(False, member_path(member, generation - 1))) if generation > 1 else (added,)

    mine = [draft(MemberFileReplaced(member=own, generation=1), key, file(own, 1))]
    assert not scene.refuses(mine, MALLORY.identity)
    second = [draft(MemberFileReplaced(member=own, generation=2), key, file(own, 2))]
    assert not scene.refuses(second, MALLORY.identity)
    again = [draft(MemberFileReplaced(member=own, generation=4), key, file(own, 4))]
    skipping = scene.memory.copied()
    assert Scene(skipping, skipping.open()).refuses(again, MALLORY.identity)
    theirs = [draft(MemberFileReplaced(member=victim, generation=1), key, file(victim, 1))]
    assert scene.refuses(theirs, MALLORY.identity)
    assert scene.memory.verified(keyless=True).exit_code is ExitCode.JOURNAL_BROKEN


def test_a_key_that_deceives_auditors_is_no_key() -> None:
    """An owner who publishes a commitment to another record key, so that auditors would see other records than members,
    has made a key that no member takes.
    """
    scene = Scene.with_mallory(OWNER)
    before = scene.vault.keys.for_content(scene.main, 1)
    key = RoomKey.generate(scene.vault.id, scene.main, 2, scene.vault.machine.random)
    public = scene.vault.identity.public
    slot = place(scene.vault, slot_path(scene.main, 2, "a" * 16), key.slot_for(public.fingerprint, public.kem))
    link = place(scene.vault, link_path(scene.main, 2), key.link_to(before))
    blind = blind_slots(scene.vault, scene.main, 2, 2)
    slots = ("a" * 16, *blind)
    record = RoomKeyed(room=scene.main, epoch=2, commitment=key.commitment, records="0" * 64, slots=slots)
    append(scene.vault, draft(record, key, (slot, *blind.values(), link)), by=MALLORY.identity)
    assert scene.vault.keys.find(scene.main, 2) is None
    report = scene.memory.verified()
    assert report.exit_code is ExitCode.DAMAGED
    assert "no slot in it opens with your keys" in report.findings[0].problem


def test_a_link_that_leads_elsewhere_is_found() -> None:
    """An owner who makes a link to another key than the one before cuts off who comes later: `verify` finds that."""
    scene = Scene.with_mallory(OWNER)
    other = RoomKey.generate(scene.vault.id, scene.main, 1, scene.vault.machine.random)
    key = RoomKey.generate(scene.vault.id, scene.main, 2, scene.vault.machine.random)
    public = scene.vault.identity.public
    slot = place(scene.vault, slot_path(scene.main, 2, "a" * 16), key.slot_for(public.fingerprint, public.kem))
    link = place(scene.vault, link_path(scene.main, 2), key.link_to(other))
    blind = blind_slots(scene.vault, scene.main, 2, 2)
    record = keyed_with(key, "a" * 16, *blind)
    append(scene.vault, draft(record, key, (slot, *blind.values(), link)), by=MALLORY.identity)
    report = scene.memory.verified()
    assert report.exit_code is ExitCode.DAMAGED
    assert link_path(scene.main, 2) in report.findings[0].place

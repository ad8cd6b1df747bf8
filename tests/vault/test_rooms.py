"""Rooms and the people in them: what each can open, and what nobody can any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ipvault.catalog.address import find_item, find_room, rooms
from ipvault.catalog.items import Selection, select, versions
from ipvault.catalog.roster import find_member, outlived, rooms_and_roles
from ipvault.errors import Conflict, Damaged, Denied, ExitCode, LastOwner, NoLongerMember, RecordsOnly
from ipvault.governance.gate.gate import PolicyGate
from ipvault.journal.leaf import parse_leaf
from ipvault.keys.room_key import RoomKey
from ipvault.records.vocabulary import AUDITOR, CAT, EDITOR, MAIN, OWNER, READER, ROOT
from ipvault.storage.layout import object_path
from ipvault.vault.gate import Way
from ipvault.vault.items import move
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.membership import change_role, remove_member, replace_member_file
from ipvault.vault.release import release
from ipvault.vault.rooms import create_room, reencrypt, rotate
from ipvault.vault.vault import Vault
from tests.support.kept_keys import KeptKeys
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import Person, let_in, room_called
from tests.support.tampering import journal_of

BOB, CLEO = Person.named("Bob"), Person.named("Cleo")


def ready(role: str | None = None) -> tuple[MemoryVault, Vault]:
    """A vault with the document `a`, and Bob in the room `main` if he has a role."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"a": b"content of a"})
    if role:
        let_in(vault, BOB, role)
    return memory, vault


def content(vault: Vault, name: str) -> bytes:
    """A document, released."""
    item = find_item(vault.catalog, name)
    (released,), _head = release(
        vault, [(item, versions(vault.catalog, item.id)[-1])], Way("", CAT, "pipe"), PolicyGate(vault)
    )
    return b"".join(released.blocks())


def names(vault: Vault) -> set[str]:
    return {item.name for item in select(vault.catalog, Selection())}


def clean(memory: MemoryVault, *people: Person) -> None:
    """Nobody finds anything wrong, with keys or without."""
    for report in (memory.verified(), memory.verified(keyless=True), *(person.verified(memory) for person in people)):
        assert report.findings == []
        assert report.hindrance is None


@pytest.mark.parametrize("role", [OWNER, EDITOR, READER])
def test_who_comes_later_reads_everything(role: str) -> None:
    """A new member opens what a room held before, whatever key it was under, by one slot; and only that room."""
    memory, vault = ready()
    create_room(vault, "walled")
    add_content(vault, {"secret": b"walled off"}, room="walled")
    for epoch in (1, 2, 3):
        add_content(vault, {f"of {epoch}": b"content %d" % epoch})
        rotate(vault, room_called(vault))
        rotate(vault, room_called(vault, ROOT))
    let_in(vault, BOB, role)
    theirs = BOB.open(memory)
    assert names(theirs) == {"a", "of 1", "of 2", "of 3"}
    assert [content(theirs, f"of {epoch}") for epoch in (1, 2, 3)] == [b"content 1", b"content 2", b"content 3"]
    assert {room.name for room in rooms(theirs.catalog)} == {ROOT, MAIN}
    clean(memory, BOB)


def test_joining_costs_one_slot_a_room() -> None:
    """To let somebody in takes as many files and records in a room of many documents as in an empty one."""
    costs = []
    for count in (0, 30):
        memory, vault = ready()
        add_content(vault, {f"d{number}": b"x" for number in range(count)})
        files, before = len(memory.store.published), vault.catalog.head.seq
        let_in(vault, BOB, READER)
        costs.append((len(memory.store.published) - files, vault.catalog.head.seq - before))
    assert costs[0] == costs[1]
    assert costs[0][0] == 2  # one to the roster, one to the room


def test_a_room_that_opens_later() -> None:
    """A member who is let into a second room sees all that happened there before, though he has followed the journal
    meanwhile.
    """
    memory, vault = ready(READER)
    create_room(vault, "lab")
    add_content(vault, {"early": b"early"}, room="lab")
    theirs = BOB.open(memory)
    theirs.save_snapshot()
    assert names(theirs) == {"a"}
    change_role(vault, find_member(vault.catalog, "Bob"), room_called(vault, "lab"), READER)
    theirs.follow()
    assert names(theirs) == {"a", "early"}
    assert content(BOB.open(memory), "early") == b"early"
    clean(memory, BOB)


def opens(memory: MemoryVault, vault: Vault, name: str, kept: KeptKeys) -> bool:
    """Whether any kept key opens a document."""
    found = kept.open_among(memory.store)
    return any(object_path(one.object) in found for one in versions(vault.catalog, find_item(vault.catalog, name).id))


def test_let_in_again() -> None:
    """Whoever was removed and is let in again opens the vault, be it from a snapshot of the time before."""
    memory, vault = ready(EDITOR)
    theirs = BOB.open(memory)
    theirs.save_snapshot()
    remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="left")
    with pytest.raises(NoLongerMember):
        BOB.open(memory)
    add_content(vault, {"b": b"meanwhile"})
    let_in(vault, BOB, READER)
    assert names(BOB.open(memory)) == {"a", "b"}
    clean(memory, BOB)


def test_what_an_ex_member_kept_opens_nothing_later() -> None:
    """Somebody who was removed, and kept his identity, all room keys and all files, opens what was there before, and
    of what came later neither a document nor a record: not by his slots, not by links, not by the keys that he saved.
    """
    memory, vault = ready(EDITOR)
    kept = KeptKeys.of(BOB.open(memory))
    before = kept.open_among(memory.store)
    removal = remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="left the firm")
    assert len(removal.rekeyed) == 2
    assert removal.outlived == []
    add_content(vault, {"later": b"what came later"})
    assert opens(memory, vault, "a", kept)
    assert kept.open_among(memory.store) == before
    links = [path for path in memory.store.published if path.endswith("/link")]
    later = [parse_leaf(line.partition(b"\t")[0]) for line in journal_of(memory).splitlines() if b'"e":2,' in line]
    assert (len(links), len(later) > 3) == (2, True)
    after = KeptKeys.of(memory.open()).open_among(memory.store) - before
    assert after > {*links, *(f"record {leaf.seq}" for leaf in later)}
    assert any(path.startswith("objects/") for path in after)
    for room in {leaf.room for leaf in later}:
        commitments = vault.catalog.commitments(room, 2)
        assert commitments
        assert not any(key.fits(commitments) for key in kept.rooms)
    with pytest.raises(NoLongerMember):
        BOB.open(memory)
    with pytest.raises(NoLongerMember):
        BOB.verified(memory)
    assert memory.verified().notes == []
    clean(memory)


def test_an_ex_member_signs_nothing() -> None:
    """A program that does not know yet that its user was removed cannot write: nothing of it counts."""
    memory, vault = ready(EDITOR)
    theirs = BOB.open(memory)
    remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="")
    with pytest.raises(Denied):
        add_content(theirs, {"b": b"b"})
    clean(memory)


def test_an_auditor_reads_records_and_no_content() -> None:
    """Who has the record key lists, searches and reads the journal of a room, and can open no document of it: not by
    the program, and not with any key that he has.
    """
    memory, vault = ready(AUDITOR)
    rotate(vault, room_called(vault))
    add_content(vault, {"b": b"content of b"})
    theirs = BOB.open(memory)
    assert names(theirs) == {"a", "b"}
    rows = list(read_journal(theirs, Query(actions=frozenset(("item",)))))
    assert len(rows) == 2
    assert all(row.fields for row in rows)
    before = theirs.catalog.head
    for name in ("a", "b"):
        with pytest.raises(RecordsOnly) as denied:
            content(theirs, name)
        assert denied.value.exit_code == ExitCode.DENIED
    assert theirs.catalog.head == before
    with pytest.raises(Denied):
        add_content(theirs, {"c": b"c"})
    main = room_called(vault).id
    in_main = [key for key in KeptKeys.of(theirs).rooms if key.room == main]
    assert {key.epoch for key in in_main} == {1, 2}
    assert not any(isinstance(key, RoomKey) for key in in_main)
    clean(memory, BOB)


def test_an_auditor_becomes_a_reader_and_back() -> None:
    """Promoted, he opens everything; made an auditor again, nothing that comes later, because the key is a new one."""
    memory, vault = ready(AUDITOR)
    theirs = BOB.open(memory)
    bob, main = find_member(vault.catalog, "Bob"), room_called(vault)
    change_role(vault, bob, main, READER)
    theirs.follow()
    assert content(theirs, "a") == b"content of a"
    kept = KeptKeys.of(theirs)
    vault.follow()
    change_role(vault, bob, main, AUDITOR)
    add_content(vault, {"later": b"later"})
    assert not opens(memory, vault, "later", kept)
    theirs = BOB.open(memory)
    assert names(theirs) == {"a", "later"}
    with pytest.raises(RecordsOnly):
        content(theirs, "later")
    clean(memory, BOB)


def test_a_removal_that_leaves_a_key_behind_is_told() -> None:
    """An owner of the vault who does not own a room can take a member out of it, and not change its key: that is said,
    until an owner of the room has made a new one.
    """
    memory, vault = ready(OWNER)
    theirs = BOB.open(memory)
    lab = create_room(vault, "lab")[0]
    bob = find_member(vault.catalog, "Bob")
    change_role(vault, bob, lab, OWNER)
    let_in(vault, CLEO, READER, "lab")
    theirs = BOB.open(memory)
    remove_member(theirs, find_member(theirs.catalog, "Ada Lovelace"), room_called(theirs, "lab"), reason="")
    vault.follow()
    removal = remove_member(vault, find_member(vault.catalog, "Cleo"), lab, reason="")
    assert (removal.rekeyed, removal.outlived) == ([], [lab.id])
    theirs.follow()
    assert outlived(theirs.catalog, lab.id) == [CLEO.fingerprint]
    (note,) = BOB.verified(memory).notes
    assert "lab" in note
    assert "Cleo" in note
    rotate(theirs, room_called(theirs, "lab"))
    assert outlived(theirs.catalog, lab.id) == []
    assert BOB.verified(memory).notes == []
    clean(memory, BOB)


def test_the_last_owner_stays() -> None:
    """Nobody takes away the last owner of a room or of the vault, nor makes him something less, not even himself."""
    memory, vault = ready(EDITOR)
    ada = find_member(vault.catalog, "Ada Lovelace")
    journal = memory.store.journal
    for room in (room_called(vault), room_called(vault, ROOT)):
        with pytest.raises(Denied, match="owner"):
            remove_member(vault, ada, room, reason="")
        with pytest.raises(Denied, match="owner"):
            change_role(vault, ada, room, READER)
    assert memory.store.journal == journal
    change_role(vault, find_member(vault.catalog, "Bob"), room_called(vault), OWNER)
    assert remove_member(vault, ada, room_called(vault), reason="").outlived == [room_called(vault).id]
    assert vault.catalog.role(vault.member, room_called(vault).id) is None
    clean(memory, BOB)


def test_who_may_change_a_room() -> None:
    """Editors, readers and auditors let nobody in, give no roles and make no keys."""
    for role in (EDITOR, READER, AUDITOR):
        memory, _vault = ready(role)
        theirs = BOB.open(memory)
        journal = memory.store.journal
        main = room_called(theirs)
        for attempt in (
            lambda theirs=theirs: let_in(theirs, CLEO, READER),
            lambda theirs=theirs, main=main: rotate(theirs, main),
            lambda theirs=theirs: create_room(theirs, "his"),
            lambda theirs=theirs, main=main: change_role(theirs, find_member(theirs.catalog, "Bob"), main, OWNER),
            lambda theirs=theirs, main=main: reencrypt(theirs, main),
        ):
            with pytest.raises(Denied):
                attempt()
        assert memory.store.journal == journal


def test_everybody_may_leave() -> None:
    """A member leaves by himself; the key that he knows is told to be older than that."""
    memory, vault = ready(READER)
    theirs = BOB.open(memory)
    main = room_called(theirs)
    assert remove_member(theirs, find_member(theirs.catalog, "Bob"), main, reason="done").outlived == [main.id]
    vault.follow()
    assert outlived(vault.catalog, main.id) == [BOB.fingerprint]
    clean(memory, BOB)


def test_two_change_the_roster_at_once() -> None:
    """Changes made on top of an older state come one after the other, and none is lost."""
    memory, vault = ready(OWNER)
    theirs = BOB.open(memory)
    create_room(vault, "lab")
    with pytest.raises(Denied):
        let_in(theirs, CLEO, READER)  # to enrol somebody is for owners of the vault
    let_in(vault, CLEO, EDITOR, "lab")
    theirs.follow()
    change_role(theirs, find_member(theirs.catalog, "Cleo"), room_called(theirs), READER)
    vault.follow()
    assert vault.catalog.role(CLEO.fingerprint, room_called(vault).id) == READER
    assert vault.catalog.role(CLEO.fingerprint, room_called(vault, "lab").id) == EDITOR
    clean(memory, BOB, CLEO)


def test_tenure() -> None:
    """The catalog knows from which record to which somebody had which role."""
    _memory, vault = ready(READER)
    bob, main = find_member(vault.catalog, "Bob"), room_called(vault)
    change_role(vault, bob, main, EDITOR)
    remove_member(vault, bob, main, reason="")
    query = "SELECT role, from_seq, until_seq, from_time < until_time FROM tenure WHERE member = ? AND room = ?"
    (first, second) = vault.catalog.view.execute(query + " ORDER BY from_seq", (BOB.fingerprint, main.id)).fetchall()
    assert (first[0], second[0]) == (READER, EDITOR)
    assert first[2] == second[1]
    assert second[2] is not None
    assert (first[3], second[3]) == (1, 1)


def test_writing_anew() -> None:
    """After a new key, `reencrypt` puts every version under it, in batches, removed documents too; a second run has
    nothing left to do. What is under the new key opens as before, and the old objects are gone.
    """
    memory, vault = ready(READER)
    add_content(vault, {f"d{number}": b"content %d" % number for number in range(5)})
    theirs = BOB.open(memory)
    kept = KeptKeys.of(theirs)
    remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="")
    before = {path for path in memory.store.published if path.startswith("objects/")}
    written, _head = reencrypt(vault, room_called(vault))
    assert written == 6
    assert not before & memory.store.published.keys()
    assert not any(opens(memory, vault, name, kept) for name in names(vault))
    assert content(memory.open(), "d3") == b"content 3"
    assert reencrypt(vault, room_called(vault))[0] == 0
    clean(memory)


def test_writing_anew_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done before a kill stays done, and the next run does the rest."""
    memory, vault = ready()
    monkeypatch.setattr("ipvault.vault.rooms._BATCH", 2)
    add_content(vault, {f"d{number}": b"content %d" % number for number in range(4)})
    room, _head = rotate(vault, room_called(vault))
    done = 0

    def progress(_count: int) -> None:
        nonlocal done
        done += 1
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reencrypt(vault, room, progress)
    clean(memory)
    assert reencrypt(memory.open(), room)[0] == 3
    clean(memory)


def slots_of(memory: MemoryVault, room: str, epoch: int) -> list[str]:
    return [path for path in memory.store.published if path.startswith(f"rooms/{room}/{epoch}/")]


@pytest.mark.parametrize("what", ["slot", "link"])
@pytest.mark.parametrize("how", ["moved", "swapped", "cut", "gone", "flipped"])
def test_keys_that_were_tampered_with(what: str, how: str) -> None:
    """A slot or link that is another's, from elsewhere, cut short, altered or missing is found and named: exit 20."""
    memory, vault = ready(READER)
    create_room(vault, "lab")
    for name in (MAIN, "lab"):
        rotate(vault, room_called(vault, name))
    let_in(vault, CLEO, READER)
    main, lab = room_called(vault).id, room_called(vault, "lab").id
    files = memory.store.published
    (path, *_), (other, *_) = (
        [path for path in slots_of(memory, room, 2) if path.endswith(what)] for room in (main, lab)
    )
    if how == "swapped":
        files[path], files[other] = files[other], files[path]
    elif how == "moved":
        files[path] = files[other]
    elif how == "cut":
        files[path] = files[path][:-1]
    elif how == "flipped":
        files[path] = bytes([files[path][0] ^ 1]) + files[path][1:]
    else:
        del files[path]
    for report in (memory.verified(), memory.verified(keyless=True), BOB.verified(memory)):
        assert report.exit_code == ExitCode.DAMAGED
        assert path in {finding.place for finding in report.findings}
    memory.store.cache.clear()
    stopped = []
    opening: list[Callable[[], Vault]] = [memory.open, lambda: BOB.open(memory), lambda: CLEO.open(memory)]
    for person_opens in opening:
        try:
            person_opens()
        except Damaged as damaged:
            stopped.append(damaged.fields["place"])
    assert stopped
    assert set(stopped) <= {path, other}


def test_a_newcomer_is_told_of_a_damaged_slot() -> None:
    """Who cannot open the roster because the file is damaged that should let him in learns that, and not something
    about his membership.
    """
    memory, vault = ready()
    root = room_called(vault, ROOT).id
    before = set(slots_of(memory, root, 1))
    let_in(vault, BOB, READER)
    (path,) = set(slots_of(memory, root, 1)) - before
    memory.store.published[path] = bytes(1168)
    with pytest.raises(Damaged) as damaged:
        BOB.open(memory)
    assert damaged.value.fields["place"] == path


def test_a_member_file_of_ones_own() -> None:
    """A member replaces the file by which he unlocks the vault, and the old one is gone and useless."""
    memory, vault = ready()
    (old,) = [path for path in memory.store.published if path.startswith("members/")]
    again = replace(memory.member_file())
    replace_member_file(vault, again)
    assert [path for path in memory.store.published if path.startswith("members/")] == [old.replace("1.toml", "2.toml")]
    assert content(memory.open(), "a") == b"content of a"
    with pytest.raises(ValueError, match=BOB.fingerprint):
        replace_member_file(vault, replace(again, fingerprint=BOB.fingerprint))
    clean(memory)


def test_an_invited_member_can_have_a_member_file() -> None:
    """Who came with an identity file of his own can keep sealed keys in the vault as well: generation 1."""
    memory, _vault = ready(READER)
    theirs = BOB.open(memory)
    file = memory.member_file()
    replace_member_file(theirs, replace(file, fingerprint=BOB.fingerprint))
    assert f"members/{BOB.fingerprint}/1.toml" in memory.store.published
    clean(memory)


def test_items_move_between_rooms_of_different_keys() -> None:
    """What moves to another room is under that room's key: who is not in it sees it go."""
    memory, vault = ready(READER)
    create_room(vault, "lab")
    move(vault, "a", room="lab")
    assert names(BOB.open(memory)) == set()
    clean(memory, BOB)


def test_room_names_are_taken_once() -> None:
    """A second room of a name that one can see is refused."""
    _memory, vault = ready()
    with pytest.raises(Conflict):
        create_room(vault, MAIN)
    assert find_room(vault.catalog, MAIN).epoch == 1


def test_the_only_owner_of_a_room_is_removed_from_the_vault() -> None:
    """Whoever is the only owner of a room leaves all others and no say in the vault; once the room has another owner,
    the rest follows. Who is in nothing else stays where he is.
    """
    memory, vault = ready(OWNER)
    change_role(vault, find_member(vault.catalog, "Bob"), room_called(vault, ROOT), OWNER)
    theirs = BOB.open(memory)
    lab, _head = create_room(theirs, "lab")
    main, root = room_called(vault).id, room_called(vault, ROOT).id
    vault = memory.open()
    removal = remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="left")
    assert (removal.rekeyed, removal.outlived, removal.kept) == ([main], [], [lab.id])
    assert rooms_and_roles(vault.catalog, BOB.fingerprint) == {lab.id: OWNER, root: READER}
    clean(memory, BOB)
    before = memory.store.journal
    with pytest.raises(LastOwner):
        remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="left")
    assert memory.store.journal == before
    theirs = BOB.open(memory)
    change_role(theirs, find_member(theirs.catalog, "Ada Lovelace"), lab, OWNER)
    vault = memory.open()
    removal = remove_member(vault, find_member(vault.catalog, "Bob"), None, reason="left")
    assert (set(removal.rekeyed), removal.kept) == ({lab.id, root}, [])
    assert rooms_and_roles(vault.catalog, BOB.fingerprint) == {}

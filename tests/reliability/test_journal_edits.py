"""Somebody edits the journal line by line: without keys, with keys of his own, or with a member's keys and no right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from ipvault.catalog.address import root_room
from ipvault.errors import ExitCode, JournalBroken, Rollback
from ipvault.journal.commit import Draft
from ipvault.journal.leaf import FileChange
from ipvault.keys.card import Details
from ipvault.keys.identity import Identity
from ipvault.records.access import ContentReleased
from ipvault.records.items import ItemRemoved
from ipvault.records.members import RoleGranted
from ipvault.records.upkeep import RecordsForgotten
from ipvault.records.vocabulary import OWNER, READER
from ipvault.storage.store import JOURNAL
from ipvault.vault.creation import create_vault
from ipvault.vault.vault import Vault
from tests.support.forging import Forger, invented, main_key, root_key
from tests.support.memory_vault import (
    PASSPHRASE,
    MemoryVault,
    SeededRandom,
    add_room,
    append,
    cheap_kdf,
    draft,
    enrolled,
    enrolment,
)
from tests.support.tampering import (
    altered,
    as_if_new,
    commits,
    found,
    is_clean,
    journal_of,
    object_of,
    small_vault,
    verify_in_parts,
)
from tests.support.thoroughness import some


def edits(journal: bytes) -> Iterator[tuple[str, bytes]]:
    """What can be done to lines and transactions with nothing but an editor, except at the very end."""
    lines = journal.splitlines(keepends=True)
    for at, line in enumerate(lines):
        before, after = lines[:at], lines[at + 1 :]
        if after:
            yield f"line {at} dropped", b"".join([*before, *after])
            yield f"lines {at} and {at + 1} exchanged", b"".join([*before, after[0], line, *after[1:]])
            yield f"lines {at} and {at + 1} merged", b"".join([*before, line[:-1], *after])
            payloads = [whole.partition(b"\t")[2] for whole in (line, after[0])]
            leaves = [whole.partition(b"\t")[0] for whole in (line, after[0])]
            crossed = (leaves[0] + b"\t" + payloads[1], leaves[1] + b"\t" + payloads[0])
            yield f"the payloads of lines {at} and {at + 1} exchanged", b"".join([*before, *crossed, *after[1:]])
        yield f"line {at} twice", b"".join([*before, line, line, *after])
        yield f"an empty line before line {at}", b"".join([*before, b"\n", line, *after])
        yield f"a carriage return in line {at}", b"".join([*before, line[:-1], b"\r\n", *after])
        yield f"the payload of line {at} forgotten", b"".join([*before, line.partition(b"\t")[0], b"\t-\n", *after])
        yield f"a second tab in line {at}", b"".join([*before, line.replace(b"\t", b"\t\t"), *after])
    whole = commits(journal)
    for at, commit in enumerate(whole[:-1]):
        yield f"commit {at} dropped", b"".join([*whole[:at], *whole[at + 1 :]])
        yield f"commit {at} twice", b"".join([*whole[:at], commit, *whole[at:]])
        yield f"commit {at} repeated at the end", b"".join([*whole, commit])
        yield f"commit {at} unsigned, so that it runs into the next", journal.replace(commit, _unsigned(commit))
    yield "another line at the end", journal + b"anything\n"
    yield "all of it twice", journal * 2


def _unsigned(commit: bytes) -> bytes:
    start = commit.rindex(b'{"by":')
    by, signature = commit.index(b'"c":', start), commit.index(b'"sig":', start)
    return commit[:start] + b"{" + commit[by:signature] + commit[commit.index(b'"t":', signature) :]


def test_no_edit_of_lines_goes_unnoticed() -> None:
    """Records and transactions dropped, repeated, exchanged, merged, forgotten or unsigned: exit code 21 with keys and
    without, also on a computer that has never seen the vault; nothing of it is read or written.
    """
    made = small_vault()
    new = as_if_new(made)
    count = 0
    for what, journal in edits(journal_of(made)):
        count += 1
        with altered(made, JOURNAL, journal):
            assert new.verified(keyless=True).exit_code == ExitCode.JOURNAL_BROKEN, what
            if count % 5 == 0:
                assert new.verified().exit_code == ExitCode.JOURNAL_BROKEN, what
                with pytest.raises(JournalBroken):
                    new.replayed()
    assert count > 100


def test_no_edit_of_lines_goes_unnoticed_between_parts(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    """The same where the journal is verified in parts, whose ends those edits move."""
    made = as_if_new(small_vault())
    verify_in_parts(monkeypatch)
    for what, journal in some(pytestconfig, list(edits(journal_of(made)))):
        with altered(made, JOURNAL, journal):
            assert made.verified(keyless=True).exit_code == ExitCode.JOURNAL_BROKEN, what


def test_a_dropped_end_is_noticed_where_it_was_seen() -> None:
    """Whole transactions dropped from the end leave a sound journal: exit code 22 on a computer that has seen more."""
    made = small_vault()
    whole = commits(journal_of(made))
    for count in range(1, len(whole)):
        with altered(made, JOURNAL, b"".join(whole[:count])):
            assert found(made.verified()) == {(JOURNAL, ExitCode.ROLLBACK)}
            with pytest.raises(Rollback):
                made.open()


@pytest.fixture
def made() -> MemoryVault:
    return small_vault()


@pytest.fixture
def stranger() -> Forger:
    return Forger(Identity.generate(SeededRandom(b"stranger")))


def test_a_record_signed_by_a_stranger_is_refused(made: MemoryVault, stranger: Forger) -> None:
    """A signature by a key that no record enrolled is worth nothing, even with the right room key."""
    vault = made.open()
    journal = stranger.append(made, vault.catalog.head, draft(ItemRemoved(item="0" * 32, reason=""), root_key(vault)))
    assert_refused(made, journal, vault.catalog.head.seq + 1)


def test_a_record_signed_in_the_name_of_a_member_is_refused(made: MemoryVault, stranger: Forger) -> None:
    """Naming a member as the signer does not help a stranger."""
    vault = made.open()
    forged = replace(stranger, name=made.member)
    journal = forged.append(made, vault.catalog.head, draft(ItemRemoved(item="0" * 32, reason=""), root_key(vault)))
    assert_refused(made, journal, vault.catalog.head.seq + 1)


def test_a_stranger_cannot_enrol_himself(made: MemoryVault, stranger: Forger) -> None:
    """A transaction that enrols its own signer is refused, except the one that founds the vault. Also without keys."""
    vault = made.open()
    for room in (root_room(vault.catalog).id, "e" * 32):
        journal = stranger.append(made, vault.catalog.head, invented(enrolled(stranger.identity), room))
        assert_refused(made, journal, vault.catalog.head.seq + 1)


def test_a_stranger_cannot_take_a_file_out_of_the_vault(made: MemoryVault, stranger: Forger) -> None:
    """Nobody can have a file forgotten, or replace its hash, by a record in a room that nobody can read."""
    vault = made.open()
    path = object_of(made, "notes.txt")
    for change in (FileChange(False, path), FileChange(True, path, 1, "0" * 64)):
        removal = invented(ItemRemoved(item="0" * 32, reason=""), "e" * 32, (change,))
        enrolling = invented(enrolled(stranger.identity), "e" * 32)
        journal = stranger.append(made, vault.catalog.head, enrolling, removal)
        assert_refused(made, journal, vault.catalog.head.seq + 1)


def assert_refused(made: MemoryVault, journal: bytes, seq: int) -> None:
    """With keys and without, the journal is broken at record `seq` or what follows; nothing opens it."""
    with altered(made, JOURNAL, journal):
        for keyless in (True, False):
            report = made.verified(keyless=keyless)
            assert report.exit_code == ExitCode.JOURNAL_BROKEN
            assert {place for place, _code in found(report)} <= {f"{JOURNAL}: record {seq + i}" for i in range(3)}
        with pytest.raises(JournalBroken) as caught:
            made.open()
    assert caught.value.fields["seq"] in range(seq, seq + 3)


@pytest.fixture
def reader(made: MemoryVault) -> Forger:
    """Somebody whom the owner enrolled as a reader of both rooms, and who has the keys of both."""
    vault = made.open()
    reader = Forger(Identity.generate(SeededRandom(b"reader")))
    rooms = [room for (room,) in vault.catalog.view.execute("SELECT id FROM room")]
    append(vault, *enrolment(vault, reader.identity, dict.fromkeys(rooms, READER)))
    assert is_clean(made.verified())
    return reader


def test_a_reader_may_write_what_readers_may(made: MemoryVault, reader: Forger) -> None:
    """That somebody with the role of a reader took something out is a record that he signs, and that counts."""
    vault = made.open()
    released = ContentReleased(item="0" * 32, version=1, sha256="0" * 64, channel="cat", destination="pipe")
    with altered(made, JOURNAL, reader.append(made, vault.catalog.head, draft(released, main_key(vault)))):
        assert is_clean(made.verified(keyless=True))
        assert is_clean(made.verified())
        assert made.replayed().catalog.head.seq == vault.catalog.head.seq + 1


Write = Callable[[Vault, Forger], list[Draft]]


def _removes_an_item(vault: Vault, _reader: Forger) -> list[Draft]:
    return [draft(ItemRemoved(item="0" * 32, reason=""), main_key(vault))]


def _makes_himself_owner(vault: Vault, reader: Forger) -> list[Draft]:
    room = main_key(vault).room
    return [draft(RoleGranted(member=reader.fingerprint, room=room, role=OWNER), root_key(vault))]


def _makes_himself_owner_elsewhere(vault: Vault, reader: Forger) -> list[Draft]:
    key = main_key(vault)
    return [draft(RoleGranted(member=reader.fingerprint, room=key.room, role=OWNER), key)]


def _enrols_a_friend(vault: Vault, _reader: Forger) -> list[Draft]:
    return enrolment(vault, Identity.generate(SeededRandom(b"friend")), {})


def _forgets(vault: Vault, _reader: Forger) -> list[Draft]:
    return [draft(RecordsForgotten(reason="", records=(9,)), root_key(vault))]


def _forgets_in_a_room_of_his_own(_vault: Vault, _reader: Forger) -> list[Draft]:
    return [invented(RecordsForgotten(reason="", records=(9,)), "e" * 32)]


def _removes_a_file_in_a_room_of_his_own(vault: Vault, _reader: Forger) -> list[Draft]:
    (path,) = vault.catalog.view.execute("SELECT path FROM file WHERE path LIKE 'objects/%'").fetchone()
    return [invented(ItemRemoved(item="0" * 32, reason=""), "e" * 32, (FileChange(False, path),))]


@pytest.mark.parametrize(
    "write",
    [
        _removes_an_item,
        _makes_himself_owner,
        _makes_himself_owner_elsewhere,
        _enrols_a_friend,
        _forgets,
        _forgets_in_a_room_of_his_own,
        _removes_a_file_in_a_room_of_his_own,
    ],
)
def test_a_reader_who_writes_what_he_may_not_is_found_out(made: MemoryVault, reader: Forger, write: Write) -> None:
    """Real keys and a real signature are not a right: whoever replays the journal with keys refuses the record.

    Without keys nobody can tell, and the report says so.
    """
    vault = made.open()
    journal = reader.append(made, vault.catalog.head, *write(vault, reader))
    place = (f"{JOURNAL}: record {vault.catalog.head.seq + 1}", ExitCode.JOURNAL_BROKEN)
    with altered(made, JOURNAL, journal):
        assert place in found(made.verified())
        assert not made.verified(keyless=True).keyed
        for there in (made, as_if_new(made)):
            with pytest.raises(JournalBroken):
                there.open()


def test_a_member_who_is_not_in_a_room_cannot_write_there(made: MemoryVault, reader: Forger) -> None:
    """Whoever got hold of a room's key without being let in leaves records that nobody accepts."""
    vault = made.open()
    room = add_room(vault, "patents")
    head = vault.catalog.head
    released = ContentReleased(item="0" * 32, version=1, sha256="0" * 64, channel="cat", destination="pipe")
    journal = reader.append(made, head, draft(released, vault.keys.present(room, 1)))
    with altered(made, JOURNAL, journal):
        assert found(made.verified()) == {(f"{JOURNAL}: record {head.seq + 1}", ExitCode.JOURNAL_BROKEN)}
        with pytest.raises(JournalBroken):
            made.open()


def test_a_journal_of_somebody_else_in_its_place_is_refused(made: MemoryVault) -> None:
    """A whole new journal for the same vault, sound in itself, is not the user's: none of its records enrols him.

    Without keys only a computer that has seen the vault can tell.
    """
    ids = [bytes.fromhex(made.descriptor.id)]
    random = SeededRandom(b"usurper")
    theirs = type(made.store)()
    with cheap_kdf():
        create_vault(
            theirs,
            details=Details("Ada Lovelace"),
            passphrase=PASSPHRASE,
            now=made.machine.now(),
            random=lambda size: ids.pop() if ids else random(size),
        )
    theirs.published |= {path: data for path, data in made.store.published.items() if path.startswith("members/")}
    swapped = replace(as_if_new(made), store=theirs)
    assert (JOURNAL, ExitCode.ROLLBACK) in found(replace(made, store=theirs).verified(keyless=True))
    assert swapped.verified(keyless=True).exit_code == ExitCode.DONE
    report = swapped.verified()
    assert found(report) == {(f"{JOURNAL}: record 0", ExitCode.JOURNAL_BROKEN)}
    with pytest.raises(JournalBroken):
        swapped.open()

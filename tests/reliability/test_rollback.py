"""The journal cut short, and older or other copies put back: noticed where they were seen, and accepted on purpose."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ipvault.catalog.items import Selection, select
from ipvault.errors import Conflict, Damaged, ExitCode, JournalBroken, PinDamaged, Rollback, VaultError
from ipvault.journal.head import Head
from ipvault.storage.store import JOURNAL
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.pins import Pin, PinFile
from ipvault.vault.rollback import accept_rollback
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryPins, MemoryVault, add_content, tables
from tests.support.tampering import (
    CONTENTS,
    altered,
    as_if_new,
    commits,
    content_of,
    flipped,
    found,
    is_clean,
    journal_of,
    object_of,
    small_vault,
)
from tests.support.thoroughness import some

pytestmark = pytest.mark.no_cover

PARTS = 2
STRIDE = 11
"""On a computer that has not seen the vault, cuts within lines are all alike: every eleventh is tried."""


def grown() -> tuple[MemoryVault, MemoryVault]:
    """A vault, and a backup of it from before another document came in."""
    made = small_vault()
    backup = made.copied()
    add_content(made.open(), {"later.txt": b"after the backup"})
    return made, backup


@pytest.mark.parametrize("part", range(PARTS))
def test_a_journal_cut_short_is_noticed_where_it_was_seen(pytestconfig: pytest.Config, part: int) -> None:
    """Cut at whichever byte: exit code 22, and nothing else is claimed of the journal."""
    made = small_vault()
    journal = journal_of(made)
    for size in some(pytestconfig, range(part, len(journal), PARTS)):
        with altered(made, JOURNAL, journal[:size]):
            report = made.verified(keyless=True)
            assert found(report) == {(JOURNAL, ExitCode.ROLLBACK)}, (size, report)
            if size % STRIDE == 0:
                with pytest.raises(Rollback):
                    made.open()


def test_a_journal_cut_short_elsewhere_tells_what_can_be_told(pytestconfig: pytest.Config) -> None:
    """On a new computer a journal without its founding records is broken. Later cuts cannot be told from a younger
    vault, but for what they leave: half a transaction, and files that no record names.
    """
    made = small_vault()
    new = as_if_new(made)
    journal = journal_of(made)
    ends = [0, *accumulate(map(len, commits(journal)))]
    cuts = {
        0,
        1,
        *some(pytestconfig, range(1, len(journal), STRIDE)),
        *(end + i for end in ends for i in (-1, 0, 1)),
    } & {*range(len(journal))}
    for size in sorted(cuts):
        with altered(made, JOURNAL, journal[:size]):
            report = new.verified(keyless=True)
            if size < ends[1]:
                assert found(report) == {(f"{JOURNAL}: record 0", ExitCode.JOURNAL_BROKEN)}, (size, report)
                with pytest.raises(JournalBroken):
                    new.replayed()
                continue
            assert is_clean(report), (size, report)
            last = max(end for end in ends if end <= size)
            assert report.head.offset == last
            assert any(f"{size - last} bytes" in note for note in report.notes) == (size > last)
            assert any("no record names" in note for note in report.notes)


@pytest.mark.parametrize("what", [None, b"", b"\n", b"\x00" * 5000, b"x" * 5_000_000])
def test_without_its_journal_a_vault_is_broken(what: bytes | None) -> None:
    """No journal, an empty one, or something else in its place: exit code 21 or 22, never an empty vault."""
    made = small_vault()
    with altered(made, JOURNAL, what):
        for there in (made, as_if_new(made)):
            for keyless in (True, False):
                assert there.verified(keyless=keyless).exit_code in (ExitCode.JOURNAL_BROKEN, ExitCode.ROLLBACK)
        if what is not None:
            with pytest.raises((JournalBroken, Rollback)):
                made.open()


def test_what_was_never_committed_can_be_lost() -> None:
    """The rest of an interrupted write, cut at whichever byte, is a note, and no finding."""
    made = small_vault()
    journal, seen = journal_of(made), Pin(made.open().catalog.head, made.member)
    add_content(made.open(), {"more.txt": b"more"})
    torn = journal_of(made)[len(journal) : -1]
    made.store.journal = journal
    made.pins.write(seen)
    for size in range(0, len(torn), 5):
        with altered(made, JOURNAL, journal + torn[:size]):
            report = made.verified(keyless=True)
            assert is_clean(report)
            assert any(f"{size} bytes" in note for note in report.notes) == (size > 0)
    assert tables(made.open().catalog) == tables(made.replayed().catalog)


def test_a_last_commit_without_its_line_feed_is_lost_and_noticed() -> None:
    """One bit of the last line feed turns a commit into a torn write: a computer that has seen it notices."""
    made, _backup = grown()
    journal = journal_of(made)
    pin = made.pins.pin
    for end in (b"\x0b", b"", b" "):
        with altered(made, JOURNAL, journal[:-1] + end):
            assert made.verified().exit_code == ExitCode.ROLLBACK
            with pytest.raises(Rollback):
                made.open()
            assert made.pins.pin == pin


def test_an_old_copy_of_everything_is_noticed() -> None:
    """A whole directory from before, snapshot included, is refused by whoever has seen more, and not changed by it."""
    made, backup = grown()
    restored = replace(made, store=backup.store)
    before = journal_of(restored)
    with pytest.raises(Rollback) as caught:
        restored.open()
    assert caught.value.fields["pinned_seq"] == made.open().catalog.head.seq
    assert found(restored.verified()) == {(JOURNAL, ExitCode.ROLLBACK)}
    assert journal_of(restored) == before
    assert is_clean(backup.verified())


def test_an_old_copy_of_the_journal_alone_is_noticed() -> None:
    """The same with the objects left in place, and with a snapshot that knows better."""
    made, backup = grown()
    vault = made.open()
    vault.save_snapshot()
    with altered(made, JOURNAL, journal_of(backup)):
        report = made.verified(keyless=True)
        assert found(report) == {(JOURNAL, ExitCode.ROLLBACK)}
        assert any("no record names" in note for note in report.notes)
        with pytest.raises(Rollback):
            made.open()
        new = as_if_new(made)
        assert "later.txt" not in str(tables(new.open().catalog)["item"])


def test_an_old_snapshot_is_brought_up_to_date() -> None:
    """A snapshot from before is no rollback: what the journal has since is read."""
    made, backup = grown()
    expected = tables(made.replayed().catalog)
    made.store.cache = dict(backup.store.cache)
    assert tables(made.open().catalog) == expected


def test_an_old_file_in_place_of_another_is_noticed() -> None:
    """The object of an older version, of another document, or none: found by its place, and never read as the other."""
    made = small_vault()
    newest, older, other = (object_of(made, address) for address in ("claims.txt", "claims.txt@1", "notes.txt"))
    published = made.store.published
    for data in (published[older], published[other], None):
        with altered(made, newest, data):
            for keyless in (True, False):
                assert (newest, ExitCode.DAMAGED) in found(made.verified(keyless=keyless))
            with pytest.raises(Damaged) as caught:
                content_of(made.open(), "claims.txt").check()
            assert caught.value.fields["place"] == newest
    assert b"".join(content_of(made.open(), "claims.txt").blocks()) == CONTENTS["claims.txt"]


def test_two_copies_that_went_on_separately_are_told_apart() -> None:
    """After a fork each copy is sound, but a computer that has seen one refuses the other, however far that goes."""
    made, backup = grown()
    there = as_if_new(backup)
    for number in range(5):
        add_content(there.open(), {f"fork {number}.txt": b"the other branch"})
    assert is_clean(there.verified())
    assert len(journal_of(there)) > len(journal_of(made))
    swapped, back = replace(made, store=there.store), replace(there, store=made.store)
    for one in (swapped, back):
        assert found(one.verified()) == {(JOURNAL, ExitCode.ROLLBACK)}
        with pytest.raises(Rollback):
            one.open()


def test_a_longer_journal_that_has_what_was_seen_is_no_rollback() -> None:
    """A computer that was away finds its last record in the middle of the journal, and goes on."""
    made, backup = grown()
    away = replace(backup, store=made.store)
    assert is_clean(away.verified())
    assert away.open().catalog.head == made.open().catalog.head
    assert away.pins.pin == made.pins.pin


def rollbacks(vault: Vault) -> list[dict[str, object]]:
    query = Query(actions=frozenset(("journal.rollback-accepted",)))
    return [dict(row.fields or {}) for row in read_journal(vault, query)]


def test_a_restored_backup_is_accepted_on_purpose() -> None:
    """Accepting records why and both heads; from then on everything works, and the pin follows the new branch."""
    made, backup = grown()
    lost = made.open().catalog.head
    restored = replace(made, store=backup.store)
    vault = restored.open(accept_rollback=True)
    stands = vault.catalog.head
    head = accept_rollback(vault, reason="the disk died")
    assert made.pins.pin == Pin(head, made.member)
    vault = restored.open()
    (record,) = rollbacks(vault)
    assert record["reason"] == "the disk died"
    assert (record["pinned_seq"], record["pinned_hash"]) == (lost.seq, lost.hash)
    assert (record["found_seq"], record["found_hash"]) == (stands.seq, stands.hash)
    add_content(vault, {"again.txt": b"after the backup"})
    assert is_clean(restored.verified())
    with pytest.raises(Rollback):
        made.open()


def test_opening_to_accept_does_not_yet_accept() -> None:
    """Until the record is written the pin stays where it was, so an interrupted acceptance changes nothing."""
    made, backup = grown()
    pin = made.pins.pin
    restored = replace(made, store=backup.store)
    restored.open(accept_rollback=True)
    assert made.pins.pin == pin
    with pytest.raises(Rollback):
        restored.open()


def test_there_is_nothing_to_accept_where_nothing_was_rolled_back() -> None:
    """Without a rollback nothing is recorded and nothing pinned."""
    made, _backup = grown()
    before = journal_of(made)
    with pytest.raises(Conflict):
        accept_rollback(made.open(accept_rollback=True), reason="just in case")
    assert journal_of(made) == before


def test_a_broken_journal_cannot_be_accepted() -> None:
    """Accepting is for older copies: what was altered stays refused."""
    made, backup = grown()
    broken = bytearray(journal_of(backup))
    broken[-300] ^= 1
    with altered(made, JOURNAL, bytes(broken)), pytest.raises(JournalBroken):
        made.open(accept_rollback=True)


def test_a_fork_is_accepted_by_both_sides() -> None:
    """After a fork the owner can decide for one branch, on either computer."""
    made, backup = grown()
    there = as_if_new(backup)
    add_content(there.open(), {"other.txt": b"the other branch"})
    swapped = replace(made, store=there.store)
    accept_rollback(swapped.open(accept_rollback=True), reason="we go on with theirs")
    assert is_clean(swapped.verified())
    assert is_clean(there.verified())
    assert "other.txt" in str(tables(there.open().catalog)["item"])


def pin_file(folder: Path, data: bytes) -> PinFile:
    """A pin file with any content."""
    pins = PinFile(folder, "0" * 32)
    pins.path.parent.mkdir(parents=True, exist_ok=True)
    pins.path.write_bytes(data)
    return pins


def outcome(made: MemoryVault, pins: PinFile) -> ExitCode:
    """How opening the vault ends with that pin."""
    try:
        replace(made, machine=replace(made.machine, pins=pins)).open()
    except PinDamaged as error:
        return error.exit_code if error.fields["place"] == str(pins.path) else ExitCode.UNEXPECTED
    except VaultError as error:
        return error.exit_code
    return ExitCode.DONE


def test_one_bit_of_the_pin_is_found_or_harmless(tmp_path: Path) -> None:
    """Whichever byte of this computer's memory is altered: the file is named as damaged, or the vault is refused as
    rolled back, unless the hash, which says all, is still the one of that record.
    """
    made = small_vault()
    assert made.pins.pin
    pins = pin_file(tmp_path, b"")
    pins.write(made.pins.pin)
    data = pins.path.read_bytes()
    hashed = range(data.index(b'"hash"'), data.index(b'"offset"'))
    for offset in range(len(data)):
        expected = {ExitCode.DAMAGED, ExitCode.ROLLBACK} | (set() if offset in hashed else {ExitCode.DONE})
        assert outcome(made, pin_file(tmp_path, flipped(data, offset))) in expected, offset
        assert outcome(made, pin_file(tmp_path, data[:offset])) == ExitCode.DAMAGED, offset
    assert outcome(made, pin_file(tmp_path, data)) == ExitCode.DONE


_HASH = "0" * 64


def _dumps(content: dict[str, object]) -> bytes:
    try:
        return json.dumps(content).encode(errors="replace")
    except ValueError:  # an integer of more digits than Python prints
        return b'{"seq": ' + b"9" * 3000 + b', "hash": "", "offset": 0, "member": ""}'


@given(
    st.binary(max_size=80)
    | st.sampled_from([b"[" * 4096, b"null", b"[]", b"{}", b'"text"', b"1" * 4096, b"\xff\xfe"])
    | st.fixed_dictionaries(
        {
            name: st.one_of(
                st.integers(-10, 10), st.just(10**4000), st.just(2**63 - 1), st.floats(), st.text(), st.none()
            )
            | st.sampled_from([_HASH, [], {}, True])
            for name in ("seq", "hash", "offset", "member")
        }
    ).map(_dumps)
)
def test_a_planted_pin_never_crashes_anything(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever stands in the pin file: it is called damaged, or the vault is refused as rolled back."""
    ending = outcome(_vault_for_pins(), pin_file(tmp_path_factory.getbasetemp() / "pins", data))
    assert ending in (ExitCode.DAMAGED, ExitCode.ROLLBACK)


@cache
def _vault_for_pins() -> MemoryVault:
    return small_vault()


def test_a_pin_far_beyond_the_journal_is_a_rollback() -> None:
    """A pin whose offset lies anywhere at all is looked for, and not found, without an error."""
    made = small_vault()
    for offset in (0, 1, len(journal_of(made)) - 1, len(journal_of(made)) + 1, 2**62):
        made.pins.pin = Pin(Head(3, _HASH, offset), made.member)
        with pytest.raises(Rollback):
            made.open()


class _Busy(MemoryPins):
    """The pin of a computer on which another process commits whenever somebody is about to read the pin."""

    def __init__(self, other: MemoryVault) -> None:
        super().__init__()
        self._other = other
        self._count = 0

    def read(self) -> Pin | None:
        self._count += 1
        add_content(self._other.open(), {f"meanwhile {self._count}": b"content"})
        return self._other.pins.pin


def test_a_commit_of_another_process_is_no_rollback() -> None:
    """What is committed and pinned while this process reads the journal does not look like a record that is gone."""
    other = MemoryVault.create()
    other.open()
    pins = _Busy(other)
    here = replace(other, pins=pins, machine=replace(other.machine, pins=pins))
    assert list(select(here.open().catalog, Selection()))
    assert here.verified(keyless=True).findings == []

"""Files that no record vouches for, planted or altered: told where they can be told, and never trusted."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, strategies as st

from ipvault.errors import Damaged, ExitCode, SeveralMembers, VaultBusy
from ipvault.keys.unlock_slots import Factors
from ipvault.storage.store import ATTEMPTS_LIMIT, JOURNAL
from ipvault.vault.attempts import Attempt, drain
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.member_files import find_member
from ipvault.vault.unlocking import unlock
from tests.support.memory_vault import PASSPHRASE, MemoryVault, add_content, cheap_kdf
from tests.support.tampering import (
    altered,
    as_if_new,
    content_of,
    flipped,
    found,
    is_clean,
    journal_of,
    object_of,
    small_vault,
    two_attempts,
    write_something,
)


def test_altered_attempts_never_stop_anybody() -> None:
    """Nobody vouches for the attempts file. Whichever byte is altered or missing, the vault opens and can be written,
    what can be read becomes records, and the rest is dropped.
    """
    made = small_vault()
    lines = two_attempts(made)
    for offset in range(len(lines)):
        for data in (flipped(lines, offset), lines[:offset]):
            drained = drain(_with_attempts(made, data).store, made.machine.now(), lambda _attempt: False)
            assert drained.length == len(data[: data.rfind(b"\n") + 1] or data)
            assert len(drained.records) <= 2
    changed = _with_attempts(made, flipped(lines, 20))
    write_something(changed.open())
    assert changed.store.attempts == b""
    assert is_clean(changed.verified())


@given(st.binary(max_size=300) | st.sampled_from([b"[" * 100_000, b'{"attempt":' * 20_000, b"\xff\n" * 50]))
def test_planted_attempts_never_stop_anybody(data: bytes) -> None:
    """Whatever somebody writes to the attempts file, reading it ends well, and ends."""
    made = MemoryVault.create()
    drained = drain(_with_attempts(made, data + b"\n").store, 0, lambda _attempt: False)
    assert drained.length == len(data) + 1
    assert drained.records == []


@pytest.mark.parametrize(
    "line",
    [
        b'{"attempt": "0123456789abcdef", "at": "2099-11-21T20:00:00.000Z", "member": "%(member)b"}\n',
        b'{"attempt": "0123456789abcdef", "at": "0001-01-01T00:00:00.000Z", "member": "%(member)b"}\n',
    ],
)
def test_an_attempt_at_an_impossible_time_is_over(line: bytes) -> None:
    """An attempt without an end that lies in the future is not waited for until then: it counts as failed."""
    assert _records_of(line) == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"attempt": "0123456789abcdef", "at": "2026-99-99T99:99:99.999Z", "member": "%(member)b"}\n',
        b'{"attempt": "0123456789abcdef", "at": "2026-02-30T00:00:00.000Z", "member": "%(member)b"}\n',
        b'{"attempt": "\\ud800", "at": "2026-11-21T20:00:00.000Z", "member": "%(member)b"}\n',
        b'{"attempt": "0123456789abcdef", "at": "\\u001b]52;", "member": "%(member)b"}\n',
        b'{"attempt": "0123456789abcdef", "at": "2026-11-21T20:00:00.000Z", "member": "Mallory"}\n',
    ],
)
def test_planted_text_does_not_get_into_the_journal_as_an_attempt(line: bytes) -> None:
    """Only what ipvault itself would have written becomes a record."""
    assert _records_of(line) == 0


def _records_of(line: bytes) -> int:
    """How many records an attempt of the owner becomes; it is dropped in any case."""
    made = small_vault()
    data = line % {b"member": made.member.encode()}
    drained = drain(_with_attempts(made, data).store, made.machine.now(), lambda _attempt: False)
    assert drained.length == len(data)
    return len(drained.records)


def _with_attempts(made: MemoryVault, data: bytes) -> MemoryVault:
    there = made.copied()
    there.store.attempts = data
    return there


@pytest.mark.parametrize("name", ["2.toml", "10.toml", "1 (conflicted copy).toml", "1.toml.bak", "x/1.toml"])
@pytest.mark.parametrize("content", [b"", b"format = 1\n", "copy", "other"])
def test_a_planted_member_file_is_not_used(name: str, content: bytes | str) -> None:
    """A newer generation that no record names neither locks the owner out nor is trusted; verification tells of it."""
    made = small_vault()
    folder = f"members/{made.member}"
    own = made.store.published[f"{folder}/1.toml"]
    other = small_vault()
    foreign = other.store.published[f"members/{other.member}/1.toml"]
    planted = {"copy": own, "other": foreign}[content] if isinstance(content, str) else content
    with altered(made, f"{folder}/{name}", planted):
        with cheap_kdf():
            *_others, master_key = unlock(made.store, made.descriptor, made.member, Factors(PASSPHRASE), made.machine)
        assert master_key.reveal() == made.master_key.reveal()
        write_something(made.open())
        assert b"".join(content_of(made.open(), "notes.txt").blocks())
        report = made.verified()
        assert is_clean(report)
        (note,) = report.notes
        assert name in note


def test_a_member_file_that_only_an_uncommitted_line_names_is_not_used() -> None:
    """Lines after the last commit are no part of the journal, whatever they say."""
    made = small_vault()
    path = f"members/{made.member}/2.toml"
    record = next(line for line in journal_of(made).splitlines(keepends=True) if b'"k":"member"' in line)
    forged = record.replace(b"/1.toml", b"/2.toml")
    with altered(made, path, b"planted"), altered(made, JOURNAL, journal_of(made) + forged[:-1]):
        assert made.member_file() == made.member_file()
        assert made.open().member == made.member


def test_the_newest_file_that_was_published_and_not_committed_is_not_used() -> None:
    """A crash between publishing a new generation and its commit leaves the old one in force."""
    made = small_vault()
    own = made.store.published[f"members/{made.member}/1.toml"]
    with altered(made, f"members/{made.member}/2.toml", flipped(own, 200)):
        assert is_clean(made.verified())
        made.open()


def test_another_member_in_the_folder_does_not_lock_the_owner_out() -> None:
    """On a computer that does not know yet who the user is, only members that the journal enrols count."""
    made = small_vault()
    other = MemoryVault.create()
    path = f"members/{'0' * 64}/1.toml"
    with altered(made, path, other.store.published[f"members/{other.member}/1.toml"]):
        assert find_member(made.store, made.descriptor.id, None) == made.member
        assert find_member(made.store, made.descriptor.id, "0" * 63 + "1") == made.member
        assert is_clean(as_if_new(made).verified())


def test_several_members_and_nobody_knows_which() -> None:
    """Where the journal enrols several and this computer remembers none, the error says so, with its own id and 13."""
    made = small_vault()
    with (
        patch("ipvault.vault.member_files._named", lambda _store, _vault: _two_members(made.member)),
        pytest.raises(SeveralMembers, match="several members") as caught,
    ):
        find_member(made.store, made.descriptor.id, "0" * 64)
    assert (caught.value.id, caught.value.exit_code) == ("several-members", 13)
    assert made.member[:16] in str(caught.value)
    assert "on which you opened the vault before" in caught.value.advice()


def _two_members(member: str) -> dict[str, str]:
    return {f"members/{name}/1.toml": "a" * 64 for name in (member, "b" * 64)}


def test_a_missing_member_file_is_told() -> None:
    """Without the member file the vault does not open, whatever stands in its place; verification goes on without."""
    made = small_vault()
    path = f"members/{made.member}/1.toml"
    own = made.store.published[path]
    with altered(made, path, None):
        for name in (None, f"members/{made.member}/2.toml"):
            with altered(made, name or "members/README", own), pytest.raises(Damaged):
                made.open()
            assert found(made.verified()) == {(path, ExitCode.DAMAGED)}


@pytest.mark.parametrize(
    "place", ["rooms/{room}/1/ffffffffffffffff.slot", "rooms/{room}/1/0.slot", "rooms/{room}/2/0.slot"]
)
def test_a_planted_slot_is_not_tried(place: str) -> None:
    """Slots that no record names are never opened; verification tells of them."""
    made = small_vault()
    slot = next(path for path in made.store.published if path.startswith("rooms/"))
    path = place.format(room=slot.split("/")[1])
    with altered(made, path, b"\x00" * 5_000_000):
        write_something(made.open())
        report = made.verified()
        assert is_clean(report)
        assert path in report.notes[0]


@pytest.mark.parametrize(
    "path", ["objects/ab/abababababababababababababababab", "objects/claims.docx", "evil.sh", "VAULT2"]
)
def test_a_planted_file_is_told(path: str) -> None:
    """A file that no record names is never read, and is told wherever it lies."""
    made = small_vault()
    with altered(made, path, made.store.published[object_of(made, "notes.txt")]):
        for keyless in (True, False):
            report = made.verified(keyless=keyless)
            assert is_clean(report)
            assert path in report.notes[0]


def test_a_missing_slot_is_told_and_stops_nothing_else() -> None:
    """Without its slot a room's records cannot be opened; the chain and the files are verified all the same."""
    made = small_vault()
    for path in [path for path in made.store.published if path.startswith("rooms/")]:
        with altered(made, path, None):
            report = made.verified()
            assert found(report) == {(path, ExitCode.DAMAGED)}
            assert not report.keyed
            assert report.head == made.verified(keyless=True).head
            with pytest.raises(Damaged) as caught:
                as_if_new(made).replayed()
            assert caught.value.fields["place"] == path


@pytest.mark.parametrize("is_first_pending", [False, True])
def test_dropped_attempts_are_recorded(is_first_pending: bool) -> None:
    """Of more attempts than are kept the newest are dropped, when a record says so and not before; the user is told."""
    told: list[str] = []
    made = small_vault().copied()
    made = replace(made, machine=replace(made.machine, warn=told.append))
    store, now = made.store, made.machine.now()
    Attempt(store, made.member, now=now if is_first_pending else now - 3600, random=made.machine.random)
    store.attempts += b"x" * ATTEMPTS_LIMIT
    waiting = len(store.attempts)
    with cheap_kdf():
        unlock(store, made.descriptor, made.member, Factors(PASSPHRASE), made.machine)
    unlocking = len(store.attempts) - waiting
    assert unlocking > 0
    vault = made.open()
    write_something(vault)
    (row,) = [row for row in read_journal(vault, Query()) if row.action == "auth.dropped"]
    taken = 0 if is_first_pending else waiting - ATTEMPTS_LIMIT
    assert row.fields == {"kind": "auth.dropped", "length": waiting + unlocking - taken - ATTEMPTS_LIMIT}
    assert len(store.attempts) == ATTEMPTS_LIMIT
    (text,) = told
    assert "more than 8 MiB" in text
    write_something(vault)
    assert [row.action for row in read_journal(vault, Query())].count("auth.dropped") == 1
    assert is_clean(made.verified())


@pytest.mark.parametrize("trouble", [VaultBusy(holder="x", seconds=1), OSError(5, "EIO"), FileNotFoundError("journal")])
def test_nothing_fails_after_the_commit(trouble: Exception) -> None:
    """A command whose change is recorded succeeds, whatever happens to the attempts then; they are not lost."""
    made = small_vault().copied()
    attempt = Attempt(made.store, made.member, now=made.machine.now() - 3600, random=made.machine.random)
    attempt.close(opened=False)
    vault = made.open()
    with patch.object(made.store, "drop_attempts", side_effect=trouble) as dropping:
        add_content(vault, {"new": b"new"})
    dropping.assert_called_once()
    assert made.store.attempts
    add_content(vault, {"newer": b"newer"})
    assert not made.store.attempts
    failed = [row for row in read_journal(vault, Query()) if row.action == "auth.failed"]
    assert len(failed) == 1
    assert is_clean(made.verified())

"""A long journal is surveyed before its parts are checked: what the survey meets outside the chain is not believed."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest

from ipvault.catalog.items import Selection, select
from ipvault.errors import ExitCode
from ipvault.journal.commit import Draft
from ipvault.journal.head import Head, leaf_hash
from ipvault.keys.identity import Identity
from ipvault.records.items import ItemRemoved
from ipvault.records.rooms import RoomKeyed
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL
from ipvault.vault.items import Changes, describe
from ipvault.vault.verification.survey import LEAST_PART
from tests.bench.long_journal import lengthen, relabelling
from tests.support.forging import Forger, invented, main_key
from tests.support.memory_vault import MemoryVault, SeededRandom, add_content, enrolled
from tests.support.program import ipvault
from tests.support.tampering import (
    altered,
    as_if_new,
    flipped,
    found,
    is_clean,
    journal_of,
    small_vault,
    verify_in_parts,
)

ROOM = "e" * 32
REMOVED = ItemRemoved(item="0" * 32, reason="")


@pytest.fixture
def made() -> MemoryVault:
    """A vault whose journal goes on for a while after the records that found it."""
    made = small_vault()
    for number in range(8):
        add_content(made.open(), {f"{number}.txt": b"%d" % number})
    return as_if_new(made)


@pytest.fixture
def stranger() -> Forger:
    return Forger(Identity.generate(SeededRandom(b"stranger")))


@pytest.mark.parametrize("keyless", [False, True])
def test_more_announcements_than_the_survey_holds(
    made: MemoryVault, monkeypatch: pytest.MonkeyPatch, keyless: bool
) -> None:
    """Where too much is announced for a survey, committed or not, the chain itself tells, and nothing else changes."""
    verify_in_parts(monkeypatch)
    expected = made.verified(keyless=keyless)
    assert is_clean(expected)
    monkeypatch.setattr("ipvault.vault.announcements.MOST_ANNOUNCING", 3)
    with patch("ipvault.vault.announcements._leaf_around") as look:
        assert made.verified(keyless=keyless) == expected
    look.assert_not_called()
    with altered(made, JOURNAL, flipped(journal_of(made), -10)):
        assert made.verified(keyless=keyless).exit_code == ExitCode.JOURNAL_BROKEN


def torn(made: MemoryVault, forger: Forger, seq: int, planted: Draft) -> bytes:
    """A line that claims to be record `seq`. It lacks its end, so behind the last commit it is a torn write."""
    return forger.lines(made, Head(seq - 1, "0" * 64, 0), planted, invented(REMOVED, ROOM))[0][:-1]


def last_commits(made: MemoryVault, forger: Forger, count: int) -> bytes:
    """The journal with transactions of a stranger at its end."""
    head, journal = made.open().catalog.head, journal_of(made)
    for _ in range(count):
        with altered(made, JOURNAL, journal):
            journal = forger.append(made, head, invented(REMOVED, ROOM))
        line = journal[head.offset :]
        head = Head(head.seq + 1, leaf_hash(line.partition(b"\t")[0]), head.offset + len(line))
    return journal


@pytest.mark.parametrize("keyless", [True, False])
@pytest.mark.parametrize("count", [1, 20])
def test_an_invented_member_signs_nothing(
    made: MemoryVault, stranger: Forger, monkeypatch: pytest.MonkeyPatch, keyless: bool, count: int
) -> None:
    """Commits of a stranger whom only an unsigned line enrols, which claims to come long before them: exit code 21 at
    the first of them, however the journal is cut into parts.
    """
    head = made.open().catalog.head
    journal = last_commits(made, stranger, count) + torn(made, stranger, 8, invented(enrolled(stranger.identity), ROOM))
    verify_in_parts(monkeypatch)
    with altered(made, JOURNAL, journal):
        report = made.verified(keyless=keyless)
    assert found(report) == {(f"{JOURNAL}: record {head.seq + 1}", ExitCode.JOURNAL_BROKEN)}
    assert report.head == head


@pytest.mark.parametrize("keyless", [True, False])
@pytest.mark.parametrize("planted", ["a member", "a key of the room", "a key of another room"])
@pytest.mark.parametrize("seq", [2, 8, 20, 500])
def test_invented_announcements_alone_change_nothing(
    made: MemoryVault, stranger: Forger, monkeypatch: pytest.MonkeyPatch, keyless: bool, planted: str, seq: int
) -> None:
    """Behind a sound journal, a line that enrols somebody or gives a room another key is what any torn write is."""
    room = ROOM if planted == "a key of another room" else main_key(made.open()).room
    keyed = invented(RoomKeyed(room=room, epoch=1, commitment="0" * 64, records="0" * 64, slots=()), room)
    tail = torn(made, stranger, seq, invented(enrolled(stranger.identity), ROOM) if planted == "a member" else keyed)
    verify_in_parts(monkeypatch)
    sound = made.verified(keyless=keyless)
    with altered(made, JOURNAL, journal_of(made) + tail):
        report = made.verified(keyless=keyless)
    assert is_clean(report)
    assert (report.head, report.transactions, report.keyed) == (sound.head, sound.transactions, not keyless)
    (note,) = report.notes
    assert note.startswith(f"{len(tail)} bytes after the last commit")


def test_a_journal_that_is_really_long(made: MemoryVault, stranger: Forger, tmp_path: Path) -> None:
    """The same through the program, with a part for each of two processors: what is sound is clean, and what is not
    is told.
    """
    vault = made.open()
    describe(vault, [item.id for item in select(vault.catalog, Selection())], Changes(note="long " * 12_000))
    lengthen(vault, vault.catalog.head.seq + 2 * LEAST_PART // 60_000, 100, relabelling(vault))
    end, journal = made.replayed().catalog.head, journal_of(made)
    assert len(journal) > 2 * LEAST_PART
    place = _on_disk(made, tmp_path / "vault")
    tail = torn(made, stranger, 8, invented(enrolled(stranger.identity), ROOM))
    for content, code in (
        (journal, ExitCode.DONE),
        (journal + tail, ExitCode.DONE),
        (last_commits(made, stranger, 1) + tail, ExitCode.JOURNAL_BROKEN),
    ):
        (place / JOURNAL).write_bytes(content)
        outcome = ipvault("verify", "--keyless", "--json", "--vault", str(place))
        assert outcome.exit == code, outcome
        places = [finding["place"] for finding in json.loads(outcome.stdout)["data"]["findings"]]
        assert places == ([f"{JOURNAL}: record {end.seq + 1}"] if code else [])


def _on_disk(made: MemoryVault, folder: Path) -> Path:
    with DirectoryStore.create(folder) as store:
        staged = [store.stage(path) for path in made.store.published]
        for file in staged:
            file.write(made.store.published[file.path])
        store.publish(staged)
        store.settle(staged)
        store.append_journal(journal_of(made), 0)
    return folder

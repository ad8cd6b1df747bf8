"""P20: what an interrupted write leaves at the journal's end is mended; what merely looks like it is not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from unittest.mock import patch

import pytest

from ipvault.errors import DiskFull, ExitCode, JournalBroken
from ipvault.vault.journal_query import Query, read_journal
from tests.reliability.places import LOOK
from tests.reliability.trials import CHECK, DEEDS, WRITE, Trials
from tests.support.memory_store import MemoryStagedFile
from tests.support.memory_vault import MemoryVault, add_content, tables
from tests.support.tampering import flipped, is_clean, journal_of, small_vault, write_something

pytestmark = pytest.mark.no_cover

STRIDE = 17
"""Every seventeenth length: lines are a thousand bytes, and to mend a tail and look takes some ten milliseconds."""


def interrupted() -> tuple[MemoryVault, MemoryVault, bytes]:
    """A vault, the same after a commit of two records, and the lines of that commit."""
    made = small_vault()
    grown = made.copied()
    add_content(grown.open(), {"more.txt": b"more", "again.txt": b"again"})
    grown.pins.pin, grown.store.cache = made.pins.pin, dict(made.store.cache)  # neither had come so far
    return made, grown, journal_of(grown)[len(journal_of(made)) :]


@pytest.mark.parametrize("part", range(4))
def test_a_torn_tail_is_mended_by_the_next_change(part: int) -> None:
    """However long it is, whole lines included: nothing is lost, the tail is kept in a file, and a record says so."""
    made, _grown, lines = interrupted()
    journal, before = journal_of(made), tables(made.open().catalog)
    boundary = lines.index(b"\n") + 1
    lengths = {*range(1, len(lines), STRIDE), boundary - 1, boundary, boundary + 1, len(lines) - 1}
    for length in sorted(lengths)[part::4]:
        torn = made.copied()
        torn.store.journal = journal + lines[:length]
        assert is_clean(torn.verified(keyless=True))
        assert tables(torn.open().catalog) == before
        add_content(torn.open(), {"later.txt": b"later"})
        assert journal_of(torn).startswith(journal)
        (repair,) = list(read_journal(torn.open(), Query(from_seq=torn.open().catalog.head.seq - 1)))[:1]
        assert repair.action == "journal.repaired"
        assert torn.store.published[repair.leaf.files[0].path] == lines[:length]
        report = torn.verified()
        assert is_clean(report)
        assert not report.notes


FULL = DiskFull(path="tmp", reason="No space left on device")


@pytest.mark.parametrize(("room", "kept"), [(2 << 20, 1 << 20), (100_000, 64 << 10), (0, 0)])
def test_a_long_tail_on_a_full_disk_is_mended(room: int, kept: int) -> None:
    """Only cutting it makes room. So as much as fits is kept; a record says how long it was, and the user is told."""
    made = small_vault()
    tail = b"x" * (3 << 20)
    told: list[str] = []
    torn = replace(made.copied(), machine=replace(made.machine, warn=told.append))
    torn.store.journal = journal_of(made) + tail
    write = MemoryStagedFile.write

    def full(file: MemoryStagedFile, data: bytes) -> None:
        if len(torn.store.tmp[file.path]) + len(data) > room:
            raise FULL
        write(file, data)

    with patch.object(MemoryStagedFile, "write", full):
        write_something(torn.open())
    (repair,) = list(read_journal(torn.open(), Query(from_seq=torn.open().catalog.head.seq)))
    assert repair.fields is not None
    assert repair.fields["length"] == len(tail)
    assert torn.store.published[repair.leaf.files[0].path] == tail[:kept]
    assert [str(len(tail)) in text and str(kept) in text for text in told] == [True]
    assert is_clean(torn.verified())


def test_a_tail_for_which_there_is_no_room_at_all_stays() -> None:
    """Where not even an empty file can be made, nothing is cut, and the hint is to free space."""
    made = small_vault()
    torn = made.copied()
    torn.store.journal = journal_of(made) + b"torn"
    before = deepcopy(torn.store)
    with patch.object(torn.store, "stage", side_effect=FULL), pytest.raises(DiskFull) as caught:
        write_something(torn.open())
    assert caught.value.exit_code == ExitCode.STORAGE
    assert "free some space" in caught.value.advice()
    assert (torn.store.journal, torn.store.published) == (before.journal, before.published)
    write_something(torn.open())
    assert is_clean(torn.verified())


def test_a_wrong_commit_is_not_a_torn_tail() -> None:
    """A last line that is complete and wrong was not left by a crash: exit code 21, and nothing is cut or written."""
    _made, grown, lines = interrupted()
    journal = journal_of(grown).removesuffix(lines)
    last = lines.index(b"\n")
    signature, previous = (lines.index(name, last) + len(name) for name in (b'"sig":"', b'"p":"'))
    for offset in (signature, signature + 127, previous, len(lines) - 5):
        forged = grown.copied()
        forged.store.journal = journal + flipped(lines, offset)
        before = deepcopy(forged.store)
        assert forged.verified().exit_code == ExitCode.JOURNAL_BROKEN, offset
        with pytest.raises(JournalBroken):
            add_content(forged.open(), {"later.txt": b"later"})
        assert vars(forged.store) == vars(before)
    assert is_clean(grown.verified()), "the commit itself is sound"


def test_users_are_told_of_a_torn_tail(trials: Trials) -> None:
    """`verify` notes it, reading goes on, and the command that mends it says that nothing was lost."""
    place = trials.begin(DEEDS["mend"])
    run = trials.run(place, CHECK, *LOOK, WRITE, CHECK)
    assert [outcome.exit for outcome in run.outcomes] == [0] * len(run.outcomes)
    assert "an interrupted write" in run.outcomes[0].stdout
    assert "nothing committed was lost" in run.outcomes[-2].stderr
    assert '"notes":[]' in run.outcomes[-1].stdout


def test_users_are_told_of_a_wrong_commit(trials: Trials) -> None:
    """The last commit with another signature: every command that needs the journal ends with 21."""
    place = trials.begin(DEEDS["label"])
    seen = {path: path.read_bytes() for path in (place.root / "state").rglob("*.json")}
    trials.succeed(place, WRITE)
    for path, content in seen.items():
        path.write_bytes(content)
    data = place.journal.read_bytes()
    place.journal.write_bytes(flipped(data, data.rindex(b'"sig":"') + 10))
    run = trials.run(place, ("verify",), ("verify", "--keyless"), ("list",), WRITE)
    assert [outcome.exit for outcome in run.outcomes] == [21] * 4

"""What was forgotten stays forgotten, and what was appended by nobody is not kept whatever its size."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipvault.errors import ExitCode, JournalBroken
from ipvault.records.upkeep import RecordsForgotten
from ipvault.storage.store import JOURNAL
from ipvault.vault.forgetting import forget
from ipvault.vault.items import erase
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.member_files import altered_member_file
from tests.support.forging import root_key
from tests.support.memory_vault import MemoryVault, add_content, append, draft
from tests.support.tampering import altered, as_if_new, content_of, found, is_clean, journal_of, small_vault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LIMIT = 16 * 1024 * 1024


def released(made: MemoryVault) -> int:
    """The number of a record that can be forgotten: an item is added and erased."""
    vault = made.open()
    add_content(vault, {"secret.txt": b"personal"})
    erase(vault, content_of(vault, "secret.txt").item, [1], reason="")
    (row,) = read_journal(vault, Query(actions=frozenset(("item.added",))))
    return row.leaf.seq


@pytest.mark.parametrize("as_new", [True, False])
def test_a_forgotten_record_cannot_be_put_back(as_new: bool) -> None:
    """An old copy of a record's sealed part, put back into the journal, is tampering, with keys and without."""
    made = MemoryVault.create()
    seq = released(made)
    before = journal_of(made).splitlines(keepends=True)
    forget(made.open(), [seq], reason="request")
    assert is_clean(made.verified())
    lines = journal_of(made).splitlines(keepends=True)
    lines[seq] = before[seq]
    there = as_if_new(made) if as_new else made
    with altered(there, JOURNAL, b"".join(lines)):
        for keyless in (True, False):
            assert found(there.verified(keyless=keyless)) == {(f"{JOURNAL}: record {seq}", ExitCode.JOURNAL_BROKEN)}
        with pytest.raises(JournalBroken):
            there.open()


def test_a_record_is_not_forgotten_by_words_alone() -> None:
    """Whoever says that a record was forgotten, and leaves it where it is, cannot choose later what others see."""
    made = MemoryVault.create()
    seq = released(made)
    vault = made.open()
    with pytest.raises(JournalBroken):
        append(vault, draft(RecordsForgotten(reason="", records=(seq,)), root_key(vault)))
    assert made.verified().exit_code is ExitCode.JOURNAL_BROKEN
    with pytest.raises(JournalBroken):
        made.open()
    with pytest.raises(JournalBroken):
        as_if_new(made).open()


def test_of_a_long_tail_the_beginning_is_kept() -> None:
    """Whatever is appended to the journal, a hole of any size too, costs no more than a few megabytes to set aside."""
    made = MemoryVault.create()
    made.store.journal = journal_of(made) + bytes(LIMIT + 5_000_000)
    add_content(made.open(), {"a": b"a"})
    (torn,) = (data for path, data in made.store.published.items() if path.startswith("journal/torn/"))
    assert torn == bytes(LIMIT)
    (row,) = read_journal(made.open(), Query(actions=frozenset(("journal.repaired",))))
    assert row.fields
    assert row.fields["length"] == LIMIT + 5_000_000
    assert is_clean(made.verified())


class Counted(io.FileIO):
    """A file that tells how much of it is read, and ends a reading that goes on."""

    total = 0

    def read(self, size: int | None = -1, /) -> bytes:
        return self._count(super().read(size))

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        block = self.read(len(memoryview(buffer)))
        memoryview(buffer)[: len(block)] = block
        return len(block)

    @classmethod
    def _count(cls, block: bytes) -> bytes:
        cls.total += len(block)
        assert cls.total < 200 << 20, "it reads on"
        return block


def test_a_hole_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terabytes of zeros at the journal's end, which cost nothing to make, delay neither opening nor verification."""
    monkeypatch.setattr("ipvault.journal.chain.MOST_HOLES", 1 << 20)
    made = small_vault()
    made.store.cache.clear()
    journal = tmp_path / "log"
    journal.write_bytes(journal_of(made))
    os.truncate(journal, 1 << 42)
    monkeypatch.setattr(Counted, "total", 0)
    size = made.store.size
    monkeypatch.setattr(made.store, "open_journal", lambda: Counted(journal))
    monkeypatch.setattr(made.store, "size", lambda path: 1 << 42 if path == JOURNAL else size(path))
    made.open()
    assert is_clean(made.verified(keyless=True))
    assert is_clean(made.verified())
    assert Counted.total


def test_a_member_file_is_named_by_what_was_committed() -> None:
    """A line behind the last commit cannot vouch for a member file, whose numbers say how hard to compute."""
    made = MemoryVault.create()
    (path,) = (path for path in made.store.published if path.startswith("members/"))
    other = made.store.published[path].replace(b"lanes = 1", b"lanes = 2")
    digest = hashlib.sha256(other).hexdigest()
    named = f'["+","{path}",{len(other)},"{digest}"]'.encode()
    for tail in (named, b'{"o":[' + named):
        with altered(made, path, other), altered(made, JOURNAL, journal_of(made) + tail):
            damaged = altered_member_file(made.store, made.descriptor.id, made.member)
            assert damaged is not None
            assert damaged.exit_code is ExitCode.DAMAGED
    assert altered_member_file(made.store, made.descriptor.id, made.member) is None

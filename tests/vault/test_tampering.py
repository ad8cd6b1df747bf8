"""A vault whose journal or files somebody has altered: it does not open as if nothing were, and `verify` says where."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given, strategies as st

from ipvault.catalog.address import find_version
from ipvault.crypto import aead
from ipvault.crypto.pae import pae
from ipvault.errors import Damaged, ExitCode, JournalBroken, Rollback, VaultError
from ipvault.governance.gate.gate import PolicyGate
from ipvault.records.vocabulary import CAT, MAIN
from ipvault.vault.gate import Way
from ipvault.vault.ingest import add
from ipvault.vault.items import Changes, describe
from ipvault.vault.objects import ObjectWriter
from ipvault.vault.release import release
from ipvault.vault.sources import Source
from tests.support.memory_vault import PLAIN, MemoryVault, SeededRandom, add_content, tables
from tests.support.mutations import mutated


def filled() -> MemoryVault:
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"a": b"one", "b": b"two"})
    describe(vault, ["a"], Changes(label="secret"))
    memory.store.cache.clear()
    return memory


ORIGINAL = filled()
JOURNAL = ORIGINAL.store.journal or b""
LINES = JOURNAL.splitlines(keepends=True)


def with_journal(journal: bytes) -> MemoryVault:
    """The vault with another journal, for a computer that has seen the original."""
    memory = ORIGINAL.copied()
    memory.store.journal = journal
    return memory


def is_noticed(memory: MemoryVault) -> bool:
    """Whether the vault refuses to open, and `verify` has a finding with keys and without."""
    try:
        memory.open()
    except VaultError as error:
        codes = {error.exit_code, memory.verified().exit_code, memory.verified(keyless=True).exit_code}
        return codes <= {ExitCode.DAMAGED, ExitCode.JOURNAL_BROKEN, ExitCode.ROLLBACK, ExitCode.TOO_NEW}
    return False


def test_the_original_is_in_order() -> None:
    """Untouched, it opens and nothing is found."""
    assert not is_noticed(with_journal(JOURNAL))
    assert with_journal(JOURNAL).verified().findings == []


@given(mutated(LINES) | st.integers(0, len(LINES) - 1).map(lambda end: LINES[:end]))
def test_any_mutation_of_the_journal(lines: list[bytes]) -> None:
    """Bytes changed, lost or put in, lines lost, doubled or moved, payloads emptied, the end lost: it does not open."""
    if lines != LINES:
        assert is_noticed(with_journal(b"".join(lines)))


def test_a_rollback_is_noticed() -> None:
    """An older state of the whole vault is whole in itself: only what this computer has seen tells."""
    for commit in (len(LINES) - 1, len(LINES) - 3):
        memory = with_journal(b"".join(LINES[:commit]))
        with pytest.raises(Rollback):
            memory.open()
        assert memory.verified().exit_code is ExitCode.ROLLBACK


@pytest.mark.parametrize("path", sorted(ORIGINAL.store.published))
@pytest.mark.parametrize("how", ["lost", "empty", "longer", "first", "middle", "last"])
def test_every_file(path: str, how: str) -> None:
    """A file that is lost or altered anywhere is found by `verify`, by its name, with keys and without."""
    memory = with_journal(JOURNAL)
    data = memory.store.published[path]
    at = {"first": 0, "middle": len(data) // 2, "last": len(data) - 1}.get(how)
    if how == "lost":
        del memory.store.published[path]
    elif at is None:
        memory.store.published[path] = b"" if how == "empty" else data + b"\x00"
    else:
        memory.store.published[path] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    for keyless in (False, True):
        try:
            report = memory.verified(keyless=keyless)
        except VaultError as error:
            found, code = str(error), error.exit_code
        else:
            found, code = repr(report), report.exit_code
        assert code in (ExitCode.DAMAGED, ExitCode.NO_VAULT) if path == "VAULT" else code is ExitCode.DAMAGED
        assert path in found or (path.startswith("members/") and path.rpartition("/")[0] in found) or path == "VAULT"


def test_objects_that_changed_places() -> None:
    """Two objects swapped whole, or an object of an older version put back, are not released."""
    memory = with_journal(JOURNAL)
    one, other = (path for path in memory.store.published if path.startswith("objects/"))
    published = memory.store.published
    published[one], published[other] = published[other], published[one]
    vault = memory.open()
    for name in ("a", "b"):
        with pytest.raises(Damaged) as caught:
            release(vault, [find_version(vault.catalog, name)], Way("", CAT, "-"), PolicyGate(vault))
        assert "objects/" in str(caught.value)
    assert memory.store.journal == JOURNAL


def test_another_content_under_the_same_key_put_in_after_the_check() -> None:
    """What a member with the key of the room puts in does not pass for what was recorded: neither after the check nor
    where the content is only checked as it leaves. The same content, encrypted anew, does.
    """
    for forged in (b"one", b"eno"):
        memory = with_journal(JOURNAL)
        vault = memory.open()
        item, version = find_version(vault.catalog, "a")
        for unchecked in (False, True):
            contents, _head = release(
                vault, [(item, version)], Way("", CAT, "-"), PolicyGate(vault), unchecked=unchecked
            )
            out = io.BytesIO()
            key = vault.keys.for_content(item.room, version.epoch)
            writer = ObjectWriter(out, version.object, key, vault.machine.random)
            writer.write(forged)
            path = writer.finish().path
            memory.store.published[path] = out.getvalue()
            if forged == b"one":
                assert b"".join(contents[0].blocks()) == b"one"
                continue
            with pytest.raises(Damaged, match="not the content that was recorded"):
                b"".join(contents[0].blocks())
            memory.store.published = dict(ORIGINAL.store.published)


def test_nothing_is_written_to_a_broken_journal() -> None:
    """While it is open, somebody alters the journal: the next change is refused, and the journal left as it is."""
    memory = with_journal(JOURNAL)
    vault = memory.open()
    altered = b"".join([*LINES, LINES[-1]])
    memory.store.journal = altered
    with pytest.raises(JournalBroken):
        add_content(vault, {"c": b"three"})
    assert memory.store.journal == altered


@pytest.mark.parametrize("length", [1, 40, 300, -2, -1])
def test_a_torn_tail_is_set_aside(length: int) -> None:
    """What an interrupted write left is cut, kept in a file and recorded by the next change, and nothing is lost."""
    memory = with_journal(JOURNAL)
    vault = memory.open()
    add_content(vault, {"c": b"three"})
    tail = (memory.store.journal or b"")[len(JOURNAL) :]
    torn = with_journal(JOURNAL + tail[:length])
    before = tables(torn.open().catalog)["item"]
    add_content(torn.open(), {"d": b"four"})
    assert len(tables(torn.open().catalog)["item"]) == len(before) + 1
    kept = [data for path, data in torn.store.published.items() if path.startswith("journal/torn/")]
    assert kept == [tail[:length]]
    assert torn.verified().findings == []


def test_keys_and_ids_never_repeat() -> None:
    """Over two thousand additions of the same content, no two objects share an id, a key, or a sealed key."""
    memory = MemoryVault.create(os.urandom)
    vault = memory.open()
    for start in range(0, 2_000, 400):  # no process is forked for so few, and none could stage anything in memory
        add_content(vault, {f"{number}": b"the same content" for number in range(start, start + 400)})
    objects = {path: data for path, data in memory.store.published.items() if path.startswith("objects/")}
    (room,) = vault.catalog.view.execute("SELECT id FROM room WHERE name = ?", (MAIN,)).fetchone()
    wrap_key = vault.keys.for_content(room, 1).wrap_key
    sealed = {path: data[41:145] for path, data in objects.items()}
    keys = {
        aead.unseal(wrap_key, pae("dek", vault.id, room, 1, path.rpartition("/")[2]), data)
        for path, data in sealed.items()
    }
    assert len(objects) == len(set(sealed.values())) == len(keys) == 2_000
    assert len({data[-32:] for data in objects.values()}) == 2_000
    assert len({len(data) for data in objects.values()}) == 1


@pytest.mark.parametrize("size", [0, 1, 16_383, 16_384, 16_385, 32_768, 256 * 16_384, 257 * 16_384])
def test_sizes_through_add_and_cat(size: int, tmp_path: object) -> None:
    """Content around the chunk size comes out of the vault as it went in, from a pipe and from a file."""
    content = SeededRandom()(size)
    vault = MemoryVault.create().open()
    path = os.path.join(str(tmp_path), "file")
    with open(path, "wb") as file:
        file.write(content)
    add_content(vault, {"pipe": content})
    add(vault, [Source("file", path)], room=MAIN, description=PLAIN, again=True)
    wanted = [find_version(vault.catalog, name) for name in ("pipe", "file")]
    contents, _head = release(vault, wanted, Way("", CAT, "-"), PolicyGate(vault))
    for released in contents:
        assert b"".join(released.blocks()) == content


def test_a_record_that_would_be_too_long() -> None:
    """A change that does not fit into a line that can be read back is refused, and the vault stays as it was."""
    memory = with_journal(JOURNAL)
    vault = memory.open()
    tags = tuple(f"{number} " + '"' * 60_000 for number in range(50))
    with pytest.raises(VaultError):
        describe(vault, ["a"], Changes(add_tags=tags))
    assert memory.store.journal == JOURNAL
    add_content(memory.open(), {"c": b"three"})
    assert memory.verified().findings == []

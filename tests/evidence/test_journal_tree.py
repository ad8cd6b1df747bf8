"""The tree of a journal and its file of hashes: right whatever lies in the cache."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ipvault.errors import JournalBroken, NoSuchRecord
from ipvault.evidence.journal_tree import JournalTree, open_tree
from ipvault.journal import tree
from ipvault.journal.head import leaf_hash
from ipvault.vault.vault import Vault
from tests.journal.test_tree import plain_root
from tests.support.memory_vault import MemoryVault, add_content


@pytest.fixture
def vault() -> Vault:
    """A vault whose journal has some twenty records."""
    vault = MemoryVault.create().open()
    grow(vault, 11)
    return vault


def grow(vault: Vault, count: int) -> None:
    add_content(vault, {f"{vault.catalog.head.seq}-{number}": b"" for number in range(count)})


def hashes_of(vault: Vault) -> list[bytes]:
    """The leaf hashes of all records."""
    with vault.store.open_journal() as journal:
        return [bytes.fromhex(leaf_hash(line.partition(b"\t")[0])) for line in journal.read().splitlines()]


def look(vault: Vault, folder: Path | None) -> bytes:
    """The root, after everything that the tree says was compared with the journal."""
    hashes = hashes_of(vault)
    with open_tree(vault.store, vault.id, vault.catalog.head, folder) as found:
        assert found.size == len(hashes)
        for index, leaf in enumerate(hashes):
            root = plain_root(hashes[: index + 1])
            assert found.root(index + 1) == root
            path = found.inclusion(index)
            assert tree.proves_inclusion(leaf, index, found.size, plain_root(hashes), path)
            path = found.consistency(index + 1)
            assert tree.proves_consistency(index + 1, root, found.size, plain_root(hashes), path)
        return found.root(found.size)


def the_file(vault: Vault, folder: Path) -> Path:
    return folder / vault.id / "tree"


def test_the_tree_is_that_of_the_journal(vault: Vault, tmp_path: Path) -> None:
    """The first time, from the file, and with records that came since; the file is the user's alone."""
    assert look(vault, tmp_path) == look(vault, tmp_path)
    grow(vault, 9)
    look(vault, tmp_path)
    assert look(vault, None) == look(vault, tmp_path)
    assert the_file(vault, tmp_path).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / vault.id).stat().st_mode & 0o777 == 0o700


def test_only_what_is_new_is_read(vault: Vault, tmp_path: Path) -> None:
    """With the file, the journal is read from where the file ends."""
    look(vault, tmp_path)
    before = vault.catalog.head.offset
    grow(vault, 2)
    told: list[int] = []
    with open_tree(vault.store, vault.id, vault.catalog.head, tmp_path, told.append):
        assert sum(told) == vault.catalog.head.offset - before
    with open_tree(vault.store, vault.id, vault.catalog.head, tmp_path, told.append):
        assert sum(told) == vault.catalog.head.offset - before


def test_any_byte_of_the_file_may_be_wrong(vault: Vault, tmp_path: Path) -> None:
    """Whatever is altered in it, what comes out is right; it is found and made anew."""
    look(vault, tmp_path)
    path = the_file(vault, tmp_path)
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        path.write_bytes(content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :])
        look(vault, tmp_path)


@pytest.mark.parametrize("length", [0, 1, 79, 80, 81, 112, 500])
def test_the_file_may_be_cut(vault: Vault, tmp_path: Path, length: int) -> None:
    """At any place; so it may be after a crash."""
    look(vault, tmp_path)
    path = the_file(vault, tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    look(vault, tmp_path)


def test_an_interrupted_extension_is_harmless(vault: Vault, tmp_path: Path) -> None:
    """Hashes behind those that the header counts do not count, and the next extension writes over them."""
    look(vault, tmp_path)
    path = the_file(vault, tmp_path)
    path.write_bytes(path.read_bytes() + b"half of a hash")
    grow(vault, 3)
    look(vault, tmp_path)


def test_a_file_of_a_longer_or_another_journal(tmp_path: Path) -> None:
    """After a rollback, or a copy that went another way, the file does not fit and is made anew."""
    memory = MemoryVault.create()
    short = memory.copied()
    grow(memory.open(), 5)
    look(memory.open(), tmp_path)
    other = short.open()
    look(other, tmp_path)
    grow(other, 9)
    look(other, tmp_path)
    look(memory.open(), tmp_path)


def in_the_way(folder: Path) -> None:
    folder.mkdir(parents=True)


def a_link(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.symlink_to(folder.parent.parent / "elsewhere")


def no_folder(folder: Path) -> None:
    folder.parent.parent.mkdir(exist_ok=True)
    folder.parent.touch()


@pytest.mark.parametrize("obstacle", [in_the_way, a_link, no_folder])
def test_without_a_place_for_the_file_it_works_as_well(
    vault: Vault, tmp_path: Path, obstacle: Callable[[Path], None]
) -> None:
    """Where a folder, a link or a file is in the way, hashes are kept in memory, and nothing is followed."""
    obstacle(the_file(vault, tmp_path))
    look(vault, tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_does_not_matter(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot be written, they are kept in memory too."""

    def refuse(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ipvault.evidence.journal_tree.write_all", refuse)
    look(vault, tmp_path)


def test_a_journal_that_does_not_lead_to_the_head_is_refused(vault: Vault, tmp_path: Path) -> None:
    """The head was checked by whoever opened the vault: an altered journal cannot give another root for it."""
    with vault.store.open_journal() as journal:
        content = journal.read()
    for place in (content.index(b'"m":"') + 5, content.rindex(b'"m":"') + 5):
        altered = MemoryVault.create()
        with suppress(JournalBroken):
            altered.store.replace_journal([content[:place] + b"0f" + content[place + 2 :]])
        with (
            pytest.raises(JournalBroken),
            open_tree(altered.store, vault.id, vault.catalog.head, tmp_path),
        ):
            pass


def test_records_that_are_not_there(vault: Vault) -> None:
    """Nothing is proven of records that the journal does not have."""

    def ask(question: Callable[[JournalTree], object]) -> None:
        with open_tree(vault.store, vault.id, vault.catalog.head, None) as found, pytest.raises(NoSuchRecord):
            question(found)

    size = vault.catalog.head.seq + 1
    ask(lambda found: found.inclusion(size))
    ask(lambda found: found.root(size + 1))
    ask(lambda found: found.consistency(size + 1))

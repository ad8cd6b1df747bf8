"""What every Store does, whatever it keeps its files in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ipvault.errors import Damaged, StorageFailed, VaultBusy
from ipvault.storage.store import ATTEMPTS_LIMIT, JOURNAL, StagedFile, Store

ONE, TWO = "objects/aa/one", "rooms/r-1/0"


def _stage(store: Store, path: str, content: bytes = b"content") -> StagedFile:
    staged = store.stage(path)
    staged.write(content)
    staged.close()
    return staged


def _publish(store: Store, *paths: str) -> list[StagedFile]:
    staged = [_stage(store, path) for path in paths]
    store.publish(staged)
    return staged


def _published(store: Store) -> list[str]:
    return [path for path in store.files("") if path != "lock" and not path.startswith("tmp/")]


def _cached(store: Store, name: str) -> bytes | None:
    opened = store.open_cache(name)
    if opened is None:
        return None
    with opened:
        return opened.read()


def _referenced(*paths: str) -> set[str]:
    return set(paths)


def test_published_files_can_be_read(store: Store) -> None:
    """What was staged is found under its path once published, whole."""
    staged = store.stage(ONE)
    for chunk in (b"a" * 20_000, bytearray(b"b"), memoryview(b"c")):
        staged.write(chunk)
    store.publish([staged])
    expected = b"a" * 20_000 + b"bc"
    assert store.read(ONE, limit=30_000) == expected
    assert store.size(ONE) == len(expected)
    with store.open(ONE) as file:
        file.seek(20_000)
        assert file.read() == b"bc"


def test_staged_files_are_not_there_yet(store: Store) -> None:
    """Nobody sees a file before it is published."""
    _stage(store, ONE)
    assert list(store.files("objects")) == []
    with pytest.raises(FileNotFoundError):
        store.read(ONE, 100)


@pytest.mark.parametrize("what", ["read", "open", "size", "journal", "cut", "replace", "append"])
def test_missing_files_are_file_not_found(store: Store, what: str) -> None:
    """A missing file is FileNotFoundError, so that the caller can say what it means."""
    calls: dict[str, Callable[[], object]] = {
        "read": lambda: store.read(ONE, 1),
        "open": lambda: store.open(ONE),
        "size": lambda: store.size("nowhere/at/all"),
        "journal": store.open_journal,
        "cut": lambda: store.cut_journal(0),
        "replace": lambda: store.replace_journal([b""]),
        "append": lambda: store.append_journal(b"x", 5),
    }
    with pytest.raises(FileNotFoundError):
        calls[what]()


def test_reading_has_a_limit(store: Store) -> None:
    """A file of exactly the limit is read; a longer one is damage."""
    store.publish([_stage(store, ONE, b"x" * 100)])
    assert len(store.read(ONE, 100)) == 100
    with pytest.raises(Damaged):
        store.read(ONE, 99)


def test_files_are_listed_in_order(store: Store) -> None:
    """All files below a folder, sorted as whole paths; a missing folder has none."""
    paths = ["objects/b/1", "objects/a/2", "objects/a/1", "objects/a-b", "objects/a.b"]
    store.settle(_publish(store, *paths))
    assert list(store.files("objects")) == sorted(paths)
    assert list(store.files("objects/a")) == ["objects/a/1", "objects/a/2"]
    assert list(store.files("members")) == []
    assert list(store.files("nowhere")) == []
    assert _published(store) == sorted(paths)


def test_nothing_is_replaced(store: Store) -> None:
    """Publishing over an existing file fails, and taking that back leaves the existing one."""
    store.settle(_publish(store, ONE))
    again = _stage(store, ONE, b"other")
    with pytest.raises(StorageFailed):
        store.publish([again])
    store.discard([again])
    assert store.read(ONE, 100) == b"content"


def test_staging_twice_is_refused(store: Store) -> None:
    """Two files cannot be on their way to one path."""
    _stage(store, ONE)
    with pytest.raises(StorageFailed):
        store.stage(ONE)


def test_discarded_files_are_gone(store: Store) -> None:
    """Discarding removes published, staged and unfinished files alike, so that they can be staged again."""
    unfinished = store.stage("VAULT")
    unfinished.write(b"half")
    staged = [*_publish(store, ONE), _stage(store, TWO), unfinished]
    store.discard(staged)
    assert _published(store) == []
    store.publish([store.stage(file.path) for file in staged])


def test_closing_twice_is_fine(store: Store) -> None:
    """A staged file can be closed more than once."""
    staged = store.stage(ONE)
    staged.close()
    staged.close()
    store.publish([staged])
    assert store.read(ONE, 1) == b""


def test_publishing_nothing_is_fine(store: Store) -> None:
    """A transaction may have records only."""
    store.publish([])
    store.settle([])
    store.discard([])


def test_sweep_removes_what_no_record_names(store: Store) -> None:
    """After an interrupted transaction, published and staged files go unless a record names them."""
    _publish(store, ONE, TWO)
    _stage(store, "members/ab.toml")
    assert store.sweep(_referenced(TWO).__contains__) == 2
    assert _published(store) == [TWO]
    assert store.sweep(_referenced().__contains__) == 0, "it is no longer staged"
    assert _published(store) == [TWO]


def test_sweep_leaves_settled_files_alone(store: Store) -> None:
    """Only what is still staged can be swept, even if no record names the rest."""
    store.settle(_publish(store, ONE))
    assert store.sweep(_referenced().__contains__) == 0
    assert store.read(ONE, 100) == b"content"


def test_sweep_of_a_staged_file_spares_a_referenced_one(store: Store) -> None:
    """A staged file that never came into place does not take the published file of that path with it."""
    store.settle(_publish(store, ONE))
    _stage(store, ONE, b"other")
    store.sweep(_referenced(ONE).__contains__)
    assert store.read(ONE, 100) == b"content"


def test_remove(store: Store) -> None:
    """Published files can be removed; missing ones are fine."""
    store.settle(_publish(store, ONE, TWO))
    store.remove([ONE, "objects/bb/none", "nowhere/x"])
    assert _published(store) == [TWO]


def test_the_cache_can_be_removed(store: Store) -> None:
    """All that is cached can be removed as it is listed."""
    store.write_cache("ab", b"1")
    store.write_cache("cd", b"2")
    store.remove(store.files("cache"))
    assert store.open_cache("ab") is None
    assert list(store.files("cache")) == []


def test_condemned_files_go_with_their_record(store: Store) -> None:
    """A sweep removes a condemned file that has lost its record, and forgets it if the commit did not happen."""
    store.settle(_publish(store, ONE, TWO))
    store.condemn([ONE, TWO])
    store.condemn([ONE])
    assert set(_published(store)) >= {ONE, TWO}
    assert store.sweep(_referenced(TWO).__contains__) == 1
    assert _published(store) == [TWO]
    assert store.sweep(_referenced().__contains__) == 0
    assert _published(store) == [TWO]


def test_removing_condemned_files_ends_the_matter(store: Store) -> None:
    """What was condemned and then removed is nothing to sweep."""
    store.settle(_publish(store, ONE))
    store.condemn([ONE])
    store.remove([ONE])
    assert store.sweep(_referenced().__contains__) == 0
    assert _published(store) == []


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "objects/../../outside",
        "/etc/passwd",
        "",
        "objects//x",
        "objects/x/",
        "objects/.hidden",
        "a\0b",
        "objects/é",
        "objects/a+",
        "objects/a~",
        "objects/%2D",
        "journal/log",
        "journal/attempts",
        "lock",
        "tmp/x",
    ],
)
def test_strange_paths_are_refused(store: Store, path: str) -> None:
    """No path leads out of the vault, and the living files cannot be published or removed."""
    with pytest.raises(ValueError, match=r".*"):
        store.stage(path)
    with pytest.raises(ValueError, match=r".*"):
        store.condemn(["objects/aa/x", path])
    with pytest.raises(ValueError, match=r".*"):
        store.remove(["objects/aa/x", path])


def test_the_journal_grows_at_its_end(store: Store) -> None:
    """Appending needs the right offset, which the first time is 0."""
    store.append_journal(b"one\n", 0)
    store.append_journal(b"two\n", 4)
    with store.open_journal() as journal:
        assert journal.read() == b"one\ntwo\n"


@pytest.mark.parametrize("at", [0, 3, 5])
def test_a_journal_that_changed_is_not_appended_to(store: Store, at: int) -> None:
    """An append elsewhere than at the end is refused and writes nothing."""
    store.append_journal(b"one\n", 0)
    with pytest.raises(StorageFailed):
        store.append_journal(b"two\n", at)
    assert store.read(JOURNAL, 100) == b"one\n"


def test_the_journal_can_be_cut(store: Store) -> None:
    """Cutting shortens, never lengthens."""
    store.append_journal(b"one\ntorn", 0)
    store.cut_journal(4)
    assert store.read(JOURNAL, 100) == b"one\n"
    with pytest.raises(StorageFailed):
        store.cut_journal(5)
    store.append_journal(b"two\n", 4)


def test_replacing_the_journal_leaves_readers_alone(store: Store) -> None:
    """Who has the journal open reads on in the old one; who opens it then has the new one."""
    store.append_journal(b"old\n", 0)
    with store.open_journal() as reader:
        store.replace_journal(iter([b"ne", b"w\n"]))
        assert reader.read() == b"old\n"
    assert store.read(JOURNAL, 100) == b"new\n"
    store.append_journal(b"more\n", 4)


def test_attempts_are_kept_until_dropped(store: Store) -> None:
    """Dropping what was read keeps what came later."""
    assert store.read_attempts() == b""
    store.append_attempt(b"one\n")
    read = store.read_attempts()
    store.append_attempt(b"two\n")
    store.drop_attempts(len(read))
    assert store.read_attempts() == b"two\n"
    store.drop_attempts(len(b"two\n"))
    assert store.read_attempts() == b""


def test_an_attempt_after_a_torn_one_has_its_own_line(store: Store) -> None:
    """A line that a crash cut short does not swallow the next one."""
    store.append_attempt(b"tor")
    store.append_attempt(b"two\n")
    assert store.read_attempts() == b"tor\ntwo\n"


def test_many_attempts_are_read_in_whole_lines(store: Store) -> None:
    """More than 1 MiB comes in portions that end with a line, and none is lost."""
    line = b"x" * 9999 + b"\n"
    for number in range(120):
        store.append_attempt(b"%03d" % number + line)
    seen = b""
    while portion := store.read_attempts():
        assert len(portion) <= 1 << 20
        assert portion.endswith(b"\n")
        seen += portion
        store.drop_attempts(len(portion))
    assert seen == b"".join(b"%03d" % number + line for number in range(120))


def test_attempts_have_a_limit(store: Store) -> None:
    """More than 8 MiB are cut to the oldest; a new one still finds its place, and less is left alone."""
    line = b"x" * 99_999 + b"\n"
    for _number in range(84):
        store.append_attempt(line)
    for _again in range(2):
        store.drop_attempts(0)
    store.append_attempt(b"new\n")
    seen = b""
    while portion := store.read_attempts():
        seen += portion
        store.drop_attempts(len(portion))
    assert seen.startswith(line * 83)
    assert len(seen) == ATTEMPTS_LIMIT + len(b"\nnew\n")
    assert seen.endswith(b"\nnew\n")


def test_the_cache_is_replaced(store: Store) -> None:
    """The last content wins; what was never written is None."""
    assert store.open_cache("ab") is None
    store.write_cache("ab", b"1")
    store.write_cache("ab", b"2")
    assert _cached(store, "ab") == b"2"


def test_one_writer_at_a_time(store: Store) -> None:
    """The lock is free again after the block, also if that failed."""
    called: list[None] = []

    def fail() -> None:
        with store.lock(lambda: called.append(None)):
            with store.try_lock() as had:
                assert not had
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with store.try_lock() as had:
        assert had
    with store.lock(lambda: called.append(None)):
        pass
    assert not called


def test_errors_in_a_locked_block_are_not_renamed(store: Store) -> None:
    """The lock does not pass off an error of its block as its own."""
    with pytest.raises(FileNotFoundError), store.lock(lambda: None):
        store.read(ONE, 1)
    with pytest.raises(VaultBusy), store.try_lock():
        raise VaultBusy(holder="another ipvault", seconds=1)

"""`ipvault backup`: copies that are whole, that say how old they are, and that can be restored."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from ipvault.errors import Damaged
from ipvault.storage.copying import CopyStore
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.staged import LocalStagedFile
from ipvault.vault.backup import Copied, copy_vault
from ipvault.vault.progress import Progress, unobserved
from tests.cli.vaults import add, damage, data, done, error, journal
from tests.support.program import Outcome, ipvault


@pytest.fixture
def filled(vault: Path) -> Path:
    """The vault with two documents."""
    add("a.txt", b"1. A widget.")
    add("b.txt", b"2. A spring.")
    return vault


def create(folder: Path, *options: str) -> Outcome:
    """Make a backup, with `--json`."""
    return ipvault("backup", "create", str(folder), "--json", *options)


def check(folder: Path, *options: str) -> Outcome:
    """Verify a backup, with `--json`."""
    return ipvault("backup", "verify", str(folder), "--json", *options)


def published(folder: Path) -> dict[str, bytes]:
    """Everything but what every copy has of its own."""
    own = ("cache", "tmp", "lock", "journal/attempts")
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith(own)}


def objects(folder: Path) -> list[Path]:
    """The files with content."""
    return sorted(path for path in (folder / "objects").rglob("*") if path.is_file())


def test_a_backup_holds_the_vault_and_nothing_else(filled: Path, home: Path) -> None:
    """Every published file and the journal, byte for byte, and neither cache nor scratch; it opens."""
    (filled / "tmp/notes").write_bytes(b"scratch")
    outcome = create(home / "backup")
    assert outcome.exit == 0, outcome
    assert published(home / "backup") == published(filled)
    assert not any((home / "backup/cache").iterdir())
    assert not any((home / "backup/tmp").iterdir())
    assert (home / "backup").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in objects(home / "backup")} == {0o400}
    assert {path.stat().st_mtime for path in objects(home / "backup")} == {
        path.stat().st_mtime for path in objects(filled)
    }
    assert ipvault("verify", "--keyless", "--vault", str(home / "backup")).exit == 0
    assert done("cat", "a.txt", "--vault", str(home / "backup")) == "1. A widget."


@pytest.mark.usefixtures("filled")
def test_a_backup_needs_no_key_and_leaves_no_record(home: Path) -> None:
    """It works with the vault locked, and the vault does not change by it."""
    before = journal()
    done("lock")
    assert ipvault("--no-input", "backup", "create", str(home / "backup")).exit == 0
    assert published(home / "vault") == published(home / "backup")
    assert len(before) == len((home / "backup/journal/log").read_bytes().splitlines())


def test_a_file_that_was_made_long_does_not_fill_the_backup(
    filled: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody who can write to the vault can make a file long by a hole: no more is copied than the journal names."""
    harmed = objects(filled)[0]
    harmed.chmod(0o600)
    os.truncate(harmed, 1 << 40)
    written: list[int] = []
    write = LocalStagedFile.write

    def counted(file: LocalStagedFile, block: bytes) -> None:
        written.append(len(block))
        assert sum(written) < 1 << 20  # here, so that this does not fill a disk either
        write(file, block)

    monkeypatch.setattr(LocalStagedFile, "write", counted)
    with CopyStore.target(home / "backup", DirectoryStore(filled), may_exist=False) as target:
        copied = copy_vault(DirectoryStore(filled), target, None)
    assert [finding.place for finding in copied.findings] == [str(harmed.relative_to(filled))]


def test_a_hole_at_the_end_of_the_journal_is_not_copied(
    filled: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terabytes of zeros behind the last commit cost nothing to make, and neither delay a backup nor fill its disk."""
    monkeypatch.setattr("ipvault.vault.backup.MOST_HOLES", 1 << 20)
    monkeypatch.setattr("ipvault.journal.chain.MOST_HOLES", 1 << 20)
    whole = (filled / "journal/log").stat().st_size
    os.truncate(filled / "journal/log", 1 << 40)
    show = CopyStore.show_journal

    def counted(store: CopyStore, chunks: Iterable[bytes]) -> None:
        some = list(islice(chunks, 10))
        assert len(some) < 10, "it copies on"
        show(store, some)

    monkeypatch.setattr(CopyStore, "show_journal", counted)
    with CopyStore.target(home / "backup", DirectoryStore(filled), may_exist=False) as target:
        copied = copy_vault(DirectoryStore(filled), target, None)
    assert copied.findings == []
    assert copied.head.offset == whole == (home / "backup/journal/log").stat().st_size


def test_only_what_is_new_is_copied(filled: Path, home: Path) -> None:
    """A file that is there already stays the same file; one more document is one more file."""
    assert data(create(home / "backup"))["copied"] == len(published(filled)) - 1
    inodes = {path: path.stat().st_ino for path in objects(home / "backup")}
    unchanged = data(create(home / "backup"))
    assert (unchanged["copied"], unchanged["bytes"]) == (0, 0)
    add("c.txt", b"3. A lever.")
    assert data(create(home / "backup"))["copied"] == 1
    assert {path: path.stat().st_ino for path in inodes} == inodes
    assert published(home / "backup") == published(filled)


def test_what_was_erased_goes_from_the_backup(filled: Path, home: Path) -> None:
    """Erasing reaches a backup with the next `backup create`, and what somebody else put there stays."""
    create(home / "backup")
    stranger = home / "backup/objects/notes.txt"
    stranger.write_bytes(b"mine")
    done("erase", "a.txt", "--confirm", "a.txt")
    assert data(create(home / "backup"))["removed"] == 1
    assert stranger.read_bytes() == b"mine"
    stranger.unlink()
    assert published(home / "backup") == published(filled)


def test_what_was_forgotten_goes_from_the_backup(filled: Path, home: Path) -> None:
    """The journal of the backup is rewritten as well."""
    create(home / "backup")
    number = journal("--action", "auth.unlocked")[0]["seq"]
    done("journal", "forget", str(number), "--reason", "asked to", "--confirm", "1")
    assert create(home / "backup").exit == 0
    assert (home / "backup/journal/log").read_bytes() == (filled / "journal/log").read_bytes()


def test_an_interrupted_write_is_not_copied(filled: Path, home: Path) -> None:
    """The backup ends with the last commit."""
    whole = (filled / "journal/log").read_bytes()
    with (filled / "journal/log").open("ab") as log:
        log.write(b'{"v":1')
    assert create(home / "backup").exit == 0
    assert create(home / "backup").exit == 0
    assert (home / "backup/journal/log").read_bytes() == whole


def test_a_damaged_file_of_the_vault_is_told_and_not_copied(filled: Path, home: Path) -> None:
    """The exit code is 20 and the file is named; all else is there, and a good copy in the backup is kept."""
    bad, good = objects(filled)
    damage(bad)
    outcome = create(home / "backup")
    assert (outcome.exit, [finding["place"] for finding in data(outcome)["findings"]]) == (
        20,
        [str(bad.relative_to(filled))],
    )
    assert (home / "backup" / good.relative_to(filled)).exists()
    assert not (home / "backup" / bad.relative_to(filled)).exists()


def test_a_missing_file_of_the_vault_is_told(filled: Path, home: Path) -> None:
    """It was not erased, so it is damage."""
    objects(filled)[0].unlink()
    outcome = create(home / "backup")
    assert outcome.exit == 20
    assert data(outcome)["findings"][0]["problem"] == "it is missing"


def test_damage_in_the_vault_does_not_reach_an_older_backup(filled: Path, home: Path) -> None:
    """What the backup has and the vault has lost stays in the backup, so that `repair` finds it."""
    create(home / "backup")
    damage(objects(filled)[0])
    objects(filled)[1].unlink()
    create(home / "backup")
    assert ipvault("repair", "--from", str(home / "backup")).exit == 0
    assert ipvault("verify", "--content").exit == 0


def test_a_broken_journal_is_not_copied(filled: Path, home: Path) -> None:
    """Exit code 21, and the backup is what it was."""
    create(home / "backup")
    before = published(home / "backup")
    damage(filled / "journal/log", 3000)
    assert create(home / "backup").exit == 21
    assert published(home / "backup") == before


def test_a_vault_that_was_rolled_back_does_not_replace_its_backup(
    filled: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where this computer has seen more, nor where only the backup has: exit code 22."""
    old = shutil.copytree(filled, home / "old")
    add("c.txt")
    create(home / "backup")
    before = published(home / "backup")
    shutil.rmtree(filled)
    old.rename(filled)
    assert error(create(home / "backup"))["id"] == "rollback"
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "another"))
    assert error(create(home / "backup"))["id"] == "backup-ahead"
    assert create(home / "backup").exit == 22
    assert published(home / "backup") == before


def test_damage_in_the_backup_is_found_and_replaced(filled: Path, home: Path) -> None:
    """`backup verify` finds it, and `backup create --check` puts it right."""
    create(home / "backup")
    damage(bad := objects(home / "backup")[0])
    assert data(create(home / "backup"))["copied"] == 0
    outcome = check(home / "backup")
    assert (outcome.exit, data(outcome)["findings"][0]["place"]) == (20, str(bad.relative_to(home / "backup")))
    assert data(create(home / "backup", "--check"))["copied"] == 1
    assert check(home / "backup").exit == 0
    assert published(home / "backup") == published(filled)


@pytest.mark.parametrize("place", ["objects", "journal"])
def test_what_is_said_of_damage_in_the_backup_heals_it(filled: Path, home: Path, place: str) -> None:
    """The command that `backup verify` names leaves a whole backup, and the vault can be used as before."""
    create(home / "backup")
    bad = objects(home / "backup")[0] if place == "objects" else home / "backup/journal/log"
    damage(bad, bad.stat().st_size // 2)
    outcome = ipvault("backup", "verify", str(home / "backup"))
    assert outcome.exit == (20 if place == "objects" else 21)
    (hint,) = (line for line in outcome.stdout.splitlines() if "ipvault" in line)
    done(*hint.partition(": ipvault ")[2].split())
    assert check(home / "backup").exit == 0
    assert published(home / "backup") == published(filled)
    add("c.txt")


@pytest.mark.usefixtures("filled")
def test_a_folder_with_something_else_is_refused(home: Path) -> None:
    """Files of somebody's, another vault, and the vault itself are left alone."""
    (home / "folder").mkdir()
    (home / "folder/letter.txt").write_bytes(b"Dear Grace")
    assert create(home / "folder").exit == 14
    assert [path.name for path in (home / "folder").iterdir()] == ["letter.txt"]
    assert create(home / "vault").exit == 14
    assert create(home / "vault/objects/backup").exit == 14
    assert ipvault("verify").exit == 0


@pytest.mark.usefixtures("filled")
def test_what_is_no_backup(home: Path) -> None:
    """An empty folder, and a file, are said to be none: nobody is told to create a vault there."""
    (home / "empty").mkdir()
    (home / "file").write_text("x")
    for verb, target in (("verify", ()), ("restore", ("new",))):
        run = ipvault("backup", verb, str(home / "empty"), *target)
        assert (run.exit, f"there is no backup at {home / 'empty'}" in run.stderr) == (10, True)
        assert "ipvault init" not in run.stderr
    run = ipvault("backup", "create", str(home / "file"))
    assert (run.exit, "Not a directory" in run.stderr) == (30, True)
    assert (home / "file").read_text() == "x"


def test_a_backup_of_another_vault_is_refused(filled: Path, home: Path, secret: Path) -> None:
    """It stays what it was."""
    done("init", "--name", "Eve", "--passphrase-file", str(secret), "--vault", str(home / "other"))
    before = published(home / "other")
    assert create(home / "other").exit == 14
    assert published(home / "other") == before
    assert filled.exists()


def test_links_in_the_backup_are_not_followed(filled: Path, home: Path) -> None:
    """Neither a folder nor a file that was replaced by a link lets anything be written elsewhere."""
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    create(home / "backup")
    shutil.rmtree(home / "backup/objects")
    (home / "backup/objects").symlink_to(elsewhere)
    assert create(home / "backup").exit == 20
    assert not any(elsewhere.iterdir())
    (home / "backup/objects").unlink()
    precious = home / "precious"
    precious.write_bytes(b"precious")
    log = home / "backup/journal/log"
    log.unlink()
    log.symlink_to(precious)
    assert create(home / "backup").exit == 20
    assert precious.read_bytes() == b"precious"
    assert filled.exists()


def test_an_unfinished_backup_is_finished(filled: Path, home: Path) -> None:
    """Without a journal it is no vault yet; the next run goes on with what is there."""
    create(home / "backup")
    (home / "backup/journal/log").unlink()
    objects(home / "backup")[0].unlink()
    shutil.copy(
        objects(filled)[0], home / f"backup/tmp/objects-{objects(filled)[0].parent.name}-{objects(filled)[0].name}"
    )
    assert data(create(home / "backup"))["copied"] == 1
    assert published(home / "backup") == published(filled)
    assert not any((home / "backup/tmp").iterdir())


def copy_while(filled: Path, home: Path, *happening: Callable[[], object]) -> Copied:
    """Make a backup in which something happens each time that the journal has been read and the files not yet."""
    events = iter(happening)

    @contextmanager
    def stage(name: str, _total: int) -> Iterator[Progress]:
        if name == "Copying":
            next(events, lambda: None)()
        yield unobserved

    source = DirectoryStore(filled)
    with CopyStore.target(home / "backup", source, may_exist=True) as target:
        return copy_vault(source, target, None, stage=stage)


def test_a_backup_is_consistent_while_others_write(filled: Path, home: Path) -> None:
    """What is stored meanwhile waits for the next backup; what is erased meanwhile is none that is missing."""
    copied = copy_while(filled, home, lambda: add("c.txt"))
    assert (copied.findings, check(home / "backup").exit) == ([], 0)
    assert data(check(home / "backup"))["behind"] == 1
    shutil.rmtree(home / "backup")
    erase = partial(done, "erase", "a.txt", "--confirm", "a.txt")
    copied = copy_while(filled, home, erase, lambda: add("d.txt"))
    assert (copied.findings, check(home / "backup").exit) == ([], 0)
    assert data(check(home / "backup"))["behind"] == 1


def test_a_backup_that_never_catches_up_says_what_it_lacks(filled: Path, home: Path) -> None:
    """Something is erased each time: after ten tries it is made of what is there, and the rest is named."""
    add("0")

    def take_turns(number: int) -> None:
        done("erase", f"{number}", "--confirm", f"{number}")
        add(f"{number + 1}")

    copied = copy_while(filled, home, *(partial(take_turns, number) for number in range(10)))
    assert [finding.problem for finding in copied.findings] == ["it is missing"]
    assert data(create(home / "backup"))["findings"] == []
    assert check(home / "backup").exit == 0


def test_verify_says_how_far_a_backup_is_behind(filled: Path, home: Path) -> None:
    """Up to date first, then one document behind; the first missing record tells since when."""
    create(home / "backup")
    outcome = check(home / "backup")
    assert (outcome.exit, data(outcome)["behind"], data(outcome)["since"]) == (0, 0, None)
    add("c.txt")
    newest = journal("--last", "2")
    late = data(check(home / "backup", "--max-age", "1d"))
    assert (late["behind"], late["since"], late["too_old"]) == (1, newest[-1]["time"], False)
    assert "The vault has 1 record more" in done("backup", "verify", str(home / "backup"))
    assert filled.exists()


def test_verify_says_why_a_damaged_vault_cannot_be_compared(filled: Path, home: Path) -> None:
    """In words, not in those of the operating system."""
    create(home / "backup")
    (filled / "journal/log").unlink()
    outcome = check(home / "backup")
    assert data(outcome)["notes"] == ["the vault itself could not be compared: its journal is missing"]


def test_a_backup_that_is_too_old_is_a_finding(filled: Path, home: Path) -> None:
    """Exit code 17 with `--max-age`; without the vault the time of the last record counts."""
    create(home / "backup")
    assert check(home / "backup", "--max-age", "1s").exit == 0  # it lacks nothing, however old it is
    filled.rename(home / "gone")
    assert check(home / "backup").exit == 0
    while (outcome := check(home / "backup", "--max-age", "1s")).exit == 0:
        pass
    assert (outcome.exit, data(outcome)["too_old"], data(outcome)["behind"]) == (17, True, None)


def test_verify_tells_a_backup_with_records_of_its_own(
    filled: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that was used as a vault is no earlier state of the vault any more: exit code 22."""
    create(home / "backup")
    with monkeypatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(home / "another"))
        done("add", "-", "--name", "fork", "--vault", str(home / "backup"), stdin=b"fork")
    assert check(home / "backup").exit == 22
    assert filled.exists()


def test_verify_does_not_follow_what_this_computer_has_seen(filled: Path, home: Path) -> None:
    """That a backup is older than the vault is no finding; `verify` of the same folder calls it a rollback."""
    create(home / "backup")
    add("c.txt")
    assert check(home / "backup").exit == 0
    assert ipvault("verify", "--keyless", "--vault", str(home / "backup")).exit == 22
    assert filled.exists()


def test_a_backup_is_restored(filled: Path, home: Path) -> None:
    """The new vault holds what the backup does; this computer takes it at once if nothing newer was seen."""
    create(home / "backup")
    shutil.rmtree(filled)
    outcome = ipvault("backup", "restore", str(home / "backup"), str(home / "vault"), "--json")
    assert (outcome.exit, json.loads(outcome.stdout)["warnings"]) == (0, [])
    assert published(home / "vault") == published(home / "backup")
    assert done("cat", "a.txt") == "1. A widget."


def test_restoring_an_older_backup_says_what_to_do(filled: Path, home: Path) -> None:
    """This computer takes it for a rollback; the warning says how to go on, and that works."""
    create(home / "backup")
    add("c.txt")
    shutil.rmtree(filled)
    outcome = ipvault("backup", "restore", str(home / "backup"), str(home / "vault"), "--json")
    (warning,) = json.loads(outcome.stdout)["warnings"]
    assert "accept-rollback" in warning
    assert ipvault("list").exit == 22
    done("journal", "accept-rollback", "--reason", "disk replaced")
    assert ipvault("verify", "--content").exit == 0


def test_nothing_is_restored_over_something(filled: Path, home: Path) -> None:
    """Neither over a vault nor over other files; and damage in the backup is told."""
    create(home / "backup")
    before = published(filled)
    assert ipvault("backup", "restore", str(home / "backup"), str(filled)).exit == 14
    assert published(filled) == before
    damage(objects(home / "backup")[0])
    outcome = ipvault("backup", "restore", str(home / "backup"), str(home / "new"), "--json")
    assert (outcome.exit, len(data(outcome)["findings"])) == (20, 1)


def test_a_drill_is_recorded_and_leaves_nothing(filled: Path, home: Path) -> None:
    """The record says which backup up to which record, and how much was decrypted."""
    create(home / "backup")
    add("c.txt")
    (home / "room").mkdir()
    outcome = ipvault("backup", "drill", str(home / "backup"), "-o", str(home / "room"), "--json")
    assert (outcome.exit, data(outcome)["contents"]) == (0, 2)
    (record,) = journal("--action", "backup.drilled")
    expected = {"source": str(home / "backup"), "contents": 2, "findings": 0, "seq": data(outcome)["records"] - 1}
    assert record["fields"] | expected == record["fields"]
    assert not any((home / "room").iterdir())
    assert check(home / "backup").exit == 0
    assert "findings: 0" in done("journal", "list", "--last", "1")
    assert filled.exists()


def test_a_drill_that_fails_is_recorded_too(filled: Path, home: Path) -> None:
    """A damaged object is found, named, and counted in the record: exit code 20."""
    create(home / "backup")
    damage(bad := objects(home / "backup")[0])
    outcome = ipvault("backup", "drill", str(home / "backup"), "--json")
    assert outcome.exit == 20
    places = {finding["place"] for finding in data(outcome)["findings"]}
    assert str(bad.relative_to(home / "backup")) in places
    assert journal("--action", "backup.drilled")[0]["fields"]["findings"] == len(data(outcome)["findings"]) > 0
    assert filled.exists()


def test_a_drill_of_another_history_is_refused(filled: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that was used on its own is no backup of this vault."""
    create(home / "backup")
    with monkeypatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(home / "another"))
        done("add", "-", "--name", "fork", "--vault", str(home / "backup"), stdin=b"fork")
    assert ipvault("backup", "drill", str(home / "backup")).exit == 22
    assert journal("--action", "backup.drilled") == []
    assert filled.exists()


@pytest.mark.usefixtures("filled")
def test_the_outcomes_are_told(home: Path) -> None:
    """In sentences for a person."""
    backup = str(home / "backup")
    assert "The backup in" in done("backup", "create", backup)
    assert "nothing to copy" in done("backup", "create", backup)
    assert "The backup is whole.\nIt has everything that the vault has." in done("backup", "verify", backup)
    assert "all as they were stored" in done("backup", "drill", backup)
    assert "Restored" in done("backup", "restore", backup, str(home / "new"))


def test_nothing_is_restored_into_the_vault(filled: Path, home: Path) -> None:
    """A copy in a folder of the vault would be no copy, and nobody would know whose files those are."""
    create(home / "backup")
    before = published(filled)
    for place in ("inside", "objects/inside"):
        assert error(ipvault("backup", "restore", str(home / "backup"), str(filled / place), "--json"))
        assert not (filled / place).exists()
    assert published(filled) == before


def test_a_backup_that_lost_its_journal_loses_nothing_else(filled: Path, home: Path) -> None:
    """What the vault does not know may be all that is left of what it lost, so no backup is made over it."""
    shutil.copytree(filled, home / "older")
    add("c.txt", b"3. A screw.")
    create(home / "backup")
    (home / "backup/journal/log").unlink()
    kept = published(home / "backup")
    older = DirectoryStore(home / "older")
    with (
        CopyStore.target(home / "backup", older, may_exist=True) as target,
        pytest.raises(Damaged, match="make the backup elsewhere"),
    ):
        copy_vault(older, target, None)
    assert published(home / "backup") == kept
    assert create(home / "backup").exit == 0
    assert published(home / "backup") == published(filled)

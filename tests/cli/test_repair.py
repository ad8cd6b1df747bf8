"""`ipvault repair`: what other copies of a vault can heal, and what must not be healed in silence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.vaults import add, damage, data, done, error, journal
from tests.support.program import Outcome, ipvault

CONTENTS = {"a.txt": b"1. A widget.", "b.txt": b"2. A spring.", "c.txt": b"3. A lever."}


@pytest.fixture
def backup(vault: Path, home: Path) -> Path:
    """A copy, made with `cp -a`, of the vault with three documents in it."""
    for name, content in CONTENTS.items():
        add(name, content)
    return Path(shutil.copytree(vault, home / "backup"))


def repair(*copies: Path) -> Outcome:
    """Run it with `--json`."""
    return ipvault("repair", "--json", *(f"--from={copy}" for copy in copies))


def lose_journal(vault: Path) -> None:
    """Only the file of the records is gone, not its folder."""
    (vault / "journal/log").unlink()


def lose_journal_folder(vault: Path) -> None:
    """The unlock attempts are gone, too."""
    shutil.rmtree(vault / "journal")


def alter_journal(vault: Path) -> None:
    """A bit of a record in the middle is another one."""
    found = lines(vault)
    write_lines(vault, [*found[:6], flipped(found[6], len(found[6]) // 2), *found[7:]])


def objects(vault: Path) -> list[Path]:
    """The files with content."""
    return sorted(path for path in (vault / "objects").rglob("*") if path.is_file())


def lines(vault: Path) -> list[bytes]:
    """The lines of the journal."""
    return (vault / "journal/log").read_bytes().splitlines(keepends=True)


def write_lines(vault: Path, found: list[bytes]) -> None:
    """Put a journal of these lines in place."""
    (vault / "journal/log").write_bytes(b"".join(found))


def published(vault: Path) -> dict[str, bytes]:
    """Every published file by its path."""
    files = (path for path in vault.rglob("*") if path.is_file())
    named = {str(path.relative_to(vault)): path for path in files}
    return {
        name: path.read_bytes()
        for name, path in named.items()
        if name.split("/")[0] in ("VAULT", "members", "rooms", "objects")
    }


def assert_whole() -> None:
    """Nothing is wrong with the vault, and every document is what it was."""
    outcome = ipvault("verify", "--content", "--json")
    assert outcome.exit == 0, outcome
    assert data(outcome)["notes"] == []
    for name, content in CONTENTS.items():
        assert done("cat", name) == content.decode()


def flipped(line: bytes, at: int) -> bytes:
    """The line with one bit that is different."""
    return line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]


def test_damage_in_different_places_of_vault_and_backup_is_healed(vault: Path, backup: Path) -> None:
    """Each has lost another object, another record and another file of keys: together they have everything."""
    before = published(vault)
    first, second, third = (path.relative_to(vault) for path in objects(vault))
    damage(vault / first)
    (vault / second).unlink()
    damage(backup / third)
    for place, number in ((vault, 6), (backup, 8)):
        found = lines(place)
        found[number] = flipped(found[number], len(found[number]) // 2)
        write_lines(place, found)
    for path in (vault / "members").rglob("*.toml"):
        path.unlink()
    (vault / "VAULT").unlink()
    slot = min((backup / "rooms").rglob("*.slot"))
    slot.unlink()
    outcome = repair(backup)
    assert outcome.exit == 0, outcome
    healed = data(outcome)
    assert {str(first), str(second), "VAULT"} < {file["path"] for file in healed["files"]}
    assert (healed["records"], healed["first_record"]) == (1, 6)
    assert published(vault) == before
    assert_whole()


def test_what_was_healed_is_recorded(vault: Path, backup: Path) -> None:
    """The record names the files, the first of the records and their number, and the copies."""
    lost = objects(vault)[0]
    lost.unlink()
    write_lines(vault, lines(vault)[:7])
    count = len(lines(backup)) - 7
    assert repair(backup).exit == 0
    (record,) = journal("--action", "vault.repaired")
    expected = {"files": [str(lost.relative_to(vault))], "first": 7, "records": count, "sources": [str(backup)]}
    assert record["fields"] | expected == record["fields"]
    assert "healed from" in done("journal", "list", "--last", "1")


def test_nothing_to_heal_changes_nothing(vault: Path, backup: Path) -> None:
    """A vault that is whole gets no record of it."""
    before = lines(vault)
    outcome = repair(backup)
    assert (outcome.exit, data(outcome)) == (0, {"files": [], "records": 0, "first_record": None})
    assert lines(vault) == before


def test_a_stale_copy_heals_what_it_has(vault: Path, backup: Path) -> None:
    """Of two lost objects the copy has one: that is healed, the other is named, and the exit code is 20."""
    add("later.txt")
    old = objects(backup)[0].relative_to(backup)
    (new,) = {path.relative_to(vault) for path in objects(vault)} - {
        path.relative_to(backup) for path in objects(backup)
    }
    (vault / old).unlink()
    (vault / new).unlink()
    outcome = repair(backup)
    assert outcome.exit == 20
    assert {file["path"]: file["from"] for file in data(outcome)["files"]} == {str(old): str(backup), str(new): None}
    assert (vault / old).exists()
    assert repair(backup).exit == 20
    assert len(journal("--action", "vault.repaired")) == 1


def test_an_interrupted_write_that_nobody_has_is_no_damage(vault: Path, home: Path) -> None:
    """Any member could record one that never was. It is noted, copied without, and taken from a copy that has it."""
    with (vault / "journal/log").open("ab") as log:
        log.write(b"torn")
    add("a.txt", b"1. A widget.")
    (kept,) = (vault / "journal/torn").iterdir()
    place = str(kept.relative_to(vault))
    older = Path(shutil.copytree(vault, home / "older"))
    kept.unlink()
    outcome = ipvault("verify", "--json")
    assert outcome.exit == 0
    (note,) = data(outcome)["notes"]
    assert place in note
    assert ipvault("backup", "create", str(home / "backup")).exit == 0
    assert ipvault("backup", "verify", str(home / "backup")).exit == 0
    assert data(repair(home / "backup"))["files"] == []
    assert [file["path"] for file in data(repair(older))["files"]] == [place]
    assert kept.read_bytes() == b"torn"
    assert data(ipvault("verify", "--json"))["notes"] == []


def test_a_damaged_file_of_a_copy_is_not_taken(vault: Path, backup: Path) -> None:
    """What is not exactly what the journal names heals nothing; another copy can."""
    lost = objects(vault)[0].relative_to(vault)
    good = shutil.copytree(backup, backup.with_name("good"))
    (vault / lost).unlink()
    damage(backup / lost)
    assert repair(backup).exit == 20
    assert not (vault / lost).exists()
    outcome = repair(backup, good)
    assert data(outcome)["files"][0]["from"] == str(good)
    assert_whole()


def _flip_leaf(line: bytes) -> bytes:
    return flipped(line, 20)


def _flip_sealed(line: bytes) -> bytes:
    return flipped(line, len(line) - 20)


def _flip_number(line: bytes) -> bytes:
    at = line.index(b'"n":') + 4
    return line[:at] + b"9" + line[at:]


DAMAGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "cut in a line": lambda found: [*found[:8], found[8][:100]],
    "cut between commits": lambda found: found[:7],
    "lost": lambda _found: [],
    "a leaf": lambda found: [*found[:8], _flip_leaf(found[8]), *found[9:]],
    "a sealed part": lambda found: [*found[:8], _flip_sealed(found[8]), *found[9:]],
    "a sequence number": lambda found: [*found[:8], _flip_number(found[8]), *found[9:]],
    "a forgotten payload": lambda found: [*found[:8], found[8].split(b"\t")[0] + b"\t-\n", *found[9:]],
    "a line feed": lambda found: [*found[:7], found[7][:-1] + b" ", *found[8:]],
    "the first record": lambda found: [_flip_leaf(found[0]), *found[1:]],
    "the last sequence number": lambda found: [*found[:-1], _flip_number(found[-1])],
    "the last record": lambda found: [*found[:-1], _flip_sealed(found[-1])],
    "a line in between": lambda found: [*found[:8], b"stranger\n", *found[8:]],
    "lines at the end": lambda found: [*found, b"stranger\n", b"another\n"],
    "two swapped": lambda found: [*found[:7], found[8], found[7], *found[9:]],
    "zeros": lambda found: [*found[:5], b"\0" * sum(map(len, found[5:9])), *found[9:]],
    "all leaves and sealed parts in turn": lambda found: [
        (_flip_leaf if number % 2 else _flip_sealed)(line) for number, line in enumerate(found)
    ],
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_journal_is_rebuilt(vault: Path, backup: Path, kind: str) -> None:
    """Whatever happened to ours, with a whole copy it is what it was, and goes on with the record of the repair."""
    whole = lines(vault)
    write_lines(vault, DAMAGES[kind](whole))
    assert lines(vault) != whole
    outcome = repair(backup)
    assert outcome.exit == 0, outcome
    assert lines(vault)[: len(whole)] == whole
    assert_whole()
    assert len(journal("--action", "vault.repaired")) == 1


def test_a_missing_journal_is_rebuilt(vault: Path, backup: Path) -> None:
    """Without its folder, too."""
    shutil.rmtree(vault / "journal")
    assert repair(backup).exit == 0
    assert_whole()


@pytest.mark.parametrize("harm", [alter_journal, lose_journal, lose_journal_folder])
def test_a_locked_vault_is_healed(vault: Path, backup: Path, secret: Path, harm: Callable[[Path], None]) -> None:
    """The passphrase that the repair asks for is journalled with it, not before it behind the damage."""
    whole = lines(vault)
    done("lock")
    harm(vault)
    done("repair", "--from", str(backup), "--passphrase-file", str(secret))
    assert lines(vault)[: len(whole)] == whole
    done("unlock", "--store", "session", "--passphrase-file", str(secret))
    assert ipvault("verify").exit == 0
    later = [record["action"] for record in journal() if record["seq"] >= len(whole)]
    assert later == ["auth.unlocked", "vault.repaired", "auth.unlocked"]


def test_nothing_is_journalled_behind_damage(vault: Path, backup: Path, secret: Path) -> None:
    """Whoever opens a damaged vault with the passphrase is told, and nothing is written, though a snapshot hides it."""
    done("list")
    assert list((vault / "cache").iterdir())
    done("lock")
    alter_journal(vault)
    before = lines(vault)
    for command in (("list",), ("status",), ("add", "-", "--name=d"), ("unlock", "--store", "session")):
        outcome = ipvault(*command, "--passphrase-file", str(secret), stdin=b"d", cwd=vault.parent)
        assert outcome.exit == 21, outcome
        assert "repair --from" in outcome.stderr
    assert lines(vault) == before
    done("repair", "--from", str(backup), "--passphrase-file", str(secret))
    done("verify", "--passphrase-file", str(secret))


def test_two_damaged_journals_make_a_whole_one(vault: Path, backup: Path) -> None:
    """Leaves come from one copy and sealed parts from the other where neither has a whole line."""
    whole = lines(vault)
    write_lines(vault, [(_flip_leaf if number % 2 else _flip_sealed)(line) for number, line in enumerate(whole)])
    write_lines(backup, [(_flip_sealed if number % 2 else _flip_leaf)(line) for number, line in enumerate(whole)])
    assert repair(backup).exit == 0
    assert lines(vault)[: len(whole)] == whole
    assert_whole()


def test_a_record_that_nobody_has_stops_the_repair(vault: Path, backup: Path) -> None:
    """What follows it is not cut off: exit code 21, and nothing has changed."""
    for place in (vault, backup):
        found = lines(place)
        write_lines(place, [*found[:8], _flip_sealed(found[8]), *found[9:]])
    before = lines(vault)
    outcome = repair(backup)
    assert (outcome.exit, error(outcome)["fields"]["seq"]) == (21, 8)
    assert "backup restore" in error(outcome)["hint"]
    assert lines(vault) == before


def test_records_newer_than_the_copy_are_not_cut_off(vault: Path, backup: Path) -> None:
    """Neither is what follows a damaged record that only ours has."""
    add("later.txt")
    add("latest.txt")
    at = len(lines(backup)) + 1
    found = lines(vault)
    write_lines(vault, [*found[:at], _flip_leaf(found[at]), *found[at + 1 :]])
    before = lines(vault)
    assert repair(backup).exit in (21, 22)  # the latter where the altered bytes look like none of a record
    assert lines(vault) == before


def test_a_journal_that_lacks_what_this_computer_has_seen_is_refused(vault: Path, backup: Path) -> None:
    """A stale copy cannot bring back the newest records: exit code 22, as for any rollback, and nothing has changed."""
    add("later.txt")
    write_lines(vault, [])
    assert repair(backup).exit == 22
    assert lines(vault) == []


def test_where_no_copy_has_the_newest_record_there_is_a_way_out(
    vault: Path, backup: Path, home: Path, secret: Path
) -> None:
    """The hints lead from the lost journal to a vault that can be used, and not back to where they began."""
    add("later.txt")
    lose_journal_folder(vault)
    refused = ipvault("journal", "accept-rollback", "--reason=lost", "--json")
    assert (refused.exit, "repair --from" in error(refused)["hint"]) == (21, True)
    refused = repair(backup)
    hint = error(refused)["hint"]
    assert (refused.exit, "backup restore" in hint, "accept-rollback" in hint) == (22, True, True)
    restored = str(home / "restored")
    done("backup", "restore", str(backup), restored)
    options = ("--vault", restored, "--passphrase-file", str(secret))
    done("journal", "accept-rollback", "--reason=lost", *options)
    done("verify", *options)


def test_a_cut_journal_is_not_called_whole(vault: Path, backup: Path) -> None:
    """It verifies, but for its end, and an older copy cannot help: exit code 22, and it can be accepted as it is."""
    add("later.txt")
    cut = (vault / "journal/log").read_bytes()[:-300]
    (vault / "journal/log").write_bytes(cut)
    outcome = repair(backup)
    assert (outcome.exit, error(outcome)["id"]) == (22, "rollback")
    assert "neither the vault nor a copy" in error(outcome)["message"]
    assert (vault / "journal/log").read_bytes() == cut
    done("journal", "accept-rollback", "--reason=cut")
    assert "Nothing to repair" in done("repair", "--from", str(backup))


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("content", [None, "", "Dear Sir"])
def test_what_is_no_copy_is_refused(home: Path, content: str | None) -> None:
    """A folder that is not there, is empty or holds something else was named by mistake: nothing is called whole."""
    if content is not None:
        (home / "wrong").mkdir()
    if content:
        (home / "wrong/letter.txt").write_text(content, encoding="utf-8")
    outcome = repair(home / "wrong")
    assert (outcome.exit, error(outcome)["message"]) == (10, f"{home}/wrong is not a copy of a vault")


def test_objects_alone_are_a_copy(vault: Path, backup: Path) -> None:
    """What was saved from a disk may lack everything that says which vault it was."""
    (backup / "VAULT").unlink()
    lose_journal_folder(backup)
    objects(vault)[0].unlink()
    assert repair(backup).exit == 0


def test_a_verification_that_finds_damage_names_the_repair(vault: Path) -> None:
    """Not where it finds a rollback alone, which no repair heals."""
    add("a.txt")
    whole = lines(vault)
    hint = "`ipvault repair --from BACKUP` heals what a backup has."
    write_lines(vault, whole[:-2])
    assert hint not in ipvault("verify").stdout
    write_lines(vault, whole)
    alter_journal(vault)
    assert hint in ipvault("verify").stdout


def test_the_status_notices_an_altered_record(vault: Path) -> None:
    """Though a session is open, and a snapshot of what was read before is there."""
    done("list")
    assert "every record is as it was written" in done("status")
    alter_journal(vault)
    outcome = ipvault("status", "--json")
    assert (outcome.exit, error(outcome)["id"]) == (21, "journal-broken")


def test_copies_that_went_different_ways_are_refused(
    vault: Path, backup: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is not clear how the journal goes on, nobody chooses in silence: exit code 22."""
    other = shutil.copytree(backup, home / "other")
    cut = lines(vault)
    for number, place in enumerate((backup, other)):
        monkeypatch.setenv("XDG_STATE_HOME", str(home / f"state-{number}"))
        done("add", "-", "--name", f"fork-{number}", "--vault", str(place), stdin=b"fork")
    write_lines(vault, cut[:7])
    outcome = repair(backup, other)
    assert (outcome.exit, error(outcome)["id"]) == (22, "copies-fork")
    assert lines(vault) == cut[:7]


def test_a_forked_copy_changes_no_journal_that_is_whole(
    vault: Path, backup: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that was used on its own heals objects, and its own records stay where they are."""
    with monkeypatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(home / "elsewhere"))
        add_to_backup = ("add", "-", "--name", "fork", "--vault", str(backup))
        done(*add_to_backup, stdin=b"fork")
    add("mine.txt", b"mine")
    before = lines(vault)
    objects(vault)[0].unlink()
    outcome = repair(backup)
    assert outcome.exit in (0, 20)
    assert lines(vault)[: len(before)] == before
    assert b"fork" not in done("list").encode()


def test_what_was_forgotten_stays_forgotten(vault: Path, backup: Path) -> None:
    """An older copy still has the content of a record that was forgotten; the repair does not bring it back."""
    number = journal("--action", "auth.unlocked")[0]["seq"]
    done("journal", "forget", str(number), "--reason", "asked to", "--confirm", "1")
    before = lines(vault)
    write_lines(vault, [*before[:3], _flip_leaf(before[3]), *before[4:]])
    assert repair(backup).exit == 0
    assert lines(vault)[: len(before)] == before
    assert lines(vault)[number].endswith(b"\t-\n")


def test_what_another_copy_forgot_is_forgotten_here(vault: Path, backup: Path) -> None:
    """A newer copy brings the record of a forgetting: then the content goes here too."""
    number = journal("--action", "auth.unlocked")[0]["seq"]
    done("journal", "forget", str(number), "--reason", "asked to", "--confirm", "1")
    newer = shutil.copytree(vault, backup.with_name("newer"))
    write_lines(vault, lines(backup))
    assert repair(newer).exit == 0
    assert lines(vault)[number].endswith(b"\t-\n")
    assert_whole()


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(vault: Path, backup: Path, home: Path) -> None:
    """What the link points to keeps its content."""
    target = home / "precious"
    target.write_bytes(b"precious")
    lost = objects(vault)[0]
    lost.unlink()
    lost.symlink_to(target)
    assert repair(backup).exit == 0
    assert target.read_bytes() == b"precious"
    assert not lost.is_symlink()
    assert_whole()


@pytest.mark.usefixtures("vault")
def test_a_copy_of_another_vault_is_refused(home: Path, secret: Path) -> None:
    """It cannot help, and it may have been given by mistake."""
    done("init", "--name", "Eve", "--passphrase-file", str(secret), "--vault", str(home / "other"))
    outcome = repair(home / "other")
    assert outcome.exit == 14
    assert "another vault" in error(outcome)["message"]


@pytest.mark.usefixtures("vault")
def test_a_repair_without_a_copy_is_a_usage_error() -> None:
    """It says what is missing."""
    assert error(ipvault("repair", "--json"))["exit_code"] == 2


def test_the_copies_are_only_read(vault: Path, backup: Path) -> None:
    """Nothing in a copy changes."""
    objects(vault)[0].unlink()
    write_lines(vault, lines(vault)[:7])
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    assert repair(backup).exit == 0
    assert {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()} == before


def test_the_outcome_is_told(vault: Path, backup: Path) -> None:
    """A person sees which file was taken from where, and what nobody has."""
    lost = objects(vault)[0]
    lost.unlink()
    outcome = ipvault("repair", "--from", str(backup))
    assert outcome.exit == 0
    assert f"{lost.relative_to(vault)}\tit is missing\t{backup}" in outcome.stdout
    assert "Healed 1 file and 0 records. The journal says so." in outcome.stdout
    assert "Nothing to repair" in done("repair", "--from", str(backup))

"""Somebody altered the vault's directory or put another copy in its place: what a user sees, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.vaults import PASSPHRASE, add, damage, data, done, error, journal, the_object
from tests.support.nesting import nested
from tests.support.program import Outcome, ipvault

NOTES = b"ask about prior art"


@pytest.fixture
def filled(vault: Path) -> Path:
    """The vault with one document in it."""
    add("notes.txt", NOTES)
    return vault


def places(outcome: Outcome) -> dict[str, int]:
    """Where `verify --json` found something, and the exit code of that."""
    return {finding["place"]: finding["exit_code"] for finding in data(outcome)["findings"]}


def verify(*options: str) -> Outcome:
    return ipvault("verify", "--json", *options)


def one_file(folder: Path, pattern: str) -> Path:
    """The first file of a pattern, in the order of names."""
    return min(path for path in folder.rglob(pattern) if path.is_file())


def state_of(vault: Path) -> dict[str, bytes]:
    """Every file of the vault, but for its lock and cache."""
    files = (path for path in vault.rglob("*") if path.is_file() and not path.is_relative_to(vault / "cache"))
    return {str(path.relative_to(vault)): path.read_bytes() for path in files}


def forget_vault(home: Path) -> None:
    """Make this a computer that has never seen the vault, with no session and no snapshot."""
    for folder in ("state/ipvault", "run/ipvault", "vault/cache"):
        shutil.rmtree(home / folder, ignore_errors=True)


def test_a_damaged_object_is_named_and_nothing_of_it_leaves(filled: Path) -> None:
    """`verify` ends with 20 and names the file, with `--content` the document too; `cat` gives nothing."""
    damage(the_object(filled))
    path = str(the_object(filled).relative_to(filled))
    assert places(keyed := verify()) == places(keyless := verify("--keyless")) == {path: 20}
    assert (keyed.exit, keyless.exit) == (20, 20)
    assert places(verify("--content")) == {path: 20, "notes.txt@1": 20}
    assert places(verify("notes.txt")) == {path: 20}
    outcome = ipvault("cat", "notes.txt")
    assert (outcome.exit, outcome.stdout) == (20, "")
    assert path in outcome.stderr
    assert "notes.txt" in done("list")


def test_a_damaged_object_is_called_by_its_document(filled: Path) -> None:
    """With keys `verify` says which version of which item is damaged, then in which file; without, only the file."""
    add("removed.txt")
    done("update", "removed.txt", "-", stdin=b"two", env={"IPVAULT_VAULT": str(filled)})
    done("remove", "removed.txt")
    objects = sorted(path for path in (filled / "objects").rglob("*") if path.is_file())
    for path in objects:
        damage(path)
    paths = [str(path.relative_to(filled)) for path in objects]
    named = {finding["document"]: finding["place"] for finding in data(verify())["findings"]}
    assert sorted(named) == ["notes.txt@1", "removed.txt@1", "removed.txt@2"]
    assert sorted(named.values()) == sorted(paths)
    lines = ipvault("verify").stdout.splitlines()
    assert {f"{document} ({path})\tit was altered" for document, path in named.items()} <= set(lines)
    assert {finding["document"] for finding in data(verify("--keyless"))["findings"]} == {""}
    assert {f"{path}\tit was altered" for path in paths} <= set(ipvault("verify", "--keyless").stdout.splitlines())


def test_a_missing_or_replaced_object_is_named(filled: Path, home: Path) -> None:
    """The same for an object that is gone, and for one that is a link to a copy of itself elsewhere."""
    path = the_object(filled)
    path.rename(home / "elsewhere")
    name = str(path.relative_to(filled))
    assert places(verify()) == {name: 20}
    path.symlink_to(home / "elsewhere")
    assert places(verify()) == {name: 20}
    outcome = ipvault("cat", "notes.txt")
    assert (outcome.exit, outcome.stdout) == (20, "")


def test_an_altered_descriptor_is_named(filled: Path, secret: Path) -> None:
    """Another vault id in VAULT does not make this computer's memory of the vault worthless: the file is named."""
    text = (filled / "VAULT").read_text()
    vault = text.split('vault = "')[1][:32]
    (filled / "VAULT").chmod(0o600)
    (filled / "VAULT").write_text(text.replace(vault, "f" * 32))
    assert places(verify()) == places(verify("--keyless")) == {"VAULT": 20}
    assert ipvault("list", "--passphrase-file", str(secret)).exit == 20


def test_a_newer_vault_is_told_before_any_passphrase(filled: Path, home: Path) -> None:
    """Exit code 23 from a command that nobody could give a passphrase to."""
    shutil.rmtree(home / "run" / "ipvault")
    (filled / "VAULT").chmod(0o600)
    (filled / "VAULT").write_text((filled / "VAULT").read_text().replace("format = 1", "format = 2"))
    outcome = ipvault("list", "--json")
    assert outcome.exit == 23
    assert error(outcome)["fields"] == {"place": "VAULT", "found": 2, "supported": 1}


def test_a_passphrase_is_not_blamed_for_a_damaged_member_file(filled: Path, secret: Path) -> None:
    """The right passphrase for an altered member file is not called wrong: the file is named, with exit code 20."""
    path = one_file(filled, "1.toml")
    damage(path, path.read_bytes().index(b"salt =") + 8)
    name = str(path.relative_to(filled))
    outcome = ipvault("list", "--json", "--passphrase-file", str(secret))
    assert outcome.exit == 20
    assert error(outcome)["fields"]["place"] == name
    assert places(verify()) == places(verify("--passphrase-file", str(secret))) == {name: 20}


@pytest.mark.usefixtures("vault")
def test_cheap_unlock_parameters_are_refused_by_the_real_program(secret: Path) -> None:
    """The program as users have it does not accept the parameters that these tests make do with."""
    outcome = ipvault("list", "--json", "--passphrase-file", str(secret), module="ipvault")
    assert outcome.exit == 20
    assert error(outcome)["id"] == "kdf-parameters"


def test_a_damaged_slot_is_named(filled: Path) -> None:
    """Without its slot a room cannot be read; `verify` names it and checks the rest without keys."""
    path = one_file(filled, "*.slot")
    damage(path)
    outcome = verify()
    assert (outcome.exit, places(outcome)) == (20, {str(path.relative_to(filled)): 20})
    assert data(outcome)["keyless"] is True
    assert data(outcome)["records"] == (filled / "journal" / "log").read_bytes().count(b"\n")


def test_an_altered_journal_is_refused_and_left_as_it_is(filled: Path) -> None:
    """`verify` ends with 21 and names the record; nothing that writes does so any more."""
    log = filled / "journal" / "log"
    seq = log.read_bytes().count(b"\n") - 1
    damage(log, log.read_bytes().rindex(b"\t") + 10)
    before = state_of(filled)
    for options in ((), ("--keyless",)):
        outcome = verify(*options)
        assert (outcome.exit, places(outcome)) == (21, {f"journal/log: record {seq}": 21})
    shutil.rmtree(filled / "cache")
    for command in (("list",), ("cat", "notes.txt"), ("remove", "notes.txt")):
        outcome = ipvault(*command)
        assert (outcome.exit, outcome.stdout) == (21, "")
    assert state_of(filled) == before


@pytest.mark.parametrize("lost", [False, True])
def test_what_stands_behind_a_break_is_not_guessed(filled: Path, lost: bool) -> None:
    """Where the journal is broken, `verify` names that place, and whatever is damaged for certain. What it cannot judge
    any more is one sentence: which files came later, whether missing ones were erased, and what this computer had seen.
    """
    log = filled / "journal" / "log"
    seq = log.read_bytes().count(b"\n")
    names = [f"{number}.txt" for number in range(5)]
    for name in names:
        add(name)
    done("erase", "notes.txt", "--confirm", "notes.txt")
    lines = log.read_bytes().splitlines(keepends=True)
    log.chmod(0o600)
    log.write_bytes(b"".join([*lines[:seq], *lines[seq + 1 :]]) if lost else b"".join(lines))
    if not lost:
        damage(log, sum(map(len, lines[:seq])) + 20)
    for options in ((), ("--keyless",)):
        outcome = verify(*options)
        assert (outcome.exit, places(outcome)) == (21, {f"journal/log: record {seq}": 21})
        (note,) = data(outcome)["notes"]
        assert note.startswith(
            f"the journal can be read up to record {seq - 1} only: what came, left or was rolled back"
        )
        assert note.endswith("is unknown, and so is whether 1 file that is missing was erased")


def test_what_stands_before_a_break_is_checked(filled: Path) -> None:
    """A document that is altered is named although the journal is broken further on."""
    log = filled / "journal" / "log"
    seq = log.read_bytes().count(b"\n")
    damage(the_object(filled))
    path = str(the_object(filled).relative_to(filled))
    done("label", "notes.txt", "--label", "secret")
    damage(log, -20)
    outcome = verify("--keyless")
    assert places(outcome) == {f"journal/log: record {seq}": 21, path: 20}
    (note,) = data(outcome)["notes"]
    assert note.endswith(f"up to record {seq - 1} only: what came, left or was rolled back later is unknown")


def test_a_newer_record_is_told(filled: Path, home: Path, secret: Path) -> None:
    """A record of a later version than this program knows: exit code 23, and nothing is written."""
    log = filled / "journal" / "log"
    content = log.read_bytes()
    at = content.rindex(b'"v":1') + 4
    log.chmod(0o600)
    log.write_bytes(content[:at] + b"2" + content[at + 1 :])
    forget_vault(home)
    assert verify("--keyless").exit == 23
    assert ipvault("list", "--passphrase-file", str(secret)).exit == 23


@pytest.mark.parametrize(
    ("missing", "code", "place"),
    [("journal/log", 21, "journal/log: record 0"), ("VAULT", 20, "VAULT"), ("members", 20, "members/")],
)
def test_what_a_vault_cannot_do_without_is_named(filled: Path, missing: str, code: int, place: str) -> None:
    """A vault without its journal, its description or its members is damaged, and not none."""
    path = filled / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    for outcome in (verify(), verify("--keyless")):
        assert outcome.exit == code
        assert all(found.startswith(place) for found in places(outcome))
    assert ipvault("list").exit == code


def test_a_restored_backup_is_refused_until_it_is_accepted(filled: Path, tmp_path: Path) -> None:
    """Every command refuses it with exit code 22, a hint at the way out, and no change; after `accept-rollback`, which
    the journal keeps with its reason, everything works again, and the lost copy is the one that is refused.
    """
    shutil.copytree(filled, tmp_path / "backup")
    add("later.txt")
    shutil.move(filled, tmp_path / "lost")
    shutil.copytree(tmp_path / "backup", filled)
    before = state_of(filled)
    for command in (("list",), ("cat", "notes.txt"), ("remove", "notes.txt"), ("add", "-", "--name", "x")):
        outcome = ipvault(*command)
        assert (outcome.exit, outcome.stdout) == (22, "")
        assert "accept-rollback" in outcome.stderr
    for options in ((), ("--keyless",)):
        assert (verify(*options).exit, places(verify(*options))) == (22, {"journal/log": 22})
    assert state_of(filled) == before
    done("journal", "accept-rollback", "--reason", "the disk died")
    (record,) = journal("--action", "journal.rollback-accepted")
    assert record["fields"]["reason"] == "the disk died"
    assert done("cat", "notes.txt").encode() == NOTES
    add("again.txt")
    done("verify", "--content")
    assert ipvault("journal", "accept-rollback", "--reason", "again").exit == 14
    shutil.rmtree(filled)
    shutil.move(tmp_path / "lost", filled)
    assert ipvault("list").exit == 22


def test_a_journal_cut_at_its_last_commit_is_refused(filled: Path, home: Path, secret: Path) -> None:
    """Exit code 22 where the last commit was seen. A new computer cannot know, but is told of the object it left."""
    log = filled / "journal" / "log"
    lines = log.read_bytes().splitlines(keepends=True)
    log.chmod(0o600)
    log.write_bytes(b"".join(lines[:-1]))
    assert ipvault("list").exit == 22
    assert (verify().exit, verify("--keyless").exit) == (22, 22)
    forget_vault(home)
    outcome = verify("--passphrase-file", str(secret))
    assert outcome.exit == 0
    assert any(the_object(filled).name in note for note in data(outcome)["notes"])


def test_a_fork_is_refused(filled: Path, tmp_path: Path, secret: Path) -> None:
    """Two copies go on, each on its own computer; each computer refuses the other's copy."""
    theirs = tmp_path / "theirs"
    shutil.copytree(filled, theirs)
    elsewhere = {"XDG_STATE_HOME": str(tmp_path), "IPVAULT_VAULT": str(theirs)}
    key = ("--passphrase-file", str(secret))
    for name in ("a.txt", "b.txt"):
        done("add", "-", "--name", name, *key, stdin=name.encode(), env=elsewhere)
    add("c.txt")
    assert ipvault("list", env={"IPVAULT_VAULT": str(theirs)}).exit == 22
    assert ipvault("list", *key, env={**elsewhere, "IPVAULT_VAULT": str(filled)}).exit == 22
    done("verify")
    done("verify", *key, env=elsewhere)


@pytest.mark.usefixtures("filled")
def test_a_damaged_pin_is_named_and_can_be_deleted(home: Path) -> None:
    """What this computer remembers is no part of the vault: the file is named, and without it work goes on."""
    pin = one_file(home / "state", "*.json")
    pin.write_bytes(b"{")
    outcome = ipvault("list", "--json")
    assert outcome.exit == 20
    assert error(outcome)["id"] == "pin-damaged"
    assert error(outcome)["fields"]["place"] == str(pin)
    assert places(verify("--keyless")) == places(verify()) == {str(pin): 20}
    pin.unlink()
    done("verify")
    assert "notes.txt" in done("list")
    assert pin.exists()


Plant = Callable[[Path], None]


def _plant_a_newer_member_file(vault: Path) -> None:
    own = one_file(vault, "1.toml")
    (own.parent / "2.toml").write_text(own.read_text().replace("iterations = 1", "iterations = 2"))


def _plant_a_conflicting_copy(vault: Path) -> None:
    own = one_file(vault, "1.toml")
    shutil.copy(own, own.parent / "1 (Ada's conflicted copy).toml")


def _plant_a_slot(vault: Path) -> None:
    (one_file(vault, "*.slot").parent / "0000000000000000.slot").write_bytes(bytes(1168))


def _plant_hostile_names(vault: Path) -> None:
    for folder in ("objects", "members", "rooms", "journal"):
        (vault / folder / "\x1b]52;c;AAAA\x07\x9b31m\u202e[red]").write_bytes(b"")
        Path(os.fsdecode(os.fsencode(vault / folder) + b"/\xff\xfe")).write_bytes(b"")


def _plant_a_pipe(vault: Path) -> None:
    os.mkfifo(vault / "objects" / "pipe")
    os.mkfifo(vault / "members" / "pipe")


def _leave_a_lock(vault: Path) -> None:
    (vault / "lock").write_bytes(b"pid 1, since 1970\n" * 100)


def _garble_the_attempts(vault: Path) -> None:
    (vault / "journal" / "attempts").write_bytes(b'{"attempt": "\\ud800", "opened": 1}\n' + b"[" * 100_000 + b"\xff\n")


def _garble_the_snapshot(vault: Path) -> None:
    for path in (vault / "cache").iterdir():
        damage(path, 100)


@pytest.mark.parametrize(
    "plant",
    [
        _plant_a_newer_member_file,
        _plant_a_conflicting_copy,
        _plant_a_slot,
        _plant_hostile_names,
        _plant_a_pipe,
        _leave_a_lock,
        _garble_the_attempts,
        _garble_the_snapshot,
    ],
)
def test_what_no_record_vouches_for_changes_nothing(filled: Path, secret: Path, plant: Plant) -> None:
    """Planted and garbled files are not used, lock nobody out and disturb no terminal; `verify` is clean and tells."""
    done("list")
    plant(filled)
    done("unlock", "--store", "session", "--passphrase-file", str(secret))
    assert done("cat", "notes.txt").encode() == NOTES
    add("more.txt")
    outcome = ipvault("verify", "--content")
    assert outcome.exit == 0, outcome
    assert set("\x1b\x9b\x07\u202e").isdisjoint(outcome.stderr)
    assert json.loads(done("verify", "--json"))["ok"] is True


@pytest.mark.parametrize("folder", ["objects", "members", "cache", "tmp", "planted"])
def test_planted_folders_however_deep_change_nothing(filled: Path, secret: Path, folder: str) -> None:
    """Nesting that no path can name is a file that no record names: nothing crashes, and changes go on."""
    with nested(filled / folder, 2500):
        done("unlock", "--store", "session", "--passphrase-file", str(secret))
        add("more.txt")
        report = data(ipvault("verify", "--content", "--json"))
    assert report["findings"] == []
    assert [note.partition(":")[0] for note in report["notes"]] == (
        [] if folder in ("cache", "tmp") else ["1 file that no record names, and that is never read"]
    )


Obstacle = Callable[[Path], None]


def _put_a_dangling_link(place: Path) -> None:
    place.symlink_to("nowhere")


def _put_a_link_to_its_like(place: Path) -> None:
    target = place.with_name("moved")
    target.write_bytes(b"") if place.name in ("lock", "attempts") else target.mkdir()
    place.symlink_to(target)


def _put_the_other_kind(place: Path) -> None:
    place.mkdir() if place.name in ("lock", "attempts") else place.write_bytes(b"")


@pytest.mark.parametrize("path", ["lock", "tmp", "journal/attempts"])
@pytest.mark.parametrize("put", [_put_a_dangling_link, _put_a_link_to_its_like, os.mkfifo, _put_the_other_kind])
def test_what_stops_every_writer_is_found(filled: Path, path: str, put: Obstacle) -> None:
    """Something else in the place of a file or folder that writers need and make themselves: `verify` finds it, with 20
    and its place; a command that writes says what is in the way and what to do, which helps.
    """
    place = filled / path
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    done("verify")
    put(place)
    for options in ((), ("--keyless",), ("--content",)):
        outcome = verify(*options)
        assert (outcome.exit, places(outcome)) == (20, {path: 20})
    outcome = ipvault("label", "notes.txt", "--label", "secret", "--json")
    assert (outcome.exit, error(outcome)["id"]) == (20, "obstructed")
    assert error(outcome)["fields"] == {"place": str(place)}
    assert "was replaced by" in error(outcome)["message"]
    assert "move it away" in error(outcome)["hint"]
    place.rename(filled.parent / "moved away")
    done("label", "notes.txt", "--label", "secret")
    done("verify", "--content")


@pytest.mark.parametrize("path", ["objects/{}", "journal/torn"])
def test_a_folder_that_cannot_be_written_to_is_found(filled: Path, path: str) -> None:
    """The same of a folder for published files in which none need be yet: `verify` finds it."""
    used = the_object(filled).parent.name
    place = path.format("00" if used != "00" else "01")
    done("verify")
    os.mkfifo(filled / place)
    assert places(verify()) == places(verify("--keyless")) == {place: 20}


@pytest.mark.parametrize("path", ["lock", "journal/attempts", "journal/log", "cache", "tmp", "objects"])
def test_a_link_where_a_vault_has_none_is_never_followed(filled: Path, tmp_path: Path, secret: Path, path: str) -> None:
    """A link in place of a file or folder that ipvault writes: the command fails with words, or does without."""
    target = tmp_path / "target"
    place = filled / path
    if place.exists():
        shutil.move(place, target)
    elif path in ("lock", "journal/attempts"):
        target.write_bytes(b"")
    place.symlink_to(target)
    content = target.read_bytes() if target.is_file() else sorted(target.iterdir())
    outcome = ipvault("add", "-", "--name", "x", "--passphrase-file", str(secret), stdin=b"x")
    assert outcome.exit in (0, 20), outcome
    assert PASSPHRASE not in outcome.stderr
    assert (target.read_bytes() if target.is_file() else sorted(target.iterdir())) == content

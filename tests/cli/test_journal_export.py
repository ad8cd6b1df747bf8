"""`journal export`: what leaves for other programs, what does not, and what is on record about it."""

from __future__ import annotations

import fcntl
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipvault.evidence.export.formats import FORMATS
from ipvault.keys.card import Card, Details
from ipvault.keys.identity import Identity
from tests.cli.vaults import OWNER, add, done, journal
from tests.support.program import command, environment, ipvault

CANARIES = tuple(
    f"{word}-canary-5d2b"
    for word in ("item", "renamed", "tag", "note", "reason", "room", "person", "company", "mail", "country", "purpose")
)
ITEM, RENAMED, TAG, NOTE, REASON, ROOM, PERSON, COMPANY, MAIL, COUNTRY, PURPOSE = CANARIES
EACH_FORM = pytest.mark.parametrize("form", sorted(FORMATS))


def exports() -> list[dict[str, Any]]:
    """What the records of exports say."""
    return [record["fields"] for record in journal("--action", "journal.exported")]


def position() -> int:
    """The number of the last record."""
    return int(journal("--last", "1")[0]["seq"])


@pytest.fixture
def told(vault: Path, tmp_path: Path, secret: Path) -> Path:
    """A vault to which everything has happened that has a name; the folder in which that was."""
    assert vault.is_dir()
    details = Details(PERSON, COMPANY, f"{MAIL}@example.org", COUNTRY)
    identity = Identity.generate(lambda size: b"\x05" * size)
    (tmp_path / "card").write_bytes(Card.issue(identity, details, "2030-01-02T03:04:05.678Z").to_toml())
    (tmp_path / ITEM).write_text("content")
    by_file = ("--passphrase-file", str(secret))
    done("add", ITEM, "--tag", TAG, "--note", NOTE, cwd=tmp_path)
    done("move", ITEM, RENAMED)
    done("export", RENAMED, "-o", str(tmp_path / f"{ITEM}-out"))
    done("recipient", "add", str(tmp_path / "card"))
    fingerprint = identity.public.fingerprint
    done("recipient", "verify", PERSON, "--fingerprint", fingerprint)
    agreed = ("--title", REASON, "--party", PERSON, "--party-name", COMPANY, "--scope-tag", TAG)
    done("agreement", "add", "-", "--name", f"{ITEM}-nda", "--type", "nda", *agreed, stdin=b"signed")
    done("agreement", "terminate", f"{ITEM}-nda", "--reason", REASON)
    done("share", RENAMED, "--to", PERSON, "-o", str(tmp_path / "package"), "--purpose", PURPOSE, "--reason", REASON)
    done("revoke", PERSON, "--reason", REASON)
    done("room", "create", ROOM, *by_file)
    done(
        *("member", "add", str(tmp_path / "card"), "--room", ROOM, "--role", "reader"),
        *("--fingerprint", fingerprint, *by_file),
    )
    done("member", "remove", fingerprint, "--reason", REASON, *by_file)
    done("identity", "recovery", "split", "-o", "sheets", "--shares=1", "--threshold=1", *by_file, cwd=tmp_path)
    done("remove", RENAMED, "--reason", REASON)
    return tmp_path


def test_no_name_leaves_unless_asked_for(told: Path) -> None:
    """After every command that takes a name, no form has one, on standard output or in a file; with names they do."""
    words = (*CANARIES, OWNER, "Ada", str(told), told.name)
    listed = done("journal", "list", "--jsonl")
    assert all(word in listed for word in CANARIES)
    for form in sorted(FORMATS):
        printed = done("journal", "export", "--format", form)
        done("journal", "export", "--format", form, "-o", str(told / form))
        with_names = done("journal", "export", "--format", form, "--with-names")
        assert printed.count("\n") > 20
        for word in words:
            assert word not in printed, form
            assert word not in (told / form).read_text(), form
        for word in (*CANARIES, OWNER, str(told)):
            assert word in with_names, (form, word)


@pytest.mark.usefixtures("vault")
def test_each_export_is_a_record() -> None:
    """The form, which records, whether names were among them, whether a filter was, and where to."""
    add("plan")
    before = position()
    done("journal", "export", "--format", "cef")
    done("journal", "export", "--action", "item", "--with-names", "--until-seq", "3")
    assert exports() == [
        {
            "kind": "journal.exported",
            "format": "cef",
            "first": 0,
            "last": before,
            "selection": "every",
            "names": "redacted",
            "destination": "pipe",
        },
        {
            "kind": "journal.exported",
            "format": "jsonl",
            "first": 0,
            "last": 3,
            "selection": "chosen",
            "names": "included",
            "destination": "pipe",
        },
    ]


@pytest.mark.usefixtures("vault")
def test_the_record_is_there_before_the_first_byte() -> None:
    """An export that nobody could take is on record all the same; how to have it again is said."""
    with open("/dev/full", "wb") as full:
        failed = subprocess.run(
            command(["journal", "export"]), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert failed.returncode == 30
    assert b"--since-seq 0" in failed.stderr
    assert len(exports()) == 1


def test_what_cannot_leave_is_no_record(vault: Path, tmp_path: Path) -> None:
    """A file that is there already, a place in the vault, a wrong number or form: nothing is written."""
    (tmp_path / "taken").write_text("mine")
    before = position()
    for words, code in (
        (("-o", str(tmp_path / "taken")), 14),
        (("-o", str(vault / "journal.jsonl")), 14),
        (("--since-seq", "-1"), 2),
        (("--since-seq", "007"), 2),
        (("--since-seq", "9" * 16), 2),
        (("--format", "xml"), 2),
        (("--until-seq", "-1"), 2),
    ):
        assert ipvault("journal", "export", *words).exit == code, words
    assert position() == before
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_journal_that_cannot_be_written_does_not_leave(vault: Path) -> None:
    """Fail closed: without its record, here because somebody else is writing, nothing is exported."""
    with open(vault / "lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = ipvault("journal", "export", env={"IPVAULT_WAIT": "0"})
    assert (outcome.exit, outcome.stdout) == (11, "")
    assert exports() == []


@EACH_FORM
@pytest.mark.usefixtures("vault")
def test_numbers_choose_the_records(form: str) -> None:
    """From a record on and up to one, both included."""
    add("plan")
    lines = done("journal", "export", "--format", form, "--since-seq", "3", "--until-seq", "5").splitlines()
    rows = lines[1:] if form == "csv" else lines
    find: dict[str, Callable[[str], Any]] = {
        "cef": lambda line: line.split("externalId=")[1].split()[0],
        "csv": lambda line: line.split(",")[0],
        "ecs": lambda line: json.loads(line)["event"]["sequence"],
        "jsonl": lambda line: json.loads(line)["seq"],
        "ocsf": lambda line: json.loads(line)["metadata"]["sequence"],
    }
    assert [int(find[form](row)) for row in rows] == [3, 4, 5]


def numbers(*words: str) -> list[int]:
    """The records that an export in JSON lines has."""
    return [json.loads(line)["seq"] for line in done("journal", "export", *words).splitlines()]


@pytest.mark.usefixtures("vault")
def test_last_goes_on_where_the_last_export_ended() -> None:
    """No record is missing and none comes twice, whatever was exported in between in other forms or in part."""
    add("a")
    first = numbers("--since-seq", "last")
    assert first == list(range(len(first)))
    add("b")
    done("journal", "export", "--format", "cef")
    numbers("--action", "auth")
    second = numbers("--since-seq", "last")
    assert second[0] == first[-1] + 1
    assert second == list(range(second[0], second[-1] + 1))
    assert second[-1] == position() - 1


@pytest.mark.usefixtures("vault")
def test_last_goes_on_at_the_first_gap() -> None:
    """What was exported by its numbers, in parts, leaves nothing out: `last` goes on at the first gap."""
    head = position()
    assert numbers("--until-seq", "3", "--since-seq", "0") == [0, 1, 2, 3]
    numbers("--since-seq", str(head - 1))
    following = numbers("--since-seq", "last")
    assert following == list(range(4, position()))
    add("a")
    assert numbers("--since-seq", "last")[0] == following[-1] + 1


@pytest.mark.usefixtures("vault")
def test_exports_alone_are_no_reason_to_go_on() -> None:
    """Who exports every minute does not lengthen the journal every minute; those records come with the next others."""
    numbers("--since-seq", "last")
    before = position()
    for _round in range(2):
        outcome = ipvault("journal", "export", "--since-seq", "last")
        assert (outcome.exit, outcome.stdout) == (0, "")
    assert position() == before
    add("a")
    assert numbers("--since-seq", "last") == [before, before + 1]


@pytest.mark.usefixtures("vault")
def test_without_a_record_no_file(tmp_path: Path) -> None:
    """Where there is nothing to export, no file is made, and JSON says so."""
    path = tmp_path / "events.jsonl"
    outcome = ipvault("journal", "export", "--since-seq", "10000", "-o", str(path), "--json")
    assert json.loads(outcome.stdout)["data"] == {"path": None, "format": "jsonl", "first": None, "last": None}
    assert not path.exists()
    assert exports() == []

"""Sharing through the real command line: out to people outside the vault, in from them, and what is known of both."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ipvault.keys.card import Details, in_groups
from ipvault.sharing.package_reader import OpenedPackage, open_package
from tests.cli.vaults import add, data, done, error, journal
from tests.support.outsiders import BOB, EVE, package_from, package_from_bob, receipt_of_bob
from tests.support.people import CREATED, Person
from tests.support.program import command, environment, ipvault


@pytest.fixture
def folder(vault: Path, tmp_path: Path) -> Path:
    """Somewhere to put packages; the open vault has three documents, and Bob as a recipient whose card was compared."""
    assert vault.is_dir()
    for name in ("widget/claims.txt", "widget/drawing.txt", "notes.txt"):
        add(name)
    done("recipient", "add", "-", "--name", "Bob", stdin=BOB.card.to_toml())
    done("recipient", "verify", "Bob", "--fingerprint", BOB.fingerprint)
    done("policy", "set", "confidential", "agreement=")  # those are tested elsewhere
    return tmp_path


def opened(package: bytes) -> OpenedPackage:
    """A package as Bob finds it."""
    return open_package(io.BytesIO(package), BOB.identity, "package")


def contents(package: bytes) -> dict[str, bytes]:
    return {entry.name: b"".join(blocks) for entry, blocks in opened(package).contents()}


def share(*arguments: str, **named: Any) -> dict[str, Any]:
    return data(ipvault("share", *arguments, "--to", "Bob", "--json", **named))


def enrolment() -> dict[str, Any]:
    """The record that enrolled the owner."""
    fields: dict[str, Any] = next(record["fields"] for record in journal() if record["action"] == "member.enrolled")
    return fields


@pytest.mark.parametrize("address", ["widget/", "widget/*", "widget/**"])
def test_a_folder_is_shared(folder: Path, address: str) -> None:
    """All that is in it, in one package with the terms, which only its recipient can open."""
    terms = ("--expires", "30d", "--purpose", "due diligence", "--message", "as agreed")
    told = share(address, "-o", str(folder / "p"), *terms)
    package = (folder / "p").read_bytes()
    assert contents(package) == {name: name.encode() for name in ("widget/claims.txt", "widget/drawing.txt")}
    manifest = opened(package).manifest
    assert (manifest.terms.purpose, manifest.terms.message) == ("due diligence", "as agreed")
    assert (manifest.package, manifest.terms.expires) == (told["package"], told["expires"])
    assert (folder / "p").stat().st_mode & 0o777 == 0o600
    assert journal()[-1]["fields"]["manifest"] == told["manifest"]


def test_a_room_is_shared(folder: Path) -> None:
    """With the room's name and a colon."""
    share("main:", "-o", str(folder / "p"))
    assert len(contents((folder / "p").read_bytes())) == 3


def test_what_people_consented_to_is_shown(folder: Path) -> None:
    """Whatever it is shared for: people compare the two, before and after."""
    done("policy", "set", "internal", "personal_data=consent")
    add("study", b"", "--label", "internal", "--tag", "personal-data", "--tag", "subject:Zoe")
    done("privacy", "consent", "add", "Zoe", "--purpose", "clinical study only", "--evidence", "notes.txt")
    words = ("share", "study", "--to", "Bob", "--purpose", "marketing", "-o", str(folder / "p"))
    assert "Bob: there is consent for: clinical study only" in done(*words, "--explain")
    assert "Bob: there is consent for: clinical study only" in ipvault(*words).stderr


def test_a_package_to_a_pipe(folder: Path) -> None:
    """Whole, or as text for mail; what is said about it goes to standard error."""
    outcome = ipvault("share", "notes.txt", "--to", "Bob", "-o", "-", "--armor", cwd=folder)
    assert outcome.exit == 0, outcome
    assert outcome.stdout.startswith("-----BEGIN ")
    assert "cannot be taken back" in outcome.stderr


def test_what_is_said_when_something_is_shared(folder: Path) -> None:
    """An expiry date cannot be forced, and what was sent cannot be taken back."""
    outcome = ipvault("share", "notes.txt", "--to", "Bob", "-o", str(folder / "p"), "--expires", "7d")
    assert "cannot be forced on a copy already sent" in outcome.stderr
    assert "revoking stops later versions only" in outcome.stderr


def test_a_card_that_nobody_compared(folder: Path) -> None:
    """It takes --unverified, which is on record."""
    done("recipient", "remove", "Bob")
    done("recipient", "add", "-", "--name", "Bob", stdin=BOB.card.to_toml())
    before = journal()
    refused = ipvault("share", "notes.txt", "--to", "Bob", "-o", str(folder / "p"), "--json")
    assert (refused.exit, error(refused)["id"]) == (16, "recipient-unverified")
    assert not (folder / "p").exists()
    assert journal() == before
    share("notes.txt", "-o", str(folder / "p"), "--unverified")
    assert journal()[-1]["fields"]["unverified"] == [BOB.fingerprint]


def test_what_is_explained_is_what_happens(folder: Path) -> None:
    """Where the policy lets it pass and the card was not compared, or was revoked, explaining says so and fails."""
    words = ("share", "notes.txt", "--to", "Bob")
    assert data(ipvault(*words, "--explain", "--json"))["refusal"] is None
    done("recipient", "remove", "Bob")
    done("recipient", "add", "-", "--name", "Bob", stdin=BOB.card.to_toml())
    explained = ipvault(*words, "--explain")
    assert explained.exit == ipvault(*words, "-o", str(folder / "p")).exit == 16
    assert "It is not shared, whatever the policy says" in explained.stderr
    assert ipvault(*words, "--unverified", "--explain").exit == 0
    done("revoke", "Bob")
    explained = ipvault(*words, "--unverified", "--explain")
    assert explained.exit == ipvault(*words, "--unverified", "-o", str(folder / "p")).exit == 15
    assert "It is not shared, whatever the policy says" in explained.stderr


def test_a_file_that_is_in_the_way(folder: Path) -> None:
    """Nothing is recorded, and the file stays."""
    (folder / "p").write_bytes(b"mine")
    before = journal()
    assert ipvault("share", "notes.txt", "--to", "Bob", "-o", str(folder / "p")).exit == 14
    assert (folder / "p").read_bytes() == b"mine"
    assert journal() == before


@pytest.mark.parametrize(
    ("target", "exit_code"),
    [
        (("nowhere/p",), 30),
        (("p/below",), 14),
        (("there", "--force"), 14),
        (("nowhere/p", "--request", "{id}"), 30),
        (("vault/p",), 14),
    ],
)
def test_a_place_that_takes_no_package(folder: Path, vault: Path, target: tuple[str, ...], exit_code: int) -> None:
    """A grant is not recorded for a package that, as can be known before, cannot be written."""
    (folder / "p").touch()
    (folder / "there").mkdir()
    (folder / "vault").symlink_to(vault)
    asked = data(ipvault("request", "create", "notes.txt", "--to", "Bob", "--reason", "x", "--json"))["id"]
    before = journal()
    what = () if "--request" in target else ("notes.txt", "--to", "Bob")
    outcome = ipvault("share", *what, "-o", *(part.format(id=asked) for part in target), "--json", cwd=folder)
    assert error(outcome)["exit_code"] == exit_code
    assert "revoke" not in outcome.stderr
    assert journal() == before


def test_a_grant_whose_package_was_not_written(folder: Path) -> None:
    """What goes wrong after the record says which package was granted, and how the journal says that there is none."""
    add("large", bytes(5000))
    (folder / "p.002").mkdir()
    told = error(
        ipvault("share", "large", "--to", "Bob", "-o", str(folder / "p"), "--split", "2K", "--force", "--json")
    )
    granted = next(record["fields"]["package"] for record in journal() if record["action"] == "package.shared")
    assert f"revoke {granted[:8]}" in told["hint"]
    assert not list(folder.glob("p.001"))
    done("revoke", granted[:8])
    assert data(ipvault("package", "list", "--json"))["packages"][0]["revoked"]


def test_a_grant_that_nobody_reads(folder: Path) -> None:
    """Whoever's pipe ends early is told of the grant; where nothing was recorded a pipe ends without a word."""
    assert folder.is_dir()
    add("large", bytes(1 << 20))
    shared = into_a_closed_pipe("share", "large", "--to", "Bob", "-o", "-")
    granted = journal()[-1]["fields"]["package"]
    assert f"revoke {granted[:8]}" in shared
    assert not into_a_closed_pipe("cat", "large")


def into_a_closed_pipe(*arguments: str) -> str:
    """What a command says on standard error when nobody reads what it writes."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command(arguments), stdout=writing, stderr=subprocess.PIPE, env=environment(), check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 141
    return done.stderr.decode()


@pytest.mark.parametrize("arguments", [("notes.txt", "-o", "p"), ("notes.txt", "--to", "Bob")])
def test_what_is_missing_is_said(folder: Path, arguments: tuple[str, ...]) -> None:
    """With whom, and where to."""
    outcome = ipvault("share", *arguments, cwd=folder)
    assert outcome.exit == 2
    assert "say w" in outcome.stderr


def test_a_package_is_received(folder: Path) -> None:
    """Below what the sender is called here, whatever his card says, with who sealed it in the journal; Bob's card was
    compared, so there is no warning.
    """
    (folder / "p").write_bytes(package_from_bob(enrolment(), {"a/b.txt": b"inside", "c.txt": b""}))
    outcome = ipvault("receive", str(folder / "p"))
    assert outcome.exit == 0, outcome
    assert "warning" not in outcome.stderr
    assert "by Bob (Engines Ltd), fingerprint" in outcome.stderr
    assert done("cat", "Bob/a/b.txt") == "inside"
    received = next(record for record in journal() if record["action"] == "package.received")
    assert received["fields"]["sender"] == BOB.fingerprint
    again = ipvault("receive", str(folder / "p"))
    assert again.exit == 14
    again = ipvault("receive", str(folder / "p"), "--folder", "again")
    assert "received before: 2 documents of it are in the vault too, the first as Bob/a/b.txt" in again.stderr
    assert done("cat", "again/a/b.txt") == "inside"
    done("remove", "Bob/a/b.txt", "again/**")
    again = ipvault("receive", str(folder / "p"), "--folder", "third")
    assert "received before: 1 document of it is in the vault too, as Bob/c.txt" in again.stderr


def test_where_a_document_came_from(folder: Path) -> None:
    """`show` and `history` tell the sender, the package and the days; of what a member added nothing like it."""
    (folder / "p").write_bytes(package_from_bob(enrolment(), {"a.txt": b"inside"}))
    package = data(ipvault("receive", str(folder / "p"), "--json"))["package"]
    shown = data(ipvault("show", "Bob/a.txt", "--json"))["received"]
    assert (shown["package"], shown["sender"], shown["sender_name"]) == (package, BOB.fingerprint, "Bob Babbage")
    (line,) = (line for line in done("show", "Bob/a.txt").splitlines() if line.startswith("Came in"))
    assert f"package {package[:8]} of Bob, fingerprint {in_groups(BOB.fingerprint[:16])}; sealed on 20" in line
    assert f"package {package[:8]} of Bob Babbage received" in done("history", "Bob/a.txt")
    share("Bob/a.txt", "-o", str(folder / "q"))
    assert "sealed to Bob" in done("history", "Bob/a.txt")
    assert data(ipvault("show", "notes.txt", "--json"))["received"] is None
    assert "Came in" not in done("show", "notes.txt")
    done("recipient", "remove", "Bob")
    assert "of Bob Babbage (as the card says)" in done("show", "Bob/a.txt")


def test_a_package_of_a_stranger(folder: Path) -> None:
    """It is taken, and said that nobody knows whose the card is; --from refuses anybody else. The name that a stranger
    claims is not that of a folder: his documents stand below the beginning of his fingerprint until --from names him.
    """
    done("recipient", "remove", "Bob")
    (folder / "p").write_bytes(package_from_bob(enrolment(), {"a.txt": b"a"}))
    (folder / "card").write_bytes(EVE.card.to_toml())
    assert ipvault("receive", str(folder / "p"), "--from", str(folder / "card")).exit == 12
    outcome = ipvault("receive", str(folder / "p"))
    assert outcome.exit == 0
    assert "warning" in outcome.stderr
    assert [item["name"] for item in data(ipvault("list", "Bob*/**", "--json"))["items"]] == []
    assert done("cat", f"{BOB.fingerprint[:16]}/a.txt") == "a"
    (folder / "card").write_bytes(BOB.card.to_toml())
    assert ipvault("receive", str(folder / "p"), "--from", str(folder / "card")).exit == 0
    assert done("cat", "Bob Babbage/a.txt") == "a"


@pytest.mark.parametrize("name", ["../../x", "a/b", "lab:evil", "~/x", "Ada Lovelace", "CON", "=cmd|' /C calc'!A0"])
@pytest.mark.usefixtures("vault")
def test_a_stranger_with_a_telling_name(name: str) -> None:
    """Whatever a stranger is called, nothing of that is in the name of what is stored, and a card that nobody compared
    is a stranger's too.
    """
    stranger = Person.named("stranger", Details(name))
    done("recipient", "add", "-", "--name", "Stranger", stdin=stranger.card.to_toml())
    package = package_from(stranger, enrolment(), {"doc.txt": b"x"})
    received = data(ipvault("receive", "-", "--json", stdin=package))
    assert [item["name"] for item in received["items"]] == [f"{stranger.fingerprint[:16]}/doc.txt"]
    assert received["sender"]["name"] == name


def test_packages_that_are_not_received(folder: Path) -> None:
    """Altered: 20; for somebody else: 12; expired: 18. The vault stays as it was."""
    good = package_from_bob(enrolment(), {"a.txt": b"a" * 1000})
    late = package_from_bob(enrolment(), {"a.txt": b"a"}, "2026-11-02T00:00:00.000Z")
    share("notes.txt", "-o", str(folder / "to-bob"))
    before = journal()
    for package, code in (
        (good[:-1] + bytes([good[-1] ^ 1]), 20),
        (good[:-1], 20),
        (b"", 20),
        ((folder / "to-bob").read_bytes(), 12),
        (late, 18),
    ):
        outcome = ipvault("receive", "-", stdin=package)
        assert outcome.exit == code, outcome
        assert "Traceback" not in outcome.stderr
    assert journal() == before


@pytest.mark.parametrize("command", [("receipt", "import"), ("receive",), ("package", "inspect"), ("recipient", "add")])
def test_an_empty_pipe(folder: Path, command: tuple[str, ...]) -> None:
    """What failed is the program before the pipe, and nothing is called damaged; what is cut short is."""
    said = ipvault(*command, "-", cwd=folder)
    assert said.exit == 20
    assert "nothing came through the pipe" in said.stderr
    assert "damaged" not in said.stderr
    assert "nothing came" not in ipvault(*command, "-", stdin=b"x", cwd=folder).stderr


def test_receipts(folder: Path) -> None:
    """Who answered, and who did not yet."""
    first, second = (share("notes.txt", "-o", str(folder / name)) for name in ("p", "q"))
    done("receipt", "import", "-", stdin=receipt_of_bob(first, "received"))
    done("receipt", "import", "-", stdin=receipt_of_bob(first))
    rows = [json.loads(line) for line in done("receipt", "list", "--jsonl").splitlines()]
    assert [(row["package"], row["received"], row["opened"]) for row in rows] == [
        (first["package"], CREATED, CREATED),
        (second["package"], None, None),
    ]
    (missing,) = done("receipt", "list", "--missing").splitlines()
    assert missing.startswith(second["package"][:8])
    assert ipvault("receipt", "import", "-", stdin=receipt_of_bob(first)).exit == 14
    assert ipvault("receipt", "import", "-", stdin=receipt_of_bob({**first, "manifest": "0" * 64})).exit == 12
    assert ipvault("receipt", "import", "-", stdin=receipt_of_bob({**first, "package": "0" * 32})).exit == 13
    assert ipvault("receipt", "import", "-", stdin=receipt_of_bob(first)[:-9]).exit == 20


def test_what_somebody_could_have(folder: Path) -> None:
    """By package, with whether a receipt says that it was opened; the owner has all of the room."""
    shared = share("widget/claims.txt", "-o", str(folder / "p"))
    done("receipt", "import", "-", stdin=receipt_of_bob(shared))
    done("update", "widget/claims.txt", "-", stdin=b"later")
    (exposed,) = map(json.loads, done("exposure", "Bob", "--jsonl").splitlines())
    assert (exposed["name"], exposed["version"], exposed["opened"]) == ("widget/claims.txt", 1, True)
    assert exposed["package"] == shared["package"]
    assert len(done("exposure", "Ada Lovelace", "--jsonl").splitlines()) == 4
    assert ipvault("exposure", "Nobody").exit == 13
    reached = data(ipvault("access", "widget/claims.txt", "--json"))["access"]
    assert [(one["name"], one["role"], one["package"]) for one in reached] == [
        ("Ada Lovelace", "owner", None),
        ("Bob", None, shared["package"]),
    ]
    assert data(ipvault("access", "notes.txt", "--at", "2020-01-01", "--json"))["access"] == []
    (of_bob,) = data(ipvault("access", "Bob", "--json"))["access"]
    assert of_bob["package"] == shared["package"]


def test_a_document_that_is_called_like_a_person(folder: Path) -> None:
    """It hides nobody's access: what is meant is asked, and a whole fingerprint always means the person."""
    shared = share("notes.txt", "-o", str(folder / "p"))
    for name in ("Bob", BOB.fingerprint):
        add(name)
    outcome = ipvault("access", "Bob")
    assert outcome.exit == 13
    assert "main:Bob" in outcome.stderr
    assert BOB.fingerprint[:16] in outcome.stderr
    (of_bob,) = data(ipvault("access", BOB.fingerprint, "--json"))["access"]
    assert of_bob["package"] == shared["package"]
    (reached,) = data(ipvault("access", "main:Bob", "--json"))["access"]
    assert reached["name"] == "Ada Lovelace"


def test_what_two_of_one_name_could_have(folder: Path) -> None:
    """Two whom nothing is sent any more, of one name, are told apart by fingerprints; one who came twice is one."""
    first = share("notes.txt", "-o", str(folder / "p"))
    done("recipient", "remove", "Bob")
    done("recipient", "add", "-", "--name", "Bob", stdin=EVE.card.to_toml())
    second = data(ipvault("share", "notes.txt", "--to", "Bob", "--unverified", "-o", str(folder / "q"), "--json"))
    done("recipient", "remove", "Bob")
    outcome = ipvault("exposure", "Bob")
    assert outcome.exit == 13
    for card, package in ((BOB, first), (EVE, second)):
        assert card.fingerprint[:16] in outcome.stderr
        (exposed,) = map(json.loads, done("exposure", card.fingerprint[:16], "--jsonl").splitlines())
        assert exposed["package"] == package["package"]
    done("recipient", "add", "-", "--name", "Bob", stdin=BOB.card.to_toml())
    done("recipient", "remove", "Bob")
    (exposed,) = map(json.loads, done("exposure", BOB.fingerprint, "--jsonl").splitlines())
    assert exposed["package"] == first["package"]


def test_which_files_were_written(folder: Path) -> None:
    """Whoever has to carry them is told their names."""
    outcome = ipvault("share", "notes.txt", "--to", "Bob", "-o", str(folder / "p"))
    assert f"It is in {folder / 'p'}." in outcome.stderr
    outcome = ipvault("share", "notes.txt", "--to", "Bob", "-o", str(folder / "q"), "--split", "3K")
    count = len(list(folder.glob("q.*")))
    assert f"It is in {count} parts, {folder / 'q.001'} to {folder / 'q'}.{count:03}." in outcome.stderr
    assert "It is in" not in ipvault("share", "notes.txt", "--to", "Bob", "-o", "-").stderr


def test_one_version_of_one_document(folder: Path) -> None:
    """Is told in the singular."""
    share("notes.txt", "-o", str(folder / "p"))
    assert "1 version of 1 item could be read." in ipvault("exposure", "Bob").stderr
    share("widget/", "-o", str(folder / "q"))
    assert "3 versions of 3 items could be read." in ipvault("exposure", "Bob").stderr


def test_revoking(folder: Path) -> None:
    """Of a package it is recorded; with a recipient nothing more is shared. What it cannot do is said each time."""
    shared = share("notes.txt", "-o", str(folder / "p"))
    other = share("notes.txt", "-o", str(folder / "q"))
    outcome = ipvault("revoke", shared["package"][:8], "--reason", "mistake")
    assert outcome.exit == 0
    assert "stops later versions only" in outcome.stderr
    assert data(ipvault("revoke", "Bob", "--json"))["packages"] == [other["package"]]
    told = data(ipvault("history", "notes.txt", "--json"))["records"]
    revoked = [one["seq"] for one in told if one["action"] == "package.revoked"]
    assert len(revoked) == 2
    evidence = data(ipvault("evidence", "bundle", "--item", "notes.txt", "-o", str(folder / "evidence"), "--json"))
    assert {*revoked} <= {*evidence["records"]}
    assert ipvault("share", "notes.txt", "--to", "Bob", "-o", str(folder / "r")).exit == 15
    assert [bool(one["revoked"]) for one in map(json.loads, done("package", "list", "--jsonl").splitlines())] == [
        True
    ] * 2
    assert len(done("exposure", "Bob", "--jsonl").splitlines()) == 2
    assert ipvault("revoke", "Nobody").exit == 13

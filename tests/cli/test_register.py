"""The register on the command line: what it shows to whom, and how it proves what it was kept to show."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from tests.cli.vaults import add, data, done
from tests.evidence.verifiers import by_python
from tests.support.program import ipvault

CANARY = "the canary cures at 181 C"


@pytest.fixture
def entry(vault: Path) -> tuple[str, int]:
    """An entry of the register, scored: its id and its record."""
    assert vault.is_dir()
    add("coating.txt")
    who = ("--owner", "=Ada", "--custodian", "Ben")
    words = ("register", "add", "--title", "=cmd()", "--item", "coating.txt", *who, "--description", "-", "--json")
    made = data(ipvault(*words, stdin=CANARY.encode()))["secret"]
    factors = ("known-outside", "known-inside", "measures", "value", "effort", "acquisition")
    done("register", "score", made["id"], *(f"--factor={factor}=4:so" for factor in factors))
    return made["id"], made["record"]


def test_lists_do_not_reveal_and_do_not_act(entry: tuple[str, int]) -> None:
    """No list, table or result tells what the secret is; in a spreadsheet nothing that somebody wrote is run."""
    for words in (("list",), ("list", "--jsonl"), ("list", "--csv"), ("show", entry[0]), ("gaps",), ("due",)):
        outcome = ipvault("register", *words)
        assert outcome.exit in (0, 17)
        assert CANARY not in outcome.stdout + outcome.stderr
    _titles, row = csv.reader(io.StringIO(done("register", "list", "--csv")))
    assert row[1:4] == ["'=cmd()", "other", "'=Ada"]
    (line,) = done("register", "list", "--jsonl").splitlines()
    assert json.loads(line)["title"] == "=cmd()"


def test_revealed_and_checked_by_hand(entry: tuple[str, int], tmp_path: Path) -> None:
    """What is revealed is what the record committed to on its day, by the steps that `help register` tells; nothing
    else is shown, and another text does not pass.
    """
    id_, seq = entry
    folder = tmp_path / "bundle"
    done("register", "reveal", id_, "-o", str(folder), "--reason", "asked by the court")
    assert set(by_python(folder).values()) <= {"PASS", "SKIP"}
    lines = (folder / f"fields/{seq}").read_bytes().splitlines()
    shown = [line[2:] for line in lines if line.startswith(b"+ ")]
    assert sorted(json.loads(line)[1] for line in shown) == ["description", "kind", "secret", "title", "type"]
    assert CANARY in [json.loads(line)[2] for line in shown]
    assert b"Ben" not in b"".join(lines)
    digests = (
        hashlib.sha256(line[2:]).digest() if line[:1] == b"+" else bytes.fromhex(line[2:].decode()) for line in lines
    )
    leaf = json.loads((folder / f"leaves/{seq}").read_bytes())
    assert hashlib.sha256(b"".join(digests)).hexdigest() == leaf["m"]
    file = folder / f"fields/{seq}"
    file.write_bytes(file.read_bytes().replace(b"181 C", b"200 C"))
    assert "FAIL" in by_python(folder).values()
    (released,) = json.loads(done("journal", "list", "--action", "evidence.released", "--json"))["data"]["records"]
    assert released["fields"]["reason"] == "asked by the court"


def test_all_is_revealed_only_if_asked(entry: tuple[str, int], tmp_path: Path) -> None:
    """Owner, custodian, value and reasons are for whoever is shown everything."""
    folder = tmp_path / "all.zip"
    done("register", "reveal", entry[0], "-o", str(folder), "--reason", "for our expert", "--all")
    again = ipvault("register", "reveal", entry[0], "-o", str(folder), "--reason", "again")
    assert again.exit == 14


@pytest.mark.parametrize(("content", "problem"), [(b"", "is empty"), (b"\xff", "not text"), (b"a" * 70_000, "")])
def test_a_description_that_is_none(vault: Path, content: bytes, problem: str) -> None:
    """A description is a text of at most 64 KiB."""
    assert vault.is_dir()
    words = ("register", "add", "--title", "x", "--owner", "y", "--custodian", "z", "--description", "-")
    outcome = ipvault(*words, stdin=content)
    assert outcome.exit == 2
    assert problem in outcome.stderr

"""`ipvault mark`: from the command line to the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.vaults import add, data, done, error
from tests.governance.made_pages import text_pdf
from tests.support.outsiders import BOB
from tests.support.program import ipvault


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Dora,\nas agreed.\n")
    return path


@pytest.mark.usefixtures("vault")
def test_a_leak_is_traced_back(tmp_path: Path) -> None:
    """A marked PDF, and what is left of it, names the copy, for whom it was made, and the record of it."""
    (tmp_path / "claims.pdf").write_bytes(text_pdf())
    copy = data(ipvault("mark", "apply", "claims.pdf", "--for", "Dora", "-o", "dora.pdf", "--json", cwd=tmp_path))[
        "made"
    ]
    assert (copy["name"], copy["channel"], copy["item"]) == ("Dora", "handed-over", None)
    assert (tmp_path / "claims.pdf").read_bytes() == text_pdf()
    outcome = ipvault("mark", "identify", "dora.pdf", cwd=tmp_path)
    assert outcome.exit == 0
    said = dict(line.split(": ", 1) for line in outcome.stdout.splitlines())
    assert (said["Copy"], said["Made for"], said["Mark"]) == (copy["copy"], "Dora", "genuine")
    assert said["How sure"] == "3 channels agree; of 24 bytes in the dots, 0 were corrected"
    assert "names a copy, not a culprit" in outcome.stderr
    assert "to the last bit" in outcome.stderr
    assert f"copy {copy['copy']} marked for Dora, by handed-over" in done("journal", "list")


@pytest.mark.usefixtures("vault")
def test_exit_codes(letter: Path, tmp_path: Path) -> None:
    """0 where all marks name one copy; 13 without any; 17 where they contradict each other or are foreign; 20 for what
    cannot be read; and every one of them says what that means.
    """
    for name in ("Dora", "Eve"):
        done("mark", "apply", str(letter), "--for", name, "-o", name, cwd=tmp_path)
    both = (tmp_path / "Dora").read_bytes() + (tmp_path / "Eve").read_bytes()
    assert ipvault("mark", "identify", "Dora", cwd=tmp_path).exit == 0
    none = ipvault("mark", "identify", str(letter), "--json")
    assert (none.exit, json.loads(none.stdout)["ok"], json.loads(none.stdout)["data"]["marks"]) == (13, False, [])
    assert "proves nothing" in ipvault("mark", "identify", str(letter)).stderr
    contradictory = ipvault("mark", "identify", "-", stdin=both)
    assert (contradictory.exit, "contradict each other" in contradictory.stderr) == (17, True)
    foreign = ipvault("mark", "identify", "-", "--json", stdin=b"AAAQ-EAYE-AUDA-OVTO-HVQA")
    assert (foreign.exit, json.loads(foreign.stdout)["data"]["outcome"]) == (17, "not-ours")
    broken = ipvault("mark", "identify", "-", "--json", stdin=b"%PDF-1.4")
    assert (broken.exit, error(broken)["id"]) == (20, "cannot-read-marks")


@pytest.mark.usefixtures("vault")
def test_a_recipient_and_a_document(letter: Path, tmp_path: Path) -> None:
    """A recipient is recorded by the fingerprint of his card, and a file that the vault has as that document."""
    done("recipient", "add", "-", stdin=BOB.card.to_toml())
    add("letter.txt", letter.read_bytes())
    outcome = ipvault("mark", "apply", str(letter), "--for", BOB.card.details.name, "-o", "out", "--json", cwd=tmp_path)
    made = data(outcome)["made"]
    assert (made["recipient"], made["version"]) == (BOB.fingerprint, 1)
    assert "letter.txt@1" in done("mark", "identify", "out", cwd=tmp_path)


@pytest.mark.usefixtures("vault")
def test_what_cannot_be_marked(tmp_path: Path) -> None:
    """A refusal leaves no file, and no record."""
    (tmp_path / "signed.pdf").write_bytes(text_pdf(signed=True))
    outcome = ipvault("mark", "apply", "signed.pdf", "--for", "Dora", "-o", "out", "--json", cwd=tmp_path)
    assert (outcome.exit, error(outcome)["id"]) == (15, "cannot-mark")
    assert not (tmp_path / "out").exists()
    assert "copy.marked" not in done("journal", "list")
    (tmp_path / "out").touch()
    (tmp_path / "letter.txt").write_text("x")
    assert ipvault("mark", "apply", "letter.txt", "--for", "Dora", "-o", "out", cwd=tmp_path).exit == 14
    assert ipvault("mark", "apply", "letter.txt", "--for", "Dora", cwd=tmp_path).exit == 2
    assert ipvault("mark", "apply", "letter.txt", "--for", " ", "-o", "new", cwd=tmp_path).exit == 2


@pytest.mark.usefixtures("vault")
def test_a_line_of_ones_own(letter: Path, tmp_path: Path) -> None:
    """What people see can be chosen, and has the code behind it."""
    done("mark", "apply", str(letter), "--for", "Dora", "--text", "Draft for Dora", "-o", "out", cwd=tmp_path)
    assert "\nDraft for Dora · " in (tmp_path / "out").read_text()


def test_survey() -> None:
    """The table is there for people and programs, without a vault."""
    assert "a picture of each page, 150 dpi, JPEG of quality 50\tno\tyes\t-\tno\n" in done("mark", "survey")
    assert len(done("mark", "survey", "--jsonl").splitlines()) == len(data(ipvault("mark", "survey", "--json"))["rows"])

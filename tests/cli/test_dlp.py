"""`ipvault dlp`: from the command line to the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.vaults import add, data, done, error
from tests.support.program import ipvault

CARD = "4111 1111 1111 1111"
CLAIMS = " ".join(f"blade{number} turns{number % 7}" for number in range(200))
RULES = "format = 1\n[[rule]]\nid = 'bird'\ntitle = 'Bird'\nseverity = 'medium'\nwords = ['project bluebird']\n"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A file with a card number, a legend, and a name that only a rule of one's own finds."""
    path = tmp_path / "letter.txt"
    path.write_text(f"About Project Bluebird\nConfidential\n{CARD}\n")
    return path


def test_without_a_vault(letter: Path) -> None:
    """A file is searched by rules where there is no vault, and it is said that nothing is compared."""
    outcome = ipvault("dlp", "scan", str(letter), "--no-vault")
    assert outcome.exit == 17
    rows = [line.split("\t") for line in outcome.stdout.splitlines()]
    assert [row[1:5] for row in rows] == [
        ["high", "payment-card", "line 3", "**** **** **** *111"],
        ["low", "legend-confidential", "line 2", "Confidential"],
    ]
    assert CARD not in outcome.stdout + outcome.stderr
    outcome = ipvault("dlp", "scan", str(letter))
    assert (outcome.exit, "nothing is compared" in outcome.stderr) == (17, True)


def test_a_vault_that_is_named_has_to_be_there(letter: Path, tmp_path: Path) -> None:
    """With a vault that is not found, the search does not go on without its documents and waivers."""
    assert ipvault("dlp", "scan", str(letter), "--vault", str(tmp_path / "none")).exit == 10


def test_exit_codes(tmp_path: Path) -> None:
    """0 for what is clean, 3 for what could not be read, 17 once something was found; 13 for what is not there."""
    (tmp_path / "clean").write_text("nothing")
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "found").write_text(CARD)
    clean = ipvault("dlp", "scan", "--no-vault", "clean", cwd=tmp_path)
    assert (clean.exit, clean.stdout, clean.stderr) == (0, "", "Nothing was found.\n")
    unread = ipvault("dlp", "scan", "--no-vault", "clean", "picture", cwd=tmp_path)
    assert (unread.exit, unread.stdout) == (3, "")
    assert "picture could not be read, or not all of it: it is a picture" in unread.stderr
    assert ipvault("dlp", "scan", "--no-vault", "picture", "found", cwd=tmp_path).exit == 17
    assert ipvault("dlp", "scan", "--no-vault", "none", cwd=tmp_path).exit == 13
    assert ipvault("dlp", "scan", "--no-vault", ".", cwd=tmp_path).exit == 2
    assert ipvault("dlp", "scan", "--no-vault", "-r", ".", cwd=tmp_path).exit == 17
    (tmp_path / "clean").unlink()
    (tmp_path / "link").symlink_to("found")
    assert ipvault("dlp", "scan", "--no-vault", "link", cwd=tmp_path).exit == 3


@pytest.mark.usefixtures("vault")
def test_a_document_of_the_vault(tmp_path: Path) -> None:
    """An item is searched without leaving the vault; what it shares with a secret document is told."""
    add("claims.txt", CLAIMS.encode(), "--label", "secret")
    add("letter.txt", f"{CARD}\n{CLAIMS[:900]}".encode(), "--label", "internal")
    outcome = ipvault("dlp", "scan", "letter.txt", "--json", cwd=tmp_path)
    (document,) = data(outcome)["documents"]
    assert document["name"] == "letter.txt@1"
    assert [(one["rule"], one["match"]) for one in document["findings"]] == [
        ("vault-passage", "1 passage of claims.txt@1"),
        ("payment-card", "**** **** **** *111"),
    ]
    assert ipvault("dlp", "scan", "claims.txt", cwd=tmp_path).exit == 0
    assert "content.released" not in done("journal", "list")
    assert error(ipvault("dlp", "scan", "none.txt", "--json", cwd=tmp_path))["id"] == "not-found"


@pytest.mark.usefixtures("vault")
def test_a_finding_is_waived_with_a_reason(letter: Path) -> None:
    """What is waived counts no more, with who did it and why on record, until anything in the document changes."""
    (card, legend) = data(ipvault("dlp", "scan", str(letter), "--json"))["documents"][0]["findings"]
    done("dlp", "waive", card["finding"], "--reason", "a sample number")
    outcome = ipvault("dlp", "scan", str(letter))
    assert (outcome.exit, outcome.stdout.count("\n")) == (17, 1)
    assert "1 finding is waived." in outcome.stderr
    done("dlp", "waive", legend["finding"].upper(), "--reason", "a word")
    assert ipvault("dlp", "scan", str(letter)).exit == 0
    waived = data(ipvault("dlp", "scan", str(letter), "--json"))["documents"][0]["findings"]
    assert [one["waived"] for one in waived] == ["a sample number", "a word"]
    listed = [line.split("\t") for line in done("dlp", "waivers").splitlines()]
    assert [(row[0], *row[2:]) for row in listed] == [
        (card["finding"], "Ada Lovelace", "a sample number"),
        (legend["finding"], "Ada Lovelace", "a word"),
    ]
    assert "waived: a sample number" in done("journal", "list")
    letter.write_text(letter.read_text() + ".")
    assert ipvault("dlp", "scan", str(letter)).stdout.count("\n") == 2


@pytest.mark.usefixtures("vault")
def test_what_cannot_be_waived() -> None:
    """A waiver names a whole fingerprint, has a reason, and is recorded once."""
    outcome = ipvault("dlp", "waive", "abcd", "--reason", "x", "--json")
    assert (outcome.exit, error(outcome)["id"]) == (2, "not-a-finding")
    assert ipvault("dlp", "waive", "0" * 64, "--reason", " ").exit == 2
    assert ipvault("dlp", "waive", "0" * 64).exit == 2
    done("dlp", "waive", "0" * 64, "--reason", "x")
    outcome = ipvault("dlp", "waive", "0" * 64, "--reason", "y", "--json")
    assert (outcome.exit, error(outcome)["id"]) == (14, "already-waived")
    assert len(done("dlp", "waivers", "--jsonl").splitlines()) == 1


def test_rules_of_ones_own(letter: Path, tmp_path: Path) -> None:
    """A file of rules is checked, listed with those of ipvault, tried alone, and used."""
    (tmp_path / "own.toml").write_text(RULES)
    (tmp_path / "bad.toml").write_text(RULES.replace("words", "wrods"))
    assert done("dlp", "rules", "check", "own.toml", cwd=tmp_path) == ""
    refused = ipvault("dlp", "rules", "check", "bad.toml", "--json", cwd=tmp_path)
    assert (refused.exit, error(refused)["id"]) == (2, "rules-refused")
    assert "wrods is not known here" in refused.stderr
    listed = done("dlp", "rules", "list", "--rules", "own.toml", cwd=tmp_path)
    assert "bird\tmedium\tBird\n" in listed
    assert "payment-card\thigh\t" in listed
    assert "Pattern: " in done("dlp", "rules", "show", "iban")
    assert ipvault("dlp", "rules", "show", "none").exit == 13
    alone = ipvault("dlp", "test", "own.toml", str(letter), cwd=tmp_path)
    assert (alone.exit, alone.stdout.count("\n")) == (17, 1)
    together = ipvault("dlp", "scan", "--no-vault", str(letter), "--rules", "own.toml", "--jsonl", cwd=tmp_path)
    assert {one["rule"] for one in json.loads(together.stdout)["findings"]} == {
        "bird",
        "payment-card",
        "legend-confidential",
    }


def test_titles_in_german() -> None:
    """Rules of ipvault say in German what they find."""
    assert "Bankkonto (IBAN)" in done("dlp", "rules", "list", "--lang", "de")


def test_samples(tmp_path: Path) -> None:
    """Rules are judged by samples, and each mistake is named."""
    (tmp_path / "own.toml").write_text(RULES)
    folder = tmp_path / "samples"
    folder.mkdir()
    assert ipvault("dlp", "test", "own.toml", "--corpus", "samples", cwd=tmp_path).exit == 2
    good = "[[sample]]\ntext = 'the Project-Bluebird'\nfinds = ['bird']\n"
    (folder / "a.toml").write_text(f"format = 1\n{good}")
    assert done("dlp", "test", "own.toml", "--corpus", "samples", cwd=tmp_path) == "bird\t1\t0\t0\t100%\t100%\n"
    (folder / "b.toml").write_text(f"format = 1\n{good}[[sample]]\ntext = 'bluebird'\nfinds = ['bird']\n")
    outcome = ipvault("dlp", "test", "own.toml", "--corpus", "samples", cwd=tmp_path)
    assert (outcome.exit, outcome.stdout) == (17, "bird\t2\t1\t0\t67%\t100%\n")
    assert "b.toml, sample 2: bird missed it" in outcome.stderr
    assert ipvault("dlp", "test", "own.toml", cwd=tmp_path).exit == 2
    assert ipvault("dlp", "test", "own.toml", "x", "--corpus", "samples", cwd=tmp_path).exit == 2


def test_a_pipe() -> None:
    """What comes on standard input is searched too."""
    assert ipvault("dlp", "scan", "--no-vault", "-", stdin=CARD.encode()).exit == 17
    assert ipvault("dlp", "scan", "--no-vault", "-", stdin=b"x").exit == 0


def test_a_hostile_place(tmp_path: Path) -> None:
    """Names out of a document, and what a legend is written with, reach no terminal as they are."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("\x1b]52;c;x\x07.txt", "Trade\u202e Secret, trade\x1b secret, trade secret")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    outcome = ipvault("dlp", "scan", "--no-vault", "a.zip", cwd=tmp_path)
    assert outcome.exit == 17
    assert not {"\x1b", "\x07", "\u202e"} & set(outcome.stdout + outcome.stderr)

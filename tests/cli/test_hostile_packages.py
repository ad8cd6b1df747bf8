"""Packages whose names and words are made to act on whoever looks at them, at the command line (P31, P45)."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from ipvault.keys.identity_file import IdentityFile
from ipvault.sharing.manifest import Entry
from tests.cli.test_hostile_names import HARMFUL
from tests.cli.vaults import done, journal
from tests.sharing.made_packages import BOB, TERMS, manifest_of, sealed as package_of, with_manifest
from tests.support.outsiders import package_from_bob
from tests.support.program import Outcome, ipvault
from tests.support.terminal import Terminal

MARKUP = "[red]x[link=https]y[bold]"
WORDS = f"\u202egpj.exe\u2066 a\u200bb \ufeff\u2028{MARKUP}"


@pytest.fixture
def bob(tmp_path: Path) -> str:
    """The option that names Bob's identity."""
    file, _key = IdentityFile.create(BOB.identity, BOB.card.details, BOB.card.created, os.urandom)
    (tmp_path / "bob.toml").touch(mode=0o600)
    (tmp_path / "bob.toml").write_bytes(file.to_toml())
    return f"--identity={tmp_path / 'bob.toml'}"


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """A package to Bob with such names and words in all places that take them."""
    terms = TERMS._replace(expires=None, purpose=WORDS, message=f"first\n{WORDS}")
    manifest = manifest_of(Entry(f"folder/{WORDS}.txt", 0))._replace(terms=terms)
    (tmp_path / "p").write_bytes(with_manifest(manifest))
    return str(tmp_path / "p")


def _is_harmless(outcome: Outcome) -> bool:
    return not HARMFUL & set(outcome.stdout + outcome.stderr)


def test_names_and_words_in_a_pipe(bob: str, hostile: str, tmp_path: Path) -> None:
    """Tables, messages, JSON and remarks show them without a character that acts, and markup as it is."""
    for code, words in (
        (0, ("--list",)),
        (0, ("--list", "--json")),
        (0, ("-o", "out")),
        (14, ("-o", "out")),
        (0, ("-o", "-")),
        (0, ("-o", "x", "--json")),
    ):
        outcome = ipvault("open", hostile, *words, bob, cwd=tmp_path)
        assert outcome.exit == code, outcome
        assert _is_harmless(outcome), words
        assert MARKUP in outcome.stdout + outcome.stderr, words
    (written,) = (path for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert not HARMFUL & set(str(written.relative_to(tmp_path)))
    assert _is_harmless(ipvault("receipt", "create", hostile, "--event", "opened", "-o", "r", bob, cwd=tmp_path))


def test_names_and_words_on_a_terminal(bob: str, hostile: str) -> None:
    """There too: the only escape sequences are our own colours."""
    with Terminal("open", hostile, "--list", bob, columns=400) as terminal:
        status, shown = terminal.end()
    assert status == 0, shown
    for ours in ("\x1b[1m", "\x1b[0m", "\x1b[31m", "\x1b[33m"):
        shown = shown.replace(ours, "")
    assert not HARMFUL & set(shown.replace("\r\n", ""))
    assert MARKUP in shown


def test_names_that_differ_in_composition_only(bob: str, tmp_path: Path) -> None:
    """Two names that some system takes for one become two files."""
    composed, decomposed = "\u00e9.txt", unicodedata.normalize("NFD", "\u00e9.txt")
    (tmp_path / "p").write_bytes(
        package_of({composed: b"one", decomposed: b"two"}, [BOB], terms=TERMS._replace(expires=None))
    )
    outcome = ipvault("open", "p", "-o", "out", bob, cwd=tmp_path)
    assert outcome.exit == 0, outcome
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert found == {composed: b"one", "\u00e9 (2).txt": b"two"}


@pytest.mark.usefixtures("vault")
def test_names_that_would_be_one_item() -> None:
    """Received, each has a name of its own, and what was changed is said: no document hides another."""
    enrolled = next(record["fields"] for record in journal() if record["action"] == "member.enrolled")
    names = ("\u00e9", "e\u0301", "plan", "PLAN", "x/a")
    package = package_from_bob(enrolled, {name: name.encode() for name in names})
    told = json.loads(done("receive", "-", "--folder", "in", "--json", stdin=package))
    stored = ("in/\u00e9", "in/\u00e9 (2)", "in/plan", "in/PLAN (2)", "in/x/a")
    assert tuple(item["name"] for item in told["data"]["items"]) == stored
    assert [warning for warning in told["warnings"] if "PLAN was written as in/PLAN (2)" in warning]
    for name, document in zip(names, stored, strict=True):
        assert done("cat", document) == name

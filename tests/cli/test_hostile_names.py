"""P45: names made to act on a terminal come in from file systems and command lines, and are only ever shown escaped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.vaults import add, data, done, journal
from tests.support.program import Outcome, ipvault
from tests.support.terminal import Terminal

ESCAPES = "\x1b]52;c;aGk=\x07\x9b31m\r\b\u202egpj.exe\u2066\u200b\ufeff\x7f\u2028"
MARKUP = "[red]x[link=https:__]y[bold]"
FILE = f"{ESCAPES}{MARKUP}".encode() + b"\xff"
"""A file name that is not UTF-8 either."""

HARMFUL = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n", "\t"} | set(
    "\u200b\u2028\u202e\u2066\ufeff"
)


def _is_harmless(outcome: Outcome) -> bool:
    return not HARMFUL & set(outcome.stdout + outcome.stderr)


@pytest.fixture
def name(vault: Path, tmp_path: Path) -> str:
    """What an item is called that was added from such a file, beside a link that was skipped."""
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)
    with open(os.path.join(folder, FILE), "wb") as file:
        file.write(b"content")
    os.symlink(b"x", os.path.join(folder, b"link" + FILE))
    assert vault.exists()
    outcome = ipvault("add", "-r", "in", "--json", cwd=tmp_path)
    assert _is_harmless(outcome)
    result = data(outcome)
    stored, skipped = result["stored"][0], result["skipped"][0]
    assert os.fsencode(stored["source"]) == b"in/" + FILE  # programs get the real name, harmlessly written
    assert os.fsencode(skipped["source"]) == b"in/link" + FILE
    plain: str = stored["name"]
    return plain


def test_a_stored_name_is_visible_text(name: str) -> None:
    """Harmful characters become escapes that can be typed; markup is kept as it is."""
    assert name.isprintable()
    assert MARKUP in name
    assert r"\u001b]52;" in name
    assert r"\u202egpj.exe" in name
    assert done("cat", name) == "content"


COMMANDS = """
list
list --plain
list --json
list --jsonl
show {}
show {} --json
history {}
journal list
journal show 10
journal export --with-names
journal export --with-names --format ocsf
journal export --with-names --format ecs
cat {}x
show {}x --json
add -r in
add - --name {}
export {} -o out/
remove {}
erase {}
""".strip().splitlines()


def test_in_a_pipe(name: str, tmp_path: Path) -> None:
    """Tables, fields, JSON, messages, warnings, errors and hints show it without a character that acts."""
    for line in COMMANDS:
        outcome = ipvault(*(word.format(name) for word in line.split()), stdin=b"other", cwd=tmp_path)
        assert _is_harmless(outcome), line
        assert MARKUP in outcome.stdout + outcome.stderr, line


def test_on_a_terminal(name: str) -> None:
    """Drawn and plain tables show the markup as text, and the only escape sequences are our own colours."""
    for line in ("list", "list --plain", "show {}", "history {}", "cat {}x"):
        with Terminal(*(word.format(name) for word in line.split()), columns=400) as terminal:
            _status, shown = terminal.end()
        for ours in ("\x1b[1m", "\x1b[0m", "\x1b[31m", "\x1b[33m"):
            shown = shown.replace(ours, "")
        assert not HARMFUL & set(shown.replace("\r\n", "")), line
        assert MARKUP in shown, line


@pytest.mark.usefixtures("vault")
def test_a_harmful_name_that_is_typed_is_refused(home: Path) -> None:
    """Names, tags, notes, reasons and rooms with such characters are usage errors or not found, told harmlessly."""
    add("plan")
    for harm in ("\u202e", "\u200b", "a\nb", "\u2028", "\x9b"):
        assert ipvault("add", "-", "--name", f"x{harm}y", stdin=b"x").exit == 2
    harm = f"x{ESCAPES}y"
    for code, words in (
        (2, ("add", "-", "--name", harm)),
        (2, ("move", "plan", harm)),
        (2, ("label", "plan", "--tag", harm)),
        (2, ("remove", "plan", "--reason", harm)),
        (2, ("init", str(home / "new"), "--name", harm)),
        (13, ("cat", harm)),
        (13, ("list", "--room", harm)),
        (10, ("list", "--vault", harm)),
    ):
        outcome = ipvault(*words, stdin=b"x")
        assert outcome.exit == code, outcome
        assert _is_harmless(outcome)
    assert len(data(ipvault("list", "--json"))["items"]) == 1


def test_a_vault_and_places_with_such_names(home: Path, vault: Path) -> None:
    """The path of a vault and the place of an export may have any name; both are shown, and recorded, harmlessly."""
    hostile = home / f"{ESCAPES}v"
    vault.rename(hostile)
    env = {"IPVAULT_VAULT": str(hostile)}
    done("add", "-", "--name", "plan", "-q", stdin=b"content", env=env)
    out = home / f"{ESCAPES}out"
    for words in (("status",), ("status", "--json"), ("export", "plan", "-o", str(out)), ("doctor",)):
        outcome = ipvault(*words, env=env)
        assert outcome.exit in (0, 17), outcome
        assert _is_harmless(outcome)
    assert out.read_bytes() == b"content"
    outcome = ipvault("journal", "list", "--last", "1", env=env)
    assert "\\x1b]52" in outcome.stdout
    assert _is_harmless(outcome)


@pytest.mark.usefixtures("vault")
def test_names_that_look_alike_are_told_apart() -> None:
    """P46: two names that look the same are different items, and every list shows their ids."""
    add("paypal", b"latin")
    add("p\u0430ypal", b"cyrillic")
    items = data(ipvault("list", "--json"))["items"]
    assert len({item["id"] for item in items}) == 2
    ids = {line.split("\t")[-1] for line in done("list").splitlines()}
    assert {done("cat", identifier) for identifier in ids} == {"latin", "cyrillic"}
    assert len({record["fields"]["item"] for record in journal("--action", "item.added")}) == 2

"""What cannot be undone is done only if a person types what it is about, at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.vaults import add, data, done, journal
from tests.support.program import command, ipvault
from tests.support.terminal import Terminal

NAME = "plan [red] for Jane"


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(("typed", "code"), [(NAME, 0), ("plan", 16), ("", 16)])
def test_erasing_asks_for_the_name(typed: str, code: int) -> None:
    """The question says how much goes and that it is final; anything but the exact name changes nothing."""
    add(NAME)
    done("update", NAME, "-", stdin=b"second")
    with Terminal("erase", NAME) as terminal:
        question = terminal.read_until("Type the item's name to go on: ")
        terminal.type_line(typed)
        status, _shown = terminal.end()
    assert f"This destroys version 1, 2 of {NAME}, which has 2 versions. It cannot be undone." in question
    assert status == code
    assert len(journal("--action", "item.erased")) == (2 if code == 0 else 0)


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("typed", [r"plan\u3164 A", "plan\u3164 A"])
def test_a_name_with_what_cannot_be_seen_can_be_typed(typed: str) -> None:
    """Its escape, as the question shows it, confirms as the name itself does: by a person and with --confirm."""
    add("plan\u3164 A")
    with Terminal("erase", "plan*") as terminal:
        assert terminal.end()[0] == 13
    with Terminal("erase", "plan\u3164 A") as terminal:
        question = terminal.read_until("go on: ")
        terminal.type_line("plan A")
        assert terminal.end()[0] == 16
    assert r"plan\u3164 A" in question
    with Terminal("erase", "plan\u3164 A") as terminal:
        terminal.read_until("go on: ")
        terminal.type_line(typed)
        assert terminal.end()[0] == 0
    add("plan\u3164 A")
    done("erase", "plan\u3164 A", "--confirm", typed)


@pytest.mark.usefixtures("vault")
def test_erasing_reads_no_answer_from_a_pipe() -> None:
    """The answer comes from the terminal even if standard input says something else; --no-input asks nobody."""
    add("plan")
    shell = 'echo plan | "$@"; echo "ended $?"'
    with Terminal.of(["bash", "-c", shell, "bash", *command(["erase", "plan"])]) as terminal:
        terminal.read_until("go on: ")
        terminal.type_line("no")
        assert "ended 16" in terminal.end()[1]
    with Terminal("erase", "plan", "--no-input") as terminal:
        status, shown = terminal.end()
    assert status == 16
    assert "--confirm" in shown
    assert done("cat", "plan") == "plan"


def test_erased_content_is_gone(vault: Path) -> None:
    """No file of the content stays in the vault, the record does, and nothing else is touched."""
    add("keep")
    kept = [path for path in (vault / "objects").rglob("*") if path.is_file()]
    add("plan", b"x" * 100_000)
    done("update", "plan", "-", stdin=b"y" * 50_000)
    done("erase", "plan", "--confirm", "plan")
    assert [path for path in (vault / "objects").rglob("*") if path.is_file()] == kept
    assert done("cat", "keep") == "keep"
    assert len(data(ipvault("history", "plan", "--json"))["versions"]) == 2
    assert "plan" not in done("list")


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(("typed", "code"), [("2", 0), ("1", 16)])
def test_forgetting_shows_what_goes_and_asks_how_many(typed: str, code: int) -> None:
    """The records are listed before the question; then their content is gone for good, and the chain still verifies."""
    add(NAME, b"content", "--note", "About Jane")
    done("cat", NAME)
    done("erase", NAME, "--confirm", NAME)
    numbers = [str(record["seq"]) for record in journal("--item", NAME)][:2]
    with Terminal("journal", "forget", *numbers, "--reason", "request of 3 May") as terminal:
        question = terminal.read_until("Type 2 to go on: ")
        terminal.type_line(typed)
        status, _shown = terminal.end()
    assert "This destroys 2 records for good:" in question
    assert f"added {NAME}" in question
    assert status == code
    assert ("About Jane" in done("journal", "export", "--with-names")) is (code != 0)
    assert ipvault("verify").exit == 0


def test_what_was_forgotten_is_nowhere(vault: Path, home: Path) -> None:
    """Neither the journal nor a snapshot keeps the sealed content of a record that was forgotten."""
    add("plan", b"content", "--note", "About Jane")
    done("erase", "plan", "--confirm", "plan")
    (added,) = journal("--action", "item.added")
    before = (vault / "journal" / "log").read_bytes().splitlines()[added["seq"]]
    sealed = before.partition(b"\t")[2]
    done("journal", "forget", str(added["seq"]), "--reason", "request", "--confirm", "1")
    for path in home.rglob("*"):
        assert not path.is_file() or sealed not in path.read_bytes()
    outcome = ipvault("journal", "show", str(added["seq"]), "--json")
    assert data(outcome)["record"]["fields"] is None
    assert data(outcome)["record"]["hash"] == added["hash"]
    done("verify")
    assert ipvault("verify", "--keyless").exit == 0


@pytest.mark.usefixtures("vault")
def test_that_something_was_destroyed_cannot_be_forgotten() -> None:
    """The record of an erasure stays readable: without it the vault would look for content that is not there."""
    add("plan")
    done("erase", "plan", "--confirm", "plan")
    for record in journal("--item", "plan")[1:]:
        outcome = ipvault("journal", "forget", str(record["seq"]), "--reason", "request", "--confirm", "1")
        assert outcome.exit == 14
        assert "has to stay known" in outcome.stderr


@pytest.mark.usefixtures("vault")
def test_what_is_left_of_a_forgotten_item_is_found_by_its_id() -> None:
    """An item that was erased and whose first record was forgotten has no name any more: its id leads to the records
    that are left, and the command says so. An id that no record has is not found.
    """
    add("Jane Doe.txt")
    (added,) = journal("--action", "item.added")
    item = added["fields"]["item"]
    done("erase", "Jane Doe.txt", "--confirm", "Jane Doe.txt")
    done("journal", "forget", str(added["seq"]), "--reason", "request", "--confirm", "1")
    for address in (item, item[:8]):
        outcome = ipvault("history", address)
        assert outcome.exit == 0
        assert "content of version 1 erased" in outcome.stdout
        assert "ipvault: warning: the record that names this item was forgotten; what follows is " in outcome.stderr
        assert [record["action"] for record in journal("--item", address)] == ["item.erased", "item.removed"]
    found = data(ipvault("history", item, "--json"))
    assert (found["id"], found["name"], found["versions"]) == (item, "", [])
    unknown = "f" * 8 if item[0] != "f" else "e" * 8
    assert ipvault("history", unknown).exit == ipvault("journal", "list", "--item", unknown).exit == 13

"""Two owners change the roster at once: one waits, nothing is lost, and nobody is left without an owner.

Both have opened the vault and wait for the lock before either changes anything, so each decided on an older state.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipvault.errors import ExitCode
from tests.cli.homes import Home
from tests.reliability.writers import end, let_go, locked, start, wait_until_it_waits
from tests.support.people import Person
from tests.support.program import Outcome

pytestmark = pytest.mark.no_cover

CAROL, DORA = Person.named("Carol"), Person.named("Dora")


@pytest.fixture
def owners(tmp_path: Path) -> tuple[Home, Home]:
    """Ada and Bob own the vault and its room, have a session each, and the cards of two more people."""
    ada, bob = (Home(tmp_path / name, tmp_path / "vault") for name in ("ada", "bob"))
    ada("init", "--name", "Ada")
    bob("identity", "create", "--name", "Bob")
    bob("identity", "card", "-o", "bob.card")
    bob.carry("bob.card", ada)
    ada("member", "add", "bob.card", "--role", "owner", "--fingerprint", bob.fingerprint)
    ada("member", "role", "Bob", "--room", "root", "--role", "owner")
    for home in (ada, bob):
        home("unlock", "--store", "session")
        home.has_session = True
        for person in (CAROL, DORA):
            (home.folder / person.card.details.name).write_bytes(person.card.to_toml())
    return ada, bob


def at_once(*commands: tuple[Home, tuple[str, ...]]) -> list[Outcome]:
    """Run them when all of them wait; how they ended."""
    vault = commands[0][0].vault
    assert vault
    with locked(vault) as holder:
        running = [
            start(*arguments, *home.options(arguments[0]), env=home.environment, cwd=home.folder)
            for home, arguments in commands
        ]
        for process in running:
            wait_until_it_waits(process)
        let_go(holder)
        return [end(process) for process in running]


def roles(home: Home) -> dict[str, dict[str, str]]:
    """Who has which role in which room, in a vault in which nothing is wrong."""
    assert json.loads(home("verify", "--content", "--json")[0])["data"]["findings"] == []
    members = json.loads(home("member", "list", "--json")[0])["data"]["members"]
    return {who["name"]: {place["room"]: place["role"] for place in who["rooms"]} for who in members}


def letting_in(person: Person) -> tuple[str, ...]:
    return ("member", "add", person.card.details.name, "--fingerprint", person.fingerprint)


def test_two_people_are_let_in(owners: tuple[Home, Home]) -> None:
    """By an owner each: both are in."""
    ada, bob = owners
    outcomes = at_once((ada, letting_in(CAROL)), (bob, letting_in(DORA)))
    assert [outcome.exit for outcome in outcomes] == [0, 0], outcomes
    for home in owners:
        found = roles(home)
        assert found["Carol"] == found["Dora"] == {"main": "reader", "root": "reader"}


def test_somebody_is_let_in_twice(owners: tuple[Home, Home]) -> None:
    """The second owner learns that it is done: exit code 14, and there is one record of it."""
    ada, bob = owners
    outcomes = at_once((ada, letting_in(CAROL)), (bob, letting_in(CAROL)))
    assert sorted(outcome.exit for outcome in outcomes) == [ExitCode.DONE, ExitCode.CONFLICT], outcomes
    assert roles(ada)["Carol"] == {"main": "reader", "root": "reader"}
    enrolled = ada("journal", "list", "--action", "member.enrolled", "--jsonl")[0]
    assert enrolled.count("Carol") == 1


def test_a_new_key_and_a_new_member(owners: tuple[Home, Home]) -> None:
    """Whoever is let in while the key changes opens the room all the same, whichever came first."""
    ada, bob = owners
    (bob.folder / "a.txt").write_text("content of a")
    bob("add", "a.txt")
    outcomes = at_once((ada, ("room", "rotate", "main")), (bob, letting_in(CAROL)))
    assert [outcome.exit for outcome in outcomes] == [0, 0], outcomes
    roles(ada)
    own = ada.folder / "carol.toml"
    own.touch(mode=0o600)
    own.write_bytes(CAROL.file.to_toml())
    assert ada("cat", "a.txt", "--identity", str(own))[0] == "content of a"


LESS = {
    "each removes the other": (
        ("member", "remove", "Bob", "--room", "main"),
        ("member", "remove", "Ada", "--room", "main"),
    ),
    "each leaves": (("member", "remove", "Ada", "--room", "main"), ("member", "remove", "Bob", "--room", "main")),
    "each becomes a reader": (
        ("member", "role", "Ada", "--role", "reader"),
        ("member", "role", "Bob", "--role", "reader"),
    ),
    "one leaves, the other is made an auditor": (
        ("member", "remove", "Ada", "--room", "main"),
        ("member", "role", "Bob", "--role", "auditor"),
    ),
    "each removes the other from the vault": (("member", "remove", "Bob"), ("member", "remove", "Ada")),
}


@pytest.mark.parametrize("case", LESS)
def test_an_owner_stays(owners: tuple[Home, Home], case: str) -> None:
    """Of two owners who would both go, or make each other go, one is refused: there is one left who can act."""
    outcomes = at_once(*zip(owners, LESS[case], strict=True))
    assert sorted(outcome.exit for outcome in outcomes) == [ExitCode.DONE, ExitCode.DENIED], outcomes
    there = [home for home in owners if home.run("show", "nothing").exit != ExitCode.DENIED]
    found = [role for home in there for places in roles(home).values() for role in places.items()]
    assert {("main", "owner"), ("root", "owner")} <= set(found)

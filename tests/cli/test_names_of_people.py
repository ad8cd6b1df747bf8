"""Names of people: whoever has one is found by it, and nobody is taken for another unnoticed."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import normalize

import pytest

from ipvault.keys.card import Details, in_groups
from tests.cli.vaults import OWNER, add, data, done
from tests.support.outsiders import BOB
from tests.support.people import Person
from tests.support.program import ipvault

RENE = "Ren\u00e9 Ma\u00e7on"


@pytest.mark.usefixtures("vault")
def test_a_name_in_another_form(tmp_path: Path) -> None:
    """A name that a computer types in decomposed letters stands composed on the card, and each way of typing it finds
    the member, the recipient, and what they have access to.
    """
    decomposed = normalize("NFD", RENE)
    own = ("--identity", str(tmp_path / "rene.toml"))
    made = data(ipvault("identity", "create", "--no-passphrase", "--name", decomposed, "--json", *own))
    assert made["name"] == RENE
    done("identity", "card", "-o", str(tmp_path / "card"), "--organisation", "Ma\u0302tre", *own)
    assert data(ipvault("identity", "show", "--json", *own))["organisation"] == "M\u00e2tre"
    done("recipient", "add", str(tmp_path / "card"))
    done("member", "add", str(tmp_path / "card"), "--fingerprint", made["fingerprint"])
    for typed in (RENE, decomposed):
        assert data(ipvault("recipient", "show", typed, "--json"))["name"] == RENE
        assert "main" in done("access", typed)
        done("exposure", typed)
    done("member", "role", decomposed, "--role", "editor")
    done("member", "role", RENE, "--role", "reader")


@pytest.mark.parametrize("hidden", ["\u3164", "\u2800", "Bob\u034f", "B\ufe0fob"], ids=ascii)
def test_a_name_that_hides_something(vault: Path, tmp_path: Path, hidden: str) -> None:
    """Nobody is called so: not on a card of his own, not as a recipient, and not as the owner of a vault."""
    assert vault.is_dir()
    (tmp_path / "bob").write_bytes(BOB.card.to_toml())
    own = ("--identity", str(tmp_path / "own.toml"), "--no-passphrase")
    for words in (
        ("identity", "create", "--name", hidden, *own),
        ("recipient", "add", str(tmp_path / "bob"), "--name", hidden),
        ("init", str(tmp_path / "new"), "--name", hidden),
    ):
        outcome = ipvault(*words)
        assert outcome.exit == 2, outcome
        assert not set("\u3164\u034f\ufe0f") & set(outcome.stderr)


@pytest.mark.usefixtures("vault")
def test_a_name_that_looks_like_another(tmp_path: Path) -> None:
    """Whoever is called almost like a member or a recipient is taken in with a warning that has both fingerprints."""
    names = ("Bob", "B\u043eb", "\uff22ob", f"{OWNER[:-1]}\u0435", "Rob")
    cards = {name: Person.named(name, Details(name)).card for name in names}
    for name, card in cards.items():
        (tmp_path / card.fingerprint).write_bytes(card.to_toml())
        assert name == card.details.name
    bob, cyrillic, wide, owner, rob = cards.values()
    assert warnings("recipient", "add", str(tmp_path / bob.fingerprint)) == []
    assert warnings("recipient", "add", str(tmp_path / rob.fingerprint)) == []
    (warning,) = warnings("recipient", "add", str(tmp_path / cyrillic.fingerprint))
    assert in_groups(bob.fingerprint) in warning
    assert in_groups(cyrillic.fingerprint) in warning
    add = ("member", "add", "--role", "reader")
    assert len(warnings(*add, str(tmp_path / wide.fingerprint), "--fingerprint", wide.fingerprint)) == 2
    (warning,) = warnings(*add, str(tmp_path / owner.fingerprint), "--fingerprint", owner.fingerprint)
    assert OWNER in warning
    assert warnings(*add, str(tmp_path / bob.fingerprint), "--fingerprint", bob.fingerprint)[0].count("Bob") == 1


@pytest.mark.usefixtures("vault")
def test_two_of_one_name(tmp_path: Path) -> None:
    """What two members of one name have is not added up silently: a warning tells both, and each entry says whose it
    is. One alone is told without a warning.
    """
    add("notes")
    twins = [Person.named(f"twin {number}", Details("Ben Example")) for number in (1, 2)]
    for one in twins:
        (tmp_path / "card").write_bytes(one.card.to_toml())
        done("member", "add", str(tmp_path / "card"), "--role", "reader", "--fingerprint", one.fingerprint)
    for command, key in (("exposure", "exposures"), ("access", "access")):
        told = json.loads(done(command, "Ben Example", "--json"))
        (warning,) = told["warnings"]
        assert all(one.fingerprint[:16] in warning for one in twins)
        assert {one["fingerprint"] for one in told["data"][key]} == {one.fingerprint for one in twins}
        alone = json.loads(done(command, twins[0].fingerprint[:16], "--json"))
        assert alone["warnings"] == []
        assert {one["fingerprint"] for one in alone["data"][key]} == {twins[0].fingerprint}


@pytest.mark.usefixtures("vault")
def test_a_recipient_with_a_new_card(tmp_path: Path) -> None:
    """Is one person with two cards, found by his name and by either fingerprint, with what went to each of them."""
    add("notes")
    old, new = (Person.named(f"bobby {number}", Details("Bobby")) for number in (1, 2))
    (tmp_path / "new").write_bytes(new.card.to_toml())
    done("recipient", "add", "-", stdin=old.card.to_toml())
    done("share", "notes", "--to", "Bobby", "--unverified", "--reason", "urgent", "-o", str(tmp_path / "p"))
    done("recipient", "update", "Bobby", str(tmp_path / "new"))
    for typed in ("Bobby", old.fingerprint, new.fingerprint[:12]):
        for command, key in (("exposure", "exposures"), ("access", "access")):
            told = json.loads(done(command, typed, "--json"))
            assert told["warnings"] == []
            assert [one["fingerprint"] for one in told["data"][key]] == [old.fingerprint]


def warnings(*arguments: str) -> list[str]:
    """Those of a command that succeeds."""
    found: list[str] = json.loads(done(*arguments, "--json"))["warnings"]
    return found

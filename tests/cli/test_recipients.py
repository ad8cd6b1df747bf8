"""Recipients through the real command line: cards are taken in, compared, replaced, and never silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipvault.keys.card import Details, in_groups
from tests.cli.vaults import add, data, done, error, journal
from tests.support.outsiders import BOB, EVE
from tests.support.program import ipvault
from tests.support.terminal import Terminal


@pytest.fixture
def cards(vault: Path, tmp_path: Path) -> Path:
    """An open vault, and a folder with two cards in one name, `bob` and `eve`."""
    assert vault.is_dir()
    for name, card in (("bob", BOB.card), ("eve", EVE.card)):
        (tmp_path / name).write_bytes(card.to_toml())
    return tmp_path


def test_a_card_is_taken_in_and_compared(cards: Path) -> None:
    """Until somebody types the fingerprint in full it counts as not compared; both are in the journal."""
    added = data(ipvault("recipient", "add", str(cards / "bob"), "--json"))
    assert (added["name"], added["fingerprint"], added["verified"]) == ("Bob Babbage", BOB.fingerprint, None)
    assert added["organisation"] == "Engines Ltd"
    typed = in_groups(BOB.fingerprint).upper()
    assert data(ipvault("recipient", "verify", "Bob Babbage", "--fingerprint", typed, "--json"))["verified"]
    assert [record["action"] for record in journal()[-2:]] == ["recipient.added", "recipient.verified"]
    assert in_groups(BOB.fingerprint) in done("recipient", "show", "Bob Babbage")
    (listed,) = map(json.loads, done("recipient", "list", "--jsonl").splitlines())
    assert listed["verified"]


@pytest.mark.usefixtures("vault")
def test_a_card_from_a_pipe() -> None:
    """`-` reads it from standard input."""
    done("recipient", "add", "-", "--name", "Bob", stdin=BOB.card.to_toml())
    assert "Bob" in done("recipient", "list")


@pytest.mark.parametrize(
    "typed", [BOB.fingerprint[:63], BOB.fingerprint + "0", EVE.fingerprint, "", BOB.fingerprint[:8]]
)
def test_another_fingerprint_verifies_nothing(cards: Path, typed: str) -> None:
    """Not even a part of the right one: it is compared in full, or it was not compared."""
    done("recipient", "add", str(cards / "bob"))
    before = journal()
    outcome = ipvault("recipient", "verify", "Bob Babbage", "--fingerprint", typed)
    assert outcome.exit == 12
    assert BOB.fingerprint not in outcome.stderr.replace(" ", "")
    assert journal() == before


def test_the_fingerprint_is_typed_by_a_person(cards: Path) -> None:
    """Asked for on the terminal, without being shown; without a terminal there is nobody to ask."""
    done("recipient", "add", str(cards / "bob"))
    with Terminal("recipient", "verify", "Bob Babbage") as terminal:
        terminal.read_until("reads to you: ")
        terminal.type_line(in_groups(BOB.fingerprint))
        status, shown = terminal.end()
    assert status == 0, shown
    assert ipvault("recipient", "verify", "Bob Babbage").exit == 16


def test_a_changed_card_is_never_taken_silently(cards: Path) -> None:
    """Another card under the same name is refused; to replace one is a command, after which nobody has compared it."""
    done("recipient", "add", str(cards / "bob"))
    done("recipient", "verify", "Bob Babbage", "--fingerprint", BOB.fingerprint)
    assert error(ipvault("recipient", "add", str(cards / "eve"), "--json"))["id"] == "recipient-exists"
    assert ipvault("recipient", "add", str(cards / "bob"), "--name", "Robert").exit == 14
    updated = data(ipvault("recipient", "update", "Bob Babbage", str(cards / "eve"), "--json"))
    assert (updated["fingerprint"], updated["verified"]) == (EVE.fingerprint, None)
    again = data(ipvault("recipient", "update", "Bob Babbage", str(cards / "bob"), "--json"))
    assert again["verified"] is None


def test_the_same_keys_stay_compared(cards: Path) -> None:
    """A new card of the same keys, with another address, needs no comparing."""
    done("recipient", "add", str(cards / "bob"))
    done("recipient", "verify", "Bob Babbage", "--fingerprint", BOB.fingerprint)
    card = BOB.card_with(BOB.card.details._replace(email="new@example.org"))
    updated = data(ipvault("recipient", "update", "Bob Babbage", "-", "--json", stdin=card.to_toml()))
    assert updated["email"] == "new@example.org"
    assert updated["verified"]


def test_whose_name_is_on_a_card(cards: Path) -> None:
    """Where a card says another name than the one it is taken in under, that is said; else nothing is."""
    taken = ipvault("recipient", "add", str(cards / "bob"), "--name", "Bob")
    assert "the name on this card is Bob Babbage; here it counts as that of Bob" in taken.stderr
    machine = BOB.card_with(Details("Machine 1")).to_toml()
    updated = ipvault("recipient", "update", "Bob", "-", "--json", stdin=machine)
    assert data(updated)["name_on_card"] == "Machine 1"
    assert "the name on this card is Machine 1" in updated.stdout
    done("recipient", "remove", "Bob")
    assert "the name on" not in ipvault("recipient", "add", str(cards / "bob")).stderr


def test_what_was_agreed_with_somebody_who_is_taken_in_again(cards: Path) -> None:
    """After a revocation was lifted, everything that misses the agreement names it and the command that renews it; with
    that, documents are shared as before. Whoever was never a party is told nothing of it.
    """
    add("plan.txt", b"plan", "--label=confidential")
    done("recipient", "add", str(cards / "bob"), "--name", "Bob")
    done("agreement", "add", "-", "--name", "nda.txt", "--type", "nda", "--party", "Bob", stdin=b"signed")
    agreement = data(ipvault("agreement", "list", "--json"))["agreements"][0]["id"][:8]
    command = ("agreement", "update", agreement, "--party", "Bob")
    done("revoke", "Bob")
    done("recipient", "remove", "Bob")
    other = ipvault("recipient", "add", str(cards / "eve"), "--name", "Eve")
    assert agreement not in other.stderr
    assert " ".join(command) in ipvault("recipient", "add", str(cards / "bob"), "--name", "Bob").stderr
    share = ("share", "plan.txt", "--to", "Bob", "--unverified", "-o", str(cards / "package"), "--expires", "7d")
    refused = error(ipvault(*share, "--json"))
    assert " ".join(command) in refused["hint"]
    assert "before he was removed and taken in again" in refused["message"]
    check = ("agreement", "check", "--item", "plan.txt", "--to")
    assert " ".join(command) in ipvault(*check, "Bob").stderr
    assert agreement not in ipvault(*check, "Eve").stderr
    done(*command)
    assert ipvault(*check, "Bob").exit == 0
    done(*share)


def test_a_removed_recipient_is_kept_in_mind(cards: Path) -> None:
    """Not listed any more, but shown, and with the reason in the journal; the name is free again."""
    done("recipient", "add", str(cards / "bob"))
    done("recipient", "remove", "Bob Babbage", "--reason", "matter closed")
    assert done("recipient", "list") == ""
    assert "Bob Babbage" in done("recipient", "list", "--removed")
    assert "Removed" in done("recipient", "show", "Bob Babbage")
    assert journal()[-1]["fields"]["reason"] == "matter closed"
    done("recipient", "add", str(cards / "eve"))
    assert data(ipvault("recipient", "show", "Bob Babbage", "--json"))["fingerprint"] == EVE.fingerprint


def test_a_name_that_nobody_has(cards: Path) -> None:
    """What was meant is suggested; where there is nobody, what to do first."""
    assert "recipient add" in ipvault("recipient", "show", "Bob").stderr
    done("recipient", "add", str(cards / "bob"))
    outcome = ipvault("recipient", "show", "babbage")
    assert outcome.exit == 13
    assert "Bob Babbage" in outcome.stderr
    assert ipvault("recipient", "show", BOB.fingerprint[:8]).exit == 0
    assert ipvault("recipient", "show", BOB.fingerprint[:7]).exit == 13


def test_a_name_is_no_fingerprint(cards: Path) -> None:
    """Whoever is called like the beginning of another's fingerprint is not taken for him; all of it means him."""
    done("recipient", "add", str(cards / "bob"), "--name", "Bob")
    done("recipient", "add", str(cards / "eve"), "--name", BOB.fingerprint[:16])
    outcome = ipvault("recipient", "show", BOB.fingerprint[:16])
    assert outcome.exit == 13
    assert EVE.fingerprint[:16] in outcome.stderr
    done("recipient", "remove", EVE.fingerprint)
    done("recipient", "add", str(cards / "eve"), "--name", BOB.fingerprint)
    assert data(ipvault("recipient", "show", BOB.fingerprint, "--json"))["name"] == "Bob"
    verified = data(ipvault("recipient", "verify", BOB.fingerprint, "--fingerprint", BOB.fingerprint, "--json"))
    assert verified["name"] == "Bob"
    assert data(ipvault("revoke", BOB.fingerprint, "--json"))["recipient"]["name"] == "Bob"


def test_who_compared_a_card_is_shown(cards: Path) -> None:
    """By name, in the list too."""
    done("recipient", "add", str(cards / "bob"), "--name", "Bob")
    assert "nobody" in done("recipient", "show", "Bob")
    shown = data(ipvault("recipient", "verify", "Bob", "--fingerprint", BOB.fingerprint, "--json"))
    (comparison,) = shown["comparisons"]
    assert (comparison["member"], comparison["is_owners"]) == (shown["adder"], True)
    assert comparison["time"] == shown["verified"]
    assert "Compared by" in done("recipient", "show", "Bob")
    assert done("recipient", "list").rstrip("\n").split("\t")[-2] == "you"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"format = 1\n",
        BOB.card.to_toml().replace(b"Bob", b"Eve"),
        BOB.card.to_toml()[:-2],
        BOB.card.to_toml() + b"#" * 16_384,
        b"a." * 8_000 + b"b = 1",
        b"format = 0x" + b"f" * 8_000,
    ],
    ids=["empty", "no text", "no card", "altered", "cut short", "too long", "deep", "a number too long to be told"],
)
@pytest.mark.usefixtures("vault")
def test_what_is_no_card(content: bytes) -> None:
    """It is refused with 20 before anything is recorded."""
    before = journal()
    outcome = ipvault("recipient", "add", "-", stdin=content)
    assert outcome.exit == 20, outcome
    assert "Traceback" not in outcome.stderr
    assert journal() == before


def test_a_card_of_the_future_and_one_that_is_not_there(cards: Path) -> None:
    """23 says that a newer program is needed, 13 that there is no such file."""
    assert ipvault("recipient", "add", "-", stdin=BOB.card.to_toml().replace(b"format = 1", b"format = 2")).exit == 23
    assert ipvault("recipient", "add", str(cards / "nobody")).exit == 13


def test_revoked_people_are_shown_as_such(cards: Path) -> None:
    """In the list and alone, with the day; revoking again says since when, and records nothing."""
    done("recipient", "add", str(cards / "bob"), "--name", "Bob")
    assert "revoked" not in done("recipient", "list") + done("recipient", "show", "Bob")
    done("revoke", "Bob")
    assert "revoked on 20" in done("recipient", "list").rstrip("\n").split("\t")[-1]
    assert "Sharing revoked: 20" in done("recipient", "show", "Bob")
    before, since = journal(), data(ipvault("recipient", "show", "Bob", "--json"))["revoked"]
    again = ipvault("revoke", "Bob")
    assert (again.exit, journal()) == (0, before)
    assert "Sharing with Bob has been revoked since 20" in again.stderr
    assert data(ipvault("recipient", "show", "Bob", "--json"))["revoked"] == since
    assert "sharing with Bob revoked\n" in done("journal", "list", "--action", "recipient.revoked")


def test_revoking_somebody_who_is_a_member_too(cards: Path) -> None:
    """Says that he opens what is in his rooms as before, and what takes him out of them."""
    done("recipient", "add", str(cards / "bob"), "--name", "Bob")
    assert "member remove" not in ipvault("revoke", "Bob").stderr
    done("member", "add", str(cards / "bob"), "--fingerprint", BOB.fingerprint)
    (warning,) = json.loads(done("revoke", "Bob", "--json"))["warnings"]
    assert "Bob Babbage is a member of the vault too, in the rooms main, root" in warning
    assert "ipvault member remove 'Bob Babbage'" in warning


@pytest.mark.parametrize(
    "command",
    [("recipient", "verify", "Bob Babbage"), ("member", "add", "$card"), ("witness", "trust", "$card")],
    ids=lambda words: " ".join(words[:2]),
)
def test_fingerprints_are_compared_in_one_way(cards: Path, command: tuple[str, ...]) -> None:
    """What is too short, and what is another, is answered alike wherever a person types a fingerprint."""
    done("recipient", "add", str(cards / "bob"))
    before = journal()
    words = [word.replace("$card", str(cards / "bob")) for word in command]
    for typed, said in (("1234", "only 4"), ("", "only 0"), (EVE.fingerprint, "is not the fingerprint of the card of")):
        outcome = ipvault(*words, "--fingerprint", typed, "--json")
        assert said in error(outcome)["message"]
        assert "Bob Babbage" in error(outcome)["message"]
        assert (outcome.exit, error(outcome)["id"]) == (12, "fingerprint-differs")
    assert journal() == before
    done(*words, "--fingerprint", in_groups(BOB.fingerprint).upper())


def test_what_changes_nothing_is_not_recorded(cards: Path) -> None:
    """A fingerprint that one has compared stays compared, and the card that is there is not taken in anew."""
    done("recipient", "add", str(cards / "bob"), "--name", "Bob")
    done("recipient", "verify", "Bob", "--fingerprint", BOB.fingerprint)
    before = journal()
    again = ipvault("recipient", "verify", "Bob", "--fingerprint", BOB.fingerprint)
    assert again.exit == 0
    assert "You compared it on 20" in again.stderr
    assert ipvault("recipient", "update", "Bob", str(cards / "bob")).exit == 14
    assert journal() == before


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (("access", "Bob Babage"), "did you mean Bob Babbage?"),
        (("access", "Ada"), "did you mean Ada Lovelace?"),
        (("exposure", "Bob Babage"), "did you mean Bob Babbage?"),
        (("exposure", "Ada Lovelac"), "did you mean Ada Lovelace?"),
        (("exposure", "Zacharias"), "`ipvault member list` and `ipvault recipient list`"),
        (("revoke", "Bob Babage"), "did you mean Bob Babbage?"),
        (("revoke", "Ada Lovelace"), "ipvault member remove 'Ada Lovelace'"),
        (("share", "x", "--to", "Ada Lovelace", "-o", "p"), "Ada Lovelace is a member of the vault"),
        (("member", "remove", "Ada Lovelac"), "did you mean Ada Lovelace?"),
        (("journal", "list", "--member", "Ada Lovelac"), "did you mean Ada Lovelace?"),
    ],
)
def test_somebody_who_is_not_there(cards: Path, command: tuple[str, ...], hint: str) -> None:
    """Members and recipients who are called much alike are suggested, wherever both can be meant."""
    done("recipient", "add", str(cards / "bob"))
    outcome = ipvault(*command, cwd=cards)
    assert outcome.exit == 13
    assert hint in outcome.stderr

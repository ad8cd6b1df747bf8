"""Two members on computers of their own: what one of them asks, the other answers, and only then it leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ipvault.governance.risk.questions import ASKED
from tests.cli.homes import Home
from tests.governance.answered import BEST, as_toml
from tests.support.terminal import Terminal


@pytest.fixture
def two(tmp_path: Path) -> tuple[Home, Home]:
    """Ada owns a vault with a secret document and a recipient, Carol; Bob is an editor in it."""
    ada, bob = (Home(tmp_path / name, tmp_path / "vault") for name in ("ada", "bob"))
    carol = Home(tmp_path / "carol")
    ada("init", "--name", "Ada")
    ada("unlock", "--store", "session")
    ada.has_session = True
    for home, name in ((bob, "Bob"), (carol, "Carol")):
        home("identity", "create", "--name", name)
        home("identity", "card", "-o", f"{name}.card")
        home.carry(f"{name}.card", ada)
    ada("recipient", "add", "Carol.card")
    ada("recipient", "verify", "Carol", "--fingerprint", carol.fingerprint)
    (ada.folder / "plan.txt").write_text("the plan")
    ada("add", "plan.txt", "--label", "secret")
    ada("policy", "set", "secret", "agreement=", "risk=")  # those are tested elsewhere
    ada("member", "add", "Bob.card", "--role", "editor", "--fingerprint", bob.fingerprint)
    bob("unlock", "--store", "session")
    bob.has_session = True
    return ada, bob


def data(home: Home, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(home(*arguments, "--json")[0])["data"]
    return found


def test_blocked_asked_approved_shared(two: tuple[Home, Home]) -> None:
    """Each message says the next command; the package names the decision that stands in the journal."""
    ada, bob = two
    to_carol = ("plan.txt", "--to", "Carol")
    blocked = ada("share", *to_carol, "-o", "package", exit_code=16)[1]
    assert "`ipvault request create plan.txt@1 --to Carol --expires " in blocked
    assert not (ada.folder / "package").exists()
    asked = data(ada, "request", "create", *to_carol, "--reason", "the filing is due")
    short = asked["id"][:8]
    assert asked["state"] == "open"
    ada("share", "--request", short, "-o", "package", exit_code=16)
    shown = bob("request", "show", short)
    assert "the filing is due" in shown[0]
    assert "To answer: " in shown[1]
    assert all(f" request {verb} {short}" in shown[1] for verb in ("approve", "deny"))
    assert "What would change that" not in shown[1]

    denied = data(bob, "request", "deny", short, "--reason", "too early")
    assert denied["state"] == "denied"
    assert "Bob denied exactly this" in ada("share", "--request", short, "-o", "package", exit_code=15)[1]
    said = bob("request", "approve", short)[1]
    assert f" share --request {short}" in said
    approved = data(bob, "request", "approve", short)
    assert approved.keys() == asked.keys()
    assert [(one["name"], one["answer"]) for one in approved["answers"]] == [("Bob", "approved")]
    assert f" share --request {short}" in ada("request", "show", short)[1]

    ada("share", *to_carol, "--expires", "3d", "-o", "package", exit_code=16)
    shared = data(ada, "share", "--request", short, "-o", "package")
    assert (ada.folder / "package").exists()
    (decided,) = data(bob, "journal", "list", "--action", "release.decided")["records"]
    assert decided["fields"]["decision"] == shared["decision"]
    assert decided["fields"]["outcome"] == "allowed"
    assert decided["fields"]["request"] == asked["digest"]
    assert [one["state"] for one in data(bob, "request", "list")["requests"]] == ["released"]
    assert "ends the request" in ada("share", "--request", short, "-o", "package", "--force", exit_code=14)[1]
    assert "Nothing was altered" in bob("verify", "--content")[0]


def test_one_approval_of_two(two: tuple[Home, Home]) -> None:
    """It is said that more are needed, and that an answer was given before; the request stays open."""
    ada, bob = two
    ada("policy", "set", "secret", "approvals=2")
    asked = data(ada, "request", "create", "plan.txt", "--export")
    assert asked["missing_approvals"] == 2
    said = bob("request", "approve", asked["id"])[1]
    assert f"Approved request {asked['id'][:8]}." in said
    assert "It is not enough yet: 1 other member has to approve exactly this." in said
    assert "can go on" not in said
    again = bob("request", "approve", asked["id"])[1]
    assert "You gave this answer to request" in again
    assert "open: 1 more approval is needed" in ada("request", "list")[0]
    assert "1 other member has to approve" in bob("request", "show", asked["id"])[0]
    assert data(ada, "request", "show", asked["id"])["state"] == "open"
    ada("policy", "set", "secret", "approvals=1")
    assert data(ada, "request", "show", asked["id"])["state"] == "approved"
    assert "can go on" in bob("request", "approve", asked["id"])[1]


def test_a_request_that_died_by_a_change(two: tuple[Home, Home]) -> None:
    """Lists and `show` say that it has to be asked anew, and offer no command that would be refused; so for one that
    left.
    """
    ada, bob = two
    asked = data(ada, "request", "create", "plan.txt", "--export")["id"]
    bob("request", "approve", asked)
    ada("label", "plan.txt", "--tag", "later")
    assert "changed since: ask anew" in ada("request", "list")[0]
    assert data(bob, "request", "show", asked)["state"] == "changed"
    shown = bob("request", "show", asked)
    assert "changed since: ask anew" in shown[0]
    assert not any(word in "".join(shown) for word in ("To answer", "To go on", "The policy"))
    bob("request", "approve", asked, exit_code=14)
    asked = data(ada, "request", "create", "plan.txt", "--to", "Carol")["id"]
    bob("request", "approve", asked)
    ada("share", "--request", asked, "-o", "package")
    assert "The policy" not in "".join(ada("request", "show", asked))


def test_nobody_is_named_who_cannot_approve(two: tuple[Home, Home]) -> None:
    """Where somebody goes on with what another asked for, the hint names neither of them."""
    ada, bob = two
    asked = data(ada, "request", "create", "plan.txt", "--to", "Carol")["id"]
    hint = bob("share", "--request", asked, "--unverified", "-o", "package", exit_code=16)[1]
    assert "can still approve" not in hint
    assert "request create plan.txt@1" in hint


def test_an_override_that_takes_an_approval(two: tuple[Home, Home]) -> None:
    """Where the policy wants that, a reason alone lets nothing pass."""
    ada, bob = two
    bob("policy", "set", "secret", "approvals=0", exit_code=15)
    ada("policy", "set", "override", "approvals=1")
    ada("export", "plan.txt", "-o", "out", "--reason", "the court", exit_code=15)
    ada("request", "create", "plan.txt", "--export", "--override", exit_code=2)
    asked = data(ada, "request", "create", "plan.txt", "--export", "--override", "--reason", "the court")["id"][:8]
    assert "the policy is not to count" in bob("request", "show", asked)[0]
    assert " export plan.txt@1 -o PLACE --reason 'the court'" in bob("request", "approve", asked)[1]
    ada("export", "plan.txt", "-o", "out", exit_code=15)
    ada("export", "plan.txt", "-o", "out", "--reason", "another reason", exit_code=15)
    ada("export", "plan.txt", "-o", "out", "--reason", "the court")
    assert (ada.folder / "out").read_text() == "the plan"
    (decided,) = data(ada, "journal", "list", "--action", "release.decided")["records"]
    assert (decided["fields"]["outcome"], decided["fields"]["reason"]) == ("overridden", "the court")


def test_a_risk_is_accepted_by_another(two: tuple[Home, Home]) -> None:
    """What is above the level of the policy may leave once another member takes the risk, who sees why."""
    ada, bob = two
    ada("policy", "set", "secret", "risk=low", "approvals=0")
    (ada.folder / "answers.toml").write_bytes(as_toml(BEST))
    (assessed,) = data(ada, "risk", "assess", "--item", "plan.txt", "--to", "Carol", "--answers", "answers.toml")[
        "assessments"
    ]
    short = assessed["id"][:8]
    blocked = ada("share", "plan.txt", "--to", "Carol", "-o", "package", exit_code=16)[1]
    assert f"risk accept {short} --reason TEXT" in blocked
    ada("risk", "accept", short, "--reason", "mine", exit_code=15)
    assert "no agreement covers it" in bob("risk", "show", short)[0]
    accepted = data(bob, "risk", "accept", short, "--reason", "we need her")["assessment"]
    assert accepted.keys() == assessed.keys()
    assert (accepted["reason"], accepted["stale"]) == ("we need her", None)
    assert "we need her" in ada("risk", "show", short)[0]
    bob("risk", "accept", short, "--reason", "again", exit_code=14)
    ada("share", "plan.txt", "--to", "Carol", "-o", "package")
    (decided,) = data(ada, "journal", "list", "--action", "release.decided")["records"]
    assert any(reason.endswith("and Bob accepted it") for reason in decided["fields"]["reasons"])


def test_questions_are_asked_at_the_terminal(two: tuple[Home, Home]) -> None:
    """Each with its answers, by number or word, again until it is one; then the matrix is shown."""
    ada, _bob = two
    words = ("risk", "assess", "--item", "plan.txt", "--to", "Carol", "--vault", str(ada.vault))
    with Terminal(*words, columns=110, env={**ada.environment, "NO_COLOR": "1"}) as terminal:
        for number, question in enumerate(ASKED):
            shown = terminal.read_until("Number or word: ")
            assert question.text in shown
            assert all(one.word in shown for one in question.choices)
            if number == 0:
                terminal.type_line("perhaps")
                terminal.read_until("Number or word: ")
            terminal.type_line("1" if number % 2 else BEST[question.name].upper())
        status, shown = terminal.end()
    assert status == 0
    assert "5 | +        #        #        !        !" in shown
    (found,) = data(ada, "risk", "list")["assessments"]
    assert {name: found["answers"][name] for name in BEST} == BEST
    with Terminal(*words, env=ada.environment) as terminal:
        terminal.read_until("Number or word: ")
        terminal.type_line("")
        assert terminal.end()[0] == 16
    assert len(data(ada, "risk", "list")["assessments"]) == 1


def test_explained_on_a_narrow_terminal(two: tuple[Home, Home]) -> None:
    """At 80 columns and without colour the table is one that a person can read, and commands are not cut."""
    ada, _bob = two
    env = {**ada.environment, "NO_COLOR": "1"}
    where = ("--vault", str(ada.vault), "--to", "Carol")
    with Terminal("share", "plan.txt", *where, "--explain", columns=80, env=env) as terminal:
        status, shown = terminal.end()
    assert status == 16
    assert "approvals          needs     1 other member has to approve exactly this" in shown
    assert "\x1b[" not in shown

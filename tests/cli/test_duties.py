"""`ipvault hold`, `retention` and `privacy`: from the command line to the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.vaults import OWNER, add, data, done, error, journal
from tests.support.program import ipvault

pytestmark = pytest.mark.usefixtures("vault")


def test_a_hold_from_its_letter_to_its_end(tmp_path: Path) -> None:
    """An erasure is refused with the matter, before anything is typed; the letters say what to do, in three forms, and
    tell names of documents only if asked to.
    """
    add("claims.txt")
    placed = data(ipvault("hold", "place", "Acme v. us", "--reason", "a suit", "--item", "claims.txt",
                          "--custodian", OWNER, "--json"))["hold"]  # fmt: skip
    assert (placed["matter"], len(placed["items"]), placed["custodians"][0]["name"]) == ("Acme v. us", 1, OWNER)
    for words in (("erase", "claims.txt"), ("erase", "claims.txt", "--confirm", "claims.txt")):
        refused = error(ipvault(*words, "--json"))
        assert (refused["id"], refused["exit_code"]) == ("held", 15)
        assert "Acme v. us" in refused["message"]
    assert done("hold", "list").splitlines()[0].split("\t")[-1] == OWNER
    letter = done("hold", "notice", "Acme v. us", "-o", "-")
    assert "a suit" in letter
    assert "claims.txt" not in letter
    for form, name in (("text", "txt"), ("markdown", "md"), ("html", "html")):
        done("hold", "notice", placed["id"], "-o", form, "--format", form, "--with-names", cwd=tmp_path)
        assert "claims.txt" in (tmp_path / form / f"{OWNER}.{name}").read_text().replace("\\", "")
    done("hold", "acknowledge", placed["id"][:8])
    assert ipvault("hold", "notice", placed["id"], "-o", "-").exit == 14
    done("hold", "release", "Acme v. us", "--reason", "settled")
    assert ipvault("hold", "release", placed["id"], "--reason", "again").exit == 14
    assert "settled" in done("hold", "list", "--jsonl")
    done("erase", "claims.txt", "--confirm", "claims.txt")


@pytest.mark.parametrize(
    "words",
    [
        ("hold", "place", "Acme", "--reason", "x", "--all"),
        ("incident", "open", "Lost laptop", "--aware", "1h"),
        ("review", "start", "--title", "Spring"),
        ("register", "add", "--title", "Coating", "--description", "-", "--owner", OWNER, "--custodian", OWNER),
    ],
    ids=" ".join,
)
def test_the_same_thing_twice(words: tuple[str, ...]) -> None:
    """It is recorded, since it may be another of the same name, and the id of the one that there is is told."""
    first, second = (ipvault(*words, stdin=b"text") for _time in range(2))
    assert (first.exit, second.exit) == (0, 0)
    assert "was there already" not in first.stderr
    assert "was there already, and is not over: " in second.stderr


def test_what_was_typed_wrong_is_told() -> None:
    """A duty that no playbook has, an action that there is not, a framework, and what was acknowledged before."""
    done("hold", "place", "Acme", "--reason", "x", "--all", "--custodian", OWNER)
    done("hold", "acknowledge", "Acme")
    again = error(ipvault("hold", "acknowledge", "Acme", "--json"))
    assert (again["exit_code"], "already" in again["message"]) == (14, True)
    done("incident", "open", "Lost laptop", "--aware", "1h")
    assert "did you mean lead?" in ipvault("incident", "assign", "Lost laptop", "leed", "Mary").stderr
    assert "until now" not in ipvault("incident", "assign", "Lost laptop", "lead", "Mary").stderr
    done("incident", "remediate", "Lost laptop", "Change locks")
    shown = data(ipvault("incident", "show", "Lost laptop", "--json"))["incident"]["actions"][-1]["key"]
    wrong = ipvault("incident", "remediate", "Lost laptop", "--done", shown[:-1] + "x")
    assert (wrong.exit, f"did you mean {shown}" in wrong.stderr) == (14, True)
    assert "nis2-art21?" in ipvault("compliance", "report", "nis2").stderr


def test_somebody_of_whom_there_is_nothing() -> None:
    """A name that no document is tagged with is told, with the nearest; and so is the end of the day in its zone."""
    add("letter", b"", "--tag", "subject:Zoe Miller")
    for words in (
        ("privacy", "disclosures", "Zoe Miler"),
        ("privacy", "consent", "add", "Zoe Miler", "--purpose", "x", "--evidence", "letter"),
        ("privacy", "request", "create", "Zoe Miler", "--right", "erasure"),
    ):
        told = ipvault(*words).stderr
        assert "no document has the tag subject:Zoe Miler; did you mean Zoe Miller?" in told
        assert "no document" not in ipvault(*(word.replace("Miler", "Miller") for word in words)).stderr
    create = ("privacy", "request", "create", "Zoe Miller", "--right", "access", "--zone", "Europe/Berlin")
    assert "by 2026-12-02 23:59+01:00" in ipvault(*create, "--received", "2026-11-02").stderr
    for day in ("2120-01-01", "0001-01-01"):
        assert ipvault(*create, "--received", day).exit == 2


@pytest.mark.parametrize(
    "words",
    [
        ("hold", "place", "x", "--reason", "x"),
        ("hold", "place", "x", "--reason", " ", "--all"),
        ("hold", "place", " ", "--reason", "x", "--all"),
        ("hold", "place", "x", "--reason", "x", "--all", "--tag", "y"),
        ("hold", "acknowledge", "x", "--for", "Bob"),
        ("retention", "set", "x", "--keep", "1w", "--all"),
        ("retention", "set", "x", "--keep", "99999y", "--all"),
        ("retention", "run"),
        ("retention", "certificate", "x", "-o", "x.pdf"),
        ("retention", "certificate", "x", "-o", "x.md", "--format", "html"),
        ("privacy", "disclosures", "x", "-o", "x.docx"),
        ("retention", "certificate"),
        ("privacy", "request", "create", "x", "--right", "access", "--law", "own"),
        ("privacy", "request", "create", "x", "--right", "access", "--zone", "Nowhere"),
        ("privacy", "request", "create", "x", "--right", "access", "--received", "yesterday"),
        ("privacy", "request", "decide", "x", "--reason", "x"),
        ("privacy", "request", "decide", "x", "--reason", "x", "--grant", "--refuse"),
        ("privacy", "disclosures"),
    ],
    ids=" ".join,
)
def test_usage(words: tuple[str, ...]) -> None:
    """What is missing or contradicts itself is a usage error, and nothing is recorded."""
    assert ipvault(*words).exit == 2


def test_retention_from_the_rule_to_the_certificate() -> None:
    """What is due is listed with its rule, destroyed once, and what is held is left; then there is a certificate."""
    add("a")
    add("b")
    done("retention", "set", "drafts", "--keep", "30d", "--then", "erase", "--all")
    assert done("retention", "due") == ""
    assert [row.split("\t")[2] for row in done("retention", "due", "--by", "2099-01-01").splitlines()] == [
        "destroy it"
    ] * 2
    done("retention", "set", "drafts", "--keep", "0d", "--since", "event", "--then", "erase", "--all")
    done("retention", "event", "a", "b", "--on", "2020-01-01")
    done("hold", "place", "Acme", "--reason", "a suit", "--item", "b")
    planned = data(ipvault("retention", "run", "--dry-run", "--json"))
    assert (
        data(ipvault("retention", "run", "--dry-run", "--reason", "to see", "--json"))["destroyed"]
        == planned["destroyed"]
    )
    ran = data(ipvault("retention", "run", "--reason", "yearly", "--json"))
    assert [one["name"] for one in planned["destroyed"]] == [one["name"] for one in ran["destroyed"]] == ["a"]
    assert [(one["name"], one["outcome"]) for one in ran["left"]] == [("b", "held")]
    assert data(ipvault("retention", "run", "--reason", "again", "--json"))["run"] is None
    assert "drafts" in done("retention", "certificate", ran["run"][:8], "--format", "markdown")
    assert [row["action"] for row in journal("--action", "retention.applied")] == ["retention.applied"]
    assert ipvault("retention", "certificate", "--item", "b").exit == 14


def test_an_erasure_is_confirmed() -> None:
    """By the number of documents: another one destroys nothing; without a person it ends with 16."""
    add("a", b"", "--tag", "subject:Zoe")
    asked = data(ipvault("privacy", "request", "create", "Zoe", "--right", "erasure", "--json"))["id"]
    words = ("privacy", "request", "decide", asked, "--grant", "--reason", "asked")
    assert ipvault(*words, "--confirm", "2").exit == 16
    assert ipvault(*words, "--no-input").exit == 16
    assert "a" in done("list")
    decided = data(ipvault(*words, "--confirm", "1", "--json"))
    assert (decided["answer"], len(decided["records"]), decided["left"]) == ("granted", 1, [])
    assert ipvault("privacy", "request", "close", asked, "--told", "by letter").exit == 0
    assert ipvault(*words, "--confirm", "0").exit == 14


def test_what_is_lost_is_said_before() -> None:
    """Whoever erases by hand is not stopped by a rule, but told which would still keep it, before anything is typed;
    and so is whoever erases what shows an agreement or a consent in force. Where those are shown, that it is gone is.
    """
    for name in ("k.txt", "ev.txt", "l1.txt"):
        add(name)
    done("retention", "set", "keep", "--keep", "10y", "--item", "k.txt", "--then", "review")
    options = ("--type", "licence", "--title", "Widget", "--party-name", "Zoe", "--json")
    agreement = data(ipvault("agreement", "add", "--item", "l1.txt", *options))
    consent = data(ipvault("privacy", "consent", "add", "Zoe", "--purpose", "study", "--evidence", "ev.txt", "--json"))
    agreed, given = agreement["agreement"]["id"][:8], consent["consent"]["id"][:8]
    assert ipvault("agreement", "check").exit == 0
    for name, what in (("k.txt", "keep: it is kept until"), ("l1.txt", agreed), ("ev.txt", given)):
        refused = ipvault("erase", name, "--confirm", "other")
        assert refused.exit != 0
        assert what in refused.stderr
        assert ipvault("erase", name, "--confirm", name).exit == 0
    assert agreed in ipvault("agreement", "show", agreed).stderr
    assert data(ipvault("agreement", "check", "--json"))["findings"][0]["kind"] == "document-gone"
    listed = ipvault("privacy", "consent", "list")
    assert given in listed.stderr
    assert {"study", "anybody", "the tag subject:Zoe", "ev.txt (erased)"} < set(listed.stdout.strip().split("\t"))
    add("free.txt")
    assert "warning" not in ipvault("erase", "free.txt", "--confirm", "free.txt").stderr


def test_a_rule_that_destroys_a_proof_says_so() -> None:
    """An agreement in force whose document is due is named before and when it is destroyed; not while that is held."""
    add("nda.txt")
    add("free.txt")
    options = ("--type", "nda", "--title", "Widget", "--party-name", "Zoe", "--json")
    agreed = data(ipvault("agreement", "add", "--item", "nda.txt", *options))["agreement"]["id"][:8]
    done("retention", "set", "old", "--keep", "0d", "--since", "event", "--then", "erase", "--all")
    done("retention", "event", "nda.txt", "free.txt", "--on", "2020-01-01")
    done("hold", "place", "Acme", "--reason", "a suit", "--item", "nda.txt")
    assert agreed not in ipvault("retention", "run", "--dry-run").stderr
    done("hold", "release", "Acme", "--reason", "settled")
    for words, what in (
        (("due",), "destroy it"),
        (("run", "--dry-run"), "destroy it"),
        (("run", "--reason", "y"), "destroyed"),
    ):
        outcome = ipvault("retention", *words)
        assert outcome.exit == 0
        assert [row.split("\t")[2] for row in outcome.stdout.splitlines()] == [what] * 2
        assert f"nda.txt is the signed document of the agreement Widget ({agreed})" in outcome.stderr
        assert outcome.stderr.count("warning") == 1

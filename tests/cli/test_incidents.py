"""`ipvault incident`: from the command line to the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.vaults import OWNER, add, data, done, error, journal
from tests.support.program import ipvault

pytestmark = pytest.mark.usefixtures("vault")

SHORT = 'format = 1\nname = "short"\nsteps = ["assess"]\n'


def test_from_the_report_to_its_end(tmp_path: Path) -> None:
    """All commands with JSON: what was lost is known, frozen, told to an authority, and on a page."""
    add("formula", b"", "--label", "secret", "--tag", "personal-data")
    (tmp_path / "playbook.toml").write_text(SHORT)
    opened = ipvault("incident", "open", "Lost", "--aware", "5h", "--from", "-", "--zone", "Asia/Kathmandu",
                     "--playbook", "playbook.toml", "--json", stdin=b"on a train", cwd=tmp_path)  # fmt: skip
    incident = data(opened)["incident"]
    assert (incident["text"], incident["recorded_after"] // 3600) == ("on a train", 5)
    id_ = incident["id"][:8]
    assert "5 hours after awareness" in done("incident", "show", id_)
    done("incident", "assign", id_, "lead", OWNER)
    assert error(ipvault("incident", "close", id_, "--reason", "x", "--json"))["exit_code"] == 16
    exposed = done("exposure", OWNER, "--jsonl")
    assessed = ipvault("incident", "assess", id_, "--from", "-", "--json", stdin=exposed.encode())
    assert data(assessed)["incident"]["severity"] == "critical"
    contained = ipvault("incident", "contain", id_, "--from", "-", "--reason", "lost", "--json", stdin=exposed.encode())
    assert len(data(contained)["frozen_items"]) == 1
    refused = error(ipvault("export", "formula", "-o", str(tmp_path / "copy"), "--json"))
    assert refused["exit_code"] == 15
    assert "frozen" in refused["message"]
    (tmp_path / "log.txt").write_text("12:00 login")
    done("incident", "evidence", id_, "--file", "log.txt", "--holder", "Ada", "--reason", "the log", cwd=tmp_path)
    assert done("evidence", "custody", "list").count("log.txt") == 1
    done("incident", "evidence", id_, "--records", "0-3", "--reason", "how it began")
    done("incident", "clock", id_, "--start", "gdpr")
    for form, name in (("text", "a.txt"), ("markdown", "a.md"), ("html", "a.html")):
        done("incident", "notify", id_, "--to", "authority", "-o", name, "--format", form, cwd=tmp_path)
    sent = ("--sent", "1h", "--file", "a.txt", "--name", "ICO", "--clock", "gdpr")
    assert data(ipvault("incident", "notify", id_, "--to", "authority", *sent, "--json", cwd=tmp_path))["gaps"] > 0
    assert done("incident", "clock", id_).split("\t")[3] == "met"
    done("incident", "lessons", id_, "lock it")
    done("incident", "close", id_, "--reason", "found")
    assert ipvault("incident", "lessons", id_, "more").exit == 14
    done("incident", "contain", id_, "--lift", "--reason", "found")
    done("incident", "export", id_, "-o", "report.html", cwd=tmp_path)
    assert "<svg" in (tmp_path / "report.html").read_text()
    report = json.loads(done("incident", "export", id_, "--format", "json"))
    assert (report["schema"], report["close_reason"]) == ("ipvault.incident/1", "found")
    assert [moment["time"] for moment in report["timeline"]] == sorted(moment["time"] for moment in report["timeline"])
    assert "closed on" in done("incident", "list")
    assert len(done("incident", "list", "--jsonl").splitlines()) == 1
    assert {row["fields"]["paper"] for row in journal("--action", "incident.released")} == {"authority", "report"}
    assert ipvault("verify").exit == 0


@pytest.mark.parametrize(
    "words",
    [
        ("open", "x", "--aware", "yesterday"),
        ("open", "x", "--aware", "2026-03-29T02:30", "--zone", "Europe/Berlin"),
        ("open", "x", "--aware", "2020-01-01", "--zone", "Nowhere"),
        ("open", "x", "--aware", "2120-01-01"),
        ("open", " ", "--aware", "1h"),
        ("open", "x", "--aware", "1h", "--occurred", "1m"),
        ("assess", "x"),
        ("assess", "x", "--from", "-"),
        ("contain", "x", "--reason", "x"),
        ("contain", "x", "--item", "a"),
        ("contain", "x", "--item", "a", "--lift", "--reason", "x"),
        ("export", "x", "-o", "x.txt"),
        ("export", "x", "-o", "x.json", "--format", "html"),
        ("notify", "x", "--to", "authority", "-o", "x.pdf"),
        ("evidence", "x", "--reason", "x"),
        ("evidence", "x", "--reason", "x", "--file", "a"),
        ("evidence", "x", "--reason", "x", "--records", "4"),
        ("clock", "x", "--start", "gdpr", "--hours", "4"),
        ("clock", "x", "--start", "ours"),
        ("clock", "x", "--start", "ours", "--hours", "4", "--days", "4"),
        ("clock", "x", "--hours", "4"),
        ("clock", "x", "--start", "gdpr", "--met", "gdpr"),
        ("clock", "x", "--at", "1h"),
        ("notify", "x", "--to", "authority"),
        ("notify", "x", "--to", "authority", "--sent", "1h"),
        ("notify", "x", "--to", "authority", "-o", "a", "--clock", "gdpr"),
        ("notify", "x", "--to", "press", "-o", "a"),
        ("remediate", "x"),
        ("remediate", "x", "y", "--done", "z"),
        ("remediate", "x", "y", "--note", "z"),
        ("lessons", "x"),
        ("lessons", "x", "y", "--from", "-"),
        ("close", "x", "--reason", " "),
    ],
    ids=" ".join,
)
def test_usage(words: tuple[str, ...]) -> None:
    """What is missing or contradicts itself is a usage error, and nothing is recorded."""
    assert ipvault("incident", *words, stdin=b"no line of an exposure").exit == 2


@pytest.mark.parametrize("line", [b"{}", b"[]", b"null", b'{"item": "x"}', b'{"item": 1}', b"{" * 100_000, b"\xff"])
def test_lines_that_are_none(line: bytes) -> None:
    """What is no line of `exposure --jsonl` is told by its number."""
    good = b'{"item": "' + b"0" * 32 + b'", "package": null}\n'
    failed = error(ipvault("incident", "assess", "x", "--from", "-", "--json", stdin=good + line))
    assert (failed["exit_code"], "line 2" in failed["message"]) == (2, True)


def test_what_was_forgotten_is_told_of() -> None:
    """An exposure lists it by its id, and says so; an incident counts it, and there is nothing of it to freeze."""
    for name in ("letter", "other"):
        add(name)
    request = data(ipvault("privacy", "request", "create", "Zoe", "--right", "erasure", "--json"))["id"]
    options = ("--grant", "--reason", "asked", "--item", "letter", "--confirm", "1")
    assert ipvault("privacy", "request", "decide", request, *options).exit == 0
    exposed = ipvault("exposure", OWNER, "--jsonl")
    assert "1 document was forgotten" in exposed.stderr
    named = [(line["name"] == line["item"], line["sha256"]) for line in map(json.loads, exposed.stdout.splitlines())]
    assert [one for one in named if one[0]] == [(True, None)]
    id_ = data(ipvault("incident", "open", "Lost", "--aware", "1h", "--json"))["incident"]["id"]
    assessed = data(ipvault("incident", "assess", id_, "--person", OWNER, "--json"))["incident"]
    assert assessed["severity"] == "high"
    lines = exposed.stdout.encode()
    contained = ipvault("incident", "contain", id_, "--from", "-", "--reason", "lost", "--json", stdin=lines)
    assert len(data(contained)["frozen_items"]) == 1
    assert "1 document of the exposure" in json.loads(contained.stdout)["warnings"][0]


def test_lifting_goes_with_nothing_else() -> None:
    """Whoever lifts and contains at once is told that, and not that neither was asked for."""
    said = ipvault("incident", "contain", "x", "--lift", "--item", "a", "--reason", "x")
    assert "--lift ends all that is frozen" in said.stderr

"""--json on every command: one object of the documented form, which tells where a change was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.vaults import add, error
from tests.support.program import ipvault

Envelope = dict[str, Any]


def _run(*words: str, exit_code: int = 0, stdin: bytes = b"", cwd: Path | None = None) -> Envelope:
    outcome = ipvault(*words, "--json", stdin=stdin, cwd=cwd)
    assert outcome.exit == exit_code, outcome
    assert outcome.stderr == ""
    assert outcome.stdout.count("\n") == 1
    assert outcome.stdout.isascii()
    envelope: Envelope = json.loads(outcome.stdout)
    assert list(envelope) == ["schema", "ok", "data", "warnings", "journal"]
    verbs = words[:2] if words[0] == "journal" else words[:1]
    assert envelope["schema"] == f"ipvault.{'-'.join(verbs)}/1"
    assert envelope["ok"] is (exit_code == 0)
    assert isinstance(envelope["data"], dict)
    assert all(isinstance(warning, str) for warning in envelope["warnings"])
    return envelope


class Position:
    """Follows the journal: a change moves it by some records, reading by none."""

    def __init__(self, envelope: Envelope) -> None:
        self.at = envelope["journal"]

    def moved(self, envelope: Envelope, by: int) -> None:
        now = envelope["journal"]
        assert set(now) == {"seq", "hash"}
        assert now["seq"] == self.at["seq"] + by
        assert (now["hash"] == self.at["hash"]) is (by == 0)
        assert len(bytes.fromhex(now["hash"])) == 32
        self.at = now


@pytest.mark.usefixtures("vault")
def test_documents_in_json(tmp_path: Path) -> None:
    """Every change of documents tells its data and its last record, and what only reads tells the record it saw."""
    (tmp_path / "claims.txt").write_bytes(b"claims")
    (tmp_path / "again.txt").write_bytes(b"claims")
    (tmp_path / "link").symlink_to("claims.txt")
    position = Position(_run("status"))

    added = _run("add", "claims.txt", "again.txt", "link", exit_code=3, cwd=tmp_path)
    position.moved(added, 1)
    (stored,) = added["data"]["stored"]
    assert stored["name"] == "claims.txt"
    assert (stored["version"], stored["size"], stored["source"]) == (1, 6, "claims.txt")
    assert added["data"]["duplicates"] == [{"name": "again.txt", "held_as": "claims.txt", "source": "again.txt"}]
    assert added["data"]["skipped"] == [{"source": "link", "reason": "it is a symbolic link"}]
    assert added["warnings"] == ["skipped link: it is a symbolic link"]

    updated = _run("update", "claims.txt", "-", stdin=b"second")
    position.moved(updated, 1)
    assert updated["data"]["stored"][0]["version"] == 2

    labelled = _run("label", "claims.txt", "--tag", "EP", "--label", "secret")
    position.moved(labelled, 1)
    assert labelled["data"]["items"][0]["tags"] == ["EP"]

    moved = _run("move", "claims.txt", "widget/claims.txt")
    position.moved(moved, 1)
    assert moved["data"]["item"]["name"] == "widget/claims.txt"
    assert moved["data"]["item"]["id"] == stored["id"]

    listed = _run("list")
    position.moved(listed, 0)
    assert listed["data"]["items"] == _run("search", "claims")["data"]["items"] == [moved["data"]["item"]]

    shown = _run("show", stored["id"])
    position.moved(shown, 0)
    assert [version["sha256"] for version in shown["data"]["versions"]] == [
        stored["sha256"],
        updated["data"]["stored"][0]["sha256"],
    ]

    exported = _run("export", "--all", "-o", "out", "--reason", "asked", cwd=tmp_path)
    position.moved(exported, 2)  # the decision of the gate, and what left by it
    assert exported["data"]["items"][0]["path"] == "widget/claims.txt"
    assert (tmp_path / "out" / "widget" / "claims.txt").read_bytes() == b"second"

    for verb, by in (("remove", 1), ("restore", 1)):
        changed = _run(verb, "widget/claims.txt")
        position.moved(changed, by)
        assert changed["data"]["items"][0]["id"] == stored["id"]

    erased = _run("erase", "widget/claims.txt", "--confirm", "widget/claims.txt")
    position.moved(erased, 3)
    assert erased["data"]["versions"] == [1, 2]

    history = _run("history", "widget/claims.txt")
    position.moved(history, 0)
    assert [record["action"] for record in history["data"]["records"]] == [
        "item.added",
        "item.updated",
        "item.described",
        "item.renamed",
        "content.released",
        "item.removed",
        "item.restored",
        "item.erased",
        "item.erased",
        "item.removed",
    ]
    assert all(version["erased"] for version in history["data"]["versions"])


@pytest.mark.usefixtures("vault")
def test_the_journal_in_json(tmp_path: Path) -> None:
    """So do the verbs of the journal and `verify`; a record is the same wherever it is shown."""
    add("plan")
    position = Position(_run("erase", "plan", "--confirm", "plan"))
    listed = _run("journal", "list", "--last", "2")
    position.moved(listed, 0)
    records = listed["data"]["records"]
    assert [record["action"] for record in records] == ["item.erased", "item.removed"]
    assert records[-1]["hash"] == position.at["hash"]
    assert records[-1]["previous"] == records[0]["hash"]
    shown = _run("journal", "show", str(records[0]["seq"]))
    position.moved(shown, 0)
    assert shown["data"]["record"] == records[0]
    exported = _run("journal", "export", "--with-names", "-o", "journal.jsonl", cwd=tmp_path)
    position.moved(exported, 1)
    lines = (tmp_path / "journal.jsonl").read_text(encoding="ascii").splitlines()
    assert [json.loads(line) for line in lines][-2:] == records
    added = str(records[0]["seq"] - 1)
    forgotten = _run("journal", "forget", added, "--reason", "asked for", "--confirm", "1")
    position.moved(forgotten, 1)
    assert forgotten["data"]["records"] == [int(added)]
    verified = _run("verify", "--content")
    position.moved(verified, 0)
    assert verified["data"]["findings"] == []
    assert verified["data"]["records"] == position.at["seq"] + 1
    assert _run("verify", "--keyless")["data"]["keyless"] is True


def test_the_vault_in_json(home: Path, vault: Path, secret: Path) -> None:
    """So do the commands about the vault and the ones about the program."""
    unlocked = _run("unlock", "--passphrase-file", str(secret), "--store", "session")
    assert unlocked["data"]["store"] == "session"
    status = _run("status")
    assert (status["data"]["vault"], status["data"]["path"]) == (_vault_id(vault), str(vault))
    assert status["data"]["session_until"] == unlocked["data"]["until"]
    assert status["journal"]["seq"] == status["data"]["last_record"]["seq"] == unlocked["journal"]["seq"]
    locked = _run("lock")
    assert locked["data"] == {"was_open": True}
    assert locked["journal"] is None
    doctor = _run("doctor")
    assert {finding["state"] for finding in doctor["data"]["findings"]} <= {"ok", "warning", "problem", "unknown"}
    made = _run("init", str(home / "second"), "--name", "Bob", "--passphrase-file", str(secret))
    assert made["data"]["vault"] == _vault_id(home / "second")
    assert made["journal"]["seq"] == 8
    assert _run("help")["data"]["topics"]
    assert _run("completion", "bash")["data"]["shell"] == "bash"


def _vault_id(vault: Path) -> str:
    return next(line.split('"')[1] for line in (vault / "VAULT").read_text().splitlines() if line.startswith("vault"))


@pytest.mark.usefixtures("vault")
def test_lists_as_json_lines() -> None:
    """--jsonl prints one object a line, the same that --json lists; its failures are told in words."""
    for name in ("a", "b"):
        add(name)
    for words, key in ((("list",), "items"), (("search", "a"), "items"), (("journal", "list"), "records")):
        lines = ipvault(*words, "--jsonl").stdout.splitlines()
        assert [json.loads(line) for line in lines] == _run(*words)["data"][key]
    assert ipvault("list", "--jsonl", "--since", "x").stderr.startswith("ipvault: error: ")


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(
    ("words", "identifier", "code"),
    [
        (("list", "--vault", "/nowhere"), "no-vault", 10),
        (("list", "--passphrase-file", "/etc/hostname"), "passphrase-source", 12),
        (("show", "nothing"), "not-found", 13),
        (("journal", "show", "99"), "no-such-record", 13),
        (("journal", "list", "--member", "Bob"), "no-such-member", 13),
        (("add", "x", "--room", "board"), "source-not-found", 13),
        (("init",), "not-empty", 14),
        (("cat", "x"), "usage", 2),
        (("add",), "usage", 2),
        (("export", "x", "-o", "-"), "usage", 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_failures_in_json(words: tuple[str, ...], identifier: str, code: int, vault: Path) -> None:
    """A failure is one object on standard error, with a stable id and the exit code."""
    failure = error(ipvault(*words, "--json", cwd=vault))
    assert (failure["id"], failure["exit_code"]) == (identifier, code)
    assert failure["message"]

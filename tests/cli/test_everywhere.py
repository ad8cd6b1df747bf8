"""What holds for every command of the real program, whatever it does."""

from __future__ import annotations

import fcntl
import subprocess
import time
from pathlib import Path

import pytest

from ipvault.cli.commands import all_commands
from tests.cli.vaults import add, done
from tests.support.program import command, environment, ipvault
from tests.support.terminal import Terminal

WORDS = [words for words, _command in all_commands()]


@pytest.mark.usefixtures("vault")
def test_messages_go_to_stderr_and_quiet_leaves_them_out() -> None:
    """A change prints nothing on standard output, and with --quiet nothing on standard error either."""
    add("a")
    for words in (
        ("add", "-", "--name", "b"),
        ("update", "a", "-"),
        ("label", "a", "--tag", "x"),
        ("move", "a", "c"),
        ("remove", "c"),
        ("restore", "c"),
        ("erase", "c", "--confirm", "c"),
        ("lock",),
    ):
        outcome = ipvault(*words[:1], "--quiet", *words[1:], stdin=b"content")
        assert (outcome.exit, outcome.stdout, outcome.stderr) == (0, "", ""), words
    outcome = ipvault("lock")
    assert (outcome.stdout, outcome.stderr) == ("", "The vault was locked already.\n")


@pytest.mark.usefixtures("vault")
def test_a_language_after_the_subcommand() -> None:
    """--lang works there too, and one that there is no translation for is a usage error."""
    assert ipvault("list", "--lang", "en").exit == 0
    outcome = ipvault("list", "--lang", "tlh")
    assert outcome.exit == 2
    assert "no translation for tlh" in outcome.stderr


@pytest.mark.usefixtures("vault")
def test_no_input_never_waits() -> None:
    """With --no-input a command that would ask fails with 16, at a terminal as well."""
    done("lock")
    for words in (("list",), ("unlock",), ("verify",), ("init", "new")):
        with Terminal(*words, "--no-input") as terminal:
            status, shown = terminal.end()
        assert status == 16
        assert "assphrase: " not in shown
        assert "ipvault: hint: " in shown or "hint:" in shown


@pytest.mark.usefixtures("vault")
def test_tables_for_people() -> None:
    """On a terminal there are titles and, but for --plain, a drawn table; sizes and times are as people read them.

    Columns that say nothing are left out, and so are the least missed ones where the terminal is narrow.
    """
    done("add", "-", "--name", "widget/claims.txt", "--tag", "EP", "-q", stdin=b"x" * 5000)
    add("plan")
    with Terminal("list", columns=160) as terminal:
        drawn = terminal.end()[1]
    assert "─" in drawn
    assert "4.9 KiB" in drawn
    with Terminal("list", "--plain", columns=160) as terminal:
        plain = terminal.end()[1]
    titles, _plan, row = plain.splitlines()
    assert titles.split() == ["Name", "Version", "Label", "Type", "Size", "Changed", "Tags", "Id"]
    assert row.startswith("widget/claims.txt  1        confidential  other  4.9 KiB  ")
    assert "\x1b" not in plain
    with Terminal("list", "--plain", columns=60) as terminal:
        assert all(len(line) <= 60 for line in terminal.end()[1].splitlines())


@pytest.mark.usefixtures("vault")
def test_an_empty_vault_is_not_a_riddle() -> None:
    """Where there is nothing to list, a person is told so instead of an empty table, and a program gets no line."""
    outcome = ipvault("list")
    assert (outcome.stdout, outcome.stderr.count("\n")) == ("", 1)
    with Terminal("list") as terminal:
        assert terminal.end() == (0, outcome.stderr.replace("\n", "\r\n"))
    add("a")
    assert ipvault("list", "*.docx").stderr == "Nothing in the vault matches.\n"
    assert ipvault("list", "*.docx", "-q").stderr == ""


def test_readers_do_not_wait(vault: Path) -> None:
    """While another process writes, listing, showing and verifying go on; a change waits and says so."""
    add("a")
    with open(vault / "lock", "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for words in (("list",), ("show", "a"), ("search", "a"), ("status",), ("journal", "list"), ("verify",)):
            assert ipvault(*words).exit == 0
        process = subprocess.Popen(
            command(["remove", "a"]), env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert process.stderr is not None
        assert "waiting for another ipvault" in process.stderr.readline()
        time.sleep(0.1)
        assert process.poll() is None
    assert "Removed a" in process.communicate(timeout=60)[1]
    assert process.returncode == 0


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_no_vault_is_told_everywhere(words: tuple[str, ...], tmp_path: Path) -> None:
    """Every command that needs a vault ends with 10 where there is none, before it asks for anything."""
    arguments = {
        "add": ("x",),
        "update": ("x", "-"),
        "label": ("x", "--tag", "y"),
        "move": ("x", "y"),
        "search": ("x",),
        "export": ("x", "-o", "y"),
        "policy set": ("secret", "approvals=0"),
        "policy import": ("policy.toml",),
        **dict.fromkeys(("policy check", "request show", "request approve", "request deny"), ("x",)),
        "request create": ("x", "--to", "y"),
        "compliance report": ("gdpr",),
        "compliance import": ("x",),
        "journal show": ("1",),
        "journal accept-rollback": ("--reason", "x"),
        "journal forget": ("1", "--reason", "x"),
        "identity slot remove": ("x",),
        **dict.fromkeys(("room create", "room show", "room rotate", "member add", "member remove"), ("x",)),
        "member role": ("x", "--role", "reader"),
        **dict.fromkeys((f"recipient {verb}" for verb in ("add", "verify", "show", "remove")), ("x",)),
        "recipient update": ("x", "x"),
        "share": ("x", "--to", "x", "-o", "y"),
        **dict.fromkeys(("revoke", "receive", "receipt import", "access", "exposure"), ("x",)),
        "identity recovery split": ("-o", "y"),
        "seal": ("x", "--to", "x", "-o", "y"),
        "open": ("x", "-o", "y"),
        "package inspect": ("x",),
        "receipt create": ("x", "--event", "opened", "-o", "y"),
        "timestamp request": ("x", "-o", "y"),
        "journal proof": ("1",),
        "journal witness-request": ("--witness", "x", "-o", "y"),
        **dict.fromkeys(("journal witness-import", "witness cosign", "witness trust", "witness distrust"), ("x",)),
        "evidence bundle": ("-o", "y"),
        **dict.fromkeys(("evidence verify", "evidence certify"), ("x",)),
        "report dossier": ("x", "-o", "y.html"),
        "evidence custody start": ("x", "--holder", "y"),
        "evidence custody correct": ("abcd", "1", "--to", "y", "--reason", "z"),
        "evidence custody transfer": ("abcd", "x", "--to", "y", "--received", "x"),
        **dict.fromkeys(("dlp scan", "dlp rules check", "dlp rules show"), ("x",)),
        "dlp test": ("shipped", "x"),
        "mark identify": ("x",),
        "mark apply": ("x", "--for", "y", "-o", "z"),
        "insight test": ("shipped",),
        "insight acknowledge": ("abcd", "--reason", "x"),
        "dlp waive": ("0" * 64, "--reason", "x"),
        "timestamp import": ("x", "--ca", "x"),
        "timestamp export": ("x", "-o", "y"),
        "agreement add": ("x", "--type", "nda", "--party-name", "y"),
        **dict.fromkeys((f"agreement {verb}" for verb in ("show", "update", "terminate")), ("x",)),
        "risk assess": ("--item", "x", "--to", "y"),
        "risk show": ("x",),
        "risk accept": ("x", "--reason", "y"),
        "training assign": ("--name", "x"),
        "training show": ("x",),
        "incident open": ("x", "--aware", "2020-01-01"),
        **dict.fromkeys((f"incident {verb}" for verb in ("show", "clock", "export")), ("x",)),
        "incident assign": ("x", "y", "z"),
        "incident assess": ("x", "--item", "y"),
        "incident contain": ("x", "--item", "y", "--dry-run"),
        "incident evidence": ("x", "--item", "y", "--reason", "z"),
        "incident notify": ("x", "--to", "authority", "-o", "y"),
        **dict.fromkeys(("incident remediate", "incident lessons"), ("x", "y")),
        "incident close": ("x", "--reason", "y"),
        "hold place": ("x", "--reason", "x", "--all"),
        "hold notice": ("x", "-o", "y"),
        "hold release": ("x", "--reason", "x"),
        "hold acknowledge": ("x",),
        "retention set": ("x", "--keep", "1y", "--all"),
        "retention withdraw": ("x",),
        "retention event": ("x", "--on", "2020-01-01"),
        "retention run": ("--dry-run",),
        "retention certificate": ("x",),
        "privacy request create": ("x", "--right", "access"),
        "privacy request show": ("x",),
        "privacy request extend": ("x", "--reason", "x"),
        "privacy request decide": ("x", "--refuse", "--reason", "x"),
        "privacy request close": ("x", "--told", "x"),
        "privacy consent add": ("x", "--purpose", "x", "--evidence", "x"),
        **dict.fromkeys(("privacy consent withdraw", "privacy disclosures"), ("x",)),
        "register add": ("--title", "x", "--description", "policy.toml", "--owner", "y", "--custodian", "z"),
        "register score": ("x", "--factor", "effort=3:y"),
        **dict.fromkeys(("register show", "register approve"), ("x",)),
        "register retire": ("x", "--reason", "y"),
        "register reveal": ("x", "-o", "out", "--reason", "y"),
        **dict.fromkeys(("review show", "review close", "review export"), ("x",)),
        "review decide": ("x", "keep", "--reason", "y"),
        "offboard": ("x", "-o", "out"),
        "completion": ("bash",),
        **dict.fromkeys(("backup create", "backup verify", "backup drill"), ("x",)),
        "backup restore": ("x", "y"),
        "repair": ("--from", "x"),
    }
    takes_an_item = words[0] in ("remove", "restore", "erase", "show", "history", "cat")
    (tmp_path / "x").touch()
    (tmp_path / "policy.toml").write_text("format = 1")
    outcome = ipvault(*words, *arguments.get(" ".join(words), ("x",) if takes_an_item else ()), cwd=tmp_path)
    without = (("risk", "questions"), ("mark", "survey"), ("compliance", "frameworks"))
    if words[0] in ("completion", "help", "doctor", "limits") or words in without:
        assert outcome.exit in (0, 17), outcome
    elif words[0] == "init":
        assert outcome.exit == 14, outcome
    elif words[0] == "identity":  # which need none, but have to find one of their own
        assert outcome.exit == (16 if words[1] == "create" else 13), outcome
    elif words[0] == "witness" or words in (("evidence", "verify"), ("evidence", "certify")):  # which need none
        assert outcome.exit == {"list": 0, "history": 0, "distrust": 13}.get(words[1], 20), outcome
    elif words[0] == "dlp" and words[1] in ("scan", "rules", "test"):  # which need none, for a file
        assert outcome.exit == {"check": 2, "show": 13}.get(words[-1], 0), outcome
    elif words in (("backup", "verify"), ("backup", "restore")):  # which need none but the backup
        assert outcome.exit == 10, outcome
        assert "ipvault: hint: name the folder that `ipvault backup create` made" in outcome.stderr
        return
    elif words in (("insight", "rules"), ("insight", "test")):  # which need none
        assert outcome.exit == 0, outcome
    elif words == ("policy", "check"):
        assert outcome.exit == 2, outcome
        assert "cannot be taken as a policy" in outcome.stderr
    elif words in (("seal",), ("open",), ("package", "inspect"), ("receipt", "create")):  # a card or a package
        assert outcome.exit == 20, outcome
    else:
        assert outcome.exit == 10, outcome
        assert "ipvault: hint: name one with --vault" in outcome.stderr

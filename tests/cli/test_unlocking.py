"""Passphrases through the real command line: where they come from, and what becomes of wrong ones."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.vaults import PASSPHRASE, data, done, error, journal, passphrase_file
from tests.support.program import command, environment, ipvault
from tests.support.terminal import Terminal


def test_a_vault_is_made_and_used_at_a_terminal(home: Path) -> None:
    """P17: init asks for the passphrase twice, a command asks once, and neither shows what is typed."""
    vault = str(home / "mine")
    with Terminal("init", vault, "--name", "Ada") as terminal:
        for prompt in ("New passphrase: ", "The same again: "):
            terminal.read_until(prompt)
            terminal.type_line(PASSPHRASE, silently=True)
        status, shown = terminal.end()
    assert status == 0
    assert "Created a vault in" in shown
    assert PASSPHRASE not in shown
    with Terminal("add", "-", "--name", "x") as terminal:
        status, shown = terminal.end()
        assert status == 2
        assert "there is no pipe" in shown
    shell = 'echo content | "$@"; echo "ended $?"'
    with Terminal.of(["bash", "-c", shell, "bash", *command(["add", "-", "--name", "x"])]) as terminal:
        terminal.read_until("Passphrase: ")
        terminal.type_line(PASSPHRASE, silently=True)
        assert "ended 0" in terminal.end()[1]
    assert done("cat", "x", "--passphrase-file", str(passphrase_file(home))) == "content\n"


def test_two_different_answers_make_no_vault(home: Path) -> None:
    """Nothing is left of an init whose passphrase was mistyped the second time, or interrupted."""
    for answer, code in (("something else", 16), (None, 130)):
        with Terminal("init", str(home / "mine"), "--name", "Ada") as terminal:
            terminal.read_until("New passphrase: ")
            terminal.type_line(PASSPHRASE, silently=True)
            terminal.read_until("The same again: ")
            if answer is None:
                terminal.interrupt()
            else:
                terminal.type_line(answer, silently=True)
            assert terminal.end()[0] == code
        assert not (home / "mine").exists()


def test_a_wrong_passphrase_at_a_terminal(vault: Path) -> None:
    """It is refused with 12 and a hint, and noted in the vault before it is tried; the terminal shows none of it."""
    done("lock")
    with Terminal("list") as terminal:
        terminal.read_until("Passphrase: ")
        terminal.type_line("crane canary", silently=True)
        status, shown = terminal.end()
    assert status == 12
    assert "that passphrase does not open this vault" in shown
    assert "crane canary" not in shown
    attempts = (vault / "journal" / "attempts").read_text()
    assert '"opened": false' in attempts
    assert "crane" not in attempts


def test_an_attempt_that_never_closed(vault: Path, secret: Path) -> None:
    """One that a crash cut short counts as failed: at first it may be under way still, later it is journalled."""
    done("lock")
    ipvault("list", "--passphrase-fd", "0", stdin=b"a guess")
    attempts = vault / "journal" / "attempts"
    opening, _closing = attempts.read_bytes().splitlines(keepends=True)
    attempts.write_bytes(opening)
    unlock = ("unlock", "--store", "session", "--passphrase-file", str(secret))
    assert "failed" not in ipvault(*unlock).stderr
    assert journal("--action", "auth.failed") == []
    line = json.loads(opening)
    line["at"] = "2020-02-02T02:02:02.000Z"
    attempts.write_bytes(json.dumps(line).encode() + b"\n" + attempts.read_bytes().removeprefix(opening))
    assert "1 failed attempt to unlock came before this one" in ipvault(*unlock).stderr
    (failed,) = journal("--action", "auth.failed")
    assert failed["fields"]["at"] == line["at"]
    assert data(ipvault("status", "--json"))["failed_unlocks"] == 1


def test_every_attempt_is_counted(vault: Path, secret: Path) -> None:
    """Emptying the cache or the session hides no failed attempt; commands other than unlock journal them as well."""
    done("lock")
    for guess in (b"first", b"second", b"third"):
        assert ipvault("list", "--passphrase-fd", "0", stdin=guess).exit == 12
    done("list", "--passphrase-file", str(secret))
    assert (vault / "journal" / "attempts").read_bytes() == b""
    status = data(ipvault("status", "--json", "--passphrase-file", str(secret)))
    assert status["failed_unlocks"] == 0  # the opening for `list` was a good one in between
    done("unlock", "--store", "session", "--passphrase-file", str(secret))
    actions = [record["action"] for record in journal("--action", "auth")]
    assert actions == ["auth.unlocked"] + 3 * ["auth.failed"] + 3 * ["auth.unlocked"]


def test_accents_and_spaces(home: Path) -> None:
    """P15: a passphrase opens the vault however its accents are composed; a space more or less is another one."""
    typed = passphrase_file(home, " Cafe\u0301 au lait")
    done("init", str(home / "vault"), "--name", "Ada", "--passphrase-file", str(typed))
    for passphrase, code in ((" Caf\u00e9 au lait", 0), ("Caf\u00e9 au lait", 12), (" Caf\u00e9 au lait ", 12)):
        assert ipvault("list", "--passphrase-fd", "0", stdin=passphrase.encode()).exit == code


@pytest.mark.usefixtures("vault")
def test_sources_of_a_passphrase(secret: Path) -> None:
    """A descriptor, standard input, a file and a command each open a locked vault. What is named for one run comes
    before the session, which comes before the command, so that this is not run where a session is open.
    """
    command_variable = {"IPVAULT_PASSPHRASE_COMMAND": f"cat '{secret}'"}
    wrong_command = {"IPVAULT_PASSPHRASE_COMMAND": "echo wrong"}
    right = secret.read_bytes()
    sources: tuple[tuple[tuple[str, ...], bytes, dict[str, str]], ...] = (
        (("--passphrase-fd", "0"), b"wrong", {}),
        (("--passphrase-file", "-"), b"wrong", {}),
        ((), b"", wrong_command),
    )
    *named, by_command = sources
    for arguments, stdin, env in named:
        assert ipvault("list", *arguments, stdin=stdin, env=env).exit == 12
    assert ipvault("list", env=wrong_command).exit == 0
    done("lock")
    assert ipvault("list", env=by_command[2]).exit == 12
    for arguments, _stdin, env in sources:
        assert ipvault("list", *arguments, stdin=right, env=env and command_variable).exit == 0


@pytest.mark.usefixtures("vault")
def test_another_descriptor_than_stdin(secret: Path) -> None:
    """With the passphrase on descriptor 3, standard input is free for a document."""
    done("lock")
    script = '"$@" --passphrase-fd 3 3<"$0" <<<content'
    subprocess.run(
        ["bash", "-c", script, str(secret), *command(["add", "-", "--name", "x", "-q"])], env=environment(), check=True
    )
    script = '"$@" --passphrase-file <(cat "$0")'
    shown = subprocess.run(
        ["bash", "-c", script, str(secret), *command(["cat", "x"])], env=environment(), check=True, capture_output=True
    )
    assert shown.stdout == b"content\n"


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (("--passphrase-file", "{}", "--passphrase-fd", "0"), {}),
        (("--passphrase-file", "{}"), {"IPVAULT_PASSPHRASE_COMMAND": "cat {}"}),
        (("--passphrase-fd", "0"), {"IPVAULT_PASSPHRASE_COMMAND": "cat {}"}),
    ],
)
def test_two_sources_are_one_too_many(arguments: tuple[str, ...], env: dict[str, str], secret: Path) -> None:
    """Even if both have the right passphrase it is a usage error, and no attempt is noted."""
    filled = [word.format(secret) for word in arguments]
    variables = {name: value.format(secret) for name, value in env.items()}
    outcome = ipvault("list", *filled, stdin=secret.read_bytes(), env=variables)
    assert outcome.exit == 2
    assert "two ways" in outcome.stderr
    assert journal("--action", "auth.failed") == []


@pytest.mark.usefixtures("vault")
def test_a_passphrase_file_that_others_may_read(secret: Path) -> None:
    """It is refused, with what to do; its content does not appear."""
    secret.chmod(0o644)
    failure = error(ipvault("list", "--json", "--passphrase-file", str(secret)))
    assert failure["exit_code"] == 12
    assert "chmod 600" in failure["message"]
    assert PASSPHRASE not in json.dumps(failure)


@pytest.mark.usefixtures("vault")
def test_the_passphrase_command_gets_no_settings(home: Path, secret: Path) -> None:
    """P39: it is run without a shell, sees none of ipvault's variables, and what it says on stderr is not repeated."""
    done("lock")
    script = home / "command"
    script.write_text(f'#!/bin/sh\nenv >"{home}/seen"\necho hush >&2\ncat "{secret}"\n', encoding="utf-8")
    script.chmod(0o700)
    outcome = ipvault("list", env={"IPVAULT_PASSPHRASE_COMMAND": f"'{script}' '$(touch {home}/ran)' ; true"})
    assert outcome.exit == 0, outcome
    assert "hush" not in outcome.stderr
    assert not (home / "ran").exists()
    seen = (home / "seen").read_text(encoding="utf-8")
    assert "IPVAULT_" not in seen
    assert f"HOME={os.environ['HOME']}" in seen

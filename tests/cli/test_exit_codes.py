"""Every exit code that the documents promise is produced by the program in a situation that users get into."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ipvault.errors import ExitCode
from tests.cli.vaults import add, damage, done, the_object
from tests.support.program import Outcome, command, environment, ipvault
from tests.support.terminal import Terminal

ELSEWHERE = {
    ExitCode.UNEXPECTED: "tests/cli/test_endings.py: an error of the program itself",
    ExitCode.DENIED: "tests/cli/test_endings.py: needs a second member with a lesser role, whom a later issue brings",
    ExitCode.EXPIRED: "nothing expires yet",
}


def _done(_vault: Path) -> Outcome:
    return ipvault("status")


def _usage(_vault: Path) -> Outcome:
    return ipvault("list", "--since", "yesterday")


def _partial(_vault: Path) -> Outcome:
    return ipvault("add", "/dev/null")


def _no_vault(vault: Path) -> Outcome:
    return ipvault("status", "--vault", str(vault.parent))


def _locked(vault: Path) -> Outcome:
    """Another process is writing, and the user does not want to wait."""
    add("a")
    with open(vault / "lock", "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return ipvault("remove", "a", env={"IPVAULT_WAIT": "0"})


def _wrong_key(_vault: Path) -> Outcome:
    return ipvault("list", "--passphrase-fd", "0", stdin=b"not this one")


def _not_found(_vault: Path) -> Outcome:
    return ipvault("cat", "nothing")


def _conflict(_vault: Path) -> Outcome:
    add("a")
    return ipvault("add", "-", "--name", "a", stdin=b"b")


def _needs_person(_vault: Path) -> Outcome:
    add("a")
    return ipvault("erase", "a")


def _findings(vault: Path) -> Outcome:
    vault.chmod(0o777)
    return ipvault("doctor")


def _damaged(vault: Path) -> Outcome:
    add("a")
    damage(the_object(vault))
    return ipvault("verify")


def _journal_broken(vault: Path) -> Outcome:
    damage(vault / "journal" / "log", 300)
    return ipvault("verify", "--keyless")


def _rollback(vault: Path) -> Outcome:
    log = vault / "journal" / "log"
    older = log.read_bytes()
    add("a")
    log.write_bytes(older)
    return ipvault("list")


def _too_new(vault: Path) -> Outcome:
    descriptor = vault / "VAULT"
    text = descriptor.read_text(encoding="utf-8").replace("format = 1", "format = 2")
    descriptor.chmod(0o600)
    descriptor.write_text(text, encoding="utf-8")
    return ipvault("list")


def _storage(_vault: Path) -> Outcome:
    add("a")
    return ipvault("export", "a", "-o", "/proc/a")


def _interrupted(_vault: Path) -> Outcome:
    done("lock")
    with Terminal("list") as terminal:
        terminal.read_until("Passphrase: ")
        terminal.interrupt()
        status, shown = terminal.end()
    return Outcome(status, "", shown.strip())


def _broken_pipe(_vault: Path) -> Outcome:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(command(["status"]), env=environment(), stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    return Outcome(process.returncode, "", process.stderr.decode())


SITUATIONS: dict[ExitCode, Callable[[Path], Outcome]] = {
    ExitCode.DONE: _done,
    ExitCode.USAGE: _usage,
    ExitCode.PARTIAL: _partial,
    ExitCode.NO_VAULT: _no_vault,
    ExitCode.LOCKED: _locked,
    ExitCode.WRONG_KEY: _wrong_key,
    ExitCode.NOT_FOUND: _not_found,
    ExitCode.CONFLICT: _conflict,
    ExitCode.NEEDS_PERSON: _needs_person,
    ExitCode.FINDINGS: _findings,
    ExitCode.DAMAGED: _damaged,
    ExitCode.JOURNAL_BROKEN: _journal_broken,
    ExitCode.ROLLBACK: _rollback,
    ExitCode.TOO_NEW: _too_new,
    ExitCode.STORAGE: _storage,
    ExitCode.INTERRUPTED: _interrupted,
    ExitCode.BROKEN_PIPE: _broken_pipe,
}

SILENT = {
    ExitCode.DONE,
    ExitCode.FINDINGS,
    ExitCode.DAMAGED,
    ExitCode.JOURNAL_BROKEN,
    ExitCode.BROKEN_PIPE,
}
"""Those that have nothing to say on standard error: the result says it, or nobody listens."""

WITH_A_HINT = {
    ExitCode.NO_VAULT,
    ExitCode.LOCKED,
    ExitCode.WRONG_KEY,
    ExitCode.NOT_FOUND,
    ExitCode.CONFLICT,
    ExitCode.NEEDS_PERSON,
    ExitCode.ROLLBACK,
    ExitCode.TOO_NEW,
    ExitCode.STORAGE,
}


@pytest.mark.parametrize("code", SITUATIONS, ids=lambda code: code.name)
def test_situation(code: ExitCode, vault: Path) -> None:
    """The situation ends with its code, is told in words, with a hint where somebody can do something, and cleanly."""
    outcome = SITUATIONS[code](vault)
    assert outcome.exit == code, outcome
    assert (outcome.stderr == "") is (code in SILENT), outcome
    assert ("ipvault: hint: " in outcome.stderr) is (code in WITH_A_HINT), outcome
    assert "Traceback" not in outcome.stderr


def test_every_code_has_its_situation() -> None:
    """No code is left out without a reason."""
    assert set(SITUATIONS) | set(ELSEWHERE) == set(ExitCode)
    assert not set(SITUATIONS) & set(ELSEWHERE)

"""The vault that command-line tests begin with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.program import Outcome, ipvault

PASSPHRASE = "canary crane-quartz 17"
OWNER = "Ada Lovelace"

FOLDERS = ("vault", "state", "run")
"""What a vault consists of, in a test's home: itself, what this computer remembers of it, and the open session."""


def passphrase_file(folder: Path, passphrase: str = PASSPHRASE) -> Path:
    """A private file with a passphrase in it."""
    path = folder / "passphrase"
    path.touch(mode=0o600)
    path.write_text(passphrase + "\n", encoding="utf-8")
    return path


def make_vault(home: Path) -> None:
    """Create a vault in `home` and open it until tomorrow."""
    options = ("--vault", str(home / "vault"), "--passphrase-file", str(passphrase_file(home)))
    done("init", "--name", OWNER, *options)
    done("unlock", "--store", "session", "--for", "1d", *options)
    shutil.rmtree(home / "config" / "ipvault")


def done(*arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """What a command that succeeds prints on standard output."""
    outcome = ipvault(*arguments, stdin=stdin, env=env, cwd=cwd)
    assert outcome.exit == 0, outcome
    return outcome.stdout


def add(name: str, content: bytes = b"", *options: str) -> None:
    """Store `content`, or else the name itself, as an item of `main`, colons included; it must be new to the vault."""
    done("add", "-", f"--name={name}", "--room=main", *options, stdin=content or name.encode())


def data(outcome: Outcome) -> dict[str, Any]:
    """The `data` of what a command printed with `--json`, whatever its exit code."""
    assert outcome.stdout, outcome
    content: dict[str, Any] = json.loads(outcome.stdout)["data"]
    return content


def error(outcome: Outcome) -> dict[str, Any]:
    """The `error` of a command that failed with `--json`, which prints nothing else."""
    assert outcome.stdout == "", outcome
    envelope = json.loads(outcome.stderr)
    assert set(envelope) == {"schema", "ok", "error"}
    assert (envelope["schema"], envelope["ok"]) == ("ipvault.error/1", False)
    content: dict[str, Any] = envelope["error"]
    assert set(content) == {"id", "exit_code", "message", "hint", "fields"}
    assert content["exit_code"] == outcome.exit
    return content


def journal(*filters: str) -> list[dict[str, Any]]:
    """The records that `ipvault journal list` finds."""
    return [json.loads(line) for line in done("journal", "list", "--jsonl", *filters).splitlines()]


def the_object(vault: Path) -> Path:
    """The file of the only object in the vault."""
    (path,) = (file for file in (vault / "objects").rglob("*") if file.is_file())
    return path


def damage(path: Path, offset: int = -1) -> None:
    """Flip one bit; negative offsets count from the end."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def copy_vault(source: Path, target: Path) -> None:
    """Copy a vault with what belongs to it from one home to another."""
    for name in FOLDERS:
        shutil.copytree(source / name, target / name, dirs_exist_ok=True)

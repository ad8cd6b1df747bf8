"""Shell completion: commands and options, never anything from a vault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import environment, ipvault
from tests.support.terminal import Terminal


def _complete(line: str, **env: str) -> list[str]:
    words = line.split(" ")
    env |= {"_IPVAULT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    outcome = ipvault(env=env)
    assert outcome.exit == 0
    assert outcome.stderr == ""
    return outcome.stdout.split()


def test_commands_and_verbs() -> None:
    """Commands are completed by their beginning, verbs after their noun."""
    assert _complete("ipvault jo") == ["journal"]
    assert _complete("ipvault journal acc") == ["accept-rollback"]
    assert _complete("ipvault xyz") == []
    assert "list" in _complete("ipvault ")


def test_options_and_choices() -> None:
    """Options of every command, of this command, and the values of a choice are completed."""
    assert _complete("ipvault completion --no") == ["--no-input"]
    assert _complete("ipvault completion b") == ["bash"]
    assert _complete("ipvault --json completion f") == ["fish"]


def test_nothing_from_a_vault(tmp_path: Path) -> None:
    """P41: completing an item opens no vault and needs no key, so no title can appear."""
    (tmp_path / "VAULT").write_text("not even a vault", encoding="utf-8")
    assert _complete("ipvault help q", IPVAULT_VAULT=str(tmp_path)) == []


def test_topics_and_commands_of_help() -> None:
    """`help` is completed with topics and commands, after a noun with its verbs, and with nothing after that."""
    assert {"exit-codes", "environment", "export", "erase"} <= set(_complete("ipvault help e"))
    assert _complete("ipvault help thr") == ["threats"]
    assert _complete("ipvault help journal sh") == ["show"]
    assert _complete("ipvault help add ") == _complete("ipvault help journal show ") == []


@pytest.mark.parametrize(
    ("words", "is_file"),
    [
        ("add ", True),
        ("add -r x", True),
        ("init ", True),
        ("update claims.txt ", True),
        ("export claims.txt -o ", True),
        ("list --vault ", True),
        ("show ", False),
        ("cat x", False),
        ("export ", False),
        ("update ", False),
        ("remove x ", False),
        ("search ", False),
        ("add --note ", False),
        ("show --nosuch", False),
    ],
)
def test_files_only_where_files_are_meant(words: str, is_file: bool) -> None:
    """Where an item or a word is to be typed the shell offers nothing, rather than files that are not meant."""
    assert _complete(f"ipvault {words}") == (["_files"] if is_file else [])
    env = {"_IPVAULT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": f"ipvault {words}"}
    assert ipvault(env=env).stdout.split() == (["_files"] if is_file else [])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(shell: str) -> None:
    """Each shell gets a script that it can read and that asks the program; where the shell is installed, it does."""
    outcome = ipvault("completion", shell)
    assert outcome.exit == 0
    assert f"_IPVAULT_COMPLETE=complete_{shell}" in outcome.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=outcome.stdout, text=True, check=True, capture_output=True)


def _program(folder: Path) -> None:
    """Put a program called `ipvault` into a folder."""
    program = folder / "ipvault"
    program.write_text('#!/bin/sh\nexec "$PYTHON" -m ipvault "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def test_bash_offers_files(tmp_path: Path) -> None:
    """Pressing Tab in a real bash completes the name of a file after `add`, and none after `show`."""
    _program(tmp_path)
    (tmp_path / "claims.txt").touch()
    with Terminal.of(["bash", "--noprofile", "--norc", "-i"]) as terminal:
        terminal.type_line(
            f"cd {tmp_path}; export PYTHON={sys.executable} PATH={tmp_path}:$PATH; bind 'set bell-style none'"
        )
        terminal.type_line('eval "$(ipvault completion bash)"; echo rea""dy')
        terminal.read_until("ready")
        terminal.process.send("ipvault add cl\t")
        terminal.read_until("ipvault add claims.txt")
        terminal.process.send("\x15ipvault show cl\t\t\x15echo do''ne\r")
        assert "claims" not in terminal.read_until("done")


def test_bash_completes(tmp_path: Path) -> None:
    """In a real bash, pressing Tab after `ipvault jo` gives `journal`."""
    _program(tmp_path)
    script = """
        eval "$(ipvault completion bash)"
        COMP_WORDS=(ipvault jo) COMP_CWORD=1
        _ipvault_completion ipvault
        echo "${COMPREPLY[@]}"
    """
    env = environment({"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHON": sys.executable})
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["journal"]

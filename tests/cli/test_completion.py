"""Shell completion: commands and options, never anything from a vault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import environment, ipvault


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
    assert _complete("ipvault help w", IPVAULT_VAULT=str(tmp_path)) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(shell: str) -> None:
    """Each shell gets a script that it can read and that asks the program; where the shell is installed, it does."""
    outcome = ipvault("completion", shell)
    assert outcome.exit == 0
    assert f"_IPVAULT_COMPLETE=complete_{shell}" in outcome.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=outcome.stdout, text=True, check=True, capture_output=True)


def test_bash_completes(tmp_path: Path) -> None:
    """In a real bash, pressing Tab after `ipvault jo` gives `journal`."""
    program = tmp_path / "ipvault"
    program.write_text('#!/bin/sh\nexec "$PYTHON" -m ipvault "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = """
        eval "$(ipvault completion bash)"
        COMP_WORDS=(ipvault jo) COMP_CWORD=1
        _ipvault_completion ipvault
        echo "${COMPREPLY[@]}"
    """
    env = environment({"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHON": sys.executable})
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["journal"]

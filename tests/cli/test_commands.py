"""The table of commands: what it lists exists, and reading it imports no command."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from itertools import pairwise

import pytest

from ipvault.cli.commands import Command, all_commands
from ipvault.cli.help import DOCUMENTS, TOPICS
from tests.support.program import environment, ipvault

ALL = list(all_commands())


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _command in ALL])
def test_every_command_has_its_page(words: tuple[str, ...], command: Command) -> None:
    """Each row leads to a documented function, and its page shows the summary, the text and every option's help."""
    module, _colon, name = command.target.partition(":")
    function = getattr(import_module(f"ipvault.cli.{module}"), name)
    assert function.__doc__
    outcome = ipvault(*words, "--help")
    assert outcome.exit == 0, outcome.stderr
    assert outcome.stdout.startswith(f"Usage: ipvault {' '.join(words)} [OPTIONS]")
    assert " ".join(command.summary.split()[:4]) in outcome.stdout
    lines = outcome.stdout.splitlines()
    undocumented = [
        line
        for line, following in pairwise(lines)
        if line.startswith("  -") and "  " not in line.strip() and not following.startswith("   ")
    ]
    assert not undocumented


def test_every_command_is_in_help() -> None:
    """`--help` lists every command, `NOUN --help` every verb."""
    pages: dict[tuple[str, ...], str] = {}
    for words, _command in ALL:
        for count in range(len(words)):
            above = words[:count]
            pages[above] = pages.get(above) or ipvault(*above, "--help").stdout
            assert f"\n  {words[count]} " in pages[above]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["journal", "--help"], ["lsit"], ["journal", "lst"], ["--json", "xyzzy"], []]
)
def test_help_and_suggestions_import_no_command(arguments: list[str]) -> None:
    """Help, suggestions and usage errors are told without importing a command, the vault or a crypto library."""
    assert not _imported(arguments) & _heavy()


def test_completion_imports_no_command() -> None:
    """So does completing the name of a command."""
    completing = {"_IPVAULT_COMPLETE": "complete_bash", "COMP_WORDS": "ipvault jour", "COMP_CWORD": "1"}
    assert not _imported([], completing) & _heavy()


def test_version_imports_no_typer() -> None:
    """`--version` is answered before Typer, or anything else that is slow, is imported."""
    assert not _imported(["--version"]) & (_heavy() | {"typer", "subprocess", "tomllib"})


def _heavy() -> set[str]:
    modules = {f"ipvault.cli.{command.target.partition(':')[0]}" for _words, command in ALL}
    return modules | {"ipvault.vault", "ipvault.keys", "ipvault.catalog", "cryptography", "keyring", "rich", "sqlite3"}


def _imported(arguments: list[str], env: dict[str, str] | None = None) -> set[str]:
    script = (
        "import sys, json; from ipvault.cli.main import run; run(sys.argv[1:]);"
        "print(file=sys.stderr); print(json.dumps(list(sys.modules)), file=sys.stderr)"
    )
    bare = {name: value for name, value in environment(env).items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=bare, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_tracebacks_with_locals_are_off() -> None:
    """P40: Typer's own tracebacks are switched off by name, whatever its defaults are in the next version."""
    source = (DOCUMENTS.parent / "cli" / "application.py").read_text(encoding="utf-8")
    assert "pretty_exceptions_enable=False" in source
    assert "pretty_exceptions_show_locals=False" in source
    sources = [path.read_text(encoding="utf-8") for path in DOCUMENTS.parent.rglob("*.py")]
    assert sum(text.count("typer.Typer(") for text in sources) == 1


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_its_document(topic: str) -> None:
    """Each topic that `help` lists is package data, and is shown as it is when piped."""
    outcome = ipvault("help", topic)
    assert outcome.exit == 0, outcome.stderr
    assert outcome.stdout.startswith("# ")
    assert "<!--" not in outcome.stdout

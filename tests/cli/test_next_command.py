"""A command that is suggested can be typed as it stands: it names the vault where it would find another one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ipvault.cli.commands import COMMANDS
from tests.cli.vaults import add, done, error
from tests.support.catalogues import PACKAGE
from tests.support.program import ipvault

ANYWHERE = {"init", "doctor", "identity", "seal", "open", "package", "receipt", "completion", "help"}
"""Commands that work without a vault."""

SUGGESTION = re.compile(rf"\bipvault ({'|'.join(row.name for row in COMMANDS if row.name not in ANYWHERE)})\b")


@pytest.fixture
def named(vault: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a vault that no command finds by itself; it has one item."""
    add("claims.txt")
    monkeypatch.delenv("IPVAULT_VAULT")
    vault = vault.rename(vault.with_name("the vault"))
    return str(vault)


def test_hints_name_the_vault(named: str) -> None:
    """Errors, results and warnings repeat a --vault that is needed again, quoted for the shell, and so does JSON."""
    call = f"ipvault --vault '{named}'"
    option = ("--vault", named)
    assert f"`{call} list` shows what is there" in ipvault("show", "xyz", *option).stderr
    assert f"`{call} list` shows what is there" in error(ipvault("show", "xyz", *option, "--json"))["hint"]
    assert f"to see its versions: {call} history claims.txt\n" in ipvault("cat", "claims.txt@7", *option).stderr
    assert f"To bring it back: {call} restore claims.txt\n" in ipvault("remove", "claims.txt", *option).stderr
    assert f"to bring it back: {call} restore claims.txt\n" in ipvault("cat", "claims.txt", *option).stderr
    assert f"To put something into the vault: {call} add FILE\n" in ipvault("list", *option).stderr
    done("lock", *option)
    assert f"run `{call} unlock` in a terminal first" in ipvault("list", *option).stderr


def test_hints_name_no_vault_that_is_found(named: str, home: Path) -> None:
    """Where the next command finds the same vault by itself, --vault would only be in the way."""
    config = home / "config" / "ipvault" / "config.toml"
    config.parent.mkdir()
    unnamed = "ipvault: hint: to see its versions: ipvault history claims.txt\n"
    words = ("cat", "claims.txt@7", "--vault", named)
    assert unnamed in ipvault(*words, env={"IPVAULT_VAULT": named}).stderr
    assert unnamed in ipvault(*words, cwd=Path(named) / "journal").stderr
    assert unnamed in ipvault("cat", "claims.txt@7", cwd=Path(named)).stderr
    assert unnamed not in ipvault(*words).stderr
    config.write_text(f'vault = "{named}"', encoding="utf-8")
    assert unnamed in ipvault(*words).stderr
    config.write_text('vault = "/elsewhere"', encoding="utf-8")
    assert unnamed not in ipvault(*words).stderr


def test_init_names_a_vault_that_is_not_the_default(home: Path, secret: Path) -> None:
    """What `init` suggests next is about the vault that it has made, from wherever it is typed."""
    options = ("--name", "Ada", "--passphrase-file", str(secret))
    first = ipvault("init", "first", *options, cwd=home)
    assert "Next: ipvault unlock, then ipvault add FILE\n" in first.stderr
    call = f"ipvault --vault {home}/second"
    assert f"Next: {call} unlock, then {call} add FILE\n" in ipvault("init", "second", *options, cwd=home).stderr


def spelt_out(source: str) -> list[str]:
    """The sentences of a module that suggest a command and do not leave open how it begins; not pages of help."""
    return [
        text.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for text in (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and SUGGESTION.search(text.value)
    ]


def test_every_suggestion_can_name_the_vault() -> None:
    """No sentence spells out how a command of a vault begins."""
    found = {path.name: spelt for path in sorted(PACKAGE.rglob("*.py")) if (spelt := spelt_out(path.read_text()))}
    assert found == {}


def test_a_suggestion_that_cannot_is_noticed() -> None:
    """The check above complains about one that does, and not about what is no command."""
    assert spelt_out('say(_("`ipvault list` shows them"))') == ["`ipvault list` shows them"]
    assert spelt_out('say(_("`{ipvault} list` shows them; `ipvault help` explains ipvault"))') == []

"""The user's settings: which vault, which language, and a configuration that is read strictly."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import ipvault
from ipvault.cli.default_vault import remember_default_vault
from ipvault.errors import NoVaultChosen, UsageError, VaultOfAnother
from ipvault.settings import CONFIG_LIMIT, ENVIRONMENT, Config, config_dir, find_vault, load_config, state_dir
from tests.support.program import environment, ipvault as run

SOURCES = Path(ipvault.__file__).parent


def _configure(text: str) -> Path:
    path = config_dir() / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_order_of_vaults(tmp_path: Path) -> None:
    """--vault, then IPVAULT_VAULT, then the enclosing directory, then the configuration; else there is none."""
    inside = tmp_path / "vault" / "deep" / "deeper"
    inside.mkdir(parents=True)
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    with pytest.raises(NoVaultChosen):
        find_vault(None, environ, inside)
    config = tmp_path / "config" / "ipvault" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('vault = "/by/config"', encoding="utf-8")
    assert find_vault(None, environ, inside) == Path("/by/config")
    (tmp_path / "vault" / "VAULT").touch()
    assert find_vault(None, environ, inside) == tmp_path / "vault"
    assert find_vault(None, environ, tmp_path) == Path("/by/config")
    environ["IPVAULT_VAULT"] = "by/variable"
    assert find_vault(None, environ, inside) == Path("by/variable")
    assert find_vault(Path("by/flag"), environ, inside) == Path("by/flag")


_HOMELESS = """
import pwd, sys
def nobody(uid): raise KeyError(f"getpwuid(): uid not found: {uid}")
pwd.getpwuid = nobody
from ipvault.cli.main import run
from tests.support.ipvault_cheap import make_cheap
make_cheap()
sys.exit(run(sys.argv[1:]))
"""


def _homeless(*arguments: str, lacking: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """What ipvault does for a user whom the system does not know, without some variables."""
    variables = {name: value for name, value in environment().items() if name not in lacking}
    return subprocess.run(
        [sys.executable, "-c", _HOMELESS, *arguments], env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("missing", ["XDG_CONFIG_HOME", "XDG_STATE_HOME"])
def test_somebody_without_a_home(missing: str) -> None:
    """Without HOME and an entry among the system's users it is a usage error that says what to set; that is enough."""
    outcome = _homeless("list", "--json", lacking=("HOME", missing))
    assert outcome.returncode == 2, outcome
    error = json.loads(outcome.stderr)["error"]
    assert error["id"] == "usage"
    assert "no home folder" in error["message"]
    assert "set HOME" in error["hint"]
    assert missing in error["hint"]
    assert _homeless("--version", lacking=("HOME", missing)).returncode == 0
    assert _homeless("list", lacking=("HOME",)).returncode == 0
    assert _homeless("list", lacking=(missing,)).returncode == 0


@pytest.mark.parametrize("foreign", ["", "VAULT"])
def test_an_enclosing_vault_of_somebody_else(tmp_path: Path, foreign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another user put above the current directory is refused, with 10, unless the user names it himself."""
    inside = tmp_path / "vault" / "deep"
    inside.mkdir(parents=True)
    (tmp_path / "vault" / "VAULT").touch()
    if os.geteuid() == 0:
        os.chown(tmp_path / "vault" / foreign, 65534, 65534)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 65534)
    with pytest.raises(VaultOfAnother) as caught:
        find_vault(None, {}, inside)
    assert caught.value.exit_code == 10
    assert str(tmp_path / "vault") in str(caught.value)
    assert "--vault" in caught.value.advice()
    assert find_vault(tmp_path / "vault", {}, inside) == tmp_path / "vault"
    assert find_vault(None, {"IPVAULT_VAULT": str(tmp_path / "vault")}, inside) == tmp_path / "vault"


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_page_is_in_one_language(lang: str) -> None:
    """The documents are in English, and so is what the program puts into them."""
    assert run("help", "environment", "--lang", lang).stdout == run("help", "environment").stdout


def test_a_home_in_the_configuration(home: Path) -> None:
    """`~` in the configured vault is the home directory."""
    _configure('vault = "~/vault"')
    assert find_vault(None, {"XDG_CONFIG_HOME": str(home / "config")}, home) == home / "vault"


def test_folders(home: Path) -> None:
    """The XDG variables are honoured; relative values are ignored, as the specification wants."""
    assert config_dir({"XDG_CONFIG_HOME": "/c"}) == Path("/c/ipvault")
    assert state_dir({"XDG_STATE_HOME": "/s"}) == Path("/s/ipvault")
    assert config_dir({"XDG_CONFIG_HOME": "c"}) == config_dir({})
    assert home in config_dir({}).parents
    assert home in state_dir({}).parents


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('volt = "/v"', "volt"),
        ("vault = 7", "vault"),
        ('vault = "relative/path"', "vault"),
        ("lang = ['de']", "lang"),
        ("[vault]\nx = 1", "vault"),
        ("vault = ", "TOML"),
        ("\udcff", "TOML"),
        (" " * (CONFIG_LIMIT + 1), "16 KiB"),
    ],
)
def test_strict_configuration(text: str, named: str, tmp_path: Path) -> None:
    """A key that is unknown or of the wrong type, bad TOML and a huge file are usage errors naming key and file."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError) as caught:
        load_config(path)
    assert named in str(caught.value)
    assert str(path) in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_as_configuration(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever the file holds, it is read or refused with a usage error."""
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_bytes(content)
    with suppress(UsageError):
        assert isinstance(load_config(path), Config)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    """A file that would exhaust the parser is refused like any other bad one."""
    path = tmp_path / "config.toml"
    path.write_text("vault = " + "[" * 30000, encoding="utf-8")
    with pytest.raises(UsageError):
        load_config(path)


def test_a_bad_configuration_is_told_once() -> None:
    """The program reports it with exit code 2, in JSON too."""
    path = _configure("colour = true")
    outcome = run("help")
    assert outcome.exit == 2
    assert f"ipvault: error: {path} sets colour" in outcome.stderr
    assert run("help", "--json").stderr.startswith('{"schema":"ipvault.error/1"')


def test_configured_language() -> None:
    """`lang` in the configuration is used unless --lang or IPVAULT_LANG says otherwise."""
    path = _configure('lang = "tlh"')
    outcome = run("help")
    assert outcome.exit == 2
    assert f"{path}: there is no translation for tlh" in outcome.stderr
    assert run("help", "--lang", "en").exit == 0


def test_remembering_a_vault(tmp_path: Path) -> None:
    """The first vault becomes the default; other settings stay, and an existing default is not replaced."""
    path = _configure('lang = "en"')
    assert remember_default_vault(tmp_path / "first")
    assert not remember_default_vault(tmp_path / "second")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"vault": str(tmp_path / "first"), "lang": "en"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_variable_is_documented() -> None:
    """The table, which is `ipvault help environment`, has exactly the variables that the program reads."""
    patterns = (r'"((?:IPVAULT|XDG)_[A-Z_]+)"', r'(?:environ|variables)\.get\("([A-Z_]+)"')
    read = {
        name
        for path in SOURCES.rglob("*.py")
        if path.name != "settings.py"
        for pattern in patterns
        for name in re.findall(pattern, path.read_text(encoding="utf-8"))
    }
    documented = {name for variable in ENVIRONMENT for name in variable.name.split(", ")}
    page = run("help", "environment").stdout
    assert read | {"IPVAULT_VAULT"} <= documented
    for variable in ENVIRONMENT:
        assert f"| `{variable.name}` | {variable.meaning} |" in page

"""What a user can set outside the command line: environment variables and `config.toml`.

The folders follow the XDG base directory specification, or Apple's conventions on macOS. Nothing here writes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ipvault.errors import NoHome, NoVaultChosen, UsageError, VaultError, VaultOfAnother
from ipvault.text import _

CONFIG_FILE = "config.toml"
CONFIG_LIMIT = 16 * 1024  # bytes: far more than two settings need
VAULT_FILE = "VAULT"

PATIENCE = 60.0
"""Seconds to wait for another process that is writing to the vault, unless IPVAULT_WAIT says otherwise."""


class EnvironmentVariable(NamedTuple):
    """A variable that ipvault reads; `ipvault help environment` prints the table, in English as all of the page."""

    name: str
    meaning: str


ENVIRONMENT = (
    EnvironmentVariable("IPVAULT_VAULT", "the vault to use when --vault is not given"),
    EnvironmentVariable("IPVAULT_IDENTITY", "the file of your identity when --identity is not given"),
    EnvironmentVariable(
        "IPVAULT_PASSPHRASE_COMMAND",
        "a command that prints the passphrase, for instance a password manager's; it is run without a shell, and only "
        "where no session is open",
    ),
    EnvironmentVariable("IPVAULT_LANG", "the language of the interface when --lang is not given"),
    EnvironmentVariable("IPVAULT_WAIT", "how many seconds to wait for another process that is writing; 60 when unset"),
    EnvironmentVariable(
        "IPVAULT_DEBUG",
        "1 shows where an unexpected error happened; read that before you send it: names may stand in it",
    ),
    EnvironmentVariable("NO_COLOR", "anything but empty: no colours, and no bold or other styles either"),
    EnvironmentVariable("TERM", "dumb: no colours, no styles and no progress bars"),
    EnvironmentVariable("COLUMNS", "the width of tables and help, instead of the terminal's own"),
    EnvironmentVariable(
        "LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "the language of the interface when nothing more specific is set"
    ),
    EnvironmentVariable("XDG_CONFIG_HOME", "holds ipvault/config.toml; ~/.config when unset"),
    EnvironmentVariable("XDG_DATA_HOME", "holds ipvault/identity.toml; ~/.local/share when unset"),
    EnvironmentVariable("XDG_STATE_HOME", "holds what this machine has seen of each vault; ~/.local/state when unset"),
    EnvironmentVariable(
        "XDG_CACHE_HOME",
        "holds hashes of each vault's journal, which can be made anew at any time; ~/.cache when unset",
    ),
    EnvironmentVariable("XDG_RUNTIME_DIR", "holds the session key between `unlock` and `lock`"),
    EnvironmentVariable("TMPDIR", "holds it where there is no runtime folder; /tmp when unset"),
)


def _user_dir(variable: str, fallback: str, environ: Mapping[str, str], apple: str = "Application Support") -> Path:
    chosen = environ.get(variable, "")
    if os.path.isabs(chosen):  # the specification has relative ones ignored
        return Path(chosen, "ipvault")
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system does not know, as containers have them
        raise NoHome from None
    if sys.platform == "darwin":
        return home / "Library" / apple / "ipvault"
    return home / fallback / "ipvault"


def config_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the user's configuration is. Raises `NoHome`."""
    return _user_dir("XDG_CONFIG_HOME", ".config", environ)


def identity_path(flag: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """The file of the user's own identity: `--identity`, `IPVAULT_IDENTITY`, else in the data folder.

    It need not exist. Raises `NoHome`.
    """
    if flag is not None:
        return flag
    if named := environ.get("IPVAULT_IDENTITY"):
        return Path(named)
    return _user_dir("XDG_DATA_HOME", ".local/share", environ) / "identity.toml"


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this machine keeps what it has seen: it outlives a reboot and is not worth carrying elsewhere.

    Raises `NoHome`.
    """
    return _user_dir("XDG_STATE_HOME", ".local/state", environ)


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this machine keeps what it can make anew at any time. Raises `NoHome`."""
    return _user_dir("XDG_CACHE_HOME", ".cache", environ, "Caches")


class Config(NamedTuple):
    """The keys of `config.toml`; an absent one is empty."""

    vault: str = ""
    lang: str = ""


def load_config(path: Path) -> Config:
    """The configuration in `path`, or an empty one if there is no such file.

    Raises `UsageError`, which names the file and the key, for anything but a TOML file of known keys with text values.
    """
    try:
        with path.open("rb") as file:
            content = file.read(CONFIG_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    if len(content) > CONFIG_LIMIT:
        raise UsageError(problem=_("{path} is larger than {limit} KiB").format(path=path, limit=CONFIG_LIMIT // 1024))
    return Config(**_checked(_parse(content, path), path))


def _parse(content: bytes, path: Path) -> dict[str, Any]:
    from ipvault.toml import parse_toml

    try:
        return parse_toml(content)
    except ValueError as error:
        raise UsageError(problem=_("{path} is not valid TOML: {error}").format(path=path, error=error)) from None


def _checked(settings: dict[str, Any], path: Path) -> dict[str, str]:
    known = list(Config._fields)
    for key, value in settings.items():
        if key not in known:
            sentence = _("{path} sets {key}, which ipvault does not know; it knows {known}")
            raise UsageError(problem=sentence.format(path=path, key=key, known=", ".join(known)))
        if not isinstance(value, str):
            raise UsageError(problem=_("{key} in {path} must be text in quotes").format(key=key, path=path))
    if (vault := settings.get("vault")) and ("\0" in vault or not os.path.isabs(os.path.expanduser(vault))):
        raise UsageError(problem=_("vault in {path} must be a full path, not {vault}").format(path=path, vault=vault))
    return settings


def patience(environ: Mapping[str, str]) -> float:
    """How many seconds to wait for another process that is writing to the vault. Raises `UsageError`."""
    text = environ.get("IPVAULT_WAIT", "")
    if not text:
        return PATIENCE
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise UsageError(problem=_("IPVAULT_WAIT must be a whole number of seconds, not {text}").format(text=text))
    return float(text)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:  # of a folder above that may not be looked into
        return False


def finds_unnamed(vault: Path, environ: Mapping[str, str]) -> bool:
    """Whether a command that is given no `--vault` is about this one."""
    try:
        return os.path.samefile(find_vault(None, environ, Path.cwd()), vault)
    except (VaultError, OSError):
        return False


def find_vault(flag: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The vault that a command is about: `--vault`, `IPVAULT_VAULT`, the enclosing directory, `config.toml`.

    It may turn out not to be a vault: that is found when it is opened. Raises `NoVaultChosen`, or `VaultOfAnother`:
    in a directory such as /tmp anybody could put one, to be opened with our passphrase.
    """
    if flag is not None:
        return flag
    if named := environ.get("IPVAULT_VAULT"):
        return Path(named)
    for folder in (cwd, *cwd.parents):
        if _is_there(folder / VAULT_FILE):
            if any(place.stat().st_uid != os.geteuid() for place in (folder, folder / VAULT_FILE)):
                raise VaultOfAnother(path=folder)
            return folder
    if default := load_config(config_dir(environ) / CONFIG_FILE).vault:
        return Path(default).expanduser()
    raise NoVaultChosen

"""Computers of several people, who have nothing in common but a directory, and what they carry to each other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.vaults import passphrase_file
from tests.support.program import Outcome, ipvault

_FOLDERS = ("config", "data", "state", "cache")


class Home:
    """Somebody's computer, on which the program runs in a folder of its own."""

    def __init__(self, folder: Path, vault: Path | None = None) -> None:
        """`vault` is what its owner works with, if anything."""
        self.folder, self.vault = folder, vault
        (folder / "run").mkdir(parents=True, mode=0o700)
        self._secret = passphrase_file(folder)
        self.has_session = False
        """Whether commands do without the passphrase."""

    @property
    def identity_file(self) -> Path:
        """Where an identity of one's own is."""
        return self.folder / "data" / "ipvault" / "identity.toml"

    @property
    def fingerprint(self) -> str:
        """What its owner reads out over the phone."""
        shown: str = json.loads(self("identity", "show", "--json")[0])["data"]["fingerprint"]
        return shown

    @property
    def environment(self) -> dict[str, str]:
        folders = {f"XDG_{name.upper()}_HOME": str(self.folder / name) for name in _FOLDERS}
        return {**folders, "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder / "run")}

    def options(self, command: str) -> tuple[str, ...]:
        """What makes a command about the vault, or about the identity that is here, and what opens that."""
        secret = () if self.has_session else ("--passphrase-file", str(self._secret))
        if self.vault is None or (command in ("identity", "witness") and self.identity_file.exists()):
            return secret
        return (*secret, "--vault", str(self.vault))

    def run(self, *arguments: str) -> Outcome:
        """Run the program there."""
        options = self.options(arguments[0])
        return ipvault(*arguments, *options, env=self.environment, cwd=self.folder)

    def __call__(self, *arguments: str, exit_code: int = 0) -> tuple[str, str]:
        """Run it, to end like that; what it printed."""
        outcome = self.run(*arguments)
        assert outcome.exit == exit_code, outcome
        return outcome.stdout, outcome.stderr

    def carry(self, name: str, to: Home) -> None:
        """Bring a file there on a stick."""
        shutil.copy(self.folder / name, to.folder / name)

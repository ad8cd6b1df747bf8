"""A vault to begin with: made once, copied for every test, and open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.vaults import copy_vault, make_vault, passphrase_file


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def vault(_made: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Ada Lovelace's vault, which is open and which commands find by themselves."""
    if (_made / "vault").exists():
        copy_vault(_made, home)
    else:
        make_vault(home)
        copy_vault(home, _made)
    monkeypatch.setenv("IPVAULT_VAULT", str(home / "vault"))
    return home / "vault"


@pytest.fixture
def secret(home: Path) -> Path:
    """A file that holds the passphrase of `vault`."""
    return passphrase_file(home)

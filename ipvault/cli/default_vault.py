"""Remembering a vault as the user's default."""

from __future__ import annotations

from pathlib import Path

import tomli_w

from ipvault.settings import CONFIG_FILE, config_dir, load_config
from ipvault.storage.atomic import replace_file


def remember_default_vault(vault: Path) -> bool:
    """Make `vault` the default if there is none yet; the other settings stay. Returns whether it was made so."""
    path = config_dir() / CONFIG_FILE
    config = load_config(path)
    if config.vault:
        return False
    settings = {key: value for key, value in config._replace(vault=str(vault.absolute()))._asdict().items() if value}
    replace_file(path, tomli_w.dumps(settings).encode())
    return True

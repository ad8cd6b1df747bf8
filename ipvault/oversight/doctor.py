"""`ipvault doctor`: what in the surroundings of a vault could undo its encryption.

Each check looks for itself and says `unknown` where it cannot see. Nothing is changed and no secret is read.
"""

from __future__ import annotations

import os
from pathlib import Path

from ipvault.oversight import clock, memory, unlocked_key, vault_place, versions
from ipvault.oversight.finding import Finding
from ipvault.settings import config_dir, state_dir
from ipvault.storage.store import JOURNAL
from ipvault.text import _


def examine(
    vault_path: str | None, now: float, *, openssl: str | None = None, system: Path = Path("/")
) -> list[Finding]:
    """All findings, in the order in which to show them.

    `now` is in seconds since 1970 (UTC). `openssl` is the version that cryptography was built with, if the caller
    knows it. `system` is the folder that has `proc`, `sys`, `dev` and `run`.
    """
    return [
        unlocked_key.keyring(),
        unlocked_key.session_folder(),
        *_places(vault_path, system),
        memory.swap(system),
        memory.hibernation(system),
        memory.core_dumps(system),
        clock.clock(now, _last_write(vault_path), system),
        *versions.versions(now, openssl),
    ]


def _places(vault_path: str | None, system: Path) -> list[Finding]:
    findings = []
    if vault_path is None:
        advice = _("name a vault with --vault to have its folder, its disk and its copies looked at")
        findings.append(Finding("vault", "unknown", _("no vault was looked at"), advice))
    else:
        vault = Path(vault_path)
        findings += [
            vault_place.permissions("vault-permissions", _("the vault"), vault),
            vault_place.disk_encryption(vault, system),
            vault_place.sync_folder(vault),
        ]
    own = (
        ("config-permissions", _("your ipvault configuration"), config_dir()),
        ("state-permissions", _("what ipvault remembers of your vaults"), state_dir()),
    )
    findings += [vault_place.permissions(check, name, path) for check, name, path in own if path.exists()]
    return findings


def _last_write(vault_path: str | None) -> float | None:
    """When the journal file was last written, if there is one."""
    try:
        return None if vault_path is None else os.stat(os.path.join(vault_path, JOURNAL)).st_mtime
    except OSError:
        return None

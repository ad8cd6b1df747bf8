"""Vaults in memory in which something has happened."""

from __future__ import annotations

from ipvault.catalog.incidents import Incident
from ipvault.oversight.incidents.keep import Report, open_incident
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

HOUR = 3600

SHORT = 'format = 1\nname = "short"\n'
"""A playbook that asks for nothing."""


def ago(vault: Vault, hours: float) -> str:
    """So many hours before now, as records write it."""
    return timestamp(vault.machine.now() - hours * HOUR)


def report(vault: Vault, *, hours: float = 1, playbook: str = SHORT, text: str = "a laptop") -> Report:
    """What somebody says who became aware so many hours ago."""
    return Report(
        title="Lost laptop",
        aware=ago(vault, hours),
        zone="Europe/Berlin",
        occurred=ago(vault, hours + 24),
        reporter="Bob",
        text=text,
        playbook=playbook,
    )


def noticed(vault: Vault, *, hours: float = 1, playbook: str = SHORT, room: str = "") -> Incident:
    """An incident of which somebody became aware so many hours ago."""
    return open_incident(vault, report(vault, hours=hours, playbook=playbook), room)[0]

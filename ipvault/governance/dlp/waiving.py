"""Waiving findings that are false alarms."""

from __future__ import annotations

import re
from typing import Final

from ipvault.catalog.address import root_room
from ipvault.catalog.waivers import Waiver, waivers
from ipvault.errors import AlreadyWaived, NotAFinding
from ipvault.journal.head import Head
from ipvault.records.findings import FindingWaived
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")


def waive(vault: Vault, finding: str, reason: str) -> tuple[Waiver, Head]:
    """Record that a finding, called by all of its fingerprint, is a false alarm.

    Raises `NotAFinding` for what is no fingerprint, and `AlreadyWaived`.
    """
    if not _FINGERPRINT.fullmatch(finding):
        raise NotAFinding(name=finding)
    with transaction(vault) as change:
        if finding in waivers(vault.catalog):
            raise AlreadyWaived(name=finding)
        change.record(FindingWaived(finding=finding, reason=reason), root_room(vault.catalog).id)
        head = change.commit()
    return waivers(vault.catalog)[finding], head

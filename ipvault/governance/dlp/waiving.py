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

    Raises `NotAFinding` for what is no fingerprint, and `AlreadyWaived` for what this member has waived before. What
    somebody else has waived may not count where the document is, so that is no reason against it.
    """
    if not _FINGERPRINT.fullmatch(finding):
        raise NotAFinding(name=finding)
    with transaction(vault) as change:
        if _own(vault, finding):
            raise AlreadyWaived(name=finding)
        change.record(FindingWaived(finding=finding, reason=reason), root_room(vault.catalog).id)
        head = change.commit()
    return _own(vault, finding)[0], head


def _own(vault: Vault, finding: str) -> list[Waiver]:
    return [one for one in waivers(vault.catalog) if (one.finding, one.member) == (finding, vault.member)]

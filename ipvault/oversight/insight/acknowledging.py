"""Which findings somebody has looked at, and recording that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipvault.catalog.acknowledgements import Acknowledgement, acknowledgements
from ipvault.catalog.address import root_room
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import AlreadyAcknowledged, NoSuchFinding
from ipvault.journal.head import Head
from ipvault.oversight.insight.finding import Finding
from ipvault.records.insights import InsightAcknowledged
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def acknowledgement_of(finding: Finding, known: Mapping[str, Acknowledgement]) -> Acknowledgement | None:
    """The one that says that somebody looked at all of a finding; None if there is none, or if it went on since."""
    found = known.get(finding.id)
    return found if found is not None and found.last >= finding.last else None


def acknowledge(vault: Vault, findings: Sequence[Finding], typed: str, reason: str) -> tuple[Acknowledgement, Head]:
    """Record that somebody looked at the one of `findings` whose id begins so.

    Raises `NoSuchFinding`, `AmbiguousId` or `AlreadyAcknowledged`.
    """
    finding = the_only(beginning_with(typed, findings), typed, NoSuchFinding)
    with transaction(vault) as change:
        if acknowledgement_of(finding, acknowledgements(vault.catalog)) is not None:
            raise AlreadyAcknowledged(name=finding.id)
        record = InsightAcknowledged(
            finding=finding.id, rule=finding.rule, records=finding.records, last=finding.last, reason=reason
        )
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return acknowledgements(vault.catalog)[finding.id], head

"""Which findings somebody has looked at, and recording that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ipvault.catalog.acknowledgements import Acknowledgement, acknowledgements
from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import AlreadyAcknowledged, Denied, NoSuchFinding
from ipvault.journal.head import Head
from ipvault.oversight.insight.finding import Finding
from ipvault.records.insights import InsightAcknowledged
from ipvault.records.vocabulary import OWNER
from ipvault.text import _
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

_PEOPLE: Final = ("who", "signer")
"""What a finding is about that is a member, by whom records were written, or whom they are about.

One that is about nobody is about those who wrote its records.
"""


class Answers:
    """What members said of findings. Nobody answers for himself, unless he is the only owner of the vault."""

    def __init__(self, catalog: Catalog) -> None:
        self._known = acknowledgements(catalog)
        members = catalog.members(root_room(catalog).id)
        self._owners = [who for who, role in members.items() if role == OWNER]

    def to(self, finding: Finding) -> Acknowledgement | None:
        """The newest that says that somebody looked at all of it; None if there is none, or if it went on since."""
        known = self._known.get(finding.id, ())
        return next((one for one in known if one.last >= finding.last and self.may(one.member, finding)), None)

    def may(self, member: str, finding: Finding) -> bool:
        """Whether what a member says of a finding counts."""
        people = {value for field, value in finding.group if field in _PEOPLE} or finding.signers
        return member not in people or self._owners == [member]


def acknowledge(vault: Vault, findings: Sequence[Finding], typed: str, reason: str) -> tuple[Acknowledgement, Head]:
    """Record that somebody looked at the one of `findings` whose id begins so.

    Raises `NoSuchFinding`, `AmbiguousId`, `AlreadyAcknowledged`, or `Denied` where it would not count.
    """
    finding = the_only(beginning_with(typed, findings), typed, NoSuchFinding)
    with transaction(vault) as change:
        answers = Answers(vault.catalog)
        if not answers.may(vault.member, finding):
            raise Denied(reason=_("the finding is about what you did yourself: somebody else has to look at it"))
        if answers.to(finding) is not None:
            raise AlreadyAcknowledged(name=finding.id)
        record = InsightAcknowledged(
            finding=finding.id, rule=finding.rule, records=finding.records, last=finding.last, reason=reason
        )
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return acknowledgements(vault.catalog)[finding.id][0], head

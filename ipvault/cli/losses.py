"""What is said before something is destroyed: what would still keep it, and what it proves."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.fate import KEEP, LOOK, fate
from ipvault.catalog.items import Item, names_by_id
from ipvault.catalog.proofs import proven_by
from ipvault.catalog.retention import keeping_of
from ipvault.cli.invocation import current
from ipvault.text import _
from ipvault.vault.clock import today
from ipvault.vault.vault import Vault


def warn_of_losses(vault: Vault, items: Sequence[Item]) -> None:
    """Warn of rules of retention that these documents would still be kept by, and of what they are the proof of."""
    output, day = current().output, today(vault)
    for item, kept in keeping_of(vault.catalog, items):
        by_rule = fate((), kept, day)
        if by_rule.outcome in (KEEP, LOOK):
            text = _("{name} has a rule of retention, which does not stop who erases by hand: {reason}")
            output.warn(text.format(name=item.name, reason=by_rule.reason))
    warn_of_proofs(vault, items)


def warn_of_proofs(vault: Vault, items: Sequence[Item]) -> None:
    """Warn of agreements and consents in force of which these documents are the proof."""
    output = current().output
    proven, names = proven_by(vault.catalog, {item.id for item in items}, today(vault)), names_by_id(vault.catalog)
    for agreement in proven.agreements:
        text = _("{name} is the signed document of the agreement {title} ({id}): its proof would be gone")
        named = {"name": names[agreement.terms.document], "title": agreement.terms.title}
        output.warn(text.format(**named, id=agreement.id[:SHORT_ID]))
    for consent in proven.consents:
        text = _("{name} is what shows the consent of {subject} ({id}): its proof would be gone")
        named = {"name": names[consent.document], "subject": consent.subject}
        output.warn(text.format(**named, id=consent.id[:SHORT_ID]))

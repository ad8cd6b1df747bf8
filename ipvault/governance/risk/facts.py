"""What the vault knows by itself of sharing an item with a recipient, as answers to questions. Pure on the catalog."""

from __future__ import annotations

from ipvault.catalog.assessments import Basis
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.labelling import export_classes
from ipvault.catalog.packages import packages, receipts
from ipvault.catalog.recipients import Recipient, fingerprints_of
from ipvault.governance.policy.policy import PERSONAL_DATA


def known_answers(item: Item, recipient: Recipient, basis: Basis, record: str) -> dict[str, str]:
    """An answer to each question that is not asked; `record` is that which `record_of` gives."""
    return {
        "label": item.label,
        "type": item.type,
        "tags": _tags(item),
        "card": basis.card,
        "agreement": "covered" if basis.agreements else "none",
        "record": record,
        "place": "named" if recipient.jurisdiction.strip() else "not-named",
    }


def _tags(item: Item) -> str:
    if export_classes(item.tags):
        return "export-control"
    return "personal-data" if PERSONAL_DATA in item.tags else "none"


def record_of(catalog: Catalog, recipient: Recipient) -> str:
    """What became of what was sent to a recipient before, under whatever card."""
    cards = fingerprints_of(catalog, recipient)
    sent = packages(catalog, cards)
    if recipient.revoked or any(one.revoked for one in sent):
        return "revoked"
    if not sent:
        return "new"
    confirmed = {one.package for one in receipts(catalog) if one.fingerprint in cards}
    return "confirmed" if confirmed.issuperset(one.id for one in sent) else "unconfirmed"

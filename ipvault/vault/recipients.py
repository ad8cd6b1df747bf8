"""Recipients: taking in their cards, comparing fingerprints, and letting them go."""

from __future__ import annotations

from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import Recipient, by_fingerprint, find_recipient, recipients
from ipvault.errors import Conflict, RecipientExists
from ipvault.journal.head import Head
from ipvault.keys.card import Card, check_fingerprint
from ipvault.records.recipients import (
    RecipientAdded,
    RecipientRecord,
    RecipientRemoved,
    RecipientUpdated,
    RecipientVerified,
)
from ipvault.records.vocabulary import OWNER
from ipvault.text import _
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


def add_recipient(vault: Vault, card: Card, name: str) -> tuple[Recipient, Head]:
    """Take in a card, to be called `name`. Raises `RecipientExists`, or `Conflict` for a card that is there already."""
    with transaction(vault) as change:
        _refuse_known(vault.catalog, card)
        taken = next((one for one in recipients(vault.catalog) if one.name == name), None)
        if taken:
            raise RecipientExists(name=name, fingerprint=taken.fingerprint)
        added = RecipientAdded(recipient=vault.machine.random(16).hex(), name=name, **_on_card(card))
        change.record(added, root_room(vault.catalog).id)
        head = change.commit()
    return find_recipient(vault.catalog, card.fingerprint), head


def verify_recipient(vault: Vault, name: str, typed: str) -> tuple[Recipient, Head]:
    """Record that `typed`, which somebody compared in full, is the fingerprint; again only if that counts for more now.

    Raises what `check_fingerprint` raises.
    """
    with transaction(vault) as change:
        found, root = find_recipient(vault.catalog, name), root_room(vault.catalog).id
        is_owner = vault.catalog.role(vault.member, root) == OWNER
        check_fingerprint(typed, found.fingerprint, found.name)
        if any(one.member == vault.member for one in found.comparisons if one.is_owners or not is_owner):
            return found, change.commit()
        verified = RecipientVerified(recipient=found.id, fingerprint=found.fingerprint)
        head = _commit(vault, change, verified)
    return find_recipient(vault.catalog, found.fingerprint), head


def update_recipient(vault: Vault, name: str, card: Card) -> tuple[Recipient, Head]:
    """Put another card in place of the recipient's, verified only if its keys are the same.

    Raises `Conflict` for the card that is there.
    """
    with transaction(vault) as change:
        found = find_recipient(vault.catalog, name)
        if card.fingerprint != found.fingerprint:
            _refuse_known(vault.catalog, card)
        elif card.details._replace(name=found.name) == found.details:
            raise Conflict(
                problem=_("that is the card which is here already, as that of {name}").format(name=found.name)
            )
        head = _commit(vault, change, RecipientUpdated(recipient=found.id, **_on_card(card)))
    return find_recipient(vault.catalog, card.fingerprint), head


def remove_recipient(vault: Vault, name: str, reason: str) -> tuple[Recipient, Head]:
    """Send nothing to a recipient any more; what was sent stays recorded, and readable to whoever has it."""
    with transaction(vault) as change:
        found = find_recipient(vault.catalog, name)
        head = _commit(vault, change, RecipientRemoved(recipient=found.id, reason=reason))
    return found, head


def _refuse_known(catalog: Catalog, card: Card) -> None:
    known = by_fingerprint(catalog, card.fingerprint)
    if known and not known.removed:
        raise Conflict(problem=_("this card is already here, as that of {name}").format(name=known.name))


def _commit(vault: Vault, change: Transaction, record: RecipientRecord) -> Head:
    change.record(record, root_room(vault.catalog).id)
    return change.commit()


def _on_card(card: Card) -> dict[str, str]:
    """The fields of a record that a card gives."""
    details = card.details._asdict()
    del details["name"]
    return {**details, "fingerprint": card.fingerprint, **card.public.as_hex()}

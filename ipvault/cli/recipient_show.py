"""`ipvault recipient show`: one recipient."""

from __future__ import annotations

from ipvault.catalog.recipients import find_recipient
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.recipient_rendering import RecipientName, recipient_fields, recipient_json
from ipvault.errors import NoSuchRecipient


def recipient_show(name: RecipientName) -> None:
    """The details on the card, and its fingerprint in groups, to be compared aloud. Removed ones are shown too."""
    output = current().output
    vault = open_to_read()
    try:
        found = find_recipient(vault.catalog, name)
    except NoSuchRecipient as unknown:
        try:
            found = find_recipient(vault.catalog, name, removed=True)
        except NoSuchRecipient:
            raise unknown from None
    output.result("recipient-show", recipient_json(found, vault.member), journal=vault.catalog.head)
    output.fields(recipient_fields(vault.catalog, found, vault.member))

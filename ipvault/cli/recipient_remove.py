"""`ipvault recipient remove`: nothing is sent to somebody any more."""

from __future__ import annotations

from ipvault.cli.choices import Reason
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.recipient_rendering import RecipientName, recipient_json
from ipvault.text import _
from ipvault.vault.names import free_text
from ipvault.vault.recipients import remove_recipient


def recipient_remove(
    name: RecipientName,
    reason: Reason = "",
) -> None:
    """An owner of the vault does this, or whoever took in the card. The record of what was sent stays. Packages that
    the recipient has can still be opened: what was sent cannot be taken back.
    """
    output = current().output
    vault = open_current()
    removed, head = remove_recipient(vault, name, free_text(reason))
    output.result("recipient-remove", recipient_json(removed, vault.member), journal=head)
    output.say(_("Nothing is sent to {name} any more.").format(name=removed.name))
    output.say(_("Packages that were sent before can still be opened: what was sent cannot be taken back."))

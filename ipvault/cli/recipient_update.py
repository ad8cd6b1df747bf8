"""`ipvault recipient update`: another card."""

from __future__ import annotations

from ipvault.cli.cards import read_card
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.recipient_rendering import CardPath, RecipientName, on_card, recipient_json, tell_name_on_card
from ipvault.cli.rendering import quoted
from ipvault.keys.card import in_groups
from ipvault.text import _, program
from ipvault.vault.recipients import update_recipient


def recipient_update(name: RecipientName, card: CardPath) -> None:
    """Ask the person why there is a new card, by another way than the one that it came by. With other keys it counts as
    not compared, until you have compared its fingerprint. What was sent before stays readable with the old keys.
    """
    output = current().output
    vault = open_current()
    taken = read_card(card)
    updated, head = update_recipient(vault, name, taken)
    output.result("recipient-update", {**recipient_json(updated, vault.member), **on_card(taken)}, journal=head)
    output.say(_("Took in a new card of {name}.").format(name=updated.name))
    tell_name_on_card(updated, taken)
    if not updated.verified(vault.member):
        output.say(_("Its fingerprint: {groups}").format(groups=in_groups(updated.fingerprint)))
        text = _("Have the person read theirs to you, and type it: {ipvault} recipient verify {quoted}")
        output.say(text.format(ipvault=program(), quoted=quoted(updated.name)))

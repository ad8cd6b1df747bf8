"""`ipvault recipient add`: take in somebody's card."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.cli.agreement_rendering import tell_naming_before
from ipvault.cli.cards import read_card
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.people import warn_of_lookalikes
from ipvault.cli.recipient_rendering import CardPath, on_card, recipient_json, tell_name_on_card
from ipvault.cli.rendering import quoted
from ipvault.governance.agreements.taken_in_again import naming_before
from ipvault.keys.card import in_groups
from ipvault.text import _, program
from ipvault.vault.clock import today
from ipvault.vault.names import person_name
from ipvault.vault.recipients import add_recipient


def recipient_add(
    card: CardPath,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help=_("What to call the person here."))] = None,
) -> None:
    """A card says whose it is, and anybody can make one in anybody's name. So before you send anything, have the person
    read out the fingerprint, over the telephone or face to face, and type it: `ipvault recipient verify NAME`.
    """
    output = current().output
    vault = open_current()
    taken = read_card(card)
    added, head = add_recipient(vault, taken, person_name(taken.details.name if name is None else name))
    warn_of_lookalikes(vault.catalog, added.name, added.fingerprint)
    output.result("recipient-add", {**recipient_json(added, vault.member), **on_card(taken)}, journal=head)
    output.say(_("Took in the card of {name}.").format(name=added.name))
    tell_name_on_card(added, taken)
    output.say(_("Its fingerprint: {groups}").format(groups=in_groups(added.fingerprint)))
    text = _("Have the person read theirs to you, and type it: {ipvault} recipient verify {quoted}")
    output.say(text.format(ipvault=program(), quoted=quoted(added.name)))
    for agreement in naming_before(vault.catalog, added, today(vault)):
        tell_naming_before(vault, agreement, added)

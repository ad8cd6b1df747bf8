"""Agreements with somebody who was removed as a recipient and taken in again: they name who he was before.

An agreement is with a recipient, not with a card, so it is for people to say that the new one is the party.
"""

from __future__ import annotations

import shlex

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.agreements import IN_FORCE, Agreement, agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import Recipient, former_selves
from ipvault.governance.agreements.names import Names
from ipvault.text import program


def naming_before(catalog: Catalog, recipient: Recipient, day: str) -> list[Agreement]:
    """The agreements in force on a day that name somebody as he was before he was taken in again, and not as he is."""
    before = former_selves(catalog, recipient)
    known = agreements(catalog) if before else []
    return [
        one
        for one in known
        if one.state(day) == IN_FORCE
        and recipient.id not in one.terms.parties
        and not before.isdisjoint(one.terms.parties)
    ]


def naming_him_now(catalog: Catalog, agreement: Agreement, recipient: Recipient) -> str:
    """The command that makes the recipient as he is now a party in place of who he was, beside the other parties."""
    names, before = Names(catalog), former_selves(catalog, recipient)
    parties = dict.fromkeys(recipient.id if one in before else one for one in agreement.terms.parties)
    options = " ".join(f"--party {shlex.quote(names.party(one))}" for one in parties)
    return f"{program()} agreement update {agreement.id[:SHORT_ID]} {options}"

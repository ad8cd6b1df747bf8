"""People as they are named on the command line: members and recipients alike."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

import typer

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.lookalikes import lookalikes
from ipvault.catalog.recipients import ambiguous, by_fingerprint, fingerprints_of, matching, people_like
from ipvault.catalog.roster import LEAST_DIGITS, member
from ipvault.cli.invocation import current
from ipvault.errors import NoSuchPerson
from ipvault.keys.card import in_groups
from ipvault.text import _, program
from ipvault.vault.vault import Vault

PersonName = Annotated[
    str,
    typer.Argument(metavar="NAME", help=_("A member or a recipient, or the first 8 digits or more of a fingerprint.")),
]


def warn_of_lookalikes(catalog: Catalog, name: str, fingerprint: str) -> None:
    """Say whom somebody new, who has this card, could be taken for."""
    for other, known in lookalikes(catalog, name, fingerprint):
        text = _(
            "{name} looks like {other}, who is here with another card: compare the fingerprint of the new one, "
            "{fingerprint}, and that of the other, {known}"
        )
        groups = in_groups(fingerprint), in_groups(known)
        current().output.warn(text.format(name=name, other=other, fingerprint=groups[0], known=groups[1]))


def sender_compared(vault: Vault, fingerprint: str) -> str | None:
    """What a sender is called here: a member, or a recipient whose fingerprint this member or an owner compared."""
    if vault.catalog.is_enrolled(fingerprint):
        return member(vault.catalog, fingerprint).name
    known = by_fingerprint(vault.catalog, fingerprint)
    return known.name if known and known.verified(vault.member) and not known.removed else None


def identities_of(catalog: Catalog, typed: str) -> set[str]:
    """The fingerprints of all identities that somebody of that name has or had, as a member and as a recipient.

    Raises `NoSuchPerson`, or `AmbiguousRecipient`, which says by which fingerprints to tell them apart.
    """
    called, prefix = normalize("NFC", typed), "".join(typed.split()).lower()
    found = {
        fingerprint
        for fingerprint, name in catalog.view.execute("SELECT fingerprint, name FROM member")
        if name == called or (len(prefix) >= LEAST_DIGITS and fingerprint.startswith(prefix))
    }
    for removed in (False, True):
        people = matching(catalog, typed, removed=removed)
        if len({one.fingerprint for one in people}) > 1:
            raise ambiguous(typed, people)
        for one in people:  # several of one card are one person, who was taken in again
            found |= fingerprints_of(catalog, one)
    if not found:
        there = _("`{ipvault} member list` and `{ipvault} recipient list` show who there is").format(ipvault=program())
        raise NoSuchPerson(name=typed, suggestion=people_like(catalog, typed) or there)
    return found

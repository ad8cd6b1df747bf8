"""People as they are named on the command line: members and recipients alike."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

import typer

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.lookalikes import lookalikes
from ipvault.catalog.recipients import (
    Recipient,
    ambiguous,
    by_fingerprint,
    fingerprints_of,
    matching,
    people_like,
    with_former_card,
)
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

    Warns where nothing but the name says that they are one person's. Raises `NoSuchPerson`, or `AmbiguousRecipient`,
    which says by which fingerprints to tell them apart.
    """
    called, prefix = normalize("NFC", typed), "".join(typed.split()).lower()
    people = [
        {fingerprint}
        for fingerprint, name in catalog.view.execute("SELECT fingerprint, name FROM member ORDER BY fingerprint")
        if name == called or (len(prefix) >= LEAST_DIGITS and fingerprint.startswith(prefix))
    ]
    for removed in (False, True):
        people += _cards_of(catalog, typed, matching(catalog, typed, removed=removed))
    if not people and len(prefix) >= LEAST_DIGITS:
        people += _cards_of(catalog, typed, with_former_card(catalog, prefix))
    if not people:
        there = _("`{ipvault} member list` and `{ipvault} recipient list` show who there is").format(ipvault=program())
        raise NoSuchPerson(name=typed, suggestion=people_like(catalog, typed) or there)
    _warn_of_several(typed, people)
    return set().union(*people)


def _cards_of(catalog: Catalog, typed: str, found: list[Recipient]) -> list[set[str]]:
    """The fingerprints of each; several of one card are one person, who was taken in again."""
    if len({one.fingerprint for one in found}) > 1:
        raise ambiguous(typed, found)
    return [fingerprints_of(catalog, one) for one in found]


def _warn_of_several(typed: str, people: list[set[str]]) -> None:
    """Say that these identities are taken together, unless a card that they share says that they are one person's."""
    apart: list[set[str]] = []
    for known in people:
        shared = [other for other in apart if not other.isdisjoint(known)]
        apart = [other for other in apart if other.isdisjoint(known)] + [known.union(*shared)]
    if len(apart) < 2:
        return
    text = _(
        "{name} means several identities here, which may be those of different people, and they are taken together: "
        "{fingerprints}; name one by its fingerprint to have it alone"
    )
    fingerprints = ", ".join(one[:16] for one in sorted(set().union(*apart)))
    current().output.warn(text.format(name=typed, fingerprints=fingerprints))

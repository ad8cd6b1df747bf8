"""Queries about consents: which there are, and what may be passed on because of them."""

from __future__ import annotations

import json
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.privacy import subjects_of
from ipvault.catalog.scopes import Scope
from ipvault.errors import NoSuchConsent


class Consent(NamedTuple):
    """A consent by record `seq`; see `ConsentGiven`. `withdrawn` is the day from which on it does not count."""

    id: str
    room: str
    seq: int
    time: str
    signer: str
    subject: str
    purpose: str
    basis: str
    document: str
    scope_items: tuple[str, ...]
    scope_tags: tuple[str, ...]
    parties: tuple[str, ...]
    from_day: str
    until_day: str
    withdrawn: str
    reason: str

    def is_in_force(self, day: str) -> bool:
        """Whether it counts on a day."""
        began = self.from_day <= day and (not self.until_day or day <= self.until_day)
        return began and not (self.withdrawn and self.withdrawn <= day)

    def covers(self, recipient: str, item: Item, day: str) -> bool:
        """Whether an item may be passed on to a recipient (an id) on a day, as far as this subject is concerned."""
        is_party = not self.parties or recipient in self.parties
        scope = Scope(items=self.scope_items, tags=self.scope_tags)
        return is_party and self.is_in_force(day) and any(scope) and scope.includes(item)


def consents(catalog: Catalog) -> list[Consent]:
    """All consents that this member may know of, withdrawn ones too, the oldest first."""
    found = []
    for *row, terms, withdrawn, reason in catalog.view.execute("SELECT * FROM consent ORDER BY seq"):
        said = json.loads(terms)
        texts = (said[name] for name in ("subject", "purpose", "basis", "document"))
        lists = (tuple(said[name]) for name in ("scope_items", "scope_tags", "parties"))
        found.append(Consent._make((*row, *texts, *lists, said["from_day"], said["until_day"], withdrawn, reason)))
    return found


def find_consent(catalog: Catalog, typed: str) -> Consent:
    """The consent whose id begins so. Raises `NoSuchConsent` or `AmbiguousId`."""
    found = beginning_with(typed, consents(catalog))
    return the_only(found, typed, NoSuchConsent)


def consenting(known: list[Consent], recipient: str, item: Item, day: str) -> list[Consent]:
    """The consents because of which an item may be passed on to a recipient (an id); none if that of a subject lacks.

    The subjects are those of its tags; where none is tagged, one consent that covers it is enough.
    """
    covering = [one for one in known if one.covers(recipient, item, day)]
    return covering if subjects_of(item) <= {one.subject for one in covering} else []

"""Queries about agreements: find one, what it covers, and what runs out or falls due.

Days are text such as 2026-11-22, which sorts as time goes by.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.periods import days_after
from ipvault.catalog.prefixes import beginning_with
from ipvault.catalog.scopes import Scope
from ipvault.errors import AmbiguousAgreement, NoSuchAgreement
from ipvault.records.agreements import AgreementSet
from ipvault.records.families import decode

FUTURE: Final = "future"
IN_FORCE: Final = "in-force"
ENDED: Final = "ended"
TERMINATED: Final = "terminated"

ENDS: Final = "ends"
SURVIVAL_ENDS: Final = "survival-ends"
FEE: Final = "fee"


class Agreement(NamedTuple):
    """An agreement with the terms that it has now, by record `seq`.

    `terminated` is the day from which on it lets nothing pass, with the reason, or empty.
    """

    id: str
    room: str
    version: int
    seq: int
    time: str
    signer: str
    terms: AgreementSet
    terminated: str
    reason: str

    @property
    def end(self) -> str:
        """The first day on which it is not in force any more; empty if it has no end."""
        ends = [self.terminated] if self.terminated else []
        if self.terms.until_day:
            ends.append(days_after(self.terms.until_day, 1))
        return min(ends, default="")

    @property
    def survival_end(self) -> str:
        """The last day on which confidentiality goes on after the end; empty if it does not, or there is no end."""
        return days_after(self.end, self.terms.survival_days - 1) if self.end and self.terms.survival_days else ""

    def state(self, day: str) -> str:
        """What it is on a day: `future`, `in-force`, `ended` or `terminated`."""
        if self.end and day >= self.end:
            return TERMINATED if self.terminated == self.end else ENDED
        return FUTURE if day < self.terms.from_day else IN_FORCE

    @property
    def scope(self) -> Scope:
        """The items that it is about: by themselves, their room, their label or a tag; or all items."""
        terms = self.terms
        return Scope(terms.scope_items, terms.scope_rooms, terms.scope_labels, (), terms.scope_tags)

    def concerns(self, recipient: str, item: Item) -> bool:
        """Whether a recipient (an id) is a party, and the item is in the scope."""
        return recipient in self.terms.parties and self.scope.includes(item)

    def covers(self, recipient: str, item: Item, day: str) -> bool:
        """Whether it concerns both, and is in force on the day."""
        return self.concerns(recipient, item) and self.state(day) == IN_FORCE


class Due(NamedTuple):
    """Something that runs out or falls due on a day: `ends`, `survival-ends`, or a `fee` (what, and how much)."""

    day: str
    what: str
    agreement: Agreement
    fee: str = ""
    amount: str = ""


def agreements(catalog: Catalog) -> list[Agreement]:
    """All agreements that this member may know of, in the order in which their terms were set."""
    found = []
    for *row, terms, terminated, reason in catalog.view.execute("SELECT * FROM agreement ORDER BY seq"):
        content = decode(AgreementSet.CLASS, json.loads(terms))
        if isinstance(content, AgreementSet):
            found.append(Agreement._make((*row, content, terminated, reason)))
    return found


def find_agreement(catalog: Catalog, typed: str, document: str = "") -> Agreement:
    """The agreement whose id begins so, or whose document is that item (an id).

    Raises `NoSuchAgreement` or `AmbiguousAgreement`.
    """
    known = agreements(catalog)
    by_id = beginning_with(typed, known)
    found = by_id + [one for one in known if one.terms.document == document and one not in by_id]
    if not found:
        raise NoSuchAgreement(name=typed)
    if len(found) > 1:
        raise AmbiguousAgreement(name=typed, candidates=", ".join(one.id for one in found))
    return found[0]


def covering(catalog: Catalog, recipient: str, item: Item, day: str, types: Collection[str] = ()) -> list[Agreement]:
    """The agreements of these types, or of any, under which a recipient (an id) may be sent an item on a day."""
    return [
        one
        for one in agreements(catalog)
        if (not types or one.terms.type in types) and one.covers(recipient, item, day)
    ]


def due(catalog: Catalog, day: str, within_days: int) -> list[Due]:
    """What runs out or falls due from a day on, within so many days, the first first.

    A fee whose day has passed is listed until it is taken off the terms, since nothing else says that it was paid.
    """
    last = days_after(day, within_days)
    found: list[Due] = []
    for one in agreements(catalog):
        found += [
            Due(when, FEE, one, fee, amount)
            for fee, amount, when in zip(one.terms.fees, one.terms.fee_amounts, one.terms.fee_days, strict=False)
            if when and when <= last
        ]
        until = one.terms.until_day
        if until and day <= until <= last and not (one.terminated and one.terminated <= until):
            found.append(Due(until, ENDS, one))
        if one.survival_end and day <= one.survival_end <= last:
            found.append(Due(one.survival_end, SURVIVAL_ENDS, one))
    return sorted(found, key=lambda it: (it.day, it.agreement.seq, it.what, it.fee))

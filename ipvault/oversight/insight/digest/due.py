"""What is due: agreements that end, packages that expire, requests without an answer, receipts that did not come."""

from __future__ import annotations

from typing import Final, NamedTuple

from ipvault.catalog.agreements import due as agreements_due
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.packages import packages, receipts, recipients_of
from ipvault.catalog.requests import release_requests
from ipvault.vault.clock import timestamp

PACKAGE_EXPIRES: Final = "package-expires"
REQUEST_OPEN: Final = "request-open"
RECEIPT_MISSING: Final = "receipt-missing"
AGREEMENT: Final = "agreement-"
"""What begins the kinds of what is due by agreements; the rest is that of `catalog.agreements`."""

WITHIN_DAYS: Final = 30
RECEIPT_DAYS: Final = 7
"""Days after which a package should have been answered by a receipt."""

DAY: Final = 86_400
"""Seconds."""


class Due(NamedTuple):
    """Something of a kind that is due on a day, or has waited since: by id, with those whom it concerns.

    These are members and recipients, by fingerprints or ids. `title` is what somebody wrote.
    """

    kind: str
    day: str
    id: str
    people: tuple[str, ...]
    title: str = ""


def due(catalog: Catalog, now: float) -> list[Due]:
    """All of it, the first day first."""
    found = [*_agreements(catalog, now), *_packages(catalog, now), *_requests(catalog)]
    return sorted(found, key=lambda one: (one.day, one.kind, one.id))


def _agreements(catalog: Catalog, now: float) -> list[Due]:
    return [
        Due(AGREEMENT + one.what, one.day, one.agreement.id, one.agreement.terms.parties, one.agreement.terms.title)
        for one in agreements_due(catalog, timestamp(now)[:10], WITHIN_DAYS)
    ]


def _packages(catalog: Catalog, now: float) -> list[Due]:
    """Of packages that were not revoked: those that expire, and the recipients of whom nothing came back."""
    answered = {(one.package, one.fingerprint) for one in receipts(catalog)}
    present, soon, waited = (timestamp(now + days * DAY) for days in (0, WITHIN_DAYS, -RECEIPT_DAYS))
    found = []
    for one in packages(catalog):
        if one.revoked is not None or (one.expires and one.expires <= present):
            continue
        people = tuple(recipients_of(catalog, one.id))
        if one.expires and one.expires <= soon:
            found.append(Due(PACKAGE_EXPIRES, one.expires[:10], one.id, people))
        silent = tuple(who for who in people if (one.id, who) not in answered)
        if silent and one.shared <= waited:
            found.append(Due(RECEIPT_MISSING, one.shared[:10], one.id, silent))
    return found


def _requests(catalog: Catalog) -> list[Due]:
    return [
        Due(REQUEST_OPEN, one.time[:10], one.id, (one.requester,))
        for one in release_requests(catalog)
        if not (one.answers or one.released)
    ]

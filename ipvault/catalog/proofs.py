"""Documents that prove something: what agreements and consents are shown by, and whether that is still there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ipvault.catalog.agreements import FUTURE, IN_FORCE, Agreement, agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.consents import Consent, consents
from ipvault.catalog.items import items_of


class Proven(NamedTuple):
    """What a document shows, as far as that counts, or is yet to."""

    agreements: tuple[Agreement, ...]
    consents: tuple[Consent, ...]


def proven_by(catalog: Catalog, documents: Iterable[str], day: str) -> Proven:
    """What these documents (ids) show of what is in force on a day, or begins later."""
    wanted = set(documents)
    agreed = (one for one in agreements(catalog) if one.terms.document in wanted)
    consented = (one for one in consents(catalog) if one.document in wanted)
    return Proven(
        tuple(one for one in agreed if one.state(day) in (FUTURE, IN_FORCE)),
        tuple(one for one in consented if one.is_in_force(max(day, one.from_day))),
    )


def lost(catalog: Catalog, documents: Iterable[str]) -> set[str]:
    """Those of these documents (ids) of which nothing is left; one that went to another room is not lost."""
    wanted = set(documents)
    there = items_of(catalog, wanted)
    elsewhere = {id_ for (id_,) in catalog.view.execute("SELECT item FROM departed")}
    erased = {item.id for item in there.values() if item.erased}
    return erased | (wanted - there.keys() - elsewhere)

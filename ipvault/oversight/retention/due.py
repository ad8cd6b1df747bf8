"""What is due: documents that were kept for as long as the rules say."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.fate import Fate, fate
from ipvault.catalog.holds import held_items
from ipvault.catalog.items import Item, all_items
from ipvault.catalog.retention import Keeping, keeping_of


class Judged(NamedTuple):
    """A document that a rule is about, the one that decides, and what is to become of it."""

    item: Item
    keeping: Keeping
    fate: Fate


def judged(catalog: Catalog, day: str) -> list[Judged]:
    """Every document that is left and that a rule is about, as it stands on a day, removed ones last."""
    held, left = held_items(catalog), [item for item in all_items(catalog) if not item.erased]
    judgements = ((item, kept, fate(held.get(item.id, ()), kept, day)) for item, kept in keeping_of(catalog, left))
    return [Judged(*one) for one in judgements]


def due(catalog: Catalog, day: str) -> list[Judged]:
    """Those of which the time is over on a day, held ones too."""
    return [one for one in judged(catalog, day) if one.keeping.is_over(day)]
